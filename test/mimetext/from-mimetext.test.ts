import { simpleParser } from "mailparser";
import { createMimeMessage, type MIMEMessage } from "mimetext";
import { message, toBytes } from "mimewright";
import { fromMimeText } from "mimewright/mimetext";
import PostalMime, { type Email } from "postal-mime";
import { describe, expect, it } from "vitest";
import { MessageError } from "../../src/issues.ts";

const BYTES = Uint8Array.from([0, 255, 13, 10, 61]);
const BASE64 = Buffer.from(BYTES).toString("base64");

function made(change: (m: MIMEMessage) => void = () => undefined): MIMEMessage {
  const m = createMimeMessage();
  m.setSender({ name: "Ann Ä", addr: "a@example.com" });
  m.setTo("Bob <b@example.com>");
  m.setSubject("Grüße 𝕳𝖎");
  m.addMessage({ contentType: "text/plain", data: "hello" });
  change(m);
  return m;
}

const ours = (m: MIMEMessage) => Buffer.from(toBytes(message(fromMimeText(m)), { seed: "s", now: () => new Date(0) }));

function issuesOf(m: MIMEMessage): string[] {
  try {
    message(fromMimeText(m));
  } catch (error) {
    if (error instanceof MessageError) return error.issues.map(({ code, path }) => [code, ...path].join(" "));
    throw error;
  }
  return [];
}

// mimetext writes an empty line after what is not base64 in a multipart.
const lines = (text: string | undefined) => text?.replace(/\r?\n/g, "\n").replace(/\n+$/, "");
const octets = ({ content: bytes }: Email["attachments"][number]) =>
  Buffer.from(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes)
    .toString("hex")
    .replace(/(0d|0a)+$/, "");

function content(mail: Email) {
  return {
    people: [mail.from, mail.sender, mail.to, mail.cc, mail.replyTo],
    subject: mail.subject,
    date: mail.date,
    messageId: mail.messageId,
    custom: mail.headers.filter(({ key }) => key.startsWith("x-") || key.startsWith("list-")),
    text: lines(mail.text),
    html: lines(mail.html),
    attachments: mail.attachments.map((one) => ({
      filename: one.filename,
      type: one.mimeType,
      disposition: one.disposition,
      cid: one.contentId,
      bytes: octets(one),
    })),
  };
}

describe("what mimetext writes and what we write of the same message", () => {
  it.each<[string, (m: MIMEMessage) => void]>([
    ["text", () => undefined],
    ["text and html", (m) => m.addMessage({ contentType: "text/html", data: "<p>hello</p>" })],
    [
      "bodies in base64 and quoted-printable",
      (m) => {
        m.messages.pop();
        m.addMessage({ contentType: "text/plain", data: "w6k=", encoding: "base64" });
        m.addMessage({ contentType: "text/html", data: "<p>=C3=A9</p>", encoding: "quoted-printable" });
      },
    ],
    [
      "people",
      (m) => {
        m.setTo([{ addr: "c@example.com", name: "C, c" }, { addr: "d@example.com" }]);
        m.setCc("e@example.com");
        m.setHeader("Sender", m.setSender("s@example.com"));
        m.setHeader("Reply-To", m.setSender("Ann <a@example.com>"));
      },
    ],
    [
      "custom fields",
      (m) => {
        m.setHeader("X-One", "1");
        m.setHeaders({ "X-Two": "two words", "List-Help": "<https://example.com/help>" });
      },
    ],
    [
      "attachments",
      (m) => {
        m.addAttachment({ filename: "a.bin", contentType: "application/octet-stream", data: BASE64 });
        m.addAttachment({ filename: "b.json", contentType: "application/json", data: "{}", encoding: "7bit" });
      },
    ],
    [
      "inline images",
      (m) => {
        const image = { filename: "i.png", contentType: "image/png", data: BASE64, inline: true };
        m.addMessage({ contentType: "text/html", data: '<img src="cid:logo@x.example">' });
        m.addAttachment({ ...image, headers: { "Content-ID": "logo@x.example" } });
        m.addAttachment({ filename: "a.pdf", contentType: "application/pdf", data: BASE64 });
      },
    ],
  ])("read the same: %s", async (_, change) => {
    const m = made(change);
    // Writing it gives it a date and an id, which come along.
    const theirs = Buffer.from(m.asRaw().replace(/\r?\n/g, "\r\n"));
    expect(content(await PostalMime.parse(ours(m)))).toEqual(content(await PostalMime.parse(theirs)));
    const [mine, other] = [await simpleParser(ours(m)), await simpleParser(theirs)];
    expect([mine.date, mine.messageId, mine.subject, lines(mine.text)]).toEqual([
      other.date,
      other.messageId,
      other.subject,
      lines(other.text),
    ]);
  });

  it("have no date and id before mimetext makes them", () => {
    const input = fromMimeText(made());
    expect(input.headers).toBeUndefined();
    expect(message(input).messageId).toBeUndefined();
  });

  it("have blind copies in the envelope, and ours not in the bytes", () => {
    const m = made((one) => one.setBcc("hidden@example.com"));
    expect(message(fromMimeText(m)).bcc).toEqual([{ address: "hidden@example.com" }]);
    expect(ours(m).toString()).not.toContain("hidden");
  });

  it("have the names that mimetext writes without escapes", () => {
    const m = made((one) => {
      one.addAttachment({ filename: 'a"b".txt', contentType: "text/plain", data: "", encoding: "7bit" });
      one.addAttachment({ filename: "ü.txt", contentType: "text/plain", data: "x", encoding: "8bit" });
    });
    expect(message(fromMimeText(m)).attachments.map((one) => one.filename)).toEqual(['a"b".txt', "ü.txt"]);
  });

  it("have text beyond ASCII, which mimetext labels 7bit", async () => {
    const m = made((one) => one.addMessage({ contentType: "text/html", data: "<p>ü</p>" }));
    expect(lines((await PostalMime.parse(ours(m))).html)).toBe("<p>ü</p>");
  });

  it("have data in bytes, which mimetext writes as numbers", () => {
    const m = made((one) => one.addAttachment({ filename: "a.bin", contentType: "image/png", data: "" }));
    Object.assign(m.messages[1] ?? {}, { data: BYTES });
    expect(fromMimeText(m).attachments?.[0]?.content).toEqual(BYTES);
  });
});

