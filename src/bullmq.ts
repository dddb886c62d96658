// mimewright/bullmq: a queue for many machines, over BullMQ on Redis or Valkey. The packages bullmq, ioredis and
// rate-limiter-flexible are loaded when a queue or a worker is made.
export type { QueueRate } from "./bullmq/budget.ts";
export type { QueueConnection, RedisSettings } from "./bullmq/connection.ts";
export type { QueueHold } from "./bullmq/holds.ts";
export type { QueueAttachment, QueueFields, QueueMessage } from "./bullmq/job-data.ts";
export type { QueueProgress } from "./bullmq/progress.ts";
export { type Enqueued, type EnqueueResult, type MailQueue, mailQueue } from "./bullmq/queue.ts";
export { QueueError, type QueueErrorCode, queueCodes } from "./bullmq/queue-error.ts";
export type { EnqueueOptions, MailQueueOptions, QueueItem } from "./bullmq/queue-options.ts";
export type { Durability, QueueStatus } from "./bullmq/status.ts";
export type { Unsaved } from "./bullmq/unsaved.ts";
export type { WatchOptions } from "./bullmq/watch.ts";
export { type MailWorker, type MailWorkerEvent, mailWorker } from "./bullmq/worker.ts";
export type { Keep, MailWorkerOptions } from "./bullmq/worker-options.ts";
export type { Events } from "./deliver/core/events.ts";
