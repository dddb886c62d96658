// mimewright/outbox: messages that outlive the process, on one machine, sent by a sender of mimewright/ses.
export type { OutboxAccess } from "./outbox/access.ts";
export type { PurgeOptions } from "./outbox/changes.ts";
export type { DriverName } from "./outbox/driver.ts";
export { type Damage, type OutboxCode, OutboxError, outboxCodes } from "./outbox/error.ts";
export type { OutboxEvent, OutboxEvents, OutboxEventType } from "./outbox/events.ts";
export type { OutboxHold, OutboxStatus } from "./outbox/held.ts";
export { type InspectOptions, inspectOutbox, type OutboxInspector } from "./outbox/inspect.ts";
export { openOutbox } from "./outbox/open.ts";
export type { OutboxOptions } from "./outbox/options.ts";
export type { Outbox } from "./outbox/outbox.ts";
export type { EnqueueOptions, OutboxEntry } from "./outbox/packing.ts";
export type { Receipt } from "./outbox/receipt.ts";
export type { ListOptions, OutboxCounts, OutboxRecord, OutboxRef, OutboxState } from "./outbox/record.ts";
