// Expectations about the head of a message: subject, fields, who it goes to.

import { oneOf, type Reader, readObject, readOptionsOf, refuse, shapeOf, text } from "../given.ts";
import { IssueList, OptionError } from "../issues.ts";
import { addressKey, type Mailbox, mailboxesOf } from "../mail/headers/mailbox.ts";
import { isRegExp } from "../mail/octets/kinds.ts";
import {
  checkTextMatch,
  isMatch,
  type MatcherResult,
  result,
  showList,
  showWanted,
  type TextMatch,
  textMatch,
} from "./expectation.ts";
import type { EmlMessage } from "./mail.ts";
import { readNow } from "./read-eml.ts";
import { showAddress } from "./read-fields.ts";

/** The subject is this one, or matches. */
export function expectSubject(mail: unknown, wanted: TextMatch): MatcherResult {
  checkTextMatch(wanted, "subject");
  const { subject } = readNow(mail).mail;
  return result(
    isMatch(subject, wanted),
    () => ["The subject is not the one that is wanted.", ...versus(wanted, subject)].join("\n"),
    () => `The subject is ${JSON.stringify(subject)}, which is not wanted.`,
  );
}

/** The field is there; when a value is given, one field of that name has it. */
export function expectHeader(mail: unknown, name: string, wanted?: TextMatch): MatcherResult {
  const list = new IssueList();
  text(name, list.root.at("name"));
  if (wanted !== undefined) textMatch(wanted, list.root.at("value"));
  list.throwIfErrors(OptionError);
  const { headers } = readNow(mail).mail;
  const values = headers.filter((one) => one.name.toLowerCase() === name.toLowerCase()).map(({ value }) => value);
  const pass = wanted === undefined ? values.length > 0 : values.some((value) => isMatch(value, wanted));
  return result(
    pass,
    () => {
      if (values.length > 0 && wanted !== undefined) {
        const [first, ...others] = values;
        const more = others.map((value) => `+ ${value}`);
        return [`${name} has not the value that is wanted.`, ...versus(wanted, first), ...more].join("\n");
      }
      const names = [...new Set(headers.map((header) => header.name))].join(", ");
      return `There is no field ${name}. The fields: ${names || "none"}.`;
    },
    () => `${name} is ${JSON.stringify(values.find((value) => wanted === undefined || isMatch(value, wanted)))}.`,
  );
}

function versus(wanted: TextMatch, received: string | undefined): readonly string[] {
  const came = received === undefined ? "  (there is none)" : `+ ${received}`;
  return [`- ${typeof wanted === "string" ? wanted : showWanted(wanted)}`, came];
}

/** A mailbox that is wanted: an address, `Name <address>`, or a pattern for either. */
export type AddressMatch = string | RegExp | { readonly name?: TextMatch | undefined; readonly address: TextMatch };

/** Where a mailbox is looked for. */
export interface AddressedToOptions {
  /** In one place only. `bcc`: gets the message and is in neither To nor Cc. All of them when absent. */
  readonly field?: "to" | "cc" | "bcc" | undefined;
}

const ADDRESSED_TO = shapeOf<AddressedToOptions>({ field: oneOf("to", "cc", "bcc") });

const MAILBOX = shapeOf<Exclude<AddressMatch, string | RegExp>>(
  { name: textMatch, address: textMatch },
  { required: ["address"] },
);

const readWanted: Reader<AddressMatch> = (value, place) => {
  if (typeof value === "string" || isRegExp(value)) return value;
  if (typeof value !== "object") return refuse(value, "an address, a RegExp or { name, address }", place);
  const { name, address } = readObject(value, MAILBOX, place) ?? {};
  return address === undefined ? undefined : { address, ...(name === undefined ? {} : { name }) };
};

// One or several; a path has an index where several were given.
function readMailboxes(wanted: unknown): readonly AddressMatch[] {
  const issues = new IssueList();
  const place = issues.root.at("mailboxes");
  const given: readonly unknown[] | undefined = Array.isArray(wanted) ? wanted : undefined;
  const read = given?.map((one, index) => readWanted(one, place.at(index))) ?? [readWanted(wanted, place)];
  issues.throwIfErrors(OptionError);
  return read.filter((one) => one !== undefined);
}

/** Every one of these gets the message. */
export function expectAddressedTo(
  mail: unknown,
  wanted: AddressMatch | readonly AddressMatch[],
  options: AddressedToOptions = {},
): MatcherResult {
  const { field } = readOptionsOf(options, ADDRESSED_TO);
  const list = readMailboxes(wanted);
  const places = recipientsOf(readNow(mail).mail);
  const searched = field === undefined ? [...places.to, ...places.cc, ...places.bcc] : places[field];
  const missing = list.filter((one) => !searched.some((mailbox) => isMailbox(mailbox, one)));
  const where = field === undefined ? "" : ` (${field})`;
  return result(
    missing.length === 0,
    () =>
      [
        `The message is not addressed to ${missing.map(showMailbox).join(", ")}${where}. It goes to:`,
        showList(
          (["to", "cc", "bcc"] as const).flatMap((name) => places[name].map((one) => `${name}: ${showAddress(one)}`)),
          "nobody",
        ),
      ].join("\n"),
    () => `The message is addressed to ${list.map(showMailbox).join(", ")}${where}.`,
  );
}

type Places = Readonly<Record<"to" | "cc" | "bcc", readonly Mailbox[]>>;

function recipientsOf({ to, cc, envelope }: EmlMessage): Places {
  const [shownTo, shownCc] = [mailboxesOf(to), mailboxesOf(cc)];
  const shown = new Set([...shownTo, ...shownCc].map(({ address }) => addressKey(address)));
  const hidden = (envelope?.to ?? []).filter((address) => !shown.has(addressKey(address)));
  return { to: shownTo, cc: shownCc, bcc: hidden.map((address) => ({ address })) };
}

function isMailbox(mailbox: Mailbox, wanted: AddressMatch): boolean {
  const { name, address } = mailbox;
  if (isRegExp(wanted)) return isMatch(showAddress(mailbox), wanted);
  if (typeof wanted === "string") {
    return addressKey(address) === addressKey(wanted) || showAddress(mailbox) === wanted;
  }
  const isAddress =
    typeof wanted.address === "string"
      ? addressKey(address) === addressKey(wanted.address)
      : isMatch(address, wanted.address);
  return isAddress && (wanted.name === undefined || isMatch(name ?? "", wanted.name));
}

function showMailbox(wanted: AddressMatch): string {
  if (typeof wanted === "string" || isRegExp(wanted)) return String(wanted);
  const address = typeof wanted.address === "string" ? wanted.address : showWanted(wanted.address);
  if (wanted.name === undefined) return address;
  return `${typeof wanted.name === "string" ? wanted.name : showWanted(wanted.name)} <${address}>`;
}
