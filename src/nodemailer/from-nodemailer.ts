// What is given to nodemailer's sendMail, made into input for message(). Nothing is opened, nothing is dropped.

import { isDate } from "../encoding/kinds.ts";
import { parseDate, parseIsoTime } from "../headers/date.ts";
import { errorIssue, type Issue, MessageError } from "../issues.ts";
import { typeOfName } from "../message/content-type.ts";
import { cidReferences } from "../message/html-references.ts";
import { checkKeys, ownProperties } from "../message/input.ts";
import type { AttachmentInput, MessageInput, PartInput, Priority, TransferEncoding } from "../message/types.ts";
import { readAddresses, readEnvelope, readMailbox } from "./addresses.ts";
import { readAlternatives, readAttachments, readCalendar } from "./attachments.ts";
import { readBody } from "./content.ts";
import { type Given, inside, isAbsent, type Place, readString } from "./given.ts";
import { type HeaderInput, readHeaders, readListHeaders } from "./headers.ts";

const KEYS = new Set([
  ..."from sender to cc bcc replyTo inReplyTo references subject messageId date".split(" "),
  ..."text html watchHtml amp icalEvent attachments alternatives headers list".split(" "),
  ..."envelope priority xMailer encoding textEncoding".split(" "),
  // Said for the sake of safety; there is no access to be disabled here.
  ..."disableFileAccess disableUrlAccess".split(" "),
  // Checked below: only the values that change nothing.
  ..."attachDataUrls newline".split(" "),
]);

const BOUNDARY = "boundaries come from the seed when the message is rendered";
const HINTS = new Map([
  ["raw", "bytes that somebody else composed are sent as they are, not composed again"],
  ["dkim", "Amazon SES signs with Easy DKIM; or give the raw bytes to a nodemailer transport that signs"],
  ["baseBoundary", BOUNDARY],
  ["boundaryPrefix", BOUNDARY],
  ["normalizeHeaderKey", "field names are written as they are given"],
  ["otp", 'write the field itself: headers: { "OTP-Token": … }'],
  ["ses", "give it to the transport"],
  ["signal", "give it to the send call"],
]);

/**
 * Translates nodemailer's message options into input for `message()`, so that code which calls `sendMail` can move
 * over. What nodemailer takes for absent (`undefined`, `null`, `false`, `""`) is absent.
 *
 * Nothing is read from disk or network: `path`, `href` and `raw` are refused (a `data:` URI in `path` is content, and
 * is decoded). Streams are refused, because they can be read once only. An envelope without `from` gets the sender of
 * the header, where nodemailer would send from nobody. `textEncoding` decides the bodies, not the header: there the
 * shorter encoding is taken.
 *
 * @param mailOptions - the object for `sendMail`
 * @throws MessageError with every issue: `input.unknown-key` for options that cannot be carried over (its hint says
 * what to do), `source.one-shot`, `header.value` for a prepared header, `encoding.invalid`, `header.date`, …
 * @example
 * const m = message(fromNodemailer({ from: "a@example.com", to: "b@example.com", subject: "Hi", text: "Hello" }));
 */
export function fromNodemailer(mailOptions: object): MessageInput {
  const issues: Issue[] = [];
  const place: Place = { path: [], report: (issue) => issues.push(issue) };
  checkKeys(mailOptions, KEYS, [], place.report, HINTS);
  const given = ownProperties(mailOptions);
  checkFixed(given, place);
  const headers = allHeaders(given, place);
  const result = {
    from: readAddresses(given.from, inside(place, "from")) ?? [],
    ...present("sender", readMailbox(given.sender, inside(place, "sender"))),
    ...present("to", readAddresses(given.to, inside(place, "to"))),
    ...present("cc", readAddresses(given.cc, inside(place, "cc"))),
    ...present("bcc", readAddresses(given.bcc, inside(place, "bcc"))),
    ...present("replyTo", readAddresses(given.replyTo, inside(place, "replyTo"))),
    ...present("subject", readString(given.subject, inside(place, "subject"))),
    ...identification(given, place),
    ...contents(given, place),
    ...(headers.length === 0 ? {} : { headers }),
    ...present("envelope", readEnvelope(given.envelope, inside(place, "envelope"))),
    ...present("priority", readPriority(given.priority, inside(place, "priority"))),
  };
  const [first, ...rest] = issues;
  if (first !== undefined) throw new MessageError([first, ...rest]);
  return result;
}

function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  const found: { [P in K]?: V } = {};
  if (value !== undefined) found[key] = value;
  return found;
}

// Options whose one value says what is done anyway.
function checkFixed(given: Given, { report }: Place): void {
  if (!isAbsent(given.attachDataUrls)) {
    const hint = 'call inlineImages(html, () => undefined) of "mimewright/html" and give its html and attachments';
    report(errorIssue("input.unknown-key", ["attachDataUrls"], "images are not taken out of the html here", { hint }));
  }
  if (!isAbsent(given.newline) && !/^(?:win|windows|dos|\r\n)$/i.test(String(given.newline))) {
    report(errorIssue("input.option", ["newline"], "lines of a message end with CRLF", { rfc: "RFC 5322 s2.3" }));
  }
}

function allHeaders(given: Given, place: Place): readonly HeaderInput[] {
  const mailer = readString(given.xMailer, inside(place, "xMailer"));
  return [
    ...readHeaders(given.headers, inside(place, "headers")),
    ...readListHeaders(given.list, inside(place, "list")),
    ...(mailer === undefined ? [] : [{ name: "X-Mailer", value: mailer }]),
  ];
}

