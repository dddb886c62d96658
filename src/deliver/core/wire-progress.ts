// How far one attempt got, as far as it can be seen: the difference between "not sent" and "unknown".
import type { AttemptOutcome } from "./outcome.ts";

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
