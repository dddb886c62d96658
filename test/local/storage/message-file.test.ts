// A message as a file: any mail reader opens it, and every byte and address comes back.
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { describe, expect, it } from "vitest";
import { deliveredHead } from "../../../src/local/inbox/delivered.ts";
import type { StoredMessage } from "../../../src/local/model/message.ts";
import { messageFile, readMessageFile } from "../../../src/local/storage/message-file.ts";

function stored(raw: Uint8Array, bodyAt: number, more: Partial<StoredMessage> = {}): StoredMessage {
  const id = "0100019ca8b1c2d3-11111111-2222-4333-8444-555555555555-000000";
  return {
    id,
    kind: "sent",
    region: "us-east-1",
    at: 1_772_000_000_123,
    action: "SendRawEmail",
    accessKeyId: undefined,
    source: "ann@example.com",
    feedbackTo: "ann@example.com",
    recipients: ["bob@example.org", "eve@example.org"],
    to: ["bob@example.org"],
    cc: [],
    bcc: ["eve@example.org"],
    subject: "Grüße \ud83d\ude80",
    from: "Ann",
    tags: [{ name: "a", value: "b" }],
    configurationSet: undefined,
    sourceArn: undefined,
    fromArn: undefined,
    returnPathArn: undefined,
    notes: [],
    raw,
    head: deliveredHead(raw, [], { id, region: "us-east-1", at: 0 }),
    bodyAt,
    ...more,
  };
}

/** Buffers and Uint8Arrays compare alike. */
function plain(message: StoredMessage) {
  return { ...message, raw: [...message.raw], head: [...message.head] };
}

const HEAD = "From: ann@example.com\r\nBcc: eve@example.org\r\n\r\n";
const example = stored(Buffer.from(`${HEAD}Hi Bob\r\n`), HEAD.length, { configurationSet: "set", accessKeyId: "K" });

describe("message files", () => {
  it("give back exactly what was written", () => {
    expect(plain(readMessageFile(Buffer.concat(messageFile(example))))).toEqual(plain(example));
  });

  it("of an earlier version have no notes", () => {
    const file = Buffer.concat(messageFile(example)).toString("latin1");
    const [field = ""] = /^X-Mimewright-Message:(?:\r\n [^\r\n]+)+\r\n/.exec(file) ?? [];
    const name = "X-Mimewright-Message:";
    const { notes, ...kept } = JSON.parse(Buffer.from(field.slice(name.length), "base64").toString());
    const earlier = `${name}\r\n ${Buffer.from(JSON.stringify(kept)).toString("base64")}\r\n${file.slice(field.length)}`;
    expect(notes).toEqual([]);
    expect(plain(readMessageFile(Buffer.from(earlier, "latin1")))).toEqual(plain(example));
  });

  it("give back any bytes", () => {
    const anything = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), fc.string());
    fc.assert(
      fc.property(anything, ([head, body, subject]) => {
        const message = stored(Buffer.concat([head, body]), head.length, { subject });
        expect(plain(readMessageFile(Buffer.concat(messageFile(message))))).toEqual(plain(message));
      }),
    );
  });

  it("are mails to other software, with the delivered head and lines of legal length", async () => {
    const file = Buffer.concat(messageFile(example));
    const read = await simpleParser(file);
    expect(read.text).toBe("Hi Bob\n");
    expect(read.messageId).toBe(`<${example.id}@email.amazonses.com>`);
    expect(read.bcc).toBeUndefined();
    expect(
      Math.max(
        ...file
          .toString("latin1")
          .split("\r\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(120);
  });

  it("that are torn say how much is missing", () => {
    const file = Buffer.concat(messageFile(example));
    expect(() => readMessageFile(file.subarray(0, -3))).toThrow("its last 3 bytes are missing");
    expect(() => readMessageFile(Buffer.concat([file, Buffer.from("more")]))).toThrow("4 bytes were added");
  });

  it("of others are told from ours, and any cut of ours is an error", () => {
    expect(() => readMessageFile(Buffer.from("From: x@example.com\r\n\r\nhi"))).toThrow("not written by this endpoint");
    const file = Buffer.concat(messageFile(example));
    for (let end = 0; end < file.length; end += 7) expect(() => readMessageFile(file.subarray(0, end))).toThrow(Error);
  });
});
