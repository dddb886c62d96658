// The packages that do the work, loaded when a queue or a worker is made: whoever has none needs none of them.
import { QueueError } from "./queue-error.ts";

const INSTALL = "npm install bullmq ioredis rate-limiter-flexible";

/** Whoever loads a peer in vain throws this. A peer that is there and broken has an error of its own to tell. */
export function missing(name: string, cause: unknown): unknown {
  if (!isMissing(cause)) return cause;
  return new QueueError("queue.peer", `${name} is not installed: ${INSTALL}`, { cause });
}

// As Node says it of import and of require(), which bundles make of it; of another class on other runtimes.
function isMissing(error: unknown): boolean {
  if (typeof error !== "object" || error === null || !("code" in error)) return false;
  return error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND";
}

/** Tells that a peer is of a release that lacks what is used. @throws QueueError `queue.peer` */
export function demand(has: boolean, needed: string): void {
  if (!has) throw new QueueError("queue.peer", `${needed} or newer is needed: ${INSTALL}`);
}

/** Of BullMQ, what queues and workers use. */
export interface Bullmq {
  readonly Queue: typeof import("bullmq").Queue;
  readonly Worker: typeof import("bullmq").Worker;
  readonly WaitingError: typeof import("bullmq").WaitingError;
  readonly DelayedError: typeof import("bullmq").DelayedError;
  readonly UnrecoverableError: typeof import("bullmq").UnrecoverableError;
}

// Each import stands in a try of its own: bundlers let a package be absent only there.

/** BullMQ. @throws QueueError `queue.peer` that says what to install */
export async function loadBullmq(): Promise<Bullmq> {
  try {
    const found = await import("bullmq");
    demand("RedisQueueBackend" in found, "bullmq 6");
    return found;
  } catch (error) {
    throw missing("bullmq", error);
  }
}

/** The client of Redis that BullMQ uses. @throws QueueError `queue.peer` */
export async function loadIoredis() {
  try {
    const found = await import("ioredis");
    demand(typeof found.Redis === "function", "ioredis 5");
    return found;
  } catch (error) {
    throw missing("ioredis", error);
  }
}

/** The rate limiter. @throws QueueError `queue.peer` */
export async function loadLimiter() {
  try {
    return await import("rate-limiter-flexible");
  } catch (error) {
    throw missing("rate-limiter-flexible", error);
  }
}
