// mimewright/ses: messages as Amazon SES takes them, and a sender that says what became of each.
export type { Deadlines } from "./ses/attempt.ts";
export type { RetryOptions } from "./ses/backoff.ts";
export type { Clock, Random } from "./ses/clock.ts";
export type { SenderCounts, SenderEvent, SenderEvents, SenderEventType } from "./ses/events.ts";
export type { HoldReason } from "./ses/hold.ts";
export type { Pauses } from "./ses/holds.ts";
export type { Pacer } from "./ses/pacer.ts";
export type { RawMail } from "./ses/parcel.ts";
export type { QuotaOptions, QuotaState } from "./ses/quota.ts";
export type { RateLevel } from "./ses/rate.ts";
export {
  type RawMessageOptions,
  rawMessage,
  rawMessageBase64,
  type SendRawEmailOptions,
  type SendRawEmailParameters,
  sendRawEmailInput,
} from "./ses/raw-message.ts";
export type { RefusalScope } from "./ses/refusals.ts";
export type { Progress, SendAllOptions, SendAllResult } from "./ses/send-all.ts";
export {
  type CallResult,
  type Failed,
  type GroupResult,
  type PartialResult,
  type SendCause,
  type SendCode,
  type SendResult,
  type Sent,
  sendCodes,
  type Unknown,
} from "./ses/send-result.ts";
export { type Leftovers, type Sender, SenderClosedError, sesSender } from "./ses/sender.ts";
export type { RateOption, SendOptions, SesSenderOptions } from "./ses/sender-options.ts";
export type { SendingFields } from "./ses/sending-fields.ts";
export type { QueueOptions } from "./ses/slots.ts";
export {
  type Credentials,
  type SesHttpClient,
  type SesHttpClientOptions,
  sesHttpClient,
} from "./ses/wire/http-client.ts";
export type { SdkCallOptions, SdkClient, SdkCommand, SdkCommands } from "./ses/wire/sdk-command.ts";
export type { SesApi, V2Fields } from "./ses/wire/wire.ts";
