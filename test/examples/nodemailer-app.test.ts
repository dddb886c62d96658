import { SESClient } from "@aws-sdk/client-ses";
import { sesTransport } from "mimewright/nodemailer";
import { captureTransport } from "mimewright/testing";
import { test } from "mimewright/vitest";
import { createTransport } from "nodemailer";
import { describe, expect } from "vitest";
import { AccountMails } from "../../examples/nodemailer-app.ts";

describe("a nodemailer app", () => {
  test("is tested without a server", async () => {
    const sent = captureTransport();
    const mails = new AccountMails(createTransport(sent));
    expect(await mails.resetPassword("bob@example.com", "a/b")).toBe("sent");
    await expect(sent.last).toMatchEml("mails/reset-password.eml");
    expect(sent.last).toHaveLink("https://example.com/reset?token=a%2Fb");
    sent.failNext();
    expect(await mails.resetPassword("bob@example.com", "a/b")).toBe("try later");
    expect(sent.messages).toHaveLength(1);
  });

  test("is tested with the transport of production", async ({ ses, inbox }) => {
    const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
    const client = new SESClient({ region: "us-east-1", endpoint: ses.url, credentials });
    const transporter = createTransport(sesTransport({ client }));
    expect(await new AccountMails(transporter).resetPassword("bob@example.com", "a/b")).toBe("sent");
    await expect(await inbox.waitFor({ to: "bob@example.com" })).toMatchEml("mails/reset-password.eml");
    transporter.close();
    client.destroy();
  });
});
