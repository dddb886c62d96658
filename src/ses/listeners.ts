// Hands events to those who listen: to a sender, an outbox, a queue.

/** Events of one kind. */
export interface Events<T> {
  /** Calls the listener for every event until the returned function is called. What it throws is ignored. */
  on(listener: (event: T) => void): () => void;
}

/** The side that emits. */
export class Listeners<T> implements Events<T> {
  readonly #all = new Set<(event: T) => void>();

  /** False where making an event would be for nobody. */
  get any(): boolean {
    return this.#all.size > 0;
  }

  on(listener: (event: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  emit(event: T): void {
    for (const listener of this.#all) {
      try {
        listener(event);
      } catch {
        // Mail goes out even when somebody who watches it fails.
      }
    }
  }
}
