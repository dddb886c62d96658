// Messages as they arrive from programs that do it wrong, and from lines that do.
import fc from "fast-check";
import { message, toBytes } from "mimewright";
import { messageSample } from "./generate.ts";

type Damage = (lines: string[], at: number, piece: string) => void;

// Each touches one line, or the lines' order.
const damages: Readonly<Record<string, Damage>> = {
  "a line is missing": (lines, at) => {
    lines.splice(at, 1);
  },
  "a line stands twice": (lines, at) => {
    lines.splice(at, 0, lines[at] ?? "");
  },
  "the end is missing": (lines, at) => {
    lines.length = at + 1;
  },
  "something stands in a line": (lines, at, piece) => {
    const line = lines[at] ?? "";
    const middle = Math.floor(line.length / 2);
    lines[at] = line.slice(0, middle) + piece + line.slice(middle);
  },
  "a line is cut": (lines, at) => {
    const line = lines[at] ?? "";
    lines[at] = line.slice(0, Math.floor(line.length / 2));
  },
  "a line has another case": (lines, at) => {
    lines[at] = (lines[at] ?? "").toUpperCase();
  },
};

const PIECES = [
  '"',
  "(",
  ")",
  "<",
  ">",
  ",",
  ";",
  ":",
  "@",
  "=?",
  "?=",
  " ",
  "\t",
  "=",
  "--",
  "\\",
  "\u00ff",
  "\ufffd",
];

/** A message of ours with one or two things wrong, its lines ended with CRLF or with LF. */
export const damaged: fc.Arbitrary<Uint8Array> = fc
  .record({
    sample: messageSample,
    steps: fc.array(
      fc.record({
        damage: fc.constantFrom(...Object.values(damages)),
        at: fc.nat({ max: 1_000_000 }),
        piece: fc.constantFrom(...PIECES),
      }),
      { maxLength: 2 },
    ),
    lineEnd: fc.constantFrom("\r\n", "\r\n", "\n"),
  })
  .map(({ sample, steps, lineEnd }) => {
    const bytes = toBytes(message(sample.input), { seed: "damaged", now: () => new Date(0) });
    const lines = Buffer.from(bytes).toString("latin1").split("\r\n");
    for (const { damage, at, piece } of steps) damage(lines, at % Math.max(1, lines.length), piece);
    return new Uint8Array(Buffer.from(lines.join(lineEnd), "latin1"));
  });
