// The doors beside which a package of others is used, and that package with them.
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { message } from "mimewright";
import { type MailQueue, mailQueue, mailWorker } from "mimewright/bullmq";
import { fromNodemailer, sesTransport, toNodemailer } from "mimewright/nodemailer";
import { openOutbox } from "mimewright/outbox";
import { sendRawEmailInput, sesSender } from "mimewright/ses";
import { test } from "mimewright/vitest";
import { createTransport } from "nodemailer";
import { expect } from "vitest";

const m = message(fromNodemailer({ from: "a@example.com", to: "b@example.com", text: "Hi" }));
const client = new SESClient({ region: "eu-west-1" });
const sender = sesSender({ client: new SESv2Client({ region: "eu-west-1" }) });
const queue: MailQueue = await mailQueue({ connection: { host: "127.0.0.1" } });
await openOutbox({ path: "mail.outbox", sender });
await mailWorker({ client });
await queue.enqueue({ from: "a@example.com", to: "b@example.com", text: "Hi" });
await client.send(new SendRawEmailCommand(await sendRawEmailInput(m)));
await createTransport(sesTransport({ client })).sendMail(toNodemailer(m));

test("has an inbox", async ({ ses, inbox }) => {
  expect(m).toHaveSubject("Hello");
  await expect(m).toPassPreflight();
  expect(await inbox.waitFor({ to: "b@example.com" })).toHaveSubject(ses.url);
});
