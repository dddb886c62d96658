// Addresses as callers write them: text, objects, and arrays of both. RFC 5322 s3.4, RFC 5890.
import { type Charset, isCharset, utf8 } from "../encoding/charset.ts";
import { errorIssue, hasError, type Issue, MessageError, type Path, type Report } from "../issues.ts";
import { isPlainAddress, LONGEST_ADDRESS, warnOfDash } from "./addr-spec.ts";
import { parseAddresses } from "./address-parser.ts";
import { writeMailbox } from "./address-writer.ts";
import { isInherited, readGuarded } from "./foreign.ts";
import { type Address, type AddressShape, type Group, isGroup, type Mailbox, mailboxOf } from "./mailbox.ts";
import { checkStructuredText, isPrintable } from "./tokens.ts";

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
export function readAddresses(input: unknown, path: Path, report: Report, shape: AddressShape): readonly Address[] {
  const found: Address[] = [];
  let failed = false;
  const watch: Report = (issue) => {
    if (issue.severity === "error") failed = true;
    report(issue);
  };
  readGuarded(path, watch, () => {
    readNested(input, path, watch, (value, place) => {
      const plain = plainMailbox(value);
      if (plain !== undefined) found.push(plain);
      else for (const address of readOne(value, place(), watch, shape)) found.push(address);
    });
  });
  if (found.length === 0 && !failed) report(errorIssue("address.missing", path, "there is no address in it"));
  else if (shape === "mailbox" && found.length > 1) {
    report(errorIssue("address.syntax", path, "only one mailbox can stand here", { rfc: "RFC 5322 s3.6.2" }));
    return Object.freeze([]);
  }
  return Object.freeze(found);
}

// A path shows no more levels than this, so that a deep nest with an address on each level stays linear.
const SHOWN_LEVELS = 32;

// A list that stands in others several times is as many lists: a small input could be one without end.
const MOST_STEPS = 1_000_000;

// The place is made up when somebody asks: there may be a million recipients, and nothing to say about them.
type Visit = (value: unknown, place: () => Path) => void;

// Arrays nest as deep as the caller likes, so their places are kept in a list and not on the call stack.
function readNested(input: unknown, path: Path, report: Report, visit: Visit): void {
  if (!Array.isArray(input)) {
    visit(input, () => path);
    return;
  }
  // By hand: an array may have lost its methods.
  if (!Reflect.apply(Array.prototype.some, input, [Array.isArray])) {
    let at = 0;
    const place = (): Path => [...path, at];
    for (; at < input.length; at++) visit(input[at], place);
    return;
  }
  const open: { readonly items: readonly unknown[]; at: number }[] = [{ items: input, at: 0 }];
  const inside = new Set<unknown>([input]);
  const here = (): Path => [...path, ...open.slice(0, SHOWN_LEVELS).map(({ at }) => at - 1)];
  let steps = 0;
  for (let top = open[0]; top !== undefined; top = open.at(-1)) {
    if (++steps > MOST_STEPS) {
      report(errorIssue("limit.recipients", path, `nested lists have at most ${MOST_STEPS} entries`));
      return;
    }
    if (top.at === top.items.length) {
      inside.delete(top.items);
      open.pop();
      continue;
    }
    const value = top.items[top.at++];
    if (!Array.isArray(value)) visit(value, here);
    else if (inside.has(value)) report(errorIssue("input.type", here(), "an array contains itself"));
    else {
      inside.add(value);
      open.push({ items: value, at: 0 });
    }
  }
}

function readOne(value: unknown, path: Path, report: Report, shape: AddressShape): readonly Address[] {
  if (typeof value === "string") return parseAddresses(value, path, report, shape);
  if (typeof value !== "object" || value === null) {
    report(errorIssue("input.type", path, "an address is text or an object with `address`"));
    return [];
  }
  const read = Object.hasOwn(value, "group") ? readGroup(value, path, report, shape) : readMailbox(value, path, report);
  return read === undefined ? [] : [read];
}

// A mailbox of printable ASCII, about which there is nothing to report.
function plainMailbox(value: unknown): Mailbox | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "address")) return undefined;
  // Inherited keys lead to the longer way, too.
  for (const key in value) if (key !== "address" && key !== "name") return undefined;
  if (isInherited(value, "name")) return undefined;
  const address: unknown = Reflect.get(value, "address");
  if (typeof address !== "string" || !isPlainAddress(address) || address.startsWith("-")) return undefined;
  const name = own(value, "name");
  if (name === undefined) return mailboxOf(undefined, address);
  return typeof name === "string" && isPrintable(name) ? mailboxOf(name, address) : undefined;
}

function readMailbox(value: object, path: Path, report: Report): Mailbox | undefined {
  reportUnknownKeys(value, path, report, ["name", "address"]);
  if (isInherited(value, "name")) {
    const message = "the name is inherited, and only an object's own properties are read";
    report(errorIssue("input.type", [...path, "name"], message, { hint: "give { name, address }" }));
    return undefined;
  }
  const name = own(value, "name");
  const goodName = name === undefined || readName(name, [...path, "name"], report);
  const address = readBareAddress(own(value, "address"), [...path, "address"], report);
  return address !== undefined && goodName
    ? mailboxOf(typeof name === "string" ? name : undefined, address)
    : undefined;
}

