// Whether messages may go out now: not while the file cannot be written, or the sender is closed.
import { SenderClosedError } from "../deliver/core/sender.ts";
import { OutboxError } from "./error.ts";
import type { OutboxHub } from "./events.ts";

// Until a file that could not be written is tried again.
const RETRY_MS = 1_000;

/** Open, or shut for a reason. Goes by a clock that nobody sets. */
export class Gate {
  readonly #hub: OutboxHub;
  #stalledUntil: number | undefined;

  constructor(hub: OutboxHub) {
    this.#hub = hub;
  }

  isOpen(): boolean {
    return performance.now() >= (this.#stalledUntil ?? 0);
  }

  /** Something could not be written. For good when the sender is closed: it takes nothing any more. */
  stall(error: unknown): void {
    const isNew = this.#stalledUntil === undefined;
    const closed = error instanceof SenderClosedError;
    this.#stalledUntil =
      closed || this.#stalledUntil === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : performance.now() + RETRY_MS;
    const known = closed || error instanceof OutboxError;
    if (isNew) this.#hub.emit("stalled", known ? { code: error.code } : {});
  }

  /** Something could be written. */
  resume(): void {
    if (this.#stalledUntil === undefined || this.#stalledUntil === Number.POSITIVE_INFINITY) return;
    this.#stalledUntil = undefined;
    this.#hub.emit("resumed");
  }
}
