// One line that is written over again and again, for a person who waits.
import type { Io } from "./io.ts";

/** The line. */
export interface Progress {
  /** Whether there is a terminal that can show it. */
  readonly isSeen: boolean;
  show(text: string): void;
  /** Takes the line away, so that other output can follow. */
  clear(): void;
}

// ECMA-48 s8.3.41 (EL): the whole line, from its start.
const CLEAR = "\r\u001b[2K";

/** The line of a terminal, beside the results and not among them; nothing where there is no terminal. */
export function progressOf({ err, terminals, columns, env }: Io): Progress {
  const isSeen = terminals.err && env.TERM !== "dumb";
  let isShown = false;
  return {
    isSeen,
    show(text) {
      if (!isSeen) return;
      err(`${CLEAR}${fitting(text, columns - 1)}`);
      isShown = true;
    },
    clear() {
      if (isShown) err(CLEAR);
      isShown = false;
    },
  };
}

// A line that is longer than the terminal would take two, and only one is cleared. From Hangul on a character may
// take two columns; some that take one are counted as two, which does no harm.
function fitting(text: string, columns: number): string {
  let width = 0;
  let fits = "";
  for (const char of text) {
    width += (char.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
    if (width > columns) break;
    fits += char;
  }
  return fits;
}
