// How long one call may go on: until its deadline, its caller or the sender's end stops it, whichever comes first.
import type { Clock } from "./clock.ts";
import { deadline } from "./deadline.ts";
import { onAbort } from "./on-abort.ts";

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
