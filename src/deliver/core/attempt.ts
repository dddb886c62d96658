// One attempt under its deadlines. When one passes, the transport is stopped and what it wrote until then decides.
import { type Clock, deadline } from "./clock.ts";
import type { Lifetime, StopCode } from "./lifetime.ts";
import { type AttemptOutcome, type ProgressListener, WireProgress, type Written } from "./outcome.ts";
import type { SendHooks } from "./transport.ts";

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
  /** The mark of the caller, made before the first byte. Its signal is made for those who ask. */
  readonly mark?: ((signal: () => AbortSignal) => Promise<void> | void) | undefined;
}

/** Makes one attempt. Settles at the latest when a deadline passes or the lifetime ends, even if the transport does not. */
export function attempt<T>(make: (hooks: SendHooks) => Promise<T>, frame: AttemptFrame): Promise<Attempted<T>> {
  return new Promise((resolve) => new Attempt<T>(frame, resolve).run(make));
}

const MARKED = Promise.resolve();

class Attempt<T> implements ProgressListener {
  readonly #frame: AttemptFrame;
  readonly #resolve: (attempted: Attempted<T>) => void;
  readonly #progress = new WireProgress(this);
  #controller: AbortController | undefined;
  /** Why it was stopped. */
  #reason: DOMException | undefined;
  #over = false;
  #callOff: (() => void) | undefined;
  #forget: (() => void) | undefined;
  #made: Promise<void> | undefined;

  constructor(frame: AttemptFrame, resolve: (attempted: Attempted<T>) => void) {
    this.#frame = frame;
    this.#resolve = resolve;
  }

  run(make: (hooks: SendHooks) => Promise<T>): void {
    const { life } = this.#frame;
    if (life.aborted) {
      this.#onLife();
      return;
    }
    this.#forget = life.onStop(() => this.#onLife());
    // A transport that throws rejects, and one that gives its outcome at once has given it.
    new Promise<T>((settle) => settle(make(this.#hooks()))).then(
      (value) => this.#finish({ kind: "done", value, written: this.#progress.written }),
      (error: unknown) => this.#finish({ kind: "threw", error, written: this.#progress.written }),
    );
  }

  /** Own properties, as transports may copy them. The signal is made for those who ask. */
  #hooks(): SendHooks {
    const signal = () => this.#signal();
    return {
      get signal() {
        return signal();
      },
      progress: this.#progress,
      beforeFirstByte: () => this.#markOnce(),
    };
  }

  #signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  started(watched: boolean): void {
    const { connect, firstByte } = this.#frame.deadlines;
    this.#allow(watched ? connect : firstByte);
  }

  found(): void {
    this.#allow(this.#frame.deadlines.connect);
  }

  connected(): void {
    this.#allow(this.#frame.deadlines.firstByte);
  }

  answered(): void {
    this.#callOff?.();
  }

  #allow(ms: number): void {
    this.#callOff?.();
    if (!this.#over) this.#callOff = deadline(this.#frame.clock, ms, () => this.#stop("send.deadline"));
  }

  #onLife(): void {
    this.#stop(this.#frame.life.code ?? "send.aborted");
  }

  #stop(code: StopCode): void {
    // The transport hears this at once and writes nothing any more: what it wrote is known when abort() returns.
    this.#reason = new DOMException(code, "AbortError");
    this.#controller?.abort(this.#reason);
    const { written, soFar } = this.#progress;
    this.#finish({ kind: "stopped", code, written, soFar });
  }

  #finish(attempted: Attempted<T>): void {
    if (this.#over) return;
    this.#over = true;
    this.#callOff?.();
    this.#forget?.();
    this.#resolve(attempted);
  }

  #markOnce(): Promise<void> {
    if (this.#made === undefined) {
      const { mark } = this.#frame;
      this.#made = mark === undefined && !this.#over ? MARKED : this.#makeMark(mark);
      this.#made.catch(() => {}); // a transport that does not wait for it must not end the process
    }
    return this.#made;
  }

  // A mark takes its time, and a transport that waits for it may not look at the signal afterwards. Once the attempt is
  // over its outcome is reported, and nothing may leave any more.
  async #makeMark(mark: AttemptFrame["mark"]): Promise<void> {
    if (this.#over) throw new DOMException("the attempt is over", "AbortError");
    try {
      await mark?.(() => this.#signal());
    } catch (error) {
      throw new MarkError(error);
    }
    if (this.#reason !== undefined) throw this.#reason;
  }
}

/** Why nothing was sent: the mark before the first byte could not be made. */
export class MarkError extends Error {
  override readonly name = "MarkError";
  constructor(cause: unknown) {
    super("what must be on record before the first byte could not be recorded", { cause });
  }
}
