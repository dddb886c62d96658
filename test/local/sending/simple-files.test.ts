// Content.Simple.Attachments of v2: every byte arrives, the way its parameters say; what SES refuses is refused.
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { simpleParser } from "mailparser";
import type { LocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { start } from "../support/helpers.ts";
import { answerV2, sentV2, simpleV2 } from "../support/v2.ts";

const EVERY_BYTE = Uint8Array.from({ length: 1_027 }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64");

function withFiles(...Attachments: readonly object[]): object {
  return simpleV2({ Attachments });
}

async function filesOf(ses: LocalSes, request: object) {
  const mail = await sentV2(ses, request);
  const read = await simpleParser(Buffer.from(mail.delivered));
  return { mail, read, files: read.attachments, source: Buffer.from(mail.delivered).toString("latin1") };
}

describe("attachments of simple content", () => {
  it("arrive byte for byte in the encoding they ask for", async () => {
    const ses = await start();
    for (const [ContentTransferEncoding, label] of [
      ["BASE64", "base64"],
      ["QUOTED_PRINTABLE", "quoted-printable"],
    ]) {
      const file = { FileName: "all bytes.bin", RawContent: base64(EVERY_BYTE), ContentTransferEncoding };
      const { files, source } = await filesOf(ses, withFiles(file));
      expect(files).toHaveLength(1);
      expect(files[0]?.filename).toBe("all bytes.bin");
      expect(Buffer.from(EVERY_BYTE).equals(files[0]?.content ?? Buffer.alloc(0))).toBe(true);
      expect(source).toContain(`Content-Transfer-Encoding: ${label}\r\n`);
    }
  });

  it("keep lines of ASCII as they are in SEVEN_BIT, which is the default", async () => {
    const ses = await start();
    const text = "id,name\r\n1,Ann\r\n";
    const { files, source, mail } = await filesOf(ses, withFiles({ FileName: "a.csv", RawContent: base64(text) }));
    expect(files[0]?.content.toString()).toBe(text);
    expect(files[0]?.contentType).toBe("text/csv");
    expect(source).toContain(text);
    expect(mail.notes).toEqual([]);
  });

  it("arrive unchanged where SEVEN_BIT would damage them, with a note; sevenBit refuses them", async () => {
    const request = withFiles({ FileName: "photo.jpg", RawContent: base64(EVERY_BYTE) });
    const { files, mail } = await filesOf(await start(), request);
    expect(Buffer.from(EVERY_BYTE).equals(files[0]?.content ?? Buffer.alloc(0))).toBe(true);
    expect(mail.notes).toMatchObject([
      { code: "ses.attachment-encoding", severity: "error", place: expect.stringContaining("ContentTransferEncoding") },
    ]);
    expect(await answerV2(await start({ sevenBit: true }), request)).toMatch(/^400 BadRequestException: .*BASE64/);
  });

  it("take type, disposition, description and Content-ID from their parameters", async () => {
    const ses = await start();
    const { files, source } = await filesOf(
      ses,
      withFiles({
        FileName: "Übersicht №1.txt",
        RawContent: base64("ok\r\n"),
        ContentType: "text/plain; charset=UTF-8",
        ContentDisposition: "ATTACHMENT",
        ContentDescription: "all of 2026",
        ContentId: "sheet-1",
        ContentTransferEncoding: "BASE64",
      }),
    );
    expect(files[0]).toMatchObject({
      filename: "Übersicht №1.txt",
      contentType: "text/plain",
      contentDisposition: "attachment",
      contentId: "<sheet-1>",
    });
    expect(source).toContain("Content-Description: all of 2026\r\n");
  });

  it("that are INLINE with a Content-ID stand beside the html that shows them", async () => {
    const ses = await start();
    const image = { FileName: "logo.png", RawContent: base64(EVERY_BYTE), ContentTransferEncoding: "BASE64" };
    const request = simpleV2({
      Body: { Html: { Data: '<img src="cid:logo" alt="us">' }, Text: { Data: "us" } },
      Attachments: [
        { ...image, ContentDisposition: "INLINE", ContentId: "logo" },
        { ...image, FileName: "terms.pdf" },
      ],
    });
    const { mail, files } = await filesOf(ses, request);
    const { nodes } = await (await fetch(`${ses.url}/_local/messages/${mail.id}/structure`)).json();
    expect(nodes.map(({ depth, type }: { depth: number; type: string }) => `${depth} ${type}`)).toEqual([
      "0 multipart/mixed",
      "1 multipart/related",
      "2 multipart/alternative",
      "3 text/plain",
      "3 text/html",
      "2 image/png",
      "1 application/pdf",
    ]);
    expect(files.map(({ related, cid }) => [related, cid])).toEqual([
      [true, "logo"],
      [undefined, undefined],
    ]);
  });

  it("come through the SDK", async () => {
    const ses = await start();
    const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
    const client = new SESv2Client({ endpoint: ses.url, region: "us-east-1", credentials });
    const { MessageId } = await client.send(
      new SendEmailCommand({
        FromEmailAddress: "ann@example.com",
        Destination: { ToAddresses: ["bob@example.org"] },
        Content: {
          Simple: {
            Subject: { Data: "Grüße", Charset: "UTF-8" },
            Body: { Text: { Data: "x" } },
            Attachments: [{ FileName: "a.bin", RawContent: EVERY_BYTE, ContentTransferEncoding: "BASE64" }],
          },
        },
      }),
    );
    const read = await simpleParser(Buffer.from(ses.inbox.get(MessageId ?? "")?.delivered ?? []));
    expect([...(read.attachments[0]?.content ?? [])]).toEqual([...EVERY_BYTE]);
  });

  const at = "Value at 'content.simple.attachments.1.member.";
  const REFUSED: readonly (readonly [name: string, file: object, answer: string])[] = [
    [
      "no name",
      { RawContent: "eA==" },
      `BadRequestException: 1 validation error detected: ${at}fileName' failed to satisfy constraint: Member must not be null`,
    ],
    [
      "no content",
      { FileName: "a.txt" },
      `BadRequestException: 1 validation error detected: ${at}rawContent' failed to satisfy constraint: Member must not be null`,
    ],
    [
      "a long name",
      { FileName: `${"a".repeat(252)}.txt`, RawContent: "eA==" },
      `BadRequestException: 1 validation error detected: ${at}fileName' failed to satisfy constraint: Member must have length less than or equal to 255`,
    ],
    [
      "an empty Content-ID",
      { FileName: "a.txt", RawContent: "eA==", ContentId: "" },
      `BadRequestException: 1 validation error detected: ${at}contentId' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    ],
    [
      "an unknown encoding",
      { FileName: "a.txt", RawContent: "eA==", ContentTransferEncoding: "8BIT" },
      `BadRequestException: 1 validation error detected: ${at}contentTransferEncoding' failed to satisfy constraint: Member must satisfy enum value set: [BASE64, QUOTED_PRINTABLE, SEVEN_BIT]`,
    ],
    [
      "an unknown disposition",
      { FileName: "a.txt", RawContent: "eA==", ContentDisposition: "inline" },
      `BadRequestException: 1 validation error detected: ${at}contentDisposition' failed to satisfy constraint: Member must satisfy enum value set: [ATTACHMENT, INLINE]`,
    ],
    [
      "content that is not base64",
      { FileName: "a.txt", RawContent: "*" },
      "BadRequestException: The value at 'content.simple.attachments.1.member.rawContent' is not valid base64.",
    ],
    ["a program", { FileName: "Setup.EXE", RawContent: "eA==" }, "MessageRejected: Message contains invalid content."],
    ["a script", { FileName: "a.pdf.vbs ", RawContent: "eA==" }, "MessageRejected: Message contains invalid content."],
    [
      "a number for a name",
      { FileName: 7, RawContent: "eA==" },
      "SerializationException: NUMBER_VALUE can not be converted to a String",
    ],
  ];

  for (const [name, file, answer] of REFUSED) {
    it(`are refused with ${name}`, async () => {
      const ses = await start();
      expect(await answerV2(ses, withFiles(file))).toBe(`400 ${answer}`);
      expect(ses.inbox.list()).toEqual([]);
    });
  }

  it("tell all violations at once", async () => {
    expect(await answerV2(await start(), withFiles({}, { FileName: "a.txt" }))).toMatch(
      /^400 BadRequestException: 3 validation errors detected: Value at 'content\.simple\.attachments\.1\.member\.rawContent' .*; Value at .*; Value at 'content\.simple\.attachments\.2\.member\.rawContent'/,
    );
  });

  it("that are inline texts with a name are files, and not the text of the message", async () => {
    const ses = await start();
    const notes = { FileName: "notes.txt", RawContent: base64("the notes"), ContentDisposition: "INLINE" };
    const page = {
      FileName: "page.html",
      RawContent: base64("<p>page</p>"),
      ContentDisposition: "INLINE",
      ContentId: "p",
    };
    const { id } = await sentV2(ses, withFiles(notes, page));
    const shown = await (await fetch(`${ses.url}/_local/messages/${id}`)).json();
    expect([shown.text.trim(), shown.html]).toEqual(["See the files.", null]);
    expect(shown.attachments.map(({ filename }: { filename: string }) => filename).sort()).toEqual([
      "notes.txt",
      "page.html",
    ]);
    expect(ses.inbox.list({ hasAttachment: true })).toHaveLength(1);
  });

  it("may name the file in their type too, and not a file that SES refuses", async () => {
    const ses = await start();
    const file = { FileName: "a.pdf", RawContent: "eA==", ContentTransferEncoding: "BASE64" };
    const { files } = await filesOf(ses, withFiles({ ...file, ContentType: 'application/pdf; name="b.pdf"' }));
    expect(files[0]).toMatchObject({ filename: "a.pdf", contentType: "application/pdf" });
    const program = { ...file, ContentType: "application/pdf; name=b.exe" };
    expect(await answerV2(ses, withFiles(program))).toBe("400 MessageRejected: Message contains invalid content.");
  });

  it("that are messages are looked into, and noted where their 8-bit parts are encoded", async () => {
    const ses = await start();
    const enclosed = (message: string) => ({
      FileName: "m.eml",
      ContentType: "message/rfc822",
      ContentTransferEncoding: "BASE64",
      RawContent: base64(message),
    });
    const mail = await sentV2(ses, withFiles(enclosed("From: a@b.co\r\n\r\nGr\u00fc\u00dfe\r\n")));
    expect(mail.notes).toMatchObject([{ code: "ses.attachment-encoding", severity: "warning" }]);
    expect((await sentV2(ses, withFiles(enclosed("From: a@b.co\r\n\r\nHi\r\n")))).notes).toEqual([]);
    const program = enclosed("From: a@b.co\r\nContent-Type: a/b; name=x.vbs\r\n\r\nHi\r\n");
    expect(await answerV2(ses, withFiles(program))).toBe("400 MessageRejected: Message contains invalid content.");
  });
});
