// Whatever comes in, the answer is a message or issues: no other error, and no message that cannot be written.
import fc from "fast-check";
import { check, lintRaw, MessageError, type MessageInput, measure, sesV1, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { lineFaults } from "./readers/heads.ts";

const PIECES: readonly string[] = [
  "a@example.com",
  "Ann <a@example.com>",
  "a",
  "@",
  "<",
  ">",
  ",",
  ";",
  ":",
  '"',
  "\\",
  "(",
  ")",
  "[",
  "]",
  "=?utf-8?Q?=0D=0A?=",
  "=?",
  "\r\n",
  "\n",
  "\r",
  "\0",
  "\t",
  " ",
  "\x7f",
  "\ud800",
  "\udc00",
  "é",
  "日本",
  "👨‍👩‍👧",
  "\u202e",
  "/",
  "../",
  "text/plain",
  "; charset=utf-8",
  "<a@b>",
  "https://a.b/",
  "cid:",
  "<img src=cid:a>",
  "x".repeat(1000),
  "xn--",
  ".",
  "-",
  "..",
  "%00",
  "base64",
  "AAAA",
];

const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(""));

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  0,
  -1,
  1.5,
  Number.NaN,
  true,
  "",
  [],
  {},
  new Date(Number.NaN),
  () => [],
);

const bytes = fc.uint8Array({ maxLength: 40 });

const mailbox = fc.oneof(text, fc.record({ name: fc.oneof(text, odd), address: fc.oneof(text, odd) }));
const addresses = fc.oneof(
  mailbox,
  fc.array(mailbox, { maxLength: 3 }),
  fc.record({ group: text, members: fc.oneof(mailbox, fc.array(mailbox, { maxLength: 2 })) }),
  odd,
);
const content = fc.oneof(text, bytes, odd);
const headers = fc.oneof(
  fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 2 }), odd), { maxKeys: 3 }),
  fc.array(fc.record({ name: fc.oneof(text, fc.constantFrom("Subject", "X-A", "List-Id", "Date")), value: text }), {
    maxLength: 3,
  }),
  odd,
);
const type = fc.oneof(
  text,
  fc.constantFrom("text/plain", "message/rfc822", "multipart/mixed", "image/png", "text/calendar"),
);
const encoding = fc.constantFrom<unknown>("7bit", "8bit", "base64", "quoted-printable", "x");

const attachment = fc.record(
  {
    filename: fc.oneof(text, odd),
    content,
    contentType: type,
    cid: fc.oneof(text, fc.constant("a")),
    disposition: fc.constantFrom<unknown>("inline", "attachment", "x"),
    encoding,
    description: text,
    size: fc.oneof(fc.nat(), odd),
    modificationDate: odd,
  },
  { requiredKeys: [] },
);

const { part } = fc.letrec<{ part: unknown }>((tie) => ({
  part: fc.record(
    {
      type,
      parameters: fc.oneof(fc.dictionary(text, fc.oneof(text, odd), { maxKeys: 2 }), odd),
      fields: headers,
      filename: text,
      id: text,
      encoding,
      content,
      parts: fc.oneof({ depthSize: "small" }, odd, fc.array(tie("part"), { maxLength: 3 })),
      message: fc.oneof({ depthSize: "small" }, odd, tie("part")),
    },
    { requiredKeys: ["type"] },
  ),
}));

const input = fc.record(
  {
    from: addresses,
    sender: addresses,
    to: addresses,
    cc: addresses,
    bcc: addresses,
    replyTo: addresses,
    subject: fc.oneof(text, odd),
    text: content,
    html: fc.oneof(text, odd),
    amp: text,
    calendar: fc.oneof(fc.record({ method: text, content: text, filename: text }), odd),
    attachments: fc.oneof(fc.array(attachment, { maxLength: 3 }), odd),
    body: fc.oneof(part, odd),
    headers,
    date: odd,
    messageId: fc.oneof(text, odd),
    inReplyTo: fc.oneof(text, fc.array(text, { maxLength: 2 }), odd),
    references: fc.oneof(text, fc.array(text, { maxLength: 2 }), odd),
    charset: fc.oneof(text, fc.constant("utf-8")),
    textEncoding: encoding,
    transport: fc.constantFrom<unknown>("7bit", "8bit", "x"),
    envelope: fc.oneof(fc.record({ from: addresses, to: addresses }, { requiredKeys: [] }), odd),
    listUnsubscribe: fc.oneof(text, fc.array(text, { maxLength: 2 }), odd),
    priority: fc.oneof(text, fc.constant("high")),
    autoSubmitted: text,
  },
  { requiredKeys: [] },
);

// Most messages above have something wrong; these have few options, so that many pass.
const mostlyGood = fc
  .tuple(
    input,
    fc.array(fc.constantFrom("subject", "to", "headers", "attachments", "body", "html", "replyTo"), { maxLength: 2 }),
  )
  .map(([all, keys]) => ({
    from: "a@example.com",
    bcc: "b@example.com",
    ...Object.fromEntries(Object.entries(all).filter(([key]) => keys.some((kept) => kept === key))),
  }));

const ROUNDS = Number(process.env.MIMEWRIGHT_ROUNDS ?? 1000);

// What comes from JavaScript has any type.
function answerOf(value: unknown): ReturnType<typeof check> {
  return check(value as MessageInput, sesV1);
}

describe("any input", () => {
  it("is a message that can be written, or has issues with codes and paths", { timeout: 60_000 + ROUNDS * 20 }, () => {
    let written = 0;
    fc.assert(
      fc.property(fc.oneof(input, mostlyGood), (value) => {
        const answer = answerOf(value);
        if (!answer.ok) {
          expect(answer.issues.some(({ severity }) => severity === "error")).toBe(true);
          // Plain data never throws when it is read: that would be a fault of the library's own.
          expect(answer.issues.some(({ code }) => code === "input.unreadable")).toBe(false);
          return;
        }
        written++;
        const bytesOfMessage = toBytes(answer.value, { seed: "any", now: () => new Date(0) });
        expect(measure(answer.value).bytes).toBeGreaterThan(0);
        if (answer.value.transport === "7bit") expect(lineFaults(bytesOfMessage)).toEqual([]);
        const faults = lintRaw(bytesOfMessage, sesV1).filter(({ severity }) => severity === "error");
        expect(faults).toEqual([]);
      }),
      { numRuns: ROUNDS, seed: 1 },
    );
    expect(written).toBeGreaterThan(ROUNDS / 20);
  });

  it("as a tree is written, or refused with a MessageError", () => {
    fc.assert(
      fc.property(part, (value) => {
        try {
          toBytes(value as Parameters<typeof toBytes>[0], { seed: "any", now: () => new Date(0) });
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError);
          expect((error as MessageError).code).not.toBe("render.scan");
        }
      }),
      { numRuns: ROUNDS, seed: 1 },
    );
  });
});
