// The packages that do the work, loaded when a queue or a worker is made: whoever has none needs none of them.
import { isError } from "../encoding/kinds.ts";
import { QueueError } from "./queue-error.ts";

/** Loads a peer. @throws QueueError `queue.peer` that says what to install */
export async function loadPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    // A peer that is there and broken has an error of its own to tell.
    if (!isMissing(cause)) throw cause;
    throw new QueueError("queue.peer", `${name} is not installed: npm install bullmq ioredis rate-limiter-flexible`, {
      cause,
    });
  }
}

function isMissing(error: unknown): boolean {
  return isError(error) && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}

/** Of BullMQ, what queues and workers use. */
export interface Bullmq {
  readonly Queue: typeof import("bullmq").Queue;
  readonly Worker: typeof import("bullmq").Worker;
  readonly WaitingError: typeof import("bullmq").WaitingError;
  readonly DelayedError: typeof import("bullmq").DelayedError;
  readonly UnrecoverableError: typeof import("bullmq").UnrecoverableError;
}

/** BullMQ. */
export const loadBullmq = (): Promise<Bullmq> => loadPeer("bullmq", () => import("bullmq"));

/** The client of Redis that BullMQ uses. */
export const loadIoredis = () => loadPeer("ioredis", () => import("ioredis"));

/** The rate limiter. */
export const loadLimiter = () => loadPeer("rate-limiter-flexible", () => import("rate-limiter-flexible"));
