// Who waits for the outcome of which message.
import { onAbort } from "../deliver/core/lifetime.ts";
import type { SendResult } from "../deliver/core/result.ts";

interface Waiter {
  readonly resolve: (result: SendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Callers that wait, by the id of a message. */
export class Waiting {
  readonly #waiters = new Map<number, Set<Waiter>>();

  /** Resolves with the outcome; rejects when the signal is aborted, with its reason, or when all waiting ends. */
  forOutcome(id: number, signal?: AbortSignal): Promise<SendResult> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = () => {
        forget();
        const own = this.#waiters.get(id);
        own?.delete(waiter);
        if (own?.size === 0) this.#waiters.delete(id);
      };
      const waiter: Waiter = {
        resolve: (result) => {
          end();
          resolve(result);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      const forget = onAbort(signal, () => waiter.reject(signal?.reason));
      const own = this.#waiters.get(id) ?? new Set();
      this.#waiters.set(id, own.add(waiter));
    });
  }

  get ids(): readonly number[] {
    return [...this.#waiters.keys()];
  }

  settle(id: number, result: SendResult): void {
    for (const waiter of [...(this.#waiters.get(id) ?? [])]) waiter.resolve(result);
  }

  fail(id: number, error: unknown): void {
    for (const waiter of [...(this.#waiters.get(id) ?? [])]) waiter.reject(error);
  }
}
