// One attempt under its deadlines. When one passes, the transport is stopped and what it wrote until then decides.
import { type Clock, deadline } from "./clock.ts";
import type { Lifetime, StopCode } from "./lifetime.ts";
import type { AttemptOutcome } from "./outcome.ts";
import type { SendHooks } from "./transport.ts";
import { WireProgress, type Written } from "./wire-progress.ts";

/** Deadlines in milliseconds, none of them infinite. */
export interface Deadlines {
  /** Until the connection is open, where that can be seen. 5,000 when absent. */
  readonly connect?: number;
  /** From there to the first byte of the answer. 30,000 when absent. */
  readonly firstByte?: number;
  /** From the start of the first attempt to the end of the last, waits included. 60,000 when absent. */
  readonly total?: number;
}

export const deadlineDefaults: Required<Deadlines> = { connect: 5_000, firstByte: 30_000, total: 60_000 };

/** What one attempt came to, and what it had written by then. */
export type Attempted<T> =
  | { readonly kind: "done"; readonly value: T; readonly written: Written }
  | { readonly kind: "threw"; readonly error: unknown; readonly written: Written }
  | Stopped;

/** A deadline, the caller or the end of the sender came before the transport. */
export interface Stopped {
  readonly kind: "stopped";
  readonly code: StopCode;
  readonly written: Written;
  /** What the beginning of the answer proves. */
  readonly soFar: AttemptOutcome | undefined;
}

/** Where an attempt takes place. */
export interface AttemptFrame {
  readonly clock: Clock;
  readonly deadlines: Required<Deadlines>;
  readonly life: Lifetime;
  /** The mark of the caller, made before the first byte. */
  readonly mark?: (signal: AbortSignal) => Promise<void> | void;
}

/** Makes one attempt. Settles at the latest when a deadline passes or the lifetime ends, even if the transport does not. */
export function attempt<T>(make: (hooks: SendHooks) => Promise<T>, frame: AttemptFrame): Promise<Attempted<T>> {
  const { clock, deadlines, life, mark } = frame;
  return new Promise((resolve) => {
    const controller = new AbortController();
    let over = false;
    let callOff = () => {};
    const allow = (ms: number) => {
      callOff();
      if (!over) callOff = deadline(clock, ms, () => stop("send.deadline"));
    };
    const progress = new WireProgress({
      started: (watched) => allow(watched ? deadlines.connect : deadlines.firstByte),
      found: () => allow(deadlines.connect),
      connected: () => allow(deadlines.firstByte),
      answered: () => callOff(),
    });
    const finish = (attempted: Attempted<T>) => {
      if (over) return;
      over = true;
      callOff();
      life.signal.removeEventListener("abort", onLife);
      resolve(attempted);
    };
    const stop = (code: StopCode) => {
      // The transport hears this at once and writes nothing any more: what it wrote is known when abort() returns.
      controller.abort(new DOMException(code, "AbortError"));
      finish({ kind: "stopped", code, written: progress.written, soFar: progress.soFar });
    };
    const onLife = () => stop(life.code ?? "send.aborted");
    life.signal.addEventListener("abort", onLife, { once: true });
    if (life.signal.aborted) return onLife();
    const { signal } = controller;
    // A transport that throws rejects, and one that gives its outcome at once has given it.
    const made = new Promise<T>((settle) =>
      settle(make({ signal, progress, beforeFirstByte: markOnce(signal, mark, () => over) })),
    );
    made.then(
      (value) => finish({ kind: "done", value, written: progress.written }),
      (error: unknown) => finish({ kind: "threw", error, written: progress.written }),
    );
  });
}

/** Why nothing was sent: the mark before the first byte could not be made. */
export class MarkError extends Error {
  override readonly name = "MarkError";
  constructor(cause: unknown) {
    super("what must be on record before the first byte could not be recorded", { cause });
  }
}

function markOnce(signal: AbortSignal, mark: AttemptFrame["mark"], isOver: () => boolean): () => Promise<void> {
  let made: Promise<void> | undefined;
  return () => {
    if (made === undefined) {
      made = makeMark(signal, mark, isOver);
      made.catch(() => {}); // a transport that does not wait for it must not end the process
    }
    return made;
  };
}

// A mark takes its time, and a transport that waits for it may not look at the signal afterwards. Once the attempt is
// over its outcome is reported, and nothing may leave any more.
async function makeMark(signal: AbortSignal, mark: AttemptFrame["mark"], isOver: () => boolean): Promise<void> {
  if (isOver()) throw new DOMException("the attempt is over", "AbortError");
  if (mark === undefined) return;
  try {
    await mark(signal);
  } catch (error) {
    throw new MarkError(error);
  }
  signal.throwIfAborted();
}
