// Colours and emphasis, where a person looks; text of others, so that it orders a terminal nothing.
import type { Io } from "./io.ts";

// ECMA-48 s8.3.117 (SGR).
const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** How a stretch of text can stand out. */
export type Look = keyof typeof CODES;

/** Gives text its look, or leaves it as it is. */
export type Paint = (look: Look, text: string) => string;

/** The paint of a stream: none unless it is a terminal that has colours and nobody asked for none. */
export function paintOf(io: Pick<Io, "env" | "terminals">, stream: "out" | "err"): Paint {
  if (!hasColours(io, stream)) return (_, text) => text;
  return (look, text) => {
    const [on, off] = CODES[look];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

// As Node itself reads them: FORCE_COLOR is stronger than NO_COLOR (https://no-color.org: set and not empty).
function hasColours({ env, terminals }: Pick<Io, "env" | "terminals">, stream: "out" | "err"): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none = "", TERM: kind } = env;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return terminals[stream] && none === "" && kind !== "dumb";
}

// What a terminal may take for an order, or what turns the direction of a line: C0 and C1 controls (ECMA-48 s5.2,
// s5.3), the marks of bidirectional text, and the line ends of Unicode.
const MARKS = "\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069";
const IN_A_LINE = new RegExp(`[\\0-\\x1f\\x7f-\\x9f${MARKS}]`, "g");
const IN_LINES = new RegExp(`[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f${MARKS}]`, "g");

/** Text of others as it may stand in a line: what would be an order to the terminal is shown as its code. */
export function shown(text: string): string {
  return text.replace(IN_A_LINE, codeOf);
}

/** Text of others that has lines of its own: as {@link shown}, but for line ends and tabs. */
export function shownLines(text: string): string {
  return text.replace(IN_LINES, codeOf);
}

// As JSON writes it, so that JSON stays JSON.
function codeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
