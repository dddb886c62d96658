// A gate that so many may have passed at once, first come, first served.

/** Lets in as many as there are places. */
export class Gate {
  #free: number;
  // A Set keeps the order and lets anyone leave without a search.
  readonly #waiting = new Set<() => void>();

  constructor(places: number) {
    this.#free = places;
  }

  /** Resolves with what is called to go out (more than once does no harm); undefined when the signal is aborted first. */
  async enter(signal?: AbortSignal): Promise<(() => void) | undefined> {
    if (signal?.aborted) return undefined;
    if (this.#free > 0) this.#free--;
    else if (!(await this.#wait(signal))) return undefined;
    let isIn = true;
    return () => {
      if (isIn) this.#leave();
      isIn = false;
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const onAbort = () => {
        this.#waiting.delete(go);
        resolve(false);
      };
      const go = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve(true);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(go);
    });
  }

  // The place goes to the next one as it is: nobody slips in between.
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
