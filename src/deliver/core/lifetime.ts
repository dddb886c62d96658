// Many calls may have one signal of their caller's: one listener serves all of them, so that a run of thousands neither
// is a leak nor looks like one.
import type { Clock } from "./clock.ts";
import { deadline } from "./clock.ts";

const calls = new WeakMap<AbortSignal, Calls>();

/**
 * Calls back when the signal is aborted; not when it is aborted already.
 *
 * @returns what calls it off. The last one to do so takes the listener along.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => {};
  const own = () => callback();
  const known = calls.get(signal) ?? new Calls(signal);
  calls.set(signal, known);
  known.add(own);
  return () => {
    if (known.remove(own)) calls.delete(signal);
  };
}

/** Everybody who wants to know of one signal. */
class Calls {
  readonly #all = new Set<() => void>();
  readonly #signal: AbortSignal;
  readonly #tell = () => {
    for (const callback of this.#all) callback();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#tell, { once: true });
  }

  add(callback: () => void): void {
    this.#all.add(callback);
  }

  /** @returns whether it was the last one, and no listener is left */
  remove(callback: () => void): boolean {
    if (!this.#all.delete(callback) || this.#all.size > 0) return false;
    this.#signal.removeEventListener("abort", this.#tell);
    return true;
  }
}

// How long one call may go on: until its deadline, its caller or the sender's end stops it, whichever comes first.

/** What stopped a call. */
export type StopCode = "send.aborted" | "send.deadline" | "send.closed";

/** One signal for every wait of a call, and the reason once it is aborted. */
export class Lifetime {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  #code: StopCode | undefined;
  #begun = false;
  #callOff: (() => void) | undefined;
  readonly #forget: () => void;

  constructor(clock: Clock, caller: AbortSignal | undefined) {
    this.#clock = clock;
    this.#forget = onAbort(caller, () => this.stop("send.aborted"));
    if (caller?.aborted) this.stop("send.aborted");
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the signal is aborted; undefined while it is not. */
  get code(): StopCode | undefined {
    return this.#code;
  }

  /** Whether an attempt was begun: before that, closing the sender costs nothing. */
  get begun(): boolean {
    return this.#begun;
  }

  /** The first attempt starts: the deadline of the whole call runs from here, waiting in line does not count. */
  begin(total: number): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#callOff = deadline(this.#clock, total, () => this.stop("send.deadline"));
  }

  stop(code: StopCode): void {
    if (this.#code !== undefined) return;
    this.#code = code;
    this.#controller.abort(new DOMException(code, "AbortError"));
  }

  /** Leaves no timer and no listener behind. */
  end(): void {
    this.#callOff?.();
    this.#forget();
  }
}

/** What the promise gives; undefined when the signal is aborted first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
