// mimewright/bullmq: a queue for many machines, over BullMQ on Redis or Valkey. The packages bullmq and ioredis are loaded when a
// queue or a worker is made.
export type { QueueRate } from "./bullmq/budget.ts";
export type { QueueConnection, RedisSettings } from "./bullmq/connection.ts";
export { QueueError, type QueueErrorCode, queueCodes } from "./bullmq/connection.ts";
export type { Enqueued, EnqueueResult } from "./bullmq/enqueue.ts";
export type { QueueHold } from "./bullmq/holds.ts";
export type { QueueAttachment, QueueFields, QueueMessage } from "./bullmq/job.ts";
export type { Unsaved } from "./bullmq/ledger.ts";
export type { QueueProgress, WatchOptions } from "./bullmq/progress.ts";
export { type MailQueue, mailQueue } from "./bullmq/queue.ts";
export type { EnqueueOptions, MailQueueOptions, QueueItem } from "./bullmq/queue-options.ts";
export type { Durability, QueueStatus } from "./bullmq/status.ts";
export { type MailWorker, type MailWorkerEvent, mailWorker } from "./bullmq/worker.ts";
export type { Keep, MailWorkerOptions } from "./bullmq/worker-options.ts";
export type { Events } from "./deliver/core/events.ts";
