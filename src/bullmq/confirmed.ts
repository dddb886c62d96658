// How long one waits for Redis to confirm: so many milliseconds, or until the queue is closed.
import { isError } from "../encoding/kinds.ts";
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

  /**
   * What the command gives.
   *
   * @throws QueueError `queue.refused`; `queue.timeout` or `queue.closed`, after which it may be carried out all the same
   */
  wait<T>(command: () => Promise<T>): Promise<T> {
    if (this.#isOver) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      const late = () => reject(new QueueError("queue.timeout", `Redis did not confirm within ${this.#timeout} ms`));
      const timer = setTimeout(late, this.#timeout);
      this.#waiting.add(reject);
      command()
        .then(resolve, (error: unknown) => reject(withoutContent(error)))
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

// ioredis hangs the command that was refused onto its error, and with it addresses and bodies.
function withoutContent(error: unknown): unknown {
  if (!(isError(error) && error.name === "ReplyError")) return error;
  const [word = ""] = /^[A-Z]+/.exec(error.message) ?? [];
  return new QueueError("queue.refused", `Redis refused the command${word === "" ? "" : `: ${word}`}`);
}

function closed(): QueueError {
  return new QueueError("queue.closed", "the queue is closed");
}
