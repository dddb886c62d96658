// How long one waits for Redis to confirm: so many milliseconds, or until the queue is closed.
import { QueueError } from "./queue-error.ts";

/** Waits for commands. */
export class Confirmations {
  readonly #timeout: number;
  // One set rather than a signal: thousands may wait at once.
  readonly #waiting = new Set<(error: QueueError) => void>();
  #isOver = false;

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What the command gives. @throws QueueError `queue.timeout` or `queue.closed`: it may be carried out all the same */
  wait<T>(command: () => Promise<T>): Promise<T> {
    if (this.#isOver) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      const late = () => reject(new QueueError("queue.timeout", `Redis did not confirm within ${this.#timeout} ms`));
      const timer = setTimeout(late, this.#timeout);
      this.#waiting.add(reject);
      command()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          this.#waiting.delete(reject);
        });
    });
  }

  /** Nobody waits any more. */
  end(): void {
    this.#isOver = true;
    for (const reject of this.#waiting) reject(closed());
    this.#waiting.clear();
  }
}

function closed(): QueueError {
  return new QueueError("queue.closed", "the queue is closed");
}
