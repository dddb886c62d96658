// What a terminal shows: colours, escaped text of others, a progress line; and the streams of the process, which
// their readers may close early.
import { addAbortSignal, type Readable, type Writable } from "node:stream";
import { type Io, OutputClosedError } from "./io.ts";

// ECMA-48 s8.3.117 (SGR).
const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** How a stretch of text is highlighted. */
export type Look = keyof typeof CODES;

/** Gives text its look, or leaves it as it is. */
export type Paint = (look: Look, text: string) => string;

/** The paint of a stream: none unless it is a terminal with colours that are not turned off. */
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

// What a terminal may take for a control sequence, or what turns the direction of a line: C0 and C1 controls (ECMA-48 s5.2,
// s5.3), the marks of bidirectional text, and the line ends of Unicode.
const MARKS = "\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069";
const IN_A_LINE = new RegExp(`[\\0-\\x1f\\x7f-\\x9f${MARKS}]`, "g");
const IN_LINES = new RegExp(`[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f${MARKS}]`, "g");

/** Text of others for one line: control characters are shown as their codes. */
export function shown(text: string): string {
  return text.replace(IN_A_LINE, codeOf);
}

/** Text of others with several lines: as {@link shown}, but for line ends and tabs. */
export function shownLines(text: string): string {
  return text.replace(IN_LINES, codeOf);
}

// As JSON writes it, so that JSON stays JSON.
function codeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The progress line. */
export interface ProgressLine {
  /** Whether there is a terminal that can show it. */
  readonly isSeen: boolean;
  show(text: string): void;
  /** Removes the line, so that other output can follow. */
  clear(): void;
}

// ECMA-48 s8.3.41 (EL): the whole line, from its start.
const CLEAR = "\r\u001b[2K";

/** The progress line of a terminal, on the error stream; nothing where there is no terminal. */
export function progressOf({ err, terminals, columns, env }: Io): ProgressLine {
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

/** A stream to write to. */
export interface Sink {
  /** Writes text, which is dropped once the stream is closed. */
  readonly say: (text: string) => void;
  /** Writes octets, and waits until they are taken. @throws OutputClosedError */
  readonly pour: (bytes: Uint8Array) => Promise<void>;
}

/**
 * A sink over a stream.
 *
 * @param onFault - called for errors other than a closed pipe: a full disk, a missing device
 */
export function sinkOf(stream: Writable, onFault: (error: Error) => void): Sink {
  let isOpen = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!isOpen) return;
    isOpen = false;
    // `mimewright … | head -1`: the command goes on to its end, and its exit code says how that was.
    if (!isClosed(error)) onFault(error);
  });
  return {
    say(text) {
      if (isOpen) stream.write(text);
    },
    pour(bytes) {
      if (!isOpen) return Promise.reject(new OutputClosedError("the stream is closed"));
      return new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(new OutputClosedError(error.message)) : resolve()));
      });
    },
  };
}

// EPIPE comes from a pipe, ERR_STREAM_DESTROYED from Node for writes after it.
function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED" || code === "EOF";
}

/** The octets of a stream, until it ends or the signal is aborted. */
export async function* octetsOf(stream: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  addAbortSignal(signal, stream);
  for await (const chunk of stream) yield chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}