function readGroup(value: object, path: Path, report: Report, shape: AddressShape): Group | undefined {
  if (shape !== "addresses") {
    report(errorIssue("address.syntax", path, "no group can stand here", { rfc: "RFC 5322 s3.6.2" }));
    return undefined;
  }
  reportUnknownKeys(value, path, report, ["group", "members"]);
  const group = own(value, "group");
  const goodName = readName(group, [...path, "group"], report);
  if (group === "") report(errorIssue("address.syntax", [...path, "group"], "a group needs a name"));
  const members: Mailbox[] = [];
  readNested(own(value, "members"), [...path, "members"], report, (member, place) => {
    for (const read of readOne(member, place(), report, "mailboxes")) if (!isGroup(read)) members.push(read);
  });
  if (!goodName || typeof group !== "string" || group === "") return undefined;
  return Object.freeze({ group, members: Object.freeze(members) });
}

function readName(name: unknown, path: Path, report: Report): boolean {
  if (typeof name === "string") return checkStructuredText(name, path, report);
  report(errorIssue("input.type", path, "a name is text"));
  return false;
}

// In an object `address` is one addr-spec: no name, no list, no comment, no white space.
function readBareAddress(address: unknown, path: Path, report: Report): string | undefined {
  if (typeof address !== "string") {
    report(errorIssue("address.syntax", path, "an address is text"));
    return undefined;
  }
  if (isPlainAddress(address)) {
    warnOfDash(address, { path, report, offset: 0 });
    return address;
  }
  if (address.length > LONGEST_ADDRESS) {
    if (!checkStructuredText(address, path, report)) return undefined;
    report(errorIssue("address.length", path, `an address has at most ${LONGEST_ADDRESS} characters`));
    return undefined;
  }
  let refused = false;
  let commented = false;
  const watch: Report = (issue) => {
    refused ||= issue.severity === "error";
    if (issue.code === "address.comment") commented = true;
    else report(issue);
  };
  const [mailbox] = parseAddresses(address, path, watch, "mailbox");
  if (refused || mailbox === undefined || isGroup(mailbox)) return undefined;
  // Only the domain may differ from what was written; a bare address has nothing before or behind it.
  if (!commented && !Object.hasOwn(mailbox, "name") && isBare(address, mailbox.address)) return mailbox.address;
  report(errorIssue("address.syntax", path, "an address stands here alone, without name, comment or blanks"));
  return undefined;
}

function isBare(written: string, read: string): boolean {
  const local = read.slice(0, read.lastIndexOf("@") + 1);
  const domain = written.slice(local.length);
  return written.startsWith(local) && !/[ <>]/.test(domain);
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function reportUnknownKeys(value: object, path: Path, report: Report, known: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) report(errorIssue("input.unknown-key", [...path, key], "this key means nothing here"));
  }
}

/**
 * Reads a list of addresses written as text.
 *
 * @returns mailboxes and groups, frozen.
 * @throws MessageError with every issue when the text is no address list; warnings do not throw.
 * @example
 * parseAddressList("Ann <ann@example.org>, Team: bob@example.org;");
 */
export function parseAddressList(text: string): readonly Address[] {
  const issues: Issue[] = [];
  const addresses = readAddresses(text, [], (issue) => issues.push(issue), "addresses");
  const [first, ...others] = issues;
  if (first !== undefined && hasError(issues)) throw new MessageError([first, ...others]);
  return addresses;
}

/**
 * One mailbox as it stands in a header, without folds.
 *
 * @param mailbox as `message()` takes one: it is checked here, so that nothing but a mailbox leaves.
 * @param charset of encoded-words; UTF-8 when absent.
 * @throws MessageError with every issue when it is no mailbox; `charset.unmappable`; `input.option` for no charset.
 * @example
 * formatMailbox({ name: "Ann, Lee", address: "ann@example.org" }); // "\"Ann, Lee\" <ann@example.org>"
 */
export function formatMailbox(mailbox: MailboxInput, charset: Charset = utf8): string {
  const issues: Issue[] = [];
  const [only] = readAddresses(mailbox, [], (issue) => issues.push(issue), "mailbox");
  if (!isCharset(charset))
    issues.push(errorIssue("input.option", ["charset"], "a charset is { name, stateful, encode }"));
  const [first, ...others] = issues.filter(({ severity }) => severity === "error");
  if (first !== undefined) throw new MessageError([first, ...others]);
  if (only === undefined || isGroup(only)) return "";
  return writeMailbox(only, charset);
}

/** Reads one mailbox and gives its bare address. */
export function readEnvelopeAddress(input: unknown, path: Path, report: Report): string | undefined {
  const [mailbox, ...others] = readAddresses(input, path, report, "mailbox");
  return mailbox === undefined || others.length > 0 || isGroup(mailbox) ? undefined : mailbox.address;
}
