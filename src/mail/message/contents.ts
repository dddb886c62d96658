// What a message holds: bodies as text, a tree, attachments. RFC 2046 s4.1.

import { inputNames, readOptional, readProperties } from "../../given.ts";
import { formatPath } from "../../issues/wording.ts";
import type { Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { readGuarded, record } from "../../options/plain.ts";
import { checkHeaderText, isToken } from "../headers/tokens.ts";
import type { Charset } from "../octets/charset.ts";
import { isArrayBuffer, isBytes } from "../octets/kinds.ts";
import { toCrlf } from "../octets/line-ends.ts";
import { readAttachments } from "./attachments.ts";
import { checkCalendarText, MARK, MARK_HINT, readUnicode, withoutMark } from "./calendar-text.ts";
import { checkTreeCids, type LooseAttachment, placeAttachments } from "./cid.ts";
import { bodyHint, looksLikePath } from "./content-hints.ts";
import { type Draft, type MessageContext, put } from "./context.ts";
import { checkEncoding, readEncoding } from "./enclosed.ts";
import { type ChangedNames, filesOf, keepDistinct, type NamedFile, readFileName, withNames } from "./file-name.ts";
import { bytesContent } from "./seal.ts";
import { bytesOf, canEncode, encodeText } from "./source.ts";
import type { Calendar, Part, TransferEncoding } from "./types.ts";

// Calendar objects: the calendar option, and text/calendar wherever else it is given. RFC 5545, RFC 6047.

const CALENDAR = inputNames("method content filename", "a calendar, an object { method, content }", hintsFor.calendar);

/** Reads the calendar option. Invisible characters before BEGIN:VCALENDAR are left out, with a warning. */
function readCalendar(input: unknown, charset: Charset, place: Place): Calendar | undefined {
  const given = readProperties(input, CALENDAR, place);
  if (given === undefined) return undefined;
  const method = readMethod(given.method, place.at("method"));
  const contentPlace = place.at("content");
  const content = readGuarded(contentPlace, () => readContent(given.content, charset, contentPlace));
  const filename = readOptional(given.filename, readFileName, place.at("filename"));
  if (method === undefined || content === undefined) return undefined;
  checkCalendarText(content, { method, place: contentPlace, methodPlace: place.at("method") });
  return record({ method, content, ...(filename === undefined ? {} : { filename }) });
}

function readMethod(input: unknown, place: Place): string | undefined {
  if (typeof input === "string" && !checkHeaderText(input, place)) return undefined;
  if (typeof input === "string" && isToken(input) && input.length <= 64) return input.toUpperCase();
  return place.error("calendar.method", "expected one word such as REQUEST, REPLY, CANCEL or PUBLISH", {
    rfc: "RFC 6047 s2.4",
  });
}

// What a file of the disk gives: a string or the octets, in UTF-8 or, with its mark, in UTF-16.
function readContent(input: unknown, charset: Charset, place: Place): string | undefined {
  const bytes = isBytes(input) || isArrayBuffer(input) ? bytesOf(input) : undefined;
  const text = bytes === undefined ? input : readUnicode(bytes, place);
  if (typeof text === "string") return cleanText(text, charset, place);
  if (bytes === undefined) {
    place.error("body.type", "expected the calendar as a string or as bytes", { hint: bodyHint(input) });
  }
  return undefined;
}

function cleanText(text: string, charset: Charset, place: Place): string | undefined {
  const marked = withoutMark(text, place);
  // RFC 5545 s3.4: BEGIN:VCALENDAR is the first line, and a line that begins with a blank continues the one before.
  const begun = /^\s+(?=BEGIN:VCALENDAR)/i.exec(marked.slice(0, 200));
  if (begun !== null) {
    place.warning("calendar.content", "blanks before BEGIN:VCALENDAR were left out", { rfc: "RFC 5545 s3.4" });
  }
  const content = begun === null ? marked : marked.slice(begun[0].length);
  return canEncode(content, charset, place) ? toCrlf(content) : undefined;
}

const BODIES = ["text", "html", "amp", "watch"] as const;

/** Reads the content options. */
export function readContents(context: MessageContext, draft: Draft): void {
  const { given, body, place } = context;
  const { charset, transport } = context.part;
  for (const name of BODIES) {
    if (given[name] !== undefined) put(draft, name, readText(given[name], charset, place.at(name)));
  }
  if (draft.amp !== undefined && given.html === undefined) warnOfAmpAlone(place.at("amp"));
  const calendar = readOptional(
    given.calendar,
    (input, calendarPlace) => readCalendar(input, charset, calendarPlace),
    place.at("calendar"),
  );
  if (given.body !== undefined) refuseBeside(context);
  const encoding = readEncoding(given.textEncoding, transport, place.at("textEncoding"));
  if (encoding !== undefined) {
    for (const text of [...BODIES.map((name) => draft[name]), calendar?.content]) {
      if (text !== undefined) checkTextEncoding(text, encoding, context);
    }
  }
  const loose = readAttachments(given.attachments, context.part, place.at("attachments"));
  const files = distinct({ calendar, body, loose }, context);
  if (files.body !== undefined) checkTreeCids(files.body, cidsOf(loose), place.at("body"));
  put(draft, "calendar", files.calendar);
  put(draft, "body", files.body);
  put(draft, "textEncoding", encoding);
  draft.attachments = Object.freeze(placeAttachments(files.loose, draft.html, place.at("html")));
}

/** Everything in a message that has a file name. */
interface Files {
  readonly calendar: Calendar | undefined;
  readonly body: Part | undefined;
  readonly loose: readonly LooseAttachment[];
}

// Over the whole message: a file of the tree and one beside it are saved into the same folder.
function distinct(files: Files, { changedNames: changed, place: root }: MessageContext): Files {
  if (changed.size === 0) return files;
  let { calendar } = files;
  const names = new Map<Part, string>();
  const named: NamedFile[] = files.loose.map(({ attachment, place }) => ({
    filename: attachment.filename,
    place: nameOfContent(place, changed) ?? place.at("filename"),
    rename: (filename) => put(attachment, "filename", filename),
  }));
  if (files.body !== undefined) named.push(...filesOf(files.body, root.at("body"), names));
  const rename = (filename: string) => {
    if (calendar !== undefined) calendar = record({ ...calendar, filename });
  };
  named.push({ filename: calendar?.filename, place: root.at("calendar").at("filename"), rename });
  keepDistinct(named, changed);
  return { calendar, body: files.body && withNames(files.body, names), loose: files.loose };
}

// The name of a File, where that is what was changed.
function nameOfContent(place: Place, changed: ChangedNames): Place | undefined {
  const name = place.at("content").at("name");
  return changed.has(formatPath(name.path)) ? name : undefined;
}

// amp.dev, AMP for Email (structure of the message): most clients show no AMP, and those that do show it for some days.
function warnOfAmpAlone(place: Place): void {
  const message = "without html, readers whose client shows no AMP see the text alone";
  place.warning("body.amp-alone", message, { hint: "give the same as html" });
}

function cidsOf(loose: readonly LooseAttachment[]): ReadonlySet<string> {
  return new Set(loose.flatMap(({ attachment: { cid } }) => cid ?? []));
}

function checkTextEncoding(text: string, encoding: TransferEncoding, { part, place }: MessageContext): void {
  const encodingPlace = place.at("textEncoding");
  const bytes = encodeText(toCrlf(text), part.charset, encodingPlace);
  if (bytes !== undefined) checkEncoding("text/plain", bytesContent(bytes), encoding, encodingPlace);
}

// A tree is the whole content: only attachments may be given beside it.
function refuseBeside({ given, place }: MessageContext): void {
  for (const name of [...BODIES, "calendar", "textEncoding"]) {
    if (given[name] === undefined) continue;
    place.at(name).error("part.body", "the content is given by body already", { hint: "put it into the tree" });
  }
}

/** Reads one text body: a string whose characters the charset has. Its line ends become CRLF when it is written. */
export function readText(input: unknown, charset: Charset, place: Place): string | undefined {
  if (typeof input !== "string") {
    return place.error("body.type", "a body is a string", { hint: bodyHint(input) });
  }
  if (looksLikePath(input)) {
    const hint = 'read the file first: await readFile(path, "utf8")';
    place.warning("body.type", "the body is the path of a file, not what is in it", { hint });
  }
  if (input.startsWith(MARK)) {
    const message = "the text begins with a byte order mark, which some readers show";
    place.warning("body.mark", message, { hint: MARK_HINT });
  }
  return canEncode(input, charset, place) ? input : undefined;
}