describe("what cannot be carried over", () => {
  it.each<[string, (m: MIMEMessage) => void, string[]]>([
    ["a second text", (m) => m.addMessage({ contentType: "text/plain", data: "2" }), ["part.body messages 1"]],
    [
      "an attachment that is not base64",
      (m) => m.addAttachment({ filename: "a", contentType: "text/plain", data: "hello not base64" }),
      ["encoding.invalid messages 1 data"],
    ],
    [
      "a text that is not base64",
      (m) => m.addMessage({ contentType: "text/html", data: "ü", encoding: "base64" }),
      ["encoding.invalid messages 1 data"],
    ],
    [
      "a field of a part",
      (m) => m.addAttachment({ filename: "a", contentType: "text/plain", data: "", headers: { "X-A": "1" } }),
      ["header.reserved messages 1 headers X-A"],
    ],
    [
      "bodies of two charsets",
      (m) => m.addMessage({ contentType: "text/html", data: "x", charset: "koi8-r" }),
      ["type.conflict messages"],
    ],
    [
      "a disposition of one's own",
      (m) =>
        m
          .addAttachment({ filename: "a", contentType: "text/plain", data: "" })
          .setHeader("Content-Disposition", "inline; x=y"),
      ["attachment.filename messages 1 Content-Disposition"],
    ],
    ["a Content-Type", (m) => m.setHeader("Content-Type", "x/y"), ["header.reserved headers 0"]],
    ["a date that is none", (m) => m.setHeader("Date", "garbage"), ["header.date headers 0"]],
    [
      "no sender",
      (m) => Object.assign(m.headers.fields.find((one) => one.name === "From") ?? {}, { value: undefined }),
      ["address.missing from"],
    ],
    ["two addresses as one", (m) => m.setTo("a@x.com, b@x.com"), ["address.syntax to 0 address"]],
  ])("is refused with its place: %s", (_, change, expected) => {
    expect(issuesOf(made(change))).toEqual(expected);
  });

  it.each<[string, (m: MIMEMessage) => void, string]>([
    ["address", (m) => m.setTo({ addr: "a@x.com>\r\nX-Evil: 1" }), "header.line-break"],
    ["name", (m) => m.setTo({ addr: "a@x.com", name: "a\r\nX-Evil: 1" }), "header.line-break"],
    ["field", (m) => m.setHeader("X-A", "v\r\nX-Evil: 1"), "header.line-break"],
    ["field name", (m) => m.setHeader("X-A\r\nX-Evil", "v"), "header.line-break"],
    ["subject", (m) => m.setSubject("s\r\nX-Evil: 1"), "header.line-break"],
    [
      "file name",
      (m) => m.addAttachment({ filename: 'a.txt"\r\nX-Evil: "1', contentType: "text/plain", data: "" }),
      "attachment.filename",
    ],
    [
      "Content-ID",
      (m) =>
        m.addAttachment({
          filename: "a",
          contentType: "text/plain",
          data: "",
          headers: { "Content-ID": "a\r\nX-Evil: 1" },
        }),
      "header.line-break",
    ],
  ])("is refused, never cleaned: a line break in the %s", (_, change, code) => {
    expect(issuesOf(made(change)).some((issue) => issue.startsWith(code))).toBe(true);
  });
});

describe("a charset of the bodies", () => {
  it("is the charset of the message", () => {
    const m = made((one) => {
      one.messages.pop();
      one.addMessage({ contentType: "text/plain", data: "x", charset: "us-ascii" });
    });
    expect(fromMimeText(m).charset).toBe("US-ASCII");
  });
});
