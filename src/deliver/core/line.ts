// Who may be in flight: a bound on calls and on the bytes they hold, and a line for the rest, first come first served.

/** Bounds of the line. */
export interface QueueOptions {
  /** Messages that may wait before `trySend` refuses. 1,000 when absent. */
  readonly count?: number;
  /** Bytes of the messages in flight and waiting, before `trySend` refuses; no more than this is in flight. 64 MiB. */
  readonly bytes?: number;
}

/** Given to who may start; called once at the end. */
export type Release = () => void;

interface Waiter {
  readonly bytes: number;
  readonly start: (release: Release) => void;
}

/** Slots for messages in flight. */
export class Slots {
  readonly #max: { readonly inFlight: number; readonly count: number; readonly bytes: number };
  readonly #waiting = new Set<Waiter>();
  #waitingBytes = 0;
  #inFlight = 0;
  #inFlightBytes = 0;

  constructor(inFlight: number, { count = 1_000, bytes = 67_108_864 }: QueueOptions = {}) {
    this.#max = { inFlight, count, bytes };
  }

  get queued(): number {
    return this.#waiting.size;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether a message of so many bytes would be let in line by `trySend`. */
  hasRoom(bytes: number): boolean {
    if (this.#inFlight === 0 && this.#waiting.size === 0) return true;
    const total = this.#inFlightBytes + this.#waitingBytes + bytes;
    return this.#waiting.size < this.#max.count && total <= this.#max.bytes;
  }

  /** Resolves with the way to give the slot back; with undefined when the signal was aborted first. */
  take(bytes: number, signal: AbortSignal): Promise<Release | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const onAbort = () => {
        this.#leave(waiter);
        resolve(undefined);
        this.#next();
      };
      const start = (release: Release) => {
        signal.removeEventListener("abort", onAbort);
        resolve(release);
      };
      const waiter: Waiter = { bytes, start };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiter);
      this.#waitingBytes += bytes;
      this.#next();
    });
  }

  #leave(waiter: Waiter): void {
    if (this.#waiting.delete(waiter)) this.#waitingBytes -= waiter.bytes;
  }

  #next(): void {
    for (const waiter of this.#waiting) {
      if (!this.#fits(waiter)) return;
      this.#leave(waiter);
      this.#inFlight++;
      this.#inFlightBytes += waiter.bytes;
      waiter.start(this.#releaseOf(waiter));
    }
  }

  // A message larger than the bound goes alone rather than never.
  #fits({ bytes }: Waiter): boolean {
    if (this.#inFlight === 0) return true;
    return this.#inFlight < this.#max.inFlight && this.#inFlightBytes + bytes <= this.#max.bytes;
  }

  #releaseOf({ bytes }: Waiter): Release {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#inFlight--;
      this.#inFlightBytes -= bytes;
      this.#next();
    };
  }
}
