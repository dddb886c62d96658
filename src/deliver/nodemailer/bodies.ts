// Bodies and attachments of a mail. A message has no option for further alternatives: with them everything
// becomes a tree.

import type { Place } from "../../issues.ts";
import { cidReferences } from "../../mail/message/cid-references.ts";
import { typeOfName } from "../../mail/message/content-type.ts";
import type { Given } from "../../mail/message/context.ts";
import type { Origin } from "../../mail/message/seal.ts";
import type { AttachmentInput, MessageInput, PartInput, TransferEncoding } from "../../mail/message/types.ts";
import {
  readAlternatives,
  readAttachments,
  readCalendar,
  type TextCalendar,
  TRANSFER_ENCODING,
} from "./attachments.ts";
import { readBody } from "./content.ts";
import { below, landed, present, readString, type Traced, traced, tracedList } from "./given.ts";

/** Bodies, calendar object and attachments; all as one tree where there are further alternatives. */
export function readContents(given: Given, place: Place, origins: Origin[]): Partial<MessageInput> {
  const bodies: Bodies = {
    ...present("text", readBody(given.text, place.at("text"))),
    ...present("watch", readBody(given.watchHtml, place.at("watchHtml"))),
    ...present("amp", readBody(given.amp, place.at("amp"))),
    ...present("html", readBody(given.html, place.at("html"))),
    ...present("calendar", readCalendar(given.icalEvent, place.at("icalEvent"))),
  };
  const attachments = readAttachments(given.attachments, place.at("attachments"));
  const alternatives = readAlternatives(given.alternatives, place.at("alternatives"));
  const encoding = readTextEncoding(given, place);
  if (alternatives.length > 0) {
    const { body, others } = asTree(bodies, attachments, alternatives, encoding);
    return { ...landed("body", body, origins), ...landed("attachments", tracedList(others), origins) };
  }
  return {
    ...landed("text", bodies.text, origins),
    ...landed("watch", bodies.watch, origins),
    ...landed("amp", bodies.amp, origins),
    ...landed("html", bodies.html, origins),
    ...landed("calendar", bodies.calendar, origins),
    ...landed("attachments", tracedList(attachments), origins),
    ...landed("textEncoding", encoding, origins),
  };
}

function readTextEncoding(given: Given, place: Place): Traced<TransferEncoding> | undefined {
  const at = place.at("encoding");
  const asked = readString(given.encoding, at)?.trim().toLowerCase();
  if (asked === "7bit" || asked === "8bit" || asked === "quoted-printable" || asked === "base64") {
    return traced(asked, at.path);
  }
  if (asked !== undefined) {
    at.error("encoding.unknown", TRANSFER_ENCODING, { rfc: "RFC 2045 s6" });
  }
  const short = place.at("textEncoding");
  const letter = readString(given.textEncoding, short)?.trim().charAt(0).toUpperCase();
  if (letter === undefined) return undefined;
  if (letter === "Q" || letter === "B") return traced(letter === "Q" ? "quoted-printable" : "base64", short.path);
  return short.error("encoding.unknown", 'expected "Q" or "B"');
}

interface Bodies {
  readonly text?: Traced<string>;
  readonly watch?: Traced<string>;
  readonly amp?: Traced<string>;
  readonly html?: Traced<string>;
  readonly calendar?: Traced<TextCalendar>;
}

interface Tree {
  readonly body: Traced<PartInput>;
  /** Attachments that the html does not show, and the file of the calendar object. */
  readonly others: readonly Traced<AttachmentInput>[];
}

// One `multipart/alternative`, the richest part last.
function asTree(
  bodies: Bodies,
  attachments: readonly Traced<AttachmentInput>[],
  alternatives: readonly Traced<PartInput>[],
  encoding: Traced<TransferEncoding> | undefined,
): Tree {
  const { text, watch, amp, html, calendar } = bodies;
  const shown = html === undefined ? new Set<string>() : cidReferences(html.value);
  const isRelated = ({ value: { cid } }: Traced<AttachmentInput>) =>
    cid !== undefined && shown.has(cid.replace(/^<|>$/g, ""));
  const leaf = (type: string, content: Traced<string>, parameters: Pick<PartInput, "parameters"> = {}) =>
    leafOf(type, content, parameters, encoding);
  const parts: Traced<PartInput>[] = [];
  if (text !== undefined) parts.push(leaf("text/plain", text));
  if (watch !== undefined) parts.push(leaf("text/watch-html", watch));
  if (amp !== undefined) parts.push(leaf("text/x-amp-html", amp));
  if (html !== undefined) parts.push(withRelated(leaf("text/html", html), attachments.filter(isRelated).map(asPart)));
  const others = attachments.filter((one) => !isRelated(one));
  if (calendar !== undefined) {
    const { content, method, filename } = calendar.value;
    parts.push(leaf("text/calendar", { value: content, origins: calendar.origins }, { parameters: { method } }));
    // The file says the same as the alternative, charset included.
    const contentType = `text/calendar; method=${method}; charset=UTF-8`;
    const file = { content, contentType, ...(filename === undefined ? {} : { filename }) };
    others.push({ value: file, origins: calendar.origins });
  }
  const list = tracedList([...parts, ...alternatives]);
  const body: PartInput = { type: "multipart/alternative", parts: list.value };
  return { body: { value: body, origins: below(["parts"], list.origins) }, others };
}

function leafOf(
  type: string,
  { value, origins }: Traced<string>,
  parameters: Pick<PartInput, "parameters">,
  encoding: Traced<TransferEncoding> | undefined,
): Traced<PartInput> {
  const [given] = below(["content"], origins.slice(0, 1));
  return {
    value: { type, ...parameters, content: value, ...(encoding === undefined ? {} : { encoding: encoding.value }) },
    origins: [
      ...origins,
      ...(given === undefined || origins.some(([made]) => made[0] === "content") ? [] : [given]),
      ...below(["encoding"], encoding?.origins ?? []),
    ],
  };
}

function withRelated(root: Traced<PartInput>, related: readonly Traced<PartInput>[]): Traced<PartInput> {
  if (related.length === 0) return root;
  const list = tracedList([root, ...related]);
  return { value: { type: "multipart/related", parts: list.value }, origins: below(["parts"], list.origins) };
}

function asPart({ value, origins }: Traced<AttachmentInput>): Traced<PartInput> {
  const { content, contentType, cid, filename, disposition = "inline", encoding, description } = value;
  const part: PartInput = {
    type: contentType ?? typeOfName(filename) ?? "application/octet-stream",
    disposition,
    content,
    ...(cid === undefined ? {} : { id: cid }),
    ...(filename === undefined ? {} : { filename }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(description === undefined ? {} : { description }),
  };
  return { value: part, origins };
}
