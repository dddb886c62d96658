// What is given to nodemailer's sendMail, made into input for message(). Nothing is opened, nothing is dropped.

import { isDate } from "../encoding/kinds.ts";
import { checkOptions, optionNames } from "../given.ts";
import { parseDate, parseIsoTime } from "../headers/date.ts";
import { errorIssue, type Issue, MessageError } from "../issues.ts";
import { optionOfField } from "../message/given-headers.ts";
import { type Origin, withOrigins } from "../message/origins.ts";
import { isMessage } from "../message/seal.ts";
import type { MessageInput, Priority, TransferEncoding } from "../message/types.ts";
import { isOptions, ownProperties } from "../options/plain.ts";
import { nearestName } from "../options/suggestions.ts";
import { readAddresses, readEnvelope, readMailbox } from "./addresses.ts";
import { asTree, type Bodies } from "./alternatives.ts";
import { readAlternatives, readAttachments, readCalendar } from "./attachments.ts";
import { readBody } from "./content.ts";
import {
  below,
  checkGiven,
  type Given,
  inside,
  isAbsent,
  type Place,
  readList,
  readString,
  type Traced,
  traced,
  tracedList,
} from "./given.ts";
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
const OF_SMTP = "an option of SMTP transports; it has no place in a message";
const HINTS = new Map([
  ["raw", 'bytes are sent as they are: by sendRaw() of a sender, or a transport with compose: "nodemailer"'],
  ["dkim", "Amazon SES signs with Easy DKIM; or give the raw bytes to a nodemailer transport that signs"],
  ["_dkim", "Amazon SES signs with Easy DKIM"],
  ["baseBoundary", BOUNDARY],
  ["boundaryPrefix", BOUNDARY],
  ["normalizeHeaderKey", "field names are written as they are given"],
  ["otp", 'write the field itself: headers: { "OTP-Token": … }'],
  ["ses", "give it to the transport"],
  ["signal", "give it to the send call"],
  ["maxRecipients", "the limits of where the message goes are checked with check(input, limits)"],
  ["auth", OF_SMTP],
  ["dsn", OF_SMTP],
  ["requireTLSExtensionEnabled", OF_SMTP],
]);
// Keys that plugins of nodemailer leave in the mail data.
const OF_PLUGINS = "when it is for a plugin, name it in ignoreKeys";
const PLUGIN_HINTS = "template context markdown textTemplate locale locals htmlToTextOptions layout".split(" ");
const ALL_HINTS = new Map([...PLUGIN_HINTS.map((key) => [key, OF_PLUGINS] as const), ...HINTS]);

const NAMES = optionNames("ignoreKeys");

/** Options of {@link fromNodemailer}. */
export interface FromNodemailerOptions {
  /**
   * Keys that belong to plugins of nodemailer and are not part of the message, such as `["template", "context"]` of
   * NestJS and nodemailer-express-handlebars. Nodemailer's own options cannot be ignored.
   */
  readonly ignoreKeys?: readonly string[];
}

/**
 * Translates nodemailer's message options into input for `message()`, so that code which calls `sendMail` can move
 * over. What nodemailer takes for absent (`undefined`, `null`, `false`, `""`) is absent, whatever option it is.
 *
 * Nothing is read from disk or network: `path`, `href` and `raw` are refused (a `data:` URI in `path` is content, and
 * is decoded). Streams are refused, because they can be read once only. An envelope without `from` gets the sender of
 * the header, where nodemailer would send from nobody. `textEncoding` decides the bodies, not the header: there the
 * shorter encoding is taken.
 *
 * Paths of issues, of those that `message()` reports later too, lead into `mailOptions`: `list.help`, not `headers[0]`.
 *
 * @param mailOptions - the object for `sendMail`
 * @param options - `ignoreKeys`: keys of plugins
 * @throws MessageError with every issue: `input.unknown-key` for options that cannot be carried over (its hint says
 * what to do), `source.one-shot`, `header.value` for a prepared header, `encoding.invalid`, `header.date`, …; TypeError
 * for unusable `ignoreKeys`
 * @example
 * const m = message(fromNodemailer({ from: "a@example.com", to: "b@example.com", subject: "Hi", text: "Hello" }));
 */
