// The door `mimewright/local`: an Amazon SES endpoint on your own machine, for development and tests.

export { InboxTimeoutError } from "./local/inbox/wait.ts";
export type { Inbox, InboxMessage } from "./local/inbox.ts";
export type { AccountLimits, NotificationType } from "./local/model/account.ts";
export type { DeliveryNote, MessageFilter, MessageKind, SesNotification } from "./local/model/message.ts";
export type { FaultPlan, Resolve } from "./local/model/state.ts";
export type { LocalSesOptions } from "./local/options.ts";
export type { LocalSes } from "./local/start.ts";
export { startLocalSes } from "./local/start.ts";
