// mimewright/outbox: messages that outlive the process, on one machine, sent by any sender.
export { type InspectOptions, inspectOutbox, type OutboxAccess, type OutboxInspector } from "./outbox/access.ts";
export type { PurgeOptions } from "./outbox/changes.ts";
export { type Damage, type OutboxCode, OutboxError, outboxCodes } from "./outbox/error.ts";
export type { OutboxEvent, OutboxEvents, OutboxEventType } from "./outbox/events.ts";
export type { OutboxHold, OutboxStatus } from "./outbox/holds.ts";
export { openOutbox } from "./outbox/open.ts";
export type { OutboxOptions, OutboxSender } from "./outbox/options.ts";
export type { Outbox } from "./outbox/outbox.ts";
export type { OutboxEnqueueOptions as EnqueueOptions, OutboxEntry, Receipt } from "./outbox/packing.ts";
export type { ListOptions, OutboxCounts, OutboxRecord, OutboxRef, OutboxState } from "./outbox/record.ts";
export type { DriverName } from "./outbox/sqlite.ts";
