// Addresses as nodemailer takes them: strings, objects, groups, and lists nested to any depth.

import type { Place } from "../../issues.ts";
import type { AddressInput, MailboxInput } from "../../mail/headers/address.ts";
import type { EnvelopeInput } from "../../mail/message/types.ts";
import { ownProperties } from "../../options/plain.ts";
import { below, checkGiven, isAbsent, isObject, type Traced, traced, tracedList } from "./given.ts";

const MAILBOX_KEYS = new Set(["name", "address"]);
const GROUP_KEYS = new Set(["name", "group"]);
const ENVELOPE_KEYS = new Set(["from", "to", "cc", "bcc"]);

/** An address option. An empty one is as if it were not given. */
export function readAddresses(value: unknown, place: Place): Traced<AddressInput> | undefined {
  if (isAbsent(value)) return undefined;
  if (!Array.isArray(value)) return readAddress(value, place);
  const found = readEach(value, place);
  return found.length === 0 ? undefined : tracedList(found);
}

function readEach(value: readonly unknown[], place: Place): readonly Traced<AddressInput>[] {
  return flatten(value, place).flatMap((one) => readAddress(one.value, one.place) ?? []);
}

/** An option that takes one mailbox. */
export function readMailbox(value: unknown, place: Place): MailboxInput | undefined {
  const [one, ...more] = Array.isArray(value) ? flatten(value, place) : [{ value, place }];
  if (one === undefined || isAbsent(one.value)) return undefined;
  if (more.length > 0) {
    return place.error("address.syntax", "expected one mailbox, not a list", { rfc: "RFC 5322 s3.6.2" });
  }
  return typeof one.value === "string" ? one.value : readObject(one.value, one.place);
}

/** The envelope option: recipients of three names make one list. */
export function readEnvelope(value: unknown, place: Place): Traced<EnvelopeInput> | undefined {
  if (isAbsent(value)) return undefined;
  if (!isObject(value)) {
    return place.error("input.type", "expected an envelope such as { from, to }");
  }
  checkGiven(value, ENVELOPE_KEYS, place);
  const given = ownProperties(value);
  // nodemailer says MAIL FROM:<> for these (RFC 5321 s4.5.5).
  const isNull = given.from === "" || given.from === "<>" || given.from === false || given.from === null;
  const from = isNull ? "" : readMailbox(given.from, place.at("from"));
  const to = tracedList(["to", "cc", "bcc"].flatMap((key) => readRecipients(given[key], place.at(key))));
  const recipients = to.value.length === 0 ? {} : { to: to.value };
  return traced({ ...(from === undefined ? {} : { from }), ...recipients }, place.path, below(["to"], to.origins));
}

function readRecipients(value: unknown, place: Place): readonly Traced<AddressInput>[] {
  if (Array.isArray(value)) return readEach(value, place);
  const one = isAbsent(value) ? undefined : readAddress(value, place);
  return one === undefined ? [] : [one];
}

// Lists may be deep, or hold themselves: no recursion, and each list once, as nodemailer reads them.
function flatten(
  list: readonly unknown[],
  place: Place,
): readonly { readonly value: unknown; readonly place: Place }[] {
  const found: { value: unknown; place: Place }[] = [];
  const seen = new Set<unknown>([list]);
  const open: { items: readonly unknown[]; next: number; place: Place }[] = [{ items: list, next: 0, place }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (top.next >= top.items.length) {
      open.pop();
      continue;
    }
    const index = top.next++;
    const value = top.items[index];
    // A path shows where the outermost list has it: deep ones would grow with every level.
    const at = open.length === 1 ? top.place.at(index) : top.place;
    if (!Array.isArray(value)) found.push({ value, place: at });
    else if (!seen.has(value)) {
      seen.add(value);
      open.push({ items: value, next: 0, place: at });
    }
  }
  return found.filter((one) => !isAbsent(one.value));
}

function readAddress(value: unknown, place: Place): Traced<AddressInput> | undefined {
  if (typeof value === "string") return traced(value, place.path);
  if (isObject(value) && Object.hasOwn(value, "group")) return readGroup(value, place);
  const mailbox = readObject(value, place);
  return mailbox === undefined ? undefined : traced(mailbox, place.path);
}

function readGroup(value: object, place: Place): Traced<AddressInput> {
  checkGiven(value, GROUP_KEYS, place);
  const { name, group } = ownProperties(value);
  const inner = place.at("group");
  const members: Traced<MailboxInput>[] = [];
  for (const one of Array.isArray(group) ? flatten(group, inner) : [{ value: group, place: inner }]) {
    const member = typeof one.value === "string" ? one.value : readObject(one.value, one.place);
    if (member !== undefined) members.push(traced(member, one.place.path));
  }
  const list = tracedList(members);
  return traced({ group: typeof name === "string" ? name : "", members: list.value }, place.path, [
    [["group"], [...place.path, "name"]],
    ...below(["members"], list.origins),
  ]);
}

function readObject(value: unknown, place: Place): MailboxInput | undefined {
  if (!isObject(value)) {
    return place.error("input.type", "expected an address: a string or { name, address }");
  }
  checkGiven(value, MAILBOX_KEYS, place);
  const { name, address } = ownProperties(value);
  if (typeof address !== "string") {
    return place.at("address").error("address.syntax", "expected an address such as ann@example.com");
  }
  if (isAbsent(name)) return { address };
  if (typeof name === "string") return { name, address };
  return place.at("name").error("input.type", "expected a string");
}
