import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { message, toBytes } from "mimewright";
import { toNodemailer } from "mimewright/nodemailer";
import { createTransport } from "nodemailer";
import { createTransport as createTransport6 } from "nodemailer6";
// @ts-expect-error: this version has no types of its own
import { createTransport as createTransport7 } from "nodemailer7";
import { describe, expect, it } from "vitest";

const render = { seed: "s", now: () => new Date(0) };
const m = message({
  from: "Ann <a@example.com>",
  to: "b@example.com",
  bcc: "hidden@example.com",
  subject: "Grüße",
  text: "line\n.dot\n",
  html: "<p>é</p>",
  attachments: [{ filename: "a.bin", content: Uint8Array.from([0, 13, 10, 46, 255]) }],
  envelope: { from: "bounce@example.com" },
});
const withBlob = message({ from: "a@example.com", to: "b@example.com", attachments: [{ content: new Blob(["x"]) }] });

describe.each([
  ["nodemailer 10", createTransport],
  ["nodemailer 7", createTransport7],
  ["nodemailer 6", createTransport6],
])("toNodemailer with %s", (_, create) => {
  it("sends the bytes unchanged, from memory and from a stream", async () => {
    for (const newline of [undefined, "windows"]) {
      const transport = create({ streamTransport: true, buffer: true, ...(newline === undefined ? {} : { newline }) });
      const info = await transport.sendMail(toNodemailer(m, render));
      expect(new Uint8Array(Buffer.from(info.message.toString("binary"), "binary"))).toEqual(toBytes(m, render));
    }
    const { raw } = toNodemailer(withBlob, render);
    expect(raw).toBeInstanceOf(Readable);
    const info = await create({ streamTransport: true, buffer: true }).sendMail(toNodemailer(withBlob, render));
    expect(info.message.toString()).toBe((await buffer(Readable.from(raw))).toString());
  });

  it("gives envelope and Message-ID, blind copies in the envelope only", async () => {
    const info = await create({ streamTransport: true, buffer: true }).sendMail(toNodemailer(m));
    expect(info.envelope).toEqual({ from: "bounce@example.com", to: ["b@example.com", "hidden@example.com"] });
    expect(info.message.toString()).toContain(`Message-ID: ${info.messageId}\r\n`);
    expect(info.message.toString()).not.toContain("hidden");
  });

  it("works with the transport that makes JSON", async () => {
    const info = await create({ jsonTransport: true }).sendMail(toNodemailer(m, render));
    expect(info.envelope).toEqual({ from: "bounce@example.com", to: ["b@example.com", "hidden@example.com"] });
    expect(Buffer.from(JSON.parse(String(info.message)).raw.data)).toEqual(Buffer.from(toBytes(m, render)));
  });
});

describe("toNodemailer", () => {
  it("gives nothing to send for a message that goes to nobody", () => {
    const nobody = message({ from: "a@example.com", text: "x" });
    expect(() => toNodemailer(nobody)).toThrow(expect.objectContaining({ code: "envelope.empty", path: ["to"] }));
  });

  it("keeps the Message-ID that a message has", () => {
    const own = message({ from: "a@example.com", to: "b@example.com", messageId: "<1@example.com>" });
    expect(toNodemailer(own).messageId).toBe("<1@example.com>");
  });

  it("gives the same bytes with the same options, and others without", () => {
    expect(toNodemailer(m, render)).toEqual(toNodemailer(m, render));
    expect(toNodemailer(m).raw).not.toEqual(toNodemailer(m).raw);
  });
});
