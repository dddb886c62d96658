// One attempt under its deadlines. When one passes, the transport is stopped and what it wrote until then decides.
import { type Clock, deadline } from "./clock.ts";
import type { Lifetime, StopCode } from "./lifetime.ts";
import type { AttemptOutcome } from "./outcome.ts";
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

// How far one attempt got, as far as it can be seen: the difference between "not sent" and "unknown".

/** Bytes of the request that reached the socket: none, some, or unknown. */
export type Written = "none" | "some" | "unknown";

/**
 * What is seen of a request: `whole`, all that is written; `shown`, all of it once it has shown itself; `nothing`.
 */
export type View = "whole" | "shown" | "nothing";

/** Called while the attempt runs. */
export interface ProgressListener {
  /** The request was handed to the runtime. `watched` when its connection is. */
  readonly started?: (watched: boolean) => void;
  /** It has shown itself: from here on its connection is watched. */
  readonly found?: () => void;
  readonly connected?: () => void;
  readonly answered?: () => void;
}

/**
 * Filled in by a transport, read by the sender at the moment it must decide. A transport that sees nothing of the wire
 * calls `started("nothing")` before it writes, and that is all.
 */
export class WireProgress {
  #written: Written = "none";
  #answer: { readonly soFar: AttemptOutcome | undefined } | undefined;
  #view: View = "nothing";
  #requests = 0;
  readonly #listener: ProgressListener;

  constructor(listener: ProgressListener = {}) {
    this.#listener = listener;
  }

  get written(): Written {
    return this.#written;
  }

  /** What the answer is known to say, should no more of it come. */
  get soFar(): AttemptOutcome | undefined {
    return this.#answer?.soFar;
  }

  /** From here on the request is out of our hands. What is not seen may be written at any time. */
  started(view: View): void {
    this.#view = view;
    if (view !== "whole" && this.#written === "none") this.#written = "unknown";
    this.#listener.started?.(view === "whole");
  }

  /** A request has shown itself: until its connection is open, not one byte of it has left. */
  found(): void {
    // Whoever makes a second request for one attempt may have written the first.
    if (this.#requests++ > 0 || this.#view !== "shown" || this.#written !== "unknown") return;
    this.#written = "none";
    this.#listener.found?.();
  }

  /** The connection is open, and with it the first byte is handed to the socket. */
  connected(): void {
    if (this.#written === "some") return;
    this.#written = "some";
    this.#listener.connected?.();
  }

  /** The kernel refused the first write whole: the connection was gone, and no byte went into it. */
  refused(): void {
    if (this.#answer === undefined && this.#view !== "nothing" && this.#requests === 1) this.#written = "none";
  }

  /** Foreign code failed: without a request to look at, what it wrote is unknown. */
  failed(): void {
    if (this.#requests === 0 && this.#written === "none") this.#written = "unknown";
  }

  /**
   * An answer begins. The deadline for its first byte is over; that of the whole call goes on.
   *
   * @param soFar - what the beginning alone proves, such as a definite no by its status; absent when it proves nothing
   */
  answered(soFar?: AttemptOutcome): void {
    this.#written = "some";
    this.#answer = { soFar };
    this.#listener.answered?.();
  }
}
