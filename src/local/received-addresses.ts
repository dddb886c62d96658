// Reads addresses out of parameters and fields that a client sent, and says what is wrong in the service's words.
// One pass over the text, no recursion, no backtracking. RFC 5322 s3.4, obsolete forms only as far as they are seen.
import { invalidValue } from "./errors.ts";
import { checkAddress } from "./received-address.ts";

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
  /** Text outside of comments: a display name or the whole address, or what stands behind angle brackets. */
  outside: string;
  /** Text inside the angle brackets, once there were any. */
  inside: string | undefined;
  /** What stood before the angle brackets, quotes undone. */
  name: string;
  inGroup: boolean;
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
  const reading: Reading = { text, at: 0, found: [], outside: "", inside: undefined, name: "", inGroup: false };
  while (reading.at < text.length) step(reading);
  if (reading.inGroup) throw invalidValue("Missing ';' at end of group");
  finish(reading);
  return reading.found;
}

/** Reads exactly one mailbox. @throws SesError InvalidParameterValue, also for none and for several */
export function readReceivedMailbox(text: string): ReceivedMailbox {
  const [first, ...more] = readReceivedList(text);
  if (first === undefined) throw invalidValue("Missing final '@domain'");
  if (more.length > 0) throw invalidValue("Illegal address: there is more than one");
  return first;
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

// RFC 5322 s3.2.2: comments nest; the depth is a number, not a stack.
function skipComment(reading: Reading): void {
  let depth = 0;
  for (; reading.at < reading.text.length; reading.at++) {
    const character = reading.text.charAt(reading.at);
    if (character === "\\") reading.at++;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) {
      reading.at++;
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
    reading.found.push({ name: "", address: checkAddress(address) });
    return;
  }
  // Text between `>` and the end of the mailbox belongs to no address.
  if (outside.trim() !== "") throw invalidValue("Domain contains illegal character");
  reading.found.push({ name: reading.name, address: checkAddress(inside.trim()) });
}
