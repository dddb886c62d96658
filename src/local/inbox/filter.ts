// Which messages: the conditions that a filter may hold, and whether a message meets them.
import { flag, oneOf, readOptionsOf, shapeOf, text, valueFrom } from "../../given.ts";
import type { RawField } from "../../mail/read/head.ts";
import { decodedValue } from "../../mail/read/message.ts";
import { MESSAGE_KINDS, type MessageFilter, type StoredMessage } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";
import { readReceivedList, readReceivedMailbox } from "../protocol/address-list.ts";
import { parsedMail } from "./read-mail.ts";
import { readView } from "./view.ts";

const isText = (value: unknown): value is string => typeof value === "string";

const pattern = valueFrom(
  (value): value is string | RegExp => isText(value) || value instanceof RegExp,
  "a string or a RegExp",
);
const texts = valueFrom(
  (value): value is string | readonly string[] => isText(value) || (Array.isArray(value) && value.every(isText)),
  "a string or a list of strings",
);
const time = valueFrom(
  (value): value is Date | number =>
    value instanceof Date ? !Number.isNaN(value.getTime()) : typeof value === "number" && !Number.isNaN(value),
  "a Date or a number of milliseconds since the epoch",
);

const FILTER = shapeOf<MessageFilter>({
  id: text,
  to: text,
  cc: text,
  bcc: text,
  from: text,
  subject: pattern,
  text: pattern,
  tag: texts,
  configurationSet: text,
  header: texts,
  hasAttachment: flag,
  since: time,
  before: time,
  region: text,
  kind: oneOf(...MESSAGE_KINDS),
  after: text,
  latest: flag,
});

/** The conditions that a filter may hold. */
export const FILTER_NAMES: readonly string[] = [...FILTER.known];

/** The messages that match, oldest first. @throws OptionError for a filter that cannot be used */
export function findMessages(state: LocalState, filter: MessageFilter): readonly StoredMessage[] {
  const found = [...state.messages.values()].filter(matcher(state, filter));
  return filter.latest === true ? found.slice(-1) : found;
}

/** A test for messages: every given condition holds. @throws OptionError for a filter that cannot be used */
export function matcher(state: LocalState, filter: MessageFilter): (message: StoredMessage) => boolean {
  const read = readOptionsOf<MessageFilter>(filter, FILTER);
  const { since, before, region, kind, id, configurationSet, hasAttachment, text: shown } = read;
  const { to, cc, bcc, from } = addressesOf(read);
  const tags = listOf(read.tag);
  const headers = listOf(read.header);
  // Maps keep their order: what follows `after` was taken later. An unknown id is before everything.
  const mark = read.after === undefined ? undefined : state.messages.get(read.after);
  const earlier = mark === undefined ? undefined : idsUpTo(state, mark.id);
  return (message) =>
    (id === undefined || message.id === id) &&
    (to === undefined || hasAddress(message.recipients, to)) &&
    (cc === undefined || hasAddress(message.cc, cc)) &&
    (bcc === undefined || hasAddress(message.bcc, bcc)) &&
    contains(message.subject, read.subject) &&
    (since === undefined || message.at >= Number(since)) &&
    (before === undefined || message.at < Number(before)) &&
    (region === undefined || message.region === region) &&
    (kind === undefined || message.kind === kind) &&
    (configurationSet === undefined || message.configurationSet === configurationSet) &&
    tags.every((tag) => hasTag(message, tag)) &&
    !(earlier?.has(message.id) ?? false) &&
    // Last, since these read the head or the whole of a message.
    (from === undefined || hasAddress([message.source, ...fromAddresses(message)], from)) &&
    (headers.length === 0 || hasHeaders(message, headers)) &&
    (hasAttachment === undefined || parsedMail(message).attachments.length > 0 === hasAttachment) &&
    (shown === undefined || contains(shownText(message), shown));
}

function addressesOf({ to, cc, bcc, from }: MessageFilter) {
  return { to: bareAddress(to), cc: bareAddress(cc), bcc: bareAddress(bcc), from: bareAddress(from) };
}

// A name around the address says nothing about who it is.
function bareAddress(text: string | undefined): string | undefined {
  if (text === undefined || !text.includes("<")) return text?.toLowerCase();
  try {
    return readReceivedMailbox(text).address.toLowerCase();
  } catch {
    return text.toLowerCase();
  }
}

function hasAddress(addresses: readonly string[], wanted: string): boolean {
  return addresses.some((address) => address.toLowerCase() === wanted);
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

// Names of the service's own tags have colons in them, so name and value are joined for the comparison; the text is not split.
function hasTag({ tags }: StoredMessage, wanted: string): boolean {
  return tags.some(({ name, value }) => name === wanted || `${name}:${value}` === wanted);
}

function fieldsOf(head: Uint8Array): readonly RawField[] {
  return readView(head).fields;
}

function fromAddresses(message: StoredMessage): readonly string[] {
  return fieldsOf(message.head)
    .filter(({ name }) => name.toLowerCase() === "from")
    .flatMap(({ value }) => addressesIn(value));
}

// What the endpoint itself wrote need not be an address.
function addressesIn(value: string): readonly string[] {
  try {
    return readReceivedList(value).map(({ address }) => address);
  } catch {
    return [];
  }
}

function hasHeaders(message: StoredMessage, wanted: readonly string[]): boolean {
  const fields = [...fieldsOf(message.raw.subarray(0, message.bodyAt)), ...fieldsOf(message.head)];
  return wanted.every((one) => {
    const colon = one.indexOf(":");
    const name = (colon < 0 ? one : one.slice(0, colon)).trim().toLowerCase();
    const value = colon < 0 ? undefined : one.slice(colon + 1).trim();
    return fields.some(
      (field) => field.name.toLowerCase() === name && (value === undefined || decodedValue(field).trim() === value),
    );
  });
}

function idsUpTo(state: LocalState, id: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const known of state.messages.keys()) {
    ids.add(known);
    if (known === id) break;
  }
  return ids;
}

function shownText(message: StoredMessage): string {
  const { text, html } = parsedMail(message);
  return text ?? html ?? "";
}

function contains(text: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  // `search` starts at 0 whatever a global pattern remembers.
  return typeof wanted === "string" ? text.includes(wanted) : text.search(wanted) >= 0;
}
