// Colours and emphasis, where a person looks.
import type { Io } from "./io.ts";

// ECMA-48 s8.3.117 (SGR).
const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** How a stretch of text can stand out. */
export type Look = keyof typeof CODES;

/** Gives text its look, or leaves it as it is. */
export type Paint = (look: Look, text: string) => string;

/** The paint of a stream: none unless it is a terminal that has colours and nobody asked for none. */
export function paintOf({ env, terminals }: Io, stream: "out" | "err"): Paint {
  // https://no-color.org: set and not empty.
  const plain = !terminals[stream] || (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  if (plain) return (_, text) => text;
  return (look, text) => {
    const [on, off] = CODES[look];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

// What comes out of a mail may hold orders to the terminal: C0 and C1 controls but for tab and line end, and the
// marks that turn the direction of a line.
const ORDERS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Text of others as it may be shown: what would be an order to the terminal is shown as its code. */
export function shown(text: string): string {
  return text.replace(ORDERS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
