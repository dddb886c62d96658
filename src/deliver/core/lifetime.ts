// Many calls may have one signal of their caller's: one listener serves all of them, so that a run of thousands neither
// is a leak nor looks like one.
import { type Clock, deadline } from "./clock.ts";

const calls = new WeakMap<AbortSignal, Calls>();

/** What can end a wait: a signal, or the lifetime of a call. */
export type Abortable = AbortSignal | Lifetime;

/**
 * Calls back when the signal is aborted; not when it is aborted already.
 *
 * @returns what calls it off. The last one to do so takes the listener along.
 */
export function onAbort(signal: Abortable | undefined, callback: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => {};
  if (signal instanceof Lifetime) return signal.onStop(callback);
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

/** What every wait of a call looks at, and why it ended. */
export class Lifetime {
  readonly #clock: Clock;
  // Who waits, or stops when it ends; most calls have one at a time.
  readonly #callbacks = new Set<() => void>();
  #controller: AbortController | undefined;
  #code: StopCode | undefined;
  #begun = false;
  #callOff: (() => void) | undefined;
  readonly #forget: (() => void) | undefined;

  constructor(clock: Clock, caller: AbortSignal | undefined) {
    this.#clock = clock;
    if (caller === undefined) return;
    this.#forget = onAbort(caller, () => this.stop("send.aborted"));
    if (caller.aborted) this.stop("send.aborted");
  }

  /** Made when it is first asked for: a signal costs more than the rest of a short call. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#code !== undefined) this.#controller.abort(new DOMException(this.#code, "AbortError"));
    return this.#controller.signal;
  }

  get aborted(): boolean {
    return this.#code !== undefined;
  }

  /** Calls back when it is stopped; not when it is stopped already. @returns what calls it off */
  onStop(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  /** Why it was stopped; undefined while it is not. */
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
    this.#controller?.abort(new DOMException(code, "AbortError"));
    for (const callback of [...this.#callbacks]) callback();
  }

  /** Leaves no timer and no listener behind. */
  end(): void {
    this.#callOff?.();
    this.#forget?.();
  }
}

/** How a wait ended. */
export type Waited = "elapsed" | "aborted";

/** Waits, or stops waiting when it is aborted. Leaves no timer and no listener behind. */
export function sleep(clock: Clock, ms: number, signal?: Abortable): Promise<Waited> {
  if (signal?.aborted) return Promise.resolve("aborted");
  return new Promise((resolve) => {
    const end = (how: Waited) => {
      callOff();
      forget();
      resolve(how);
    };
    const callOff = clock.after(ms, () => end("elapsed"));
    const forget = onAbort(signal, () => end("aborted"));
  });
}

/** What the promise gives; undefined when the signal is aborted first. */
export function unlessAborted<T>(promise: Promise<T>, signal: Abortable): Promise<T | undefined> {
  if (signal.aborted) {
    promise.catch(() => {}); // whose outcome is of no use any more
    return Promise.resolve(undefined);
  }
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => resolve(undefined));
    promise.then(resolve, reject).finally(forget);
  });
}
