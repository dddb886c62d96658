// Header text, which is ASCII by construction, as bytes. RFC 5322 s2.1.
import { errorIssue, MessageError } from "../issues.ts";

const encoder = new TextEncoder();

/** Writes ASCII text, gives the offset behind it. @throws MessageError `render.scan` for anything else. */
export function writeAscii(text: string, output: Uint8Array, at: number): number {
  // One call for all of it: a loop over the characters takes ten times as long.
  const { read, written } = encoder.encodeInto(text, at === 0 ? output : output.subarray(at));
  if (read !== text.length || written !== read) throw notAscii();
  return at + written;
}

/** The bytes of ASCII text. @throws MessageError `render.scan` for anything else. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  writeAscii(text, bytes, 0);
  return bytes;
}

function notAscii(): MessageError {
  const hint = "this is a fault of the library: please report the input that leads here";
  return new MessageError([errorIssue("render.scan", [], "the text of a head is not ASCII", { hint })]);
}