function identification(given: Given, place: Place) {
  const references = Array.isArray(given.references)
    ? given.references.flatMap((one, index) => readString(one, inside(place, "references", index)) ?? [])
    : readString(given.references, inside(place, "references"));
  return {
    ...present("messageId", readString(given.messageId, inside(place, "messageId"))),
    ...present("inReplyTo", readString(given.inReplyTo, inside(place, "inReplyTo"))),
    ...present("references", references?.length === 0 ? undefined : references),
    ...present("date", readDate(given.date, inside(place, "date"))),
  };
}

// nodemailer writes a string as it is: one that says its offset keeps it, any other is the moment that a Date makes of it.
function readDate(value: unknown, place: Place): Date | string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "string" && (parseDate(value) ?? parseIsoTime(value)) !== undefined) return value;
  const date = isDate(value) ? value : new Date(typeof value === "string" ? value : Number.NaN);
  if (!Number.isNaN(date.getTime())) return date;
  place.report(errorIssue("header.date", place.path, "this is no date", { rfc: "RFC 5322 s3.3" }));
  return undefined;
}

function readPriority(value: unknown, place: Place): Priority | undefined {
  const text = readString(value, place)?.toLowerCase();
  if (text === undefined || text === "high" || text === "normal" || text === "low") return text;
  place.report(errorIssue("header.value", place.path, "priority is high, normal or low"));
  return undefined;
}

function contents(given: Given, place: Place): Partial<MessageInput> {
  const texts = {
    ...present("text", readBody(given.text, inside(place, "text"))),
    ...present("watch", readBody(given.watchHtml, inside(place, "watchHtml"))),
    ...present("amp", readBody(given.amp, inside(place, "amp"))),
    ...present("html", readBody(given.html, inside(place, "html"))),
  };
  const calendar = readCalendar(given.icalEvent, inside(place, "icalEvent"));
  const attachments = readAttachments(given.attachments, inside(place, "attachments"));
  const alternatives = readAlternatives(given.alternatives, inside(place, "alternatives"));
  const encoding = readTextEncoding(given, place);
  const bodies = { ...texts, ...present("calendar", calendar) };
  if (alternatives.length > 0) return asTree(bodies, attachments, alternatives, encoding);
  return { ...bodies, ...(attachments.length === 0 ? {} : { attachments }), ...present("textEncoding", encoding) };
}

function readTextEncoding(given: Given, place: Place): TransferEncoding | undefined {
  const asked = readString(given.encoding, inside(place, "encoding"))?.trim().toLowerCase();
  if (asked === "7bit" || asked === "8bit" || asked === "quoted-printable" || asked === "base64") return asked;
  if (asked !== undefined) {
    const message = "a transfer encoding is 7bit, quoted-printable or base64";
    place.report(errorIssue("encoding.unknown", ["encoding"], message, { rfc: "RFC 2045 s6" }));
  }
  const letter = readString(given.textEncoding, inside(place, "textEncoding"))?.trim().charAt(0).toUpperCase();
  if (letter === undefined) return undefined;
  if (letter === "Q" || letter === "B") return letter === "Q" ? "quoted-printable" : "base64";
  place.report(errorIssue("encoding.unknown", ["textEncoding"], "textEncoding is Q or B"));
  return undefined;
}

// Further alternatives have no option of their own: the whole of what there is to read becomes a tree.
function asTree(
  bodies: Pick<MessageInput, "text" | "watch" | "amp" | "html" | "calendar">,
  attachments: readonly AttachmentInput[],
  alternatives: readonly PartInput[],
  encoding: TransferEncoding | undefined,
): Partial<MessageInput> {
  const { text, watch, amp, html, calendar } = bodies;
  const coded = present("encoding", encoding);
  const shown = html === undefined ? new Set<string>() : cidReferences(html);
  const isRelated = ({ cid }: AttachmentInput) => cid !== undefined && shown.has(cid.replace(/^<|>$/g, ""));
  const related = attachments.filter(isRelated).map(asPart);
  const parts: PartInput[] = [];
  if (text !== undefined) parts.push({ type: "text/plain", content: text, ...coded });
  if (watch !== undefined) parts.push({ type: "text/watch-html", content: watch, ...coded });
  if (amp !== undefined) parts.push({ type: "text/x-amp-html", content: amp, ...coded });
  if (html !== undefined) {
    const root: PartInput = { type: "text/html", content: html, ...coded };
    parts.push(related.length === 0 ? root : { type: "multipart/related", parts: [root, ...related] });
  }
  const others = attachments.filter((one) => !isRelated(one));
  if (calendar !== undefined) {
    const { content, method, filename } = calendar;
    const event: PartInput = { type: "text/calendar", parameters: { method }, content, ...coded };
    parts.push(event);
    // The file says the same as the alternative, charset included.
    const type = `text/calendar; method=${method}; charset=UTF-8`;
    others.push({ content, contentType: type, ...present("filename", filename) });
  }
  const body: PartInput = { type: "multipart/alternative", parts: [...parts, ...alternatives] };
  return { body, ...(others.length === 0 ? {} : { attachments: others }) };
}

function asPart({
  content,
  contentType,
  cid,
  filename,
  disposition = "inline",
  encoding,
  description,
}: AttachmentInput) {
  const part: PartInput = {
    type: contentType ?? typeOfName(filename) ?? "application/octet-stream",
    disposition,
    content,
    ...present("id", cid),
    ...present("filename", filename),
    ...present("encoding", encoding),
    ...present("description", description),
  };
  return part;
}
