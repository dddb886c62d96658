// Reads addresses out of parameters and fields that a client sent, and says what is wrong in the service's words.
// One pass over the text, no recursion, no backtracking. RFC 5322 s3.4, obsolete forms only as far as they are seen.

import { checkAddress, invalidAddress, LONGEST_ADDRESS } from "./address.ts";
import { invalidValue } from "./errors.ts";

// A field of a quarter of a megabyte is not sent back as a whole.
const LONGEST_SHOWN = 1_000;

/** One mailbox as received. */
export interface ReceivedMailbox {
  /** The display name without quotes, encoded-words as they are; empty without one. */
  readonly name: string;
  /** The bare address, exactly as written. */
  readonly address: string;
}

interface Reading {
  readonly text: string;
  at: number;
  readonly found: ReceivedMailbox[];
  /** Text outside of comments: a display name or the whole address, or what follows angle brackets. */
  outside: string;
  /** Text inside the angle brackets, once there were any. */
  inside: string | undefined;
  /** What precedes the angle brackets, quotes undone. */
  name: string;
  inGroup: boolean;
  /** Where the last character is that is neither a comma nor a blank, for a text that may hold one address only. */
  readonly lastOfOne: number | undefined;
}

/**
 * Reads an address list: mailboxes with or without names, groups, comments, encoded-words.
 *
 * @returns the mailboxes in order, members of groups among them; an empty text gives none
 * @throws SesError InvalidParameterValue for the first mistake
 * @example
 * readReceivedList('Ann <ann@example.com>, team: bob@example.com;'); // two mailboxes
 */
export function readReceivedList(text: string): readonly ReceivedMailbox[] {
  return read(text, undefined);
}

/** A mailbox as the service names it: quotes only around a name that needs them, encoded-words as they are. */
export function mailboxText({ name, address }: ReceivedMailbox): string {
  if (name === "") return address;
  // RFC 5322 s3.2.3: the specials.
  const shown = /[()<>[\]:;@\\,."]/.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name;
  return `${shown} <${address}>`;
}

/**
 * Reads one address of a parameter: a mailbox, or a group of them, but no list. A name may hold any character but a
 * line break or another control character.
 *
 * @throws SesError InvalidParameterValue: `Invalid email address .` for none, `Illegal address` for several
 */
export function readAddress(text: string): readonly ReceivedMailbox[] {
  if (text.trim() === "") throw invalidAddress("");
  let last = text.length - 1;
  while (last >= 0 && /[\s,]/.test(text.charAt(last))) last--;
  const found = read(text, last);
  if (/[\0-\x08\n-\x1f\x7f]/.test(text)) throw invalidAddress(text);
  return found;
}

/** Reads exactly one mailbox. @throws SesError InvalidParameterValue, also for none and for several */
export function readReceivedMailbox(text: string): ReceivedMailbox {
  const [first, ...more] = readAddress(text);
  if (first === undefined || more.length > 0) throw invalidValue("Illegal address");
  return first;
}

function read(text: string, lastOfOne: number | undefined): readonly ReceivedMailbox[] {
  const reading: Reading = {
    text,
    at: 0,
    found: [],
    outside: "",
    inside: undefined,
    name: "",
    inGroup: false,
    lastOfOne,
  };
  while (reading.at < text.length) step(reading);
  if (reading.inGroup) throw invalidValue("Missing ';' at end of group");
  finish(reading);
  return reading.found;
}

function step(reading: Reading): void {
  const character = reading.text.charAt(reading.at);
  switch (character) {
    case "(":
      skipComment(reading);
      return;
    case '"':
      reading.outside += takeQuoted(reading);
      return;
    case "<":
      takeAngle(reading);
      return;
    case ",":
      if (isSecond(reading)) throw invalidValue("Illegal address");
      finish(reading);
      break;
    case ":":
      openGroup(reading);
      break;
    case ";":
      if (!reading.inGroup) throw invalidValue("Illegal semicolon, not in group");
      finish(reading);
      reading.inGroup = false;
      break;
    default:
      reading.outside += character;
  }
  reading.at++;
}

// True at a comma that another address follows, where there may be one only.
function isSecond({ at, inGroup, lastOfOne }: Reading): boolean {
  return lastOfOne !== undefined && !inGroup && at < lastOfOne;
}

// RFC 5322 s3.2.2: comments nest; the depth is a number, not a stack. One is a blank: it joins nothing that it parts.
function skipComment(reading: Reading): void {
  let depth = 0;
  for (; reading.at < reading.text.length; reading.at++) {
    const character = reading.text.charAt(reading.at);
    if (character === "\\") reading.at++;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) {
      reading.at++;
      reading.outside += " ";
      return;
    }
  }
  throw invalidValue("Missing ')'");
}

// A quoted-string with its quotes, RFC 5322 s3.2.4.
function takeQuoted(reading: Reading): string {
  const start = reading.at++;
  for (; reading.at < reading.text.length; reading.at++) {
    const character = reading.text.charAt(reading.at);
    if (character === "\\") reading.at++;
    else if (character === '"') return reading.text.slice(start, ++reading.at);
  }
  throw invalidValue("Missing '\"'");
}

function takeAngle(reading: Reading): void {
  if (reading.inside !== undefined) throw invalidValue("Extra route-addr");
  reading.at++;
  let inside = "";
  while (reading.at < reading.text.length) {
    const character = reading.text.charAt(reading.at);
    if (character === '"') {
      inside += takeQuoted(reading);
      continue;
    }
    reading.at++;
    if (character === ">") {
      reading.inside = inside;
      reading.name = reading.outside
        .trim()
        .replace(/"((?:[^"\\]|\\.)*)"/gs, (_, quoted: string) => quoted.replace(/\\(.)/gs, "$1"));
      reading.outside = "";
      return;
    }
    inside += character;
  }
  throw invalidValue("Missing '>'");
}

// RFC 5322 s3.4: group = display-name ":" [group-list] ";".
function openGroup(reading: Reading): void {
  if (reading.inGroup) throw invalidValue("Nested group");
  if (reading.outside.trim() === "" || reading.inside !== undefined) throw invalidValue("Illegal group name");
  // `user@example.com:25` is an address with something behind it, no group of that name.
  if (reading.outside.includes("@")) throw invalidValue("Domain contains illegal character");
  reading.inGroup = true;
  reading.outside = "";
}

function finish(reading: Reading): void {
  const { outside, inside } = reading;
  reading.outside = "";
  reading.inside = undefined;
  if (inside === undefined) {
    const address = outside.trim();
    // RFC 5322 s4.4: empty members of a list are skipped.
    if (address === "") return;
    take(reading, { name: "", address });
    return;
  }
  // Text between `>` and the end of the mailbox belongs to no address.
  if (outside.trim() !== "") throw invalidValue("Domain contains illegal character");
  take(reading, { name: reading.name, address: inside.trim() });
}

function take(reading: Reading, { name, address }: ReceivedMailbox): void {
  checkAddress(address);
  const shown = name === "" ? address : `${name} <${address}>`;
  if (shown.length > LONGEST_ADDRESS) {
    throw invalidValue(
      `Address length is more than ${LONGEST_ADDRESS} characters long: '${shown.slice(0, LONGEST_SHOWN)}'.`,
    );
  }
  reading.found.push({ name, address });
}
