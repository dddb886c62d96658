// One line that is written over again and again, for a person who waits.
import type { Io } from "./io.ts";

/** The line. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away, so that other output can follow. */
  clear(): void;
}

const WIDTH = 79;
// ECMA-48 s8.3.41 (EL): from the start of the line, all of it.
const CLEAR = "\r\u001b[2K";

/** The line of a terminal; nothing where there is none. */
export function progressOf({ out, terminals }: Io): Progress {
  let isShown = false;
  return {
    show(text) {
      if (!terminals.out) return;
      out(`${CLEAR}${text.slice(0, WIDTH)}`);
      isShown = true;
    },
    clear() {
      if (isShown) out(CLEAR);
      isShown = false;
    },
  };
}
