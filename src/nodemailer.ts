// mimewright/nodemailer: a transport for SES; from nodemailer's options, and to its transporters.
export { sender } from "./deliver/core/sender.ts";
export { type FromNodemailerOptions, fromNodemailer } from "./nodemailer/from-nodemailer.ts";
export { SesSendError, type SesSentInfo } from "./nodemailer/send-mail.ts";
export { type NodemailerMessage, toNodemailer } from "./nodemailer/to-nodemailer.ts";
export { type SesTransport, sesTransport } from "./nodemailer/transport.ts";
export type { SesParameters, SesTransportOptions } from "./nodemailer/transport-options.ts";