export function fromNodemailer(mailOptions: object, options: FromNodemailerOptions = {}): MessageInput {
  const { ignoreKeys = [] } = checkOptions(options, NAMES);
  checkIgnored(ignoreKeys);
  return readMailOptions(mailOptions, ignoreKeys);
}

/** @throws TypeError for what is not a list of keys, and for an option of nodemailer: ignoring one would lose mail. */
export function checkIgnored(keys: unknown): void {
  if (!Array.isArray(keys)) throw new TypeError('ignoreKeys is a list of keys, such as ["template", "context"]');
  for (const key of keys) {
    if (typeof key !== "string") throw new TypeError('ignoreKeys is a list of keys, such as ["template", "context"]');
    if (KEYS.has(key) || key === "raw") throw new TypeError(`${key} is part of the message: ignoreKeys cannot name it`);
  }
}

/** As {@link fromNodemailer}, with keys that are checked. */
export function readMailOptions(mailOptions: object, ignoreKeys: readonly string[]): MessageInput {
  if (isMessage(mailOptions)) {
    const hint = "give the message itself to send(), toBytes() or toNodemailer()";
    throw new MessageError([
      errorIssue("input.type", [], "this is a message already, not options of sendMail", { hint }),
    ]);
  }
  if (!isOptions(mailOptions)) {
    const text = "the options of sendMail are an object, such as { from, to, subject, text }";
    throw new MessageError([errorIssue("input.type", [], text)]);
  }
  const issues: Issue[] = [];
  const place: Place = { path: [], report: (issue) => issues.push(forPlugin(issue)) };
  checkGiven(mailOptions, new Set([...KEYS, ...ignoreKeys]), place, ALL_HINTS);
  const given = ownProperties(mailOptions);
  checkFixed(given, place);
  const origins: Origin[] = [];
  const headers = allHeaders(given, place);
  origins.push(...namesOf(headers));
  const result = {
    from: [],
    ...people(given, place, origins),
    ...present("subject", readString(given.subject, inside(place, "subject"))),
    ...identification(given, place, origins),
    ...contents(given, place, origins),
    ...landed("headers", headers, origins),
    ...landed("envelope", readEnvelope(given.envelope, inside(place, "envelope")), origins),
    ...present("priority", readPriority(given.priority, inside(place, "priority"))),
  };
  const [first, ...rest] = issues;
  if (first !== undefined) throw new MessageError([first, ...rest]);
  return withOrigins(result, origins);
}

// A key that is not like an option of nodemailer may be of a plugin that is not in the list.
function forPlugin(issue: Issue): Issue {
  const [key, ...below] = issue.path;
  if (issue.code !== "input.unknown-key" || issue.hint !== undefined || below.length > 0) return issue;
  return nearestName(String(key), KEYS) === undefined ? { ...issue, hint: OF_PLUGINS } : issue;
}

// A value at its place in the input, which is remembered with where it comes from.
function landed<K extends string, V>(
  key: K,
  found: Traced<V> | undefined,
  origins: Origin[],
): { readonly [P in K]?: V } {
  if (found === undefined || (Array.isArray(found.value) && found.value.length === 0)) return {};
  origins.push(...below([key], found.origins));
  return present(key, found.value);
}

