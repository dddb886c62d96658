// The body of a call in one buffer of the right size: what stands before the message, its base64, what stands after.
import { encodeBase64 } from "../../encoding/base64.ts";

/** How base64 stands in the body: as it is (JSON), or with `+`, `/` and `=` escaped (a form). */
export type Escaping = "none" | "form";

// A multiple of three, so that blocks join without padding; small enough that its text stays in the cache.
const BLOCK = 49_152;
const encoder = new TextEncoder();
const ESCAPED = ["+", "/", "="];

/**
 * Joins `prefix`, the base64 of `raw` and `suffix`, as UTF-8.
 *
 * @example
 * payload("RawMessage.Data=", raw, "&Action=SendRawEmail", "form");
 */
export function payload(prefix: string, raw: Uint8Array, suffix: string, escaping: Escaping): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(prefix);
  const tail = encoder.encode(suffix);
  const length = 4 * Math.ceil(raw.length / 3) + (escaping === "form" ? 2 * countEscapes(raw) : 0);
  const target = new Uint8Array(head.length + length + tail.length);
  target.set(head);
  let to = head.length;
  for (let at = 0; at < raw.length; at += BLOCK) {
    const text = encodeBase64(raw.subarray(at, at + BLOCK));
    const written = escaping === "form" && needsEscape(text) ? encodeURIComponent(text) : text;
    to += encoder.encodeInto(written, target.subarray(to)).written;
  }
  target.set(tail, to);
  return target;
}

// Encoding twice costs less than a second buffer, and far less than a look at every byte: the search in a string is
// native, and a 7-bit message has few of these, whose bits ASCII rarely has.
function countEscapes(raw: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < raw.length; at += BLOCK) {
    const text = encodeBase64(raw.subarray(at, at + BLOCK));
    for (const character of ESCAPED) count += occurrences(text, character);
  }
  return count;
}

function needsEscape(text: string): boolean {
  return ESCAPED.some((character) => text.includes(character));
}

function occurrences(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count++;
  return count;
}
