// The packages that do the work, loaded when a queue or a worker is made: whoever has none needs none of them.
import { QueueError } from "./queue-error.ts";

const INSTALL = "npm install bullmq ioredis rate-limiter-flexible";

/** Refuses to go on without a peer; each import has it beside it: bundlers let a package be absent only where one catches. */
export function refuse(name: string): (cause: unknown) => never {
  return (cause) => {
    // A peer that is there and broken has an error of its own to tell.
    if (!isMissing(cause)) throw cause;
    throw new QueueError("queue.peer", `${name} is not installed: ${INSTALL}`, { cause });
  };
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

/** BullMQ. @throws QueueError `queue.peer` that says what to install */
export async function loadBullmq(): Promise<Bullmq> {
  const found = await import("bullmq").catch(refuse("bullmq"));
  demand("RedisQueueBackend" in found, "bullmq 6");
  return found;
}

/** The client of Redis that BullMQ uses. @throws QueueError `queue.peer` */
export async function loadIoredis() {
  const found = await import("ioredis").catch(refuse("ioredis"));
  demand(typeof found.Redis === "function", "ioredis 5");
  return found;
}

/** The rate limiter. @throws QueueError `queue.peer` */
export const loadLimiter = () => import("rate-limiter-flexible").catch(refuse("rate-limiter-flexible"));