function people(given: Given, place: Place, origins: Origin[]) {
  const read = (key: string) => readAddresses(given[key], inside(place, key));
  return {
    ...landed("from", read("from"), origins),
    ...present("sender", readMailbox(given.sender, inside(place, "sender"))),
    ...landed("to", read("to"), origins),
    ...landed("cc", read("cc"), origins),
    ...landed("bcc", read("bcc"), origins),
    ...landed("replyTo", read("replyTo"), origins),
  };
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

function allHeaders(given: Given, place: Place): Traced<readonly HeaderInput[]> {
  const at = inside(place, "xMailer");
  const mailer = readString(given.xMailer, at);
  return tracedList([
    ...readHeaders(given.headers, inside(place, "headers")),
    ...readListHeaders(given.list, inside(place, "list")),
    ...(mailer === undefined ? [] : [traced({ name: "X-Mailer", value: mailer }, at.path)]),
  ]);
}

// The limits of a destination are checked on the message, which knows fields by name, and some as an option.
function namesOf(headers: Traced<readonly HeaderInput[]>): readonly Origin[] {
  const paths = headers.origins.filter(([made]) => made.length === 1);
  return headers.value.flatMap(({ name }, index): Origin[] => {
    const path = paths[index]?.[1];
    const option = optionOfField(name);
    if (path === undefined) return [];
    return [[["headers", name], path], ...(option === undefined ? [] : [[[option], path] as const])];
  });
}

function identification(given: Given, place: Place, origins: Origin[]) {
  const at = inside(place, "references");
  const many = Array.isArray(given.references);
  const references = readList(given.references).flatMap((one, index) => readIds(one, many ? inside(at, index) : at));
  return {
    ...present("messageId", readString(given.messageId, inside(place, "messageId"))),
    ...landed("inReplyTo", tracedList(readIds(given.inReplyTo, inside(place, "inReplyTo"))), origins),
    ...landed("references", tracedList(references), origins),
    ...present("date", readDate(given.date, inside(place, "date"))),
  };
}

// Ids as they were printed: message() tells them apart.
function readIds(value: unknown, place: Place): readonly Traced<string>[] {
  const ids = readString(value, place);
  return ids === undefined ? [] : [traced(ids, place.path)];
}

// nodemailer writes a string as it is: one that says its offset keeps it, any other is the moment that a Date makes of it.
function readDate(value: unknown, place: Place): Date | string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "string" && (parseDate(value) ?? parseIsoTime(value)) !== undefined) return value;
  const date = isDate(value) ? value : new Date(typeof value === "string" ? value : Number.NaN);
  if (!Number.isNaN(date.getTime())) return date;
  const hint = 'give a Date, or a string such as "2026-11-24T05:06:07Z"';
  place.report(errorIssue("header.date", place.path, "this is not a valid date", { rfc: "RFC 5322 s3.3", hint }));
  return undefined;
}

function readPriority(value: unknown, place: Place): Priority | undefined {
  const text = readString(value, place)?.toLowerCase();
  if (text === undefined || text === "high" || text === "normal" || text === "low") return text;
  place.report(errorIssue("header.value", place.path, "priority is high, normal or low"));
  return undefined;
}

function contents(given: Given, place: Place, origins: Origin[]): Partial<MessageInput> {
  const bodies: Bodies = {
    ...present("text", readBody(given.text, inside(place, "text"))),
    ...present("watch", readBody(given.watchHtml, inside(place, "watchHtml"))),
    ...present("amp", readBody(given.amp, inside(place, "amp"))),
    ...present("html", readBody(given.html, inside(place, "html"))),
    ...present("calendar", readCalendar(given.icalEvent, inside(place, "icalEvent"))),
  };
  const attachments = readAttachments(given.attachments, inside(place, "attachments"));
  const alternatives = readAlternatives(given.alternatives, inside(place, "alternatives"));
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
  const at = inside(place, "encoding");
  const asked = readString(given.encoding, at)?.trim().toLowerCase();
  if (asked === "7bit" || asked === "8bit" || asked === "quoted-printable" || asked === "base64") {
    return traced(asked, at.path);
  }
  if (asked !== undefined) {
    const message = "a transfer encoding is 7bit, quoted-printable or base64";
    at.report(errorIssue("encoding.unknown", at.path, message, { rfc: "RFC 2045 s6" }));
  }
  const short = inside(place, "textEncoding");
  const letter = readString(given.textEncoding, short)?.trim().charAt(0).toUpperCase();
  if (letter === undefined) return undefined;
  if (letter === "Q" || letter === "B") return traced(letter === "Q" ? "quoted-printable" : "base64", short.path);
  short.report(errorIssue("encoding.unknown", short.path, "textEncoding is Q or B"));
  return undefined;
}
