// The one timer of an outbox. It keeps a process alive only while somebody waits for an outcome.

/** Rings once, at the earliest of the times it was set to. */
export class Alarm {
  readonly #now: () => number;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;
  #holds = 0;

  constructor(now: () => number, ring: () => void) {
    this.#now = now;
    this.#ring = ring;
  }

  /** @param at milliseconds since 1970 */
  by(at: number): void {
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    const timer = setTimeout(
      () => {
        this.#at = Number.POSITIVE_INFINITY;
        this.#ring();
      },
      Math.max(0, at - this.#now()),
    );
    if (this.#holds === 0) timer.unref();
    this.#timer = timer;
  }

  /** The process stays until the function it returns is called. */
  hold(): () => void {
    this.#holds++;
    this.#timer?.ref();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      if (this.#holds === 0) this.#timer?.unref();
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#at = Number.NEGATIVE_INFINITY;
  }
}
