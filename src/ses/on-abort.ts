// Many calls may have one signal of their caller's: one listener serves all of them, so that a run of thousands neither
// is a leak nor looks like one.

const calls = new WeakMap<AbortSignal, Calls>();

/**
 * Calls back when the signal is aborted; not when it is aborted already.
 *
 * @returns what calls it off. The last one to do so takes the listener along.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => {};
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

  /** @returns whether it was the last one, and nobody is listened for any more */
  remove(callback: () => void): boolean {
    if (!this.#all.delete(callback) || this.#all.size > 0) return false;
    this.#signal.removeEventListener("abort", this.#tell);
    return true;
  }
}
