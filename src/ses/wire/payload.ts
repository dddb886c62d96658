// The body of a call in one buffer of the right size: what stands before the message, its base64, what stands after.
import { encodeBase64 } from "../../encoding/base64.ts";

/** How base64 stands in the body: as it is (JSON), or with `+`, `/` and `=` escaped (a form). */
export type Escaping = "none" | "form";

// A multiple of three, so that blocks join without padding; small enough that its text stays in the cache.
const BLOCK = 49_152;
const encoder = new TextEncoder();
const PLUS = 0x2b;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const ESCAPES = new Map([
  [PLUS, encoder.encode("%2B")],
  [SLASH, encoder.encode("%2F")],
  [EQUALS, encoder.encode("%3D")],
]);

/**
 * Joins `prefix`, the base64 of `raw` and `suffix`, as UTF-8.
 *
 * @example
 * payload("RawMessage.Data=", raw, "&Action=SendRawEmail", "form");
 */
export function payload(prefix: string, raw: Uint8Array, suffix: string, escaping: Escaping): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(prefix);
  const tail = encoder.encode(suffix);
  const length = 4 * Math.ceil(raw.length / 3);
  const plain = new Uint8Array(head.length + length + tail.length);
  plain.set(head);
  writeBase64(raw, plain, head.length);
  const extra = escaping === "form" ? 2 * countEscapes(plain, head.length, head.length + length) : 0;
  if (extra === 0) {
    plain.set(tail, head.length + length);
    return plain;
  }
  const target = new Uint8Array(plain.length + extra);
  target.set(head);
  const end = copyEscaped(plain.subarray(head.length, head.length + length), target, head.length);
  target.set(tail, end);
  return target;
}

function writeBase64(raw: Uint8Array, target: Uint8Array, offset: number): void {
  for (let at = 0; at < raw.length; at += BLOCK) {
    const text = encodeBase64(raw.subarray(at, at + BLOCK));
    encoder.encodeInto(text, target.subarray(offset + (at / 3) * 4));
  }
}

// The alphabet's last two characters need bits that ASCII rarely has: in a 7-bit message few are found.
function countEscapes(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (const unit of [PLUS, SLASH, EQUALS]) {
    for (let at = bytes.indexOf(unit, start); at >= 0 && at < end; at = bytes.indexOf(unit, at + 1)) count++;
  }
  return count;
}

function copyEscaped(source: Uint8Array, target: Uint8Array, offset: number): number {
  const next = [PLUS, SLASH, EQUALS].map((unit) => ({ unit, at: find(source, unit, 0) }));
  let from = 0;
  let to = offset;
  for (;;) {
    const first = next.reduce((a, b) => (b.at < a.at ? b : a));
    target.set(source.subarray(from, first.at), to);
    to += first.at - from;
    const escaped = ESCAPES.get(source[first.at] ?? 0);
    if (escaped === undefined) return to;
    target.set(escaped, to);
    to += escaped.length;
    from = first.at + 1;
    first.at = find(source, first.unit, from);
  }
}

function find(source: Uint8Array, unit: number, from: number): number {
  const at = source.indexOf(unit, from);
  return at < 0 ? source.length : at;
}
