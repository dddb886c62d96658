// Lines of base64 by the WebAssembly module, octet for octet what kernel/base64-lines.ts writes.
import { lineBytes, lineCharacters, writeCharacters } from "./base64-lines.ts";
import { inputAt, outputAt, type WasmKernels } from "./wasm-host.ts";

// Slab and output stay in the cache together.
const slabLines = 1024;

/** Writes all of `source` as lines, CRLF between them; gives the offset after the last character. */
export function writeLinesByWasm(
  { memory, base64Lines }: WasmKernels,
  source: Uint8Array,
  target: Uint8Array,
  offset: number,
): number {
  const wholeLines = Math.floor(source.length / lineBytes);
  const rest = wholeLines * lineBytes;
  let to = offset;
  for (let line = 0; line < wholeLines; line += slabLines) {
    const lines = Math.min(slabLines, wholeLines - line);
    memory.set(source.subarray(line * lineBytes, (line + lines) * lineBytes), inputAt);
    base64Lines(lines);
    // No CRLF after the last line of all.
    const last = line + lines === wholeLines && rest === source.length;
    const written = lines * (lineCharacters + 2) - (last ? 2 : 0);
    target.set(memory.subarray(outputAt, outputAt + written), to);
    to += written;
  }
  return writeCharacters(source, rest, source.length, target, to);
}
