// The body of a call in one buffer: what stands before the message, its base64, what stands after.
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
  const plain = head.length + 4 * Math.ceil(raw.length / 3) + tail.length;
  let target = new Uint8Array(plain + (escaping === "form" ? SPARE : 0));
  target.set(head);
  let to = head.length;
  let escapes = 0;
  for (let at = 0; at < raw.length; at += BLOCK) {
    const text = encodeBase64(raw.subarray(at, at + BLOCK));
    const written = escaping === "form" && needsEscape(text) ? encodeURIComponent(text) : text;
    escapes += written.length - text.length;
    if (plain + escapes > target.length) {
      const done = Math.min(1, (at + BLOCK) / raw.length);
      target = grown(target, to, plain + SPARE + Math.ceil((1.25 * escapes) / done));
    }
    to += encoder.encodeInto(written, target.subarray(to)).written;
  }
  target.set(tail, to);
  return target.subarray(0, to + tail.length);
}

// A 7-bit message has next to no escapes, since ASCII rarely has their bits: room for a few costs less than to encode
// all of it twice to count them.
const SPARE = 4_096;

function grown(bytes: Uint8Array, used: number, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes.subarray(0, used));
  return larger;
}

function needsEscape(text: string): boolean {
  return ESCAPED.some((character) => text.includes(character));
}
