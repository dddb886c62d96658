// mimewright/nodemailer: a transport for SES; SMTP through nodemailer; from nodemailer's options, and to its transporters.
export type { CommonSenderOptions, SenderOptions, SendOptions } from "./deliver/core/options.ts";
export type {
  AttemptCause,
  AttemptOutcome,
  AttemptRefused,
  AttemptSent,
  AttemptUnknown,
  RefusalScope,
  RefusedRecipient,
} from "./deliver/core/outcome.ts";
export type {
  CallResult,
  Failed,
  GroupResult,
  PartialResult,
  SendResult,
  Sent,
  Unknown,
} from "./deliver/core/result.ts";
export { type Sender, sender } from "./deliver/core/sender.ts";
export type { MailTransport, QuotaAnswer, QuotaNumbers, RawCall, SendHooks } from "./deliver/core/transport.ts";
export { type FromNodemailerOptions, fromNodemailer } from "./deliver/nodemailer/from-nodemailer.ts";
export { SesSendError, type SesSentInfo } from "./deliver/nodemailer/send-mail.ts";
export type { SesParameters } from "./deliver/nodemailer/ses-parameters.ts";
export { type NodemailerMessage, toNodemailer } from "./deliver/nodemailer/to-nodemailer.ts";
export { type SesTransport, sesTransport } from "./deliver/nodemailer/transport.ts";
export type { SesTransportOptions } from "./deliver/nodemailer/transport-options.ts";
export { type SmtpTransportOptions, smtpTransport } from "./deliver/smtp/smtp-transport.ts";
export type { SmtpTransporter } from "./deliver/smtp/transporter.ts";
