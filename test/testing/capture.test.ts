import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type CaptureTransport, captureTransport, readEml } from "mimewright/testing";
import { createTransport } from "nodemailer";
import { beforeEach, describe, expect, it } from "vitest";

interface Mailer {
  sendMail(data: object): Promise<unknown>;
  verify(): Promise<unknown>;
}
type Make = (transport: object) => Mailer;
const versions: readonly (readonly [string, Make])[] = [
  ["nodemailer 10", createTransport as unknown as Make],
  ["nodemailer 7", createRequire(import.meta.url)("nodemailer7").createTransport as Make],
  ["nodemailer 6", createRequire(import.meta.url)("nodemailer6").createTransport as Make],
];
const mail = {
  from: "Ann <ann@example.com>",
  to: "bob@example.com",
  bcc: "eve@example.com",
  subject: "Grüße",
  text: "a\nb\n",
};

describe.each(versions)("captureTransport with %s", (_, make) => {
  let sent: CaptureTransport;
  let mailer: Mailer;
  beforeEach(() => {
    sent = captureTransport();
    mailer = make(sent);
  });

  it("keeps what is sent, with the envelope and without Bcc in the bytes", async () => {
    const info = await mailer.sendMail(mail);
    expect(sent.messages).toHaveLength(1);
    expect(sent.last.envelope).toEqual({ from: "ann@example.com", to: ["bob@example.com", "eve@example.com"] });
    const { subject, text, headers, messageId } = await readEml(sent.last);
    expect([subject, text, messageId]).toEqual(["Grüße", "a\nb\n", sent.last.messageId]);
    expect(headers.map(({ name }) => name)).not.toContain("Bcc");
    expect(info).toMatchObject({ accepted: ["bob@example.com", "eve@example.com"], messageId: sent.last.messageId });
  });

  it("ends every line as mail does", async () => {
    await mailer.sendMail({ ...mail, raw: "Subject: x\n\na\nb\r\nc" });
    expect(new TextDecoder().decode(sent.last.raw)).toMatch(/^Subject: x\r\n\r\na\r\nb\r\nc/);
  });

  it("gives bytes that stay when nodemailer's are changed", async () => {
    const info = await mailer.sendMail(mail);
    if (typeof info === "object" && info !== null && "message" in info && info.message instanceof Uint8Array)
      info.message.fill(0);
    expect((await readEml(sent.last)).subject).toBe("Grüße");
  });

  it("fails the next sends, in the order they start, and keeps nothing of them", async () => {
    const error = new Error("mailbox full");
    sent.failNext(error);
    sent.failNext();
    const results = await Promise.allSettled([mailer.sendMail(mail), mailer.sendMail(mail), mailer.sendMail(mail)]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(results[0]).toMatchObject({ reason: error });
    expect(results[1]).toMatchObject({ reason: { message: "This send was made to fail by failNext()." } });
    expect(sent.messages).toHaveLength(1);
  });

  it("forgets everything on reset", async () => {
    await mailer.sendMail(mail);
    const before = sent.messages;
    sent.failNext();
    sent.reset();
    expect(sent.messages).toEqual([]);
    expect(before).toHaveLength(1);
    expect(() => sent.last).toThrow("Nothing was sent into this transport.");
    await mailer.sendMail(mail);
    expect(sent.messages).toHaveLength(1);
  });

  it("passes on what the source of an attachment throws", async () => {
    const attachments = [{ path: "/nowhere/at/all" }];
    await expect(mailer.sendMail({ ...mail, attachments })).rejects.toThrow(/nowhere/);
    expect(sent.messages).toEqual([]);
  });

  it("has the version of the package", () => {
    expect(captureTransport().version).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
  });

  it("verifies", async () => {
    expect(await mailer.verify()).toBe(true);
  });
});
