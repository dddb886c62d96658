// mimewright/outbox: messages that outlive the process, on one machine, sent by any sender.
export {
  type InspectOptions,
  inspectOutbox,
  type OutboxAccess,
  type OutboxInspector,
} from "./deliver/outbox/access.ts";
export type { PurgeOptions } from "./deliver/outbox/changes.ts";
export { type Damage, type OutboxCode, OutboxError, outboxCodes } from "./deliver/outbox/error.ts";
export type { OutboxEvent, OutboxEvents, OutboxEventType } from "./deliver/outbox/events.ts";
export type { OutboxHold, OutboxStatus } from "./deliver/outbox/holds.ts";
export { openOutbox } from "./deliver/outbox/open.ts";
export type { OutboxOptions, OutboxSender } from "./deliver/outbox/options.ts";
export type { Outbox } from "./deliver/outbox/outbox.ts";
export type { OutboxEnqueueOptions as EnqueueOptions, OutboxEntry, Receipt } from "./deliver/outbox/packing.ts";
export type { ListOptions, OutboxCounts, OutboxRecord, OutboxRef, OutboxState } from "./deliver/outbox/record.ts";
export type { DriverName } from "./deliver/outbox/sqlite.ts";
