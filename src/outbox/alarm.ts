// The one timer of an outbox. It goes by a clock that nobody sets, and keeps a process alive only while somebody waits for
// an outcome.

/** Rings once, at the earliest of the times it was set to. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;
  #holds = 0;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** In so many milliseconds at the latest. */
  within(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    const ring = () => {
      this.#at = Number.POSITIVE_INFINITY;
      this.#ring();
    };
    const timer = setTimeout(ring, Math.max(0, ms));
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
