// The transport with the declarations of each nodemailer: @types/nodemailer up to 8, nodemailer's own from 10 on.
import { SESClient } from "@aws-sdk/client-ses";
import { message } from "mimewright";
import { type SesSentInfo, type SesTransport, sesTransport, toNodemailer } from "mimewright/nodemailer";
import nodemailer, { createTransport, type Transport } from "nodemailer";

const client = new SESClient({ region: "eu-west-1" });
const transport = sesTransport({ client, rate: "quota", compose: "mimewright", ignoreKeys: ["template"] });
export const declared: Transport<SesSentInfo> = transport;
export const copy: SesTransport = { ...transport };

const mailer = createTransport(sesTransport({ client, returnRaw: true }));
const info = await mailer.sendMail({ from: "a@example.com", to: "b@example.com", attachments: [{ content: "x" }] });
export const common: readonly unknown[] = [info.messageId, info.response, info.envelope, info.accepted, info.rejected];
const { results, pending, error, raw } = info as SesSentInfo;
export const ours: readonly unknown[] = [results[0]?.recipients, pending, error?.retryable, raw?.length];

await mailer.sendMail(toNodemailer(message({ from: "a@example.com", to: "b@example.com", text: "Hi" })));
mailer.sendMail({ to: "b@example.com" }, (failure, sent) => console.log(failure?.message, sent.messageId));
mailer.verify((failure, success) => console.log(failure, success));
export const verified: true = await nodemailer.createTransport({ ...transport }).verify();
mailer.once("idle", () => mailer.close());
transport.on("idle", () => transport.close());
