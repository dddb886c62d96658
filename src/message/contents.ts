// What a message holds: bodies, a tree of the caller's own, attachments.
import { errorIssue, formatPath, type Issue, type Path, type Report, warningIssue } from "../issues.ts";
import { readAttachments } from "./attachments.ts";
import { readText } from "./bodies.ts";
import { readCalendar } from "./calendar.ts";
import { type LooseAttachment, placeAttachments } from "./cid.ts";
import { type ChangedNames, filesOf, keepDistinct, type NamedFile, withNames } from "./distinct-names.ts";
import { type Door, type Draft, put } from "./door.ts";
import { readOptional } from "./input.ts";
import { record } from "./record.ts";
import { bytesContent, encodeText } from "./source.ts";
import { checkEncoding, readEncoding } from "./transfer-encoding.ts";
import { checkTreeCids } from "./tree-cids.ts";
import type { Calendar, Part, TransferEncoding } from "./types.ts";

const BODIES = ["text", "html", "amp", "watch"] as const;

/** Reads the content options. */
export function readContents(door: Door, draft: Draft): void {
  const { given, context, report, body } = door;
  for (const name of BODIES) {
    if (given[name] !== undefined) put(draft, name, readText(given[name], context.charset, [name], report));
  }
  if (draft.amp !== undefined && given.html === undefined) report(ampAlone());
  const calendar = readOptional(
    given.calendar,
    (input, path) => readCalendar(input, context.charset, path, report),
    ["calendar"],
    report,
  );
  if (given.body !== undefined) refuseBeside(door);
  const encoding = readEncoding(given.textEncoding, context.transport, ["textEncoding"], report);
  if (encoding !== undefined) {
    for (const text of [...BODIES.map((name) => draft[name]), calendar?.content]) {
      if (text !== undefined) checkTextEncoding(text, encoding, door);
    }
  }
  const loose = readAttachments(given.attachments, context, ["attachments"], report);
  const files = distinct({ calendar, body, loose }, door.changedNames, report);
  if (files.body !== undefined) checkTreeCids(files.body, ["body"], cidsOf(loose), report);
  put(draft, "calendar", files.calendar);
  put(draft, "body", files.body);
  put(draft, "textEncoding", encoding);
  draft.attachments = Object.freeze(placeAttachments(files.loose, draft.html, report));
}

/** Everything in a message that has a file name. */
interface Files {
  readonly calendar: Calendar | undefined;
  readonly body: Part | undefined;
  readonly loose: readonly { readonly attachment: LooseAttachment; readonly path: Path }[];
}

// Over the whole message: a file of the tree and one beside it land in the same folder of the reader.
function distinct(files: Files, changed: ChangedNames, report: Report): Files {
  if (changed.size === 0) return files;
  let { calendar } = files;
  const names = new Map<Part, string>();
  const loose = files.loose.map(({ attachment, path }) => ({ attachment: { ...attachment }, path }));
  const named: NamedFile[] = loose.map(({ attachment, path }) => ({
    filename: attachment.filename,
    path: changed.has(formatPath([...path, "content", "name"])) ? [...path, "content", "name"] : [...path, "filename"],
    rename: (filename) => Object.assign(attachment, { filename }),
  }));
  if (files.body !== undefined) named.push(...filesOf(files.body, ["body"], names));
  const rename = (filename: string) => {
    if (calendar !== undefined) calendar = record({ ...calendar, filename });
  };
  named.push({ filename: calendar?.filename, path: ["calendar", "filename"], rename });
  keepDistinct(named, changed, report);
  return { calendar, body: files.body && withNames(files.body, names), loose };
}

// amp.dev, AMP for Email (structure of the message): most clients show no AMP, and those that do show it for some days.
function ampAlone(): Issue {
  const message = "without html, readers whose client shows no AMP see the text alone";
  return warningIssue("body.amp-alone", ["amp"], message, { hint: "give the same as html" });
}

function cidsOf(loose: readonly { readonly attachment: LooseAttachment }[]): ReadonlySet<string> {
  return new Set(loose.flatMap(({ attachment: { cid } }) => cid ?? []));
}

function checkTextEncoding(text: string, encoding: TransferEncoding, { context, report }: Door): void {
  const bytes = encodeText(text, context.charset, ["textEncoding"], report);
  if (bytes !== undefined) checkEncoding("text/plain", bytesContent(bytes), encoding, ["textEncoding"], report);
}

// A tree of one's own is the whole content; only attachments stand beside it.
function refuseBeside({ given, report }: Door): void {
  for (const name of [...BODIES, "calendar", "textEncoding"]) {
    if (given[name] === undefined) continue;
    report(errorIssue("part.body", [name], "the content is given by body already", { hint: "put it into the tree" }));
  }
}
