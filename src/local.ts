// The door `mimewright/local`: an Amazon SES endpoint on your own machine, for development and tests.

export { InboxTimeoutError } from "./local/inbox/timeout-error.ts";
export type { Inbox, InboxMessage } from "./local/inbox.ts";
export type {
  AccountLimits,
  DeliveryNote,
  FaultPlan,
  MessageFilter,
  MessageKind,
  NotificationType,
  Resolve,
  SesNotification,
} from "./local/model/model.ts";
export type { LocalSesOptions } from "./local/options.ts";
export type { LocalSes } from "./local/start.ts";
export { startLocalSes } from "./local/start.ts";
