// A plain nodemailer app: a service that sends, over SES in production and into memory in tests. Run it:
// npm run build && npm run build:examples, then node .build/examples/nodemailer-app.js
import { pathToFileURL } from "node:url";
import { SESClient } from "@aws-sdk/client-ses";
import { startLocalSes } from "mimewright/local";
import { sesTransport } from "mimewright/nodemailer";
import { createTransport } from "nodemailer";

/** What the service needs of nodemailer: any transporter has it. In NestJS it is a provider. */
export interface Mailer {
  sendMail(mail: {
    readonly from: string;
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly html: string;
  }): Promise<unknown>;
}

/** Sends the mails of an account. The transporter comes from outside, so tests give it another one. */
export class AccountMails {
  readonly #mailer: Mailer;

  constructor(mailer: Mailer) {
    this.#mailer = mailer;
  }

  async resetPassword(address: string, token: string): Promise<"sent" | "try later"> {
    const url = `https://example.com/reset?token=${encodeURIComponent(token)}`;
    try {
      await this.#mailer.sendMail({
        from: "Example <accounts@example.com>",
        to: address,
        subject: "Your new password",
        text: `Choose a new password:\n\n${url}\n`,
        html: `<p>Choose a new password:</p><p><a href="${url}">Choose</a></p>\n`,
      });
      return "sent";
    } catch {
      return "try later";
    }
  }
}

async function main(): Promise<void> {
  const ses = await startLocalSes(); // without an endpoint the client talks to SES
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  const client = new SESClient({ region: "us-east-1", endpoint: ses.url, credentials });
  const transporter = createTransport(sesTransport({ client, rate: 14 }));
  console.log(await new AccountMails(transporter).resetPassword("bob@example.com", "a b"));
  const { subject, recipients } = await ses.inbox.waitFor({ to: "bob@example.com" });
  console.log(`in the inbox: ${subject}, to ${recipients.join(", ")}`);
  transporter.close();
  client.destroy();
  await ses.close();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
