// Messages in the charsets of before UTF-8, read back by readers that bring tables of their own.
import "mimewright/charset";
import { check, type MessageInput, message, toBytes } from "mimewright";
import { afterAll, describe, expect, it } from "vitest";
import { differences } from "./compare.ts";
import { contentOf } from "./digest.ts";
import { crlf, type Expected } from "./generate.ts";
import { headLines, lineFaults, linesOf } from "./heads.ts";
import { mailparser } from "./mailparser.ts";
import { emailMime, perlRuns } from "./perl.ts";
import { postalMime } from "./postal-mime.ts";
import { pythonEmail, pythonRuns } from "./python.ts";
import { explain } from "./quirks.ts";
import type { MailReader } from "./reading.ts";

const readers: readonly MailReader[] = [
  postalMime,
  mailparser,
  ...(pythonRuns ? [pythonEmail()] : []),
  ...(perlRuns ? [emailMime()] : []),
];

afterAll(() => {
  for (const reader of readers) reader.close();
});

/** A charset, text that it has, and a character that it lacks. */
const CHARSETS = [
  { charset: "Shift_JIS", name: "山田 太郎", text: "日本語のテスト、カタカナ。ｶﾅ", lacks: "é" },
  { charset: "ISO-2022-JP", name: "山田 太郎", text: "日本語のテスト、カタカナ。", lacks: "ｶ" },
  { charset: "EUC-KR", name: "김철수", text: "한국어 시험입니다", lacks: "é" },
  { charset: "GB18030", name: "王小明", text: "简体中文和𠀀和é", lacks: undefined },
  { charset: "Big5", name: "陳大文", text: "繁體中文測試", lacks: "é" },
  { charset: "KOI8-R", name: "Иван Петров", text: "Проверка кодировки, ёж", lacks: "é" },
  { charset: "windows-1251", name: "Іван Франко", text: "Перевірка кодування: їжак №5 “так”", lacks: "é" },
  { charset: "ISO-8859-1", name: "José Müller", text: "Grüße, ça va? ½ £", lacks: "€" },
] as const;

const ADDRESS = "ann@example.com";
const OPTIONS = { seed: "charsets", now: () => new Date(0) };

function sampleOf({ charset, name, text }: (typeof CHARSETS)[number]): { input: MessageInput; expected: Expected } {
  const subject = `${text} 1 ${text}`;
  const lines = `${text}\n.${text}\n\nFrom ${text} ${"x".repeat(80)} ${text}\n`;
  const input: MessageInput = {
    from: { name, address: ADDRESS },
    to: { group: name, members: [{ name: `${name}, (x)`, address: "b@example.com" }] },
    subject,
    text: lines,
    html: `<p>${lines}</p>`,
    charset,
    headers: { "X-Note": subject },
    messageId: "<a@b.example>",
    date: new Date(0),
    attachments: [{ filename: `${name}.txt`, content: new Uint8Array([1, 2]), contentType: "application/pdf" }],
  };
  const none = { enclosed: undefined, cid: undefined };
  const expected: Expected = {
    from: [{ name, address: ADDRESS }],
    sender: [],
    to: [{ group: name, members: [{ name: `${name}, (x)`, address: "b@example.com" }] }],
    cc: [],
    replyTo: [],
    subject,
    messageId: "<a@b.example>",
    inReplyTo: "",
    references: "",
    date: 0,
    text: crlf(lines),
    html: crlf(`<p>${lines}</p>`),
    custom: new Map([["x-note", subject]]),
    names: ["from", "to", "subject", "message-id", "date", "x-note", "mime-version", "content-type"],
    attachments: [
      {
        ...none,
        type: "application/pdf",
        filename: `${name}.txt`,
        disposition: "attachment",
        ...contentOf(new Uint8Array([1, 2])),
      },
    ],
  };
  return { input, expected };
}

describe.each(CHARSETS)("$charset", (row) => {
  const { charset } = row;
  const { input, expected } = sampleOf(row);
  const bytes = toBytes(message(input), OPTIONS);
  // Perl's Encode has GB18030 in a package of its own only.
  const able = readers.filter(({ name }) => name !== "Email::MIME" || charset !== "GB18030");

  it.each(able)("is read back by $name", async (reader) => {
    const found = differences(reader, expected, await reader.read(bytes));
    expect(found.filter((difference) => explain(difference, expected) === undefined)).toEqual([]);
  });

  it.each(able)("is read back by $name under each encoding", async (reader) => {
    for (const textEncoding of ["base64", "quoted-printable"] as const) {
      const encoded = toBytes(message({ ...input, textEncoding }), OPTIONS);
      expect(lineFaults(encoded)).toEqual([]);
      const { text } = await reader.read(encoded);
      expect(crlf(text).trimEnd()).toBe(expected.text.trimEnd());
    }
  });

  it("is the charset of every label and of every encoded-word", () => {
    const lines = headLines(linesOf(bytes));
    expect(lineFaults(bytes)).toEqual([]);
    const labels = lines.join("\n").match(/(?<=charset="?)[\w-]+/g) ?? [];
    expect(labels.map((label) => label.toLowerCase())).toEqual([charset.toLowerCase(), charset.toLowerCase()]);
    const words = lines.join("\n").match(/(?<==\?)[\w-]+(?=\?[BQ]\?)/g) ?? [];
    expect(new Set(words.map((word) => word.toLowerCase()))).toEqual(new Set([charset.toLowerCase()]));
  });
});

describe.each(CHARSETS.filter(({ lacks }) => lacks !== undefined))("$charset", ({ charset, lacks }) => {
  it("refuses a character that it lacks, wherever it stands", () => {
    const bad = `ok${lacks}`;
    const told = (more: Partial<MessageInput>) =>
      check({ from: ADDRESS, charset, ...more }).issues.map(({ code, path, message: text }) => {
        return `${code} ${path.join(".")} ${/offset (\d+)/.exec(text)?.[1]}`;
      });
    for (const name of ["text", "html", "subject"] as const) {
      expect(told({ [name]: bad })).toEqual([`charset.unmappable ${name} 2`]);
    }
    expect(told({ headers: { "X-A": bad } })).toEqual(["charset.unmappable headers.X-A 2"]);
    expect(told({ to: { name: bad, address: ADDRESS } })).toEqual([
      expect.stringMatching(/^charset\.unmappable to\b.* 2$/),
    ]);
  });
});
