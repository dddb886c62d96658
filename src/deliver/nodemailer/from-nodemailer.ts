// What is given to nodemailer's sendMail, made into input for message(). Nothing is opened, nothing is dropped.

import { readOptionsOf, refuse, shapeOf } from "../../given.ts";
import { errorIssue, type Issue, IssueList, MessageError, mappedSink, type Place } from "../../issues.ts";
import { parseDate, parseIsoTime } from "../../mail/headers/date.ts";
import type { Given } from "../../mail/message/context.ts";
import { optionOfField } from "../../mail/message/given-headers.ts";
import { isMessage, type Origin, withOrigins } from "../../mail/message/seal.ts";
import type { MessageInput, Priority } from "../../mail/message/types.ts";
import { isDate } from "../../mail/octets/kinds.ts";
import { isOptions, ownProperties } from "../../options/plain.ts";
import { nearestName } from "../../options/suggestions.ts";
import { readAddresses, readEnvelope, readMailbox } from "./addresses.ts";
import { readContents } from "./bodies.ts";
import {
  checkGiven,
  isAbsent,
  landed,
  present,
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
 * the header, where nodemailer would send without a sender. `textEncoding` decides the bodies, not the header: there the
 * shorter encoding is taken.
 *
 * Paths of issues, of those that `message()` reports later too, lead into `mailOptions`: `list.help`, not `headers[0]`.
 *
 * @param mailOptions - the object for `sendMail`
 * @param options - `ignoreKeys`: keys of plugins
 * @throws MessageError with every issue: `input.unknown-key` for options that cannot be carried over (its hint says
 * what to do), `source.one-shot`, `header.value` for a prepared header, `encoding.invalid`, `header.date`, …; OptionError for
 * unusable `ignoreKeys`
 * @example
 * const m = message(fromNodemailer({ from: "a@example.com", to: "b@example.com", subject: "Hi", text: "Hello" }));
 */
export function fromNodemailer(mailOptions: object, options: FromNodemailerOptions = {}): MessageInput {
  const { ignoreKeys = [] } = readOptionsOf(options, OPTIONS);
  return readMailOptions(mailOptions, ignoreKeys);
}

/** Reads keys of plugins. Ignoring an option of nodemailer would lose mail. */
export function readIgnoredKeys(value: unknown, place: Place): readonly string[] | undefined {
  if (!Array.isArray(value)) return refuse(value, IGNORED, place);
  const keys: readonly unknown[] = value;
  for (const [index, key] of keys.entries()) {
    const at = place.at(index);
    if (typeof key !== "string") refuse(key, 'a key, such as "template"', at);
    else if (KEYS.has(key) || key === "raw") {
      at.error("input.option", `${key} is part of the message`, { hint: "name keys of plugins only" });
    }
  }
  return keys.filter((key) => typeof key === "string");
}

const IGNORED = 'a list of keys, such as ["template", "context"]';
const OPTIONS = shapeOf<FromNodemailerOptions>({ ignoreKeys: readIgnoredKeys });

/** As {@link fromNodemailer}, with keys that are checked. */
export function readMailOptions(mailOptions: object, ignoreKeys: readonly string[]): MessageInput {
  if (isMessage(mailOptions)) {
    const hint = "give the message itself to send(), toBytes() or toNodemailer()";
    throw new MessageError([errorIssue("input.type", [], "expected options of sendMail; got a message", { hint })]);
  }
  if (!isOptions(mailOptions)) {
    const text = "expected options of sendMail such as { from, to, subject, text }";
    throw new MessageError([errorIssue("input.type", [], text)]);
  }
  const issues = new IssueList();
  const place = issues.root.into(mappedSink(issues, forPlugin));
  checkGiven(mailOptions, new Set([...KEYS, ...ignoreKeys]), place, ALL_HINTS);
  const given = ownProperties(mailOptions);
  checkFixed(given, place);
  const origins: Origin[] = [];
  const headers = allHeaders(given, place);
  origins.push(...namesOf(headers));
  const result = {
    from: [],
    ...people(given, place, origins),
    ...present("subject", readString(given.subject, place.at("subject"))),
    ...identification(given, place, origins),
    ...readContents(given, place, origins),
    ...landed("headers", headers, origins),
    ...landed("envelope", readEnvelope(given.envelope, place.at("envelope")), origins),
    ...present("priority", readPriority(given.priority, place.at("priority"))),
  };
  issues.throwIfErrors(MessageError);
  return withOrigins(result, origins);
}

// A key that is not like an option of nodemailer may be of a plugin that is not in the list.
function forPlugin(issue: Issue): Issue {
  const [key, ...below] = issue.path;
  if (issue.code !== "input.unknown-key" || issue.hint !== undefined || below.length > 0) return issue;
  return nearestName(String(key), KEYS) === undefined ? { ...issue, hint: OF_PLUGINS } : issue;
}

function people(given: Given, place: Place, origins: Origin[]) {
  const read = (key: string) => readAddresses(given[key], place.at(key));
  return {
    ...landed("from", read("from"), origins),
    ...present("sender", readMailbox(given.sender, place.at("sender"))),
    ...landed("to", read("to"), origins),
    ...landed("cc", read("cc"), origins),
    ...landed("bcc", read("bcc"), origins),
    ...landed("replyTo", read("replyTo"), origins),
  };
}

// Options whose one value says what is done anyway.
function checkFixed(given: Given, place: Place): void {
  if (!isAbsent(given.attachDataUrls)) {
    const hint = 'call inlineImages(html, () => undefined) of "mimewright/html" and give its html and attachments';
    place.at("attachDataUrls").error("input.unknown-key", "images in the html are left as they are", { hint });
  }
  if (!isAbsent(given.newline) && !/^(?:win|windows|dos|\r\n)$/i.test(String(given.newline))) {
    place.at("newline").error("input.option", "lines of a message end with CRLF", { rfc: "RFC 5322 s2.3" });
  }
}

function allHeaders(given: Given, place: Place): Traced<readonly HeaderInput[]> {
  const at = place.at("xMailer");
  const mailer = readString(given.xMailer, at);
  return tracedList([
    ...readHeaders(given.headers, place.at("headers")),
    ...readListHeaders(given.list, place.at("list")),
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
  const at = place.at("references");
  const many = Array.isArray(given.references);
  const references = readList(given.references).flatMap((one, index) => readIds(one, many ? at.at(index) : at));
  return {
    ...present("messageId", readString(given.messageId, place.at("messageId"))),
    ...landed("inReplyTo", tracedList(readIds(given.inReplyTo, place.at("inReplyTo"))), origins),
    ...landed("references", tracedList(references), origins),
    ...present("date", readDate(given.date, place.at("date"))),
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
  return place.error("header.date", "this is not a valid date", { rfc: "RFC 5322 s3.3", hint });
}

function readPriority(value: unknown, place: Place): Priority | undefined {
  const text = readString(value, place)?.toLowerCase();
  if (text === undefined || text === "high" || text === "normal" || text === "low") return text;
  return place.error("header.value", 'expected "high", "normal" or "low"');
}
