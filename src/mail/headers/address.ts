// Addresses as callers write them: text, objects, and arrays of both. RFC 5322 s3.4, RFC 5890.

import { checkKeys } from "../../given.ts";
import { filteredSink, IssueList, MessageError, type Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { isInherited, readGuarded } from "../../options/plain.ts";
import { type Charset, isCharset, utf8 } from "../octets/charset.ts";
import { isPlainAddress, LONGEST_ADDRESS, warnOfDash } from "./addr-spec.ts";
import { parseAddresses } from "./address-parser.ts";
import { writeMailbox } from "./address-writer.ts";
import { type Address, type AddressShape, type Group, isGroup, type Mailbox, mailboxOf } from "./mailbox.ts";
import { checkStructuredText, isClean } from "./tokens.ts";

export {
  type Address,
  type AddressShape,
  addressKey,
  type Group,
  type Mailbox,
  mailboxesOf,
} from "./mailbox.ts";

/** `Ann <ann@example.org>`, `ann@example.org`, or the two in an object; `address` is then one bare address. */
export type MailboxInput = string | { readonly name?: string | undefined; readonly address: string };

/** Mailboxes, groups, and arrays of them. A string may hold a list where the field takes one. */
export type AddressInput =
  | MailboxInput
  | { readonly group: string; readonly members: MailboxInput | readonly MailboxInput[] }
  | readonly AddressInput[];

/**
 * Reads addresses in any input form. Everything that is wrong is reported under `path`; what is right is returned,
 * frozen. `mailbox` takes exactly one mailbox, `mailboxes` no groups, `addresses` both.
 *
 * @example
 * readAddresses(["Ann <ann@example.org>", { address: "bob@example.org" }], ["to"], report, "addresses");
 */
export function readAddresses(input: unknown, place: Place, shape: AddressShape): readonly Address[] {
  const found: Address[] = [];
  const errorsBefore = place.errorCount;
  readGuarded(place, () => {
    readNested(input, place, (value, item) => {
      const plain = plainMailbox(value);
      if (plain !== undefined) found.push(plain);
      else for (const address of readOne(value, item(), shape)) found.push(address);
    });
  });
  if (found.length === 0 && place.errorCount === errorsBefore)
    place.error("address.missing", "expected at least one address");
  else if (shape === "mailbox" && found.length > 1) {
    place.error("address.syntax", "expected exactly one mailbox", { rfc: "RFC 5322 s3.6.2" });
    return Object.freeze([]);
  }
  return Object.freeze(found);
}

// A path shows no more levels than this, so that a deep nest with an address on each level stays linear.
const SHOWN_LEVELS = 32;

// A list that occurs in others several times is as many lists: a small input could be one without end.
const MOST_STEPS = 1_000_000;

// The place is made when it is needed: there may be a million recipients without an issue.
type Visit = (value: unknown, place: () => Place) => void;

// Arrays nest as deep as the caller likes, so their places are kept in a list and not on the call stack.
function readNested(input: unknown, place: Place, visit: Visit): void {
  if (!Array.isArray(input)) {
    visit(input, () => place);
    return;
  }
  const top = { items: input, at: 0 };
  const item = (): Place => place.at(top.at);
  for (; top.at < input.length; top.at++) {
    const value: unknown = input[top.at];
    if (Array.isArray(value)) {
      readDeep(top, place, visit);
      return;
    }
    visit(value, item);
  }
}

interface OpenList {
  readonly items: readonly unknown[];
  at: number;
}

// Goes on with a list where a list is in it.
function readDeep(outer: OpenList, place: Place, visit: Visit): void {
  const open: OpenList[] = [outer];
  const inside = new Set<unknown>([outer.items]);
  const here = (): Place => place.in(open.slice(0, SHOWN_LEVELS).map(({ at }) => at - 1));
  let steps = outer.at;
  for (let top = open[0]; top !== undefined; top = open.at(-1)) {
    if (++steps > MOST_STEPS) {
      place.error("limit.recipients", `nested lists have at most ${MOST_STEPS} entries`);
      return;
    }
    if (top.at === top.items.length) {
      inside.delete(top.items);
      open.pop();
      continue;
    }
    const value = top.items[top.at++];
    if (!Array.isArray(value)) visit(value, here);
    else if (inside.has(value)) here().error("input.type", "an array contains itself");
    else {
      inside.add(value);
      open.push({ items: value, at: 0 });
    }
  }
}

function readOne(value: unknown, place: Place, shape: AddressShape): readonly Address[] {
  if (typeof value === "string") return parseAddresses(value, place, shape);
  if (typeof value !== "object" || value === null) {
    place.error("input.type", "expected an address as a string, or an object { name, address }");
    return [];
  }
  const read = Object.hasOwn(value, "group") ? readGroup(value, place, shape) : readMailbox(value, place);
  return read === undefined ? [] : [read];
}

// A mailbox about which there is nothing to report, as nearly all are.
function plainMailbox(value: unknown): Mailbox | undefined {
  if (typeof value !== "object" || value === null || !holdsAddress(value)) return undefined;
  // Inherited keys lead to the longer way, too.
  for (const key in value) if (key !== "address" && key !== "name") return undefined;
  const named = Object.hasOwn(value, "name");
  if (!named && isInherited(value, "name")) return undefined;
  const { address } = value;
  if (typeof address !== "string" || !isPlainAddress(address) || address.startsWith("-")) return undefined;
  const name = named ? value.name : undefined;
  if (name === undefined) return mailboxOf(undefined, address);
  return typeof name === "string" && isClean(name) ? mailboxOf(name, address) : undefined;
}

function holdsAddress(value: object): value is { readonly address: unknown; readonly name?: unknown } {
  return Object.hasOwn(value, "address");
}

const MAILBOX = { known: new Set(["name", "address"]), hints: hintsFor.mailbox };
const GROUP = { known: new Set(["group", "members"]) };

function readMailbox(value: object, place: Place): Mailbox | undefined {
  checkKeys(value, MAILBOX, place);
  if (isInherited(value, "name")) {
    const message = "the name is inherited, and only an object's own properties are read";
    return place.at("name").error("input.type", message, { hint: "give { name, address }" });
  }
  const name = own(value, "name");
  const goodName = name === undefined || readName(name, place.at("name"));
  const address = readBareAddress(own(value, "address"), place.at("address"));
  return address !== undefined && goodName
    ? mailboxOf(typeof name === "string" ? name : undefined, address)
    : undefined;
}

function readGroup(value: object, place: Place, shape: AddressShape): Group | undefined {
  if (shape !== "addresses") {
    return place.error("address.syntax", "expected mailboxes without groups", { rfc: "RFC 5322 s3.6.2" });
  }
  checkKeys(value, GROUP, place);
  const group = own(value, "group");
  const goodName = readName(group, place.at("group"));
  if (group === "") place.at("group").error("address.syntax", "a group needs a name");
  const members: Mailbox[] = [];
  readNested(own(value, "members"), place.at("members"), (member, item) => {
    for (const read of readOne(member, item(), "mailboxes")) if (!isGroup(read)) members.push(read);
  });
  if (!goodName || typeof group !== "string" || group === "") return undefined;
  return Object.freeze({ group, members: Object.freeze(members) });
}

function readName(name: unknown, place: Place): boolean {
  if (typeof name === "string") return checkStructuredText(name, place);
  place.error("input.type", "expected a name as a string");
  return false;
}

// In an object `address` is one addr-spec: no name, no list, no comment, no white space.
function readBareAddress(address: unknown, place: Place): string | undefined {
  if (typeof address !== "string") {
    return place.error("address.syntax", "expected an address as a string");
  }
  if (isPlainAddress(address)) {
    warnOfDash(address, { place, offset: 0 });
    return address;
  }
  if (address.length > LONGEST_ADDRESS) {
    if (!checkStructuredText(address, place)) return undefined;
    return place.error("address.length", `an address has at most ${LONGEST_ADDRESS} characters`);
  }
  let commented = false;
  const withoutComment = filteredSink(place.sink, ({ code }) => {
    commented ||= code === "address.comment";
    return code !== "address.comment";
  });
  const errorsBefore = place.errorCount;
  const [mailbox] = parseAddresses(address, place.into(withoutComment), "mailbox");
  if (place.errorCount > errorsBefore || mailbox === undefined || isGroup(mailbox)) return undefined;
  // Only the domain may differ from what was written; a bare address has nothing before or behind it.
  if (!commented && !Object.hasOwn(mailbox, "name") && isBare(address, mailbox.address)) return mailbox.address;
  return place.error(
    "address.syntax",
    "expected a bare address such as ann@example.com, without a display name, comment or spaces",
  );
}

function isBare(written: string, read: string): boolean {
  const local = read.slice(0, read.lastIndexOf("@") + 1);
  const domain = written.slice(local.length);
  return written.startsWith(local) && !/[ <>]/.test(domain);
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/**
 * Reads a list of addresses written as text.
 *
 * @returns mailboxes and groups, frozen.
 * @throws MessageError with every issue when the text is not an address list; warnings do not throw.
 * @example
 * parseAddressList("Ann <ann@example.org>, Team: bob@example.org;");
 */
export function parseAddressList(text: string): readonly Address[] {
  const list = new IssueList();
  const addresses = readAddresses(text, list.root, "addresses");
  list.throwIfErrors(MessageError);
  return addresses;
}

/**
 * One mailbox as it is in a header, without folds.
 *
 * @param mailbox as `message()` takes one: it is checked here, so that nothing but a mailbox leaves.
 * @param charset of encoded-words; UTF-8 when absent.
 * @throws MessageError with every issue when it is not a mailbox; `charset.unmappable`; `input.option` for no charset.
 * @example
 * formatMailbox({ name: "Ann, Lee", address: "ann@example.org" }); // "\"Ann, Lee\" <ann@example.org>"
 */
export function formatMailbox(mailbox: MailboxInput, charset: Charset = utf8): string {
  const list = new IssueList();
  const [only] = readAddresses(mailbox, list.root, "mailbox");
  if (!isCharset(charset))
    list.root.at("charset").error("input.option", "expected a charset { name, stateful, encode }");
  list.throwIfErrors(MessageError);
  if (only === undefined || isGroup(only)) return "";
  return writeMailbox(only, charset);
}

/** Reads one mailbox and gives its bare address. */
export function readEnvelopeAddress(input: unknown, place: Place): string | undefined {
  const [mailbox, ...others] = readAddresses(input, place, "mailbox");
  return mailbox === undefined || others.length > 0 || isGroup(mailbox) ? undefined : mailbox.address;
}
