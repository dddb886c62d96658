// Text to bytes: the charsets that are always there, and the registry that `mimewright/charset` adds the others to.
// An encoder never substitutes: a character without a code is reported with its place (RFC 2978 names the charsets).

import { errorIssue, type Issue, MessageError, type Path } from "../../issues.ts";
import { encodeInSlabs, holdsReplacement } from "./kernel/pieces.ts";
import { kernelsFor, slabUnits } from "./kernel/wasm-host.ts";
import { isBytes } from "./kinds.ts";

/** A charset that text can be written in. */
export interface Charset {
  /** The preferred MIME name, as it is written to the message unless there is a `label`: `UTF-8`, `Shift_JIS`. */
  readonly name: string;
  /** What is written to the message where readers know the charset by another name than ours. */
  readonly label?: string;
  /** True when escape sequences switch between code sets, so that ESC is part of the encoding (ISO-2022-JP). */
  readonly stateful: boolean;
  /** Gives the bytes of `text`, or the place of the first character that the charset cannot write. */
  encode(text: string): Uint8Array | Unmappable;
}

/** The UTF-16 offset of the first character that has no code in the charset. */
export interface Unmappable {
  readonly unmappable: number;
}

// Of ECMAScript 2024: older hosts have none.
const nativeCheck: unknown = Reflect.get(String.prototype, "isWellFormed");
const loneSurrogate = /\p{Surrogate}/u;
const encoder = new TextEncoder();

/**
 * Finds the first surrogate that has no partner, which no charset can write.
 *
 * @param text - any string
 * @returns the UTF-16 offset of the first lone surrogate, or -1 when there is none
 * @example
 * firstLoneSurrogate("a\ud800"); // 1
 */
export function firstLoneSurrogate(text: string): number {
  if (!holdsSurrogate(text)) return -1;
  if (typeof nativeCheck === "function" && Reflect.apply(nativeCheck, text, []) === true) return -1;
  // With the u flag a pair is one code point, so only a surrogate by itself matches.
  return text.search(loneSurrogate);
}

// Half of a pair is what few texts hold, whole or not, and the module finds that out several times as fast as the host.
function holdsSurrogate(text: string): boolean {
  const kernels = kernelsFor(text.length);
  if (kernels?.writeUnits === undefined) return true;
  // No time at all where the host keeps a text as Latin-1, which is what most of them are.
  if (!/[\u0100-\uffff]/.test(text)) return false;
  for (let from = 0; from < text.length; from += slabUnits) {
    const slab = text.slice(from, from + slabUnits);
    kernels.writeUnits(slab);
    kernels.surrogates(slab.length);
    if (kernels.state[0] !== 0) return true;
  }
  return false;
}

// From this many UTF-16 units on, slabs are faster than one call into the host.
const longText = 8 * 1024;

/** UTF-8 (RFC 3629). Only a lone surrogate is unmappable. */
export const utf8: Charset = {
  name: "UTF-8",
  stateful: false,
  encode(text) {
    const long = text.length >= longText;
    if (long && holdsReplacement !== undefined) {
      const bytes = encodeInSlabs(text);
      // Text without U+FFFD in its octets had no lone surrogate; otherwise look at the text itself.
      if (!holdsReplacement(bytes)) return bytes;
    }
    const lone = firstLoneSurrogate(text);
    if (lone >= 0) return { unmappable: lone };
    return long ? encodeInSlabs(text) : encoder.encode(text);
  },
};

/** US-ASCII (RFC 2046 s4.1.2): everything above U+007F is unmappable. */
export const usAscii: Charset = {
  name: "US-ASCII",
  stateful: false,
  encode(text) {
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) return { unmappable: at };
      bytes[at] = unit;
    }
    return bytes;
  },
};

/**
 * Finds the first character that a charset cannot write, without keeping any octets.
 *
 * @param charset - what the text is to be written in
 * @param text - any string
 * @returns the UTF-16 offset of that character, or -1 when the charset has them all
 * @example
 * findUnmappable(usAscii, "café"); // 3
 */
export function findUnmappable(charset: Charset, text: string): number {
  if (charset === utf8) return firstLoneSurrogate(text);
  const encoded = charset.encode(text);
  return isBytes(encoded) ? -1 : encoded.unmappable;
}

/** The name under which readers find the charset: what is in a content type and in an encoded-word. */
export function wireName({ name, label }: Charset): string {
  return label ?? name;
}

/**
 * A character that the charset has no code for. The character itself is shown, so that it can be found in a text:
 * `"①" (U+2460) at offset 3`.
 */
export function unmappable(charset: Charset, text: string, offset: number, path: Path): Issue {
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const message = `${nameCharacter(character)} at offset ${offset} is not in ${charset.name}`;
  return errorIssue("charset.unmappable", path, message, { hint: "use UTF-8, or leave the character out" });
}

// What shows nothing by itself, or would alter the line that it is printed on, is named by its number alone.
function nameCharacter(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)
    ? `the character "${character}" (${code})`
    : `the character ${code}`;
}

const registry = new Map<string, Charset>([
  ["utf-8", utf8],
  ["utf8", utf8],
  ["us-ascii", usAscii],
  ["ascii", usAscii],
]);

/**
 * Looks a charset up by label. Labels ignore case (RFC 2978 s2.3).
 *
 * @param label - a MIME name or an alias of it
 * @returns the charset, or undefined when nothing is registered under the label
 * @example
 * findCharset("utf8")?.name; // "UTF-8"
 */
export function findCharset(label: string): Charset | undefined {
  return registry.get(label.toLowerCase());
}

/**
 * Makes a charset known under a label for all messages of this process. A label that is known already is replaced.
 *
 * @param label - a MIME name or an alias; case is ignored
 * @param charset - what encodes the text
 * @throws MessageError `input.option` for a label or a charset that could not be written into a message
 * @example
 * registerCharset("latin1", { name: "ISO-8859-1", stateful: false, encode });
 */
export function registerCharset(label: string, charset: Charset): void {
  const issues: Issue[] = [];
  if (typeof label !== "string" || label === "") {
    issues.push(errorIssue("input.option", ["label"], "a label is a string that is not empty"));
  }
  if (!isCharset(charset)) {
    const what = "a charset is { name, stateful, encode }, its name at most 40 letters, digits and signs";
    issues.push(errorIssue("input.option", ["charset"], what, { rfc: "RFC 2978 s2.3" }));
  }
  const [first, ...rest] = issues;
  if (first !== undefined) throw new MessageError([first, ...rest]);
  registry.set(label.toLowerCase(), charset);
}

// RFC 2978 s2.3: mime-charset, at most 40 characters. The name goes into fields as it is.
function isName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z0-9!#$%&'+^_`{}~-]{1,40}$/.test(name);
}

/** True for an encoder with a name that can be in a message. */
export function isCharset(value: unknown): value is Charset {
  try {
    if (typeof value !== "object" || value === null) return false;
    const keys = ["name", "stateful", "encode", "label"];
    const [name, stateful, encode, label] = keys.map((key): unknown => Reflect.get(value, key));
    if (label !== undefined && !isName(label)) return false;
    return isName(name) && typeof stateful === "boolean" && typeof encode === "function";
  } catch {
    return false; // what throws when it is looked at encodes nothing
  }
}
