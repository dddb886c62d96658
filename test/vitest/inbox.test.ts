import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { compose } from "mimewright";
import { sendRawEmailInput } from "mimewright/ses";
import { test } from "mimewright/vitest";
import { describe, expect } from "vitest";

const base = compose({ from: "ann@example.com", to: "bob@example.com" }).bcc("eve@example.com").text("Hello\n");
const seen: string[] = [];

async function send(url: string, subject: string): Promise<void> {
  const client = new SESClient({
    region: "us-east-1",
    endpoint: url,
    credentials: { accessKeyId: "LOCAL", secretAccessKey: "local" },
  });
  await client.send(new SendRawEmailCommand(await sendRawEmailInput(base.subject(subject).build())));
  client.destroy();
}

describe("test with an inbox", () => {
  test("takes what is sent to the endpoint", async ({ ses, inbox }) => {
    seen.push(ses.url);
    const sending = send(ses.url, "Grüße");
    const mail = await inbox.waitFor({ to: "bob@example.com" });
    await sending;
    expect(mail).toHaveSubject("Grüße");
    expect(mail).toBeAddressedTo("eve@example.com", { field: "bcc" });
    expect(mail).toBeAddressedTo("bob@example.com", { field: "to" });
    expect(mail).toHavePart("text/plain", { text: "Hello" });
  });

  test("starts every test with an empty inbox, at the same endpoint", async ({ ses, inbox }) => {
    expect(inbox.list()).toEqual([]);
    expect(seen).toEqual([ses.url]);
  });

  test("ends the faults of the test before", async ({ ses, inbox }) => {
    inbox.faults({ unavailable: 1, actions: ["GetSendQuota"] });
    await send(ses.url, "one");
    expect(inbox.list()).toHaveLength(1);
  });
});

describe.concurrent("tests that run at the same time", () => {
  for (const name of ["one", "two", "three"]) {
    test(`share the inbox and lose nothing: ${name}`, async ({ ses, inbox }) => {
      await send(ses.url, name);
      expect(await inbox.waitFor({ subject: name })).toHaveSubject(name);
    });
  }
});
