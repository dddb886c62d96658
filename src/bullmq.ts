// mimewright/bullmq: a queue for many machines, over BullMQ on Redis or Valkey. The packages bullmq and ioredis are loaded when a
// queue or a worker is made.

export type { Events } from "./deliver/core/events.ts";
export type { QueueRate } from "./deliver/queue/budget.ts";
export type { QueueConnection, RedisSettings } from "./deliver/queue/connection.ts";
export { QueueError, type QueueErrorCode, queueCodes } from "./deliver/queue/connection.ts";
export type { Enqueued, EnqueueResult } from "./deliver/queue/enqueue.ts";
export type { QueueHold } from "./deliver/queue/holds.ts";
export type { QueueAttachment, QueueFields, QueueMessage } from "./deliver/queue/job.ts";
export type { Unsaved } from "./deliver/queue/ledger.ts";
export type { QueueProgress, WatchOptions } from "./deliver/queue/progress.ts";
export { type MailQueue, mailQueue } from "./deliver/queue/queue.ts";
export type { EnqueueOptions, MailQueueOptions, QueueItem } from "./deliver/queue/queue-options.ts";
export type { Durability, QueueStatus } from "./deliver/queue/status.ts";
export { type MailWorker, type MailWorkerEvent, mailWorker } from "./deliver/queue/worker.ts";
export type { Keep, MailWorkerOptions } from "./deliver/queue/worker-options.ts";
