// The main job: a real message with attachments, checked, written, and sent to the embedded SES endpoint twice, with
// the real SES client and through nodemailer. `npm start -- --serve` keeps the endpoint up to look around.
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { GetSendQuotaCommand, SESClient, SendRawEmailCommand, VerifyEmailIdentityCommand } from "@aws-sdk/client-ses";
import { checkLimits, compose, measure, sesV1 } from "mimewright";
import { startLocalSes } from "mimewright/local";
import { file, writeEml } from "mimewright/node";
import { sesTransport, toNodemailer } from "mimewright/nodemailer";
import { sendRawEmailInput } from "mimewright/ses";
import { createTransport } from "nodemailer";
import { outline } from "./outline.js";

const serve = process.argv.includes("--serve");
// Each run starts with an empty inbox.
await rm("out/inbox", { recursive: true, force: true });
await mkdir("out", { recursive: true });

// 1. Compose. Files are opened when the message is written, not before.
const m = compose({
  from: "Travel desk <travel@example.com>",
  replyTo: "Support: help@example.com, night@example.com;",
})
  .to("Zoë Müller <zoe@example.org>", { name: "山田 太郎", address: "yamada@example.jp" })
  .bcc("archive@example.com")
  .subject("Your tickets to Kyoto 🚄 – 京都行きの切符")
  .text("Dear Zoë,\n\nyour tickets for 7 December are attached: 領収書 and timetable.\n\nThe travel desk\n")
  .html(await readFile("fixtures/files/journey.html", "utf8"))
  .calendar({
    method: "REQUEST",
    content: await readFile("fixtures/files/journey.ics", "utf8"),
    filename: "journey.ics",
  })
  .embed({ ...(await file("fixtures/files/logo.png")), cid: "logo@example.com" })
  .attach(await file("fixtures/files/invoice.pdf", { filename: "領収書 2026-1107.pdf" }))
  .attach({ filename: "weather 🌸.csv", content: "day,°C\r\nMon,9\r\nTue,11\r\n" })
  .build();

// 2. Look at it and check it against the place it goes to, before a byte is encoded.
const { bytes, recipients, parts } = measure(m);
console.log(outline(m));
console.log(`\n${bytes} bytes, ${parts} parts, ${recipients} recipients`);
const issues = checkLimits(m, sesV1);
console.log(issues.length === 0 ? "fits Amazon SES (SendRawEmail): 10 MB, 50 recipients" : issues);

// 3. Write it.
await writeEml("out/journey.eml", m);
console.log("written to out/journey.eml");

// 4. Send it with the real client over HTTP.
const ses = await startLocalSes({ dir: "out/inbox" });
const client = new SESClient({
  region: "us-east-1",
  endpoint: ses.url,
  credentials: { accessKeyId: "LOCAL", secretAccessKey: "local" },
});
await client.send(new VerifyEmailIdentityCommand({ EmailAddress: "travel@example.com" }));
const quota = await client.send(new GetSendQuotaCommand({}));
const daily = quota.Max24HourSend === -1 ? "no daily quota" : `${quota.Max24HourSend} a day`;
console.log(`\nembedded SES endpoint at ${ses.url}: ${quota.MaxSendRate} recipients a second, ${daily}`);
const answer = await client.send(new SendRawEmailCommand(await sendRawEmailInput(m)));
console.log(`SendRawEmail: MessageId ${answer.MessageId}`);

// 5. The second way: the same message through a nodemailer transporter over the same client.
const transporter = createTransport(sesTransport({ client }));
const info = await transporter.sendMail(toNodemailer(m));
console.log(`nodemailer:   messageId ${info.messageId}, accepted ${info.accepted.join(", ")}`);

console.log("\nstored (a Maildir: any mail reader opens it):");
for (const name of await readdir("out/inbox/new")) console.log(`  out/inbox/new/${name}`);
if (serve) console.log(`look at them: ${ses.url} (Ctrl+C ends it)`);
else {
  console.log("look at them in a browser: npm start -- --serve");
  transporter.close();
  client.destroy();
  await ses.close();
}
