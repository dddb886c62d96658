// mimewright/ses: messages as Amazon SES takes them, and a sender that says what became of each.
export type { Deadlines } from "./deliver/core/attempt.ts";
export type { AttemptInfo, BeforeFirstByte } from "./deliver/core/attempts.ts";
export type { CallField, CallFields, SendingFields, V2Fields } from "./deliver/core/call-fields.ts";
export type { Clock, Random } from "./deliver/core/clock.ts";
export type { SenderCounts, SenderEvent, SenderEvents, SenderEventType } from "./deliver/core/events.ts";
export type { HoldReason, Pauses } from "./deliver/core/holds.ts";
export type { QueueOptions } from "./deliver/core/line.ts";
export type {
  CommonSenderOptions,
  Progress,
  RateOption,
  SendAllOptions,
  SenderOptions,
  SendOptions,
} from "./deliver/core/options.ts";
export type {
  AttemptCause,
  AttemptOutcome,
  AttemptRefused,
  AttemptSent,
  AttemptUnknown,
  RefusalScope,
  RefusedRecipient,
  View,
  WireProgress,
  Written,
} from "./deliver/core/outcome.ts";
export type { RetryOptions } from "./deliver/core/policy.ts";
export type { RawMail } from "./deliver/core/prepared-send.ts";
export type { QuotaOptions, QuotaState } from "./deliver/core/quota.ts";
export type { Pacer, RateLevel } from "./deliver/core/rate.ts";
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
} from "./deliver/core/result.ts";
export type { SendAllResult } from "./deliver/core/send-all.ts";
export { type Leftovers, type Sender, SenderClosedError, sender } from "./deliver/core/sender.ts";
export type { MailTransport, QuotaAnswer, QuotaNumbers, RawCall, SendHooks } from "./deliver/core/transport.ts";
export {
  type Credentials,
  type SesHttpClient,
  type SesHttpClientOptions,
  sesHttpClient,
} from "./deliver/ses/http-client.ts";
export {
  type RawMessageOptions,
  rawMessage,
  rawMessageBase64,
  type SendRawEmailOptions,
  type SendRawEmailParameters,
  sendRawEmailInput,
} from "./deliver/ses/raw-message.ts";
export type { SdkCallOptions, SdkClient, SdkCommand, SdkCommands } from "./deliver/ses/sdk-command.ts";
export type { SesSenderOptions } from "./deliver/ses/ses-sender.ts";
export { sesSender } from "./deliver/ses/ses-sender.ts";
export type { SesApi } from "./deliver/ses/wire.ts";
