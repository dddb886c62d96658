import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { message } from "../../src/mail/message/check.ts";
import { decodeWords } from "../../src/mail/read/encoded-words.ts";
import { readMessage } from "../../src/mail/read/message.ts";
import { toBytes } from "../../src/mail/render/output.ts";
import { emlDiff } from "../../src/testing/eml-diff.ts";
import { outline } from "../../src/testing/outline.ts";
import { readEml } from "../../src/testing/read-eml.ts";

const octets = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const mail = (...fields: string[]) =>
  octets(["From: ann@example.com", "MIME-Version: 1.0", ...fields, "", "x", ""].join("\r\n"));
const pdf = "Content-Type: application/pdf";
const attached = (parameters: string) => mail(pdf, `Content-Disposition: attachment; ${parameters}`);

// Each name as postal-mime, mailparser, GMime and Python's decode_header(get_filename()) read it.
const names: readonly (readonly [what: string, parameters: string, name: string])[] = [
  ["B word", 'filename="=?UTF-8?B?asO2cmcucGRm?="', "jörg.pdf"],
  ["Q word in lower case", 'filename="=?utf-8?q?j=C3=B6rg.pdf?="', "jörg.pdf"],
  ["two words", 'filename="=?UTF-8?Q?j=C3=B6rg_und?= =?UTF-8?Q?_ann.pdf?="', "jörg und ann.pdf"],
  ["words on two lines", 'filename="=?UTF-8?Q?j=C3=B6rg?=\r\n =?UTF-8?Q?_ann.pdf?="', "jörg ann.pdf"],
  ["words that touch", 'filename="=?UTF-8?B?asO2?==?UTF-8?B?cmcucGRm?="', "jörg.pdf"],
  ["a character cut in two", 'filename="=?UTF-8?Q?j=C3?= =?UTF-8?Q?=B6rg.pdf?="', "jörg.pdf"],
  ["text and a word", 'filename="report =?ISO-8859-1?Q?f=FCr?= 2026.pdf"', "report für 2026.pdf"],
  ["text between words", 'filename="=?UTF-8?Q?a?= - =?UTF-8?Q?b.pdf?="', "a - b.pdf"],
  ["words of two charsets", 'filename="=?UTF-8?Q?=C3=B6?= =?ISO-8859-1?Q?=FC?=.pdf"', "öü.pdf"],
  ["a tab between words", 'filename="=?UTF-8?Q?a?=\t=?UTF-8?Q?b.pdf?="', "ab.pdf"],
  ["a space in a word", 'filename="=?UTF-8?Q?my file=C3=B6.pdf?="', "my fileö.pdf"],
  ["a language in a word", 'filename="=?UTF-8*de?Q?j=C3=B6rg.pdf?="', "jörg.pdf"],
  ["ISO-2022-JP", 'filename="=?ISO-2022-JP?B?GyRCRnxLXBsoQi5wZGY=?="', "日本.pdf"],
  ["a code page of Windows", 'filename="=?cp932?B?k/qWey5wZGY=?="', "日本.pdf"],
  ["GB2312", 'filename="=?gb2312?B?1tC5+i5wZGY=?="', "中国.pdf"],
  ["KOI8-R", 'filename="=?koi8-r?Q?=D0=D2=C9.pdf?="', "при.pdf"],
  ["8-bit text and a word", 'filename="\xc3\xb6 =?UTF-8?Q?=C3=BC?=.pdf"', "ö ü.pdf"],
  ["sections without a charset", 'filename*0="=?UTF-8?Q?j=C3=B6rg"; filename*1="?=.pdf"', "jörg.pdf"],
  ["8-bit text", 'filename="j\xc3\xb6rg.pdf"', "jörg.pdf"],
  ["octets that are not UTF-8", 'filename="j\xf6rg.pdf"', "jörg.pdf"],
  ["percent signs", 'filename="na%C3%AFve%20x.pdf"', "na%C3%AFve%20x.pdf"],
  ["quoted pairs", 'filename="a\\"b\\\\c.pdf"', 'a"b\\c.pdf'],
];

describe("the name of a file (RFC 2183 s2.3, RFC 2231 s4, RFC 2047 s5)", () => {
  it.each(names)("is decoded from %s", async (_, parameters, name) => {
    const bytes = attached(parameters);
    expect(readMessage(bytes).root.filename).toBe(name);
    expect((await readEml(bytes)).attachments.map(({ filename }) => filename)).toEqual([name]);
    expect(await outline(bytes)).toContain(JSON.stringify(name));
    const readers = [(await PostalMime.parse(bytes)).attachments, (await simpleParser(Buffer.from(bytes))).attachments];
    expect(readers.some(([file]) => file?.filename === name)).toBe(true);
  });

  it.each([
    ["filename before name", 'filename="=?UTF-8?Q?b.pdf?="', "b.pdf"],
    ["filename before an extended name", "filename=b.pdf", "b.pdf"],
    ["the extended filename before a plain one", "filename==?UTF-8?Q?c.pdf?=; filename*=UTF-8''b.pdf", "b.pdf"],
    ["the name of the type where there is no other", "size=1", "a.pdf"],
  ])("comes from %s", (_, parameters, name) => {
    const type = `${pdf}; ${parameters.includes("size") ? 'name="=?UTF-8?Q?a.pdf?="' : "name*=UTF-8''a.pdf"}`;
    expect(readMessage(mail(type, `Content-Disposition: attachment; ${parameters}`)).root.filename).toBe(name);
  });

  it.each(["=?UTF-8?Q?x?=.txt", "a =?UTF-8?B?YQ==?=", `${"=?UTF-8?Q?long?= ".repeat(9)}.pdf`])(
    "that a caller spells like an encoded-word comes back as spelt: %s",
    async (filename) => {
      const m = message({ from: "ann@example.com", to: "zoe@example.org", attachments: [{ filename, content: "x" }] });
      for (const legacyNames of [false, true]) {
        const bytes = toBytes(m, { seed: "s", now: () => new Date(0), legacyNames });
        expect((await readEml(bytes)).attachments[0]?.filename).toBe(filename);
      }
    },
  );

  it("leaves the other parameters as they are written", () => {
    const { parameters } = readMessage(mail('Content-Type: multipart/mixed; boundary="=?UTF-8?Q?b?="')).root;
    expect(parameters.get("boundary")).toBe("=?UTF-8?Q?b?=");
  });
});

describe("decodeWords", () => {
  it.each([
    ["base64 without its padding", "=?UTF-8?B?YQ?=", "a"],
    ["hex digits that are none", "=?UTF-8?Q?=ZZa?=", "=ZZa"],
    ["an encoding of its own", "=?UTF-8?X?a?=", "=?UTF-8?X?a?="],
    ["a space at the end of a word", "=?UTF-8?Q?a ?=b", "a b"],
    ["an empty word", "a =?UTF-8?Q??= b", "a  b"],
  ])("reads %s as far as it goes", (_, value, text) => {
    expect(decodeWords(value)).toBe(text);
  });
});

describe("many words in one value", () => {
  const alone = "=?utf-8?Q?J=C3=B6?=";

  it.each([1, 50, 51, 52, 53, 5000])("are decoded together, %i as one", (count) => {
    expect(decodeWords(Array(count).fill(alone).join("\r\n "))).toBe("Jö".repeat(count));
    expect(decodeWords(Array(count).fill("=?utf-8?B?SsO2?=").join(" "))).toBe("Jö".repeat(count));
  });

  it.each([1, 100])("may be of charsets of their own, known or not, %i times", (count) => {
    const three = `${alone} =?ISO-8859-1?q?=FC?= =?x-unknown-${count}?b?YQ==?= text `;
    expect(decodeWords(three.repeat(count))).toBe("Jöüa text ".repeat(count));
  });

  it("keep the characters that are not ASCII, and those that no encoding has", () => {
    expect(decodeWords("=?utf-8?q?日=E6=97=A5=4?= =?utf-8?q?=?= =?utf-8?b?日YQ?=")).toBe("日日=4=a");
  });

  it("leave nothing of themselves in the next value", () => {
    decodeWords("=?utf-8?b?YWFhYWFhYWFhYWFhYWFhYQ==?=");
    expect(decodeWords("=?utf-8?b?Yg?=")).toBe("b");
    expect(decodeWords("=?utf-8?q?=C3?=")).toBe("\ufffd");
  });
});

describe("a file in the inbox", () => {
  it("has the name that readers show, and one that is spelt like a word as spelt", () => {
    const named = (parameters: string) => {
      const bytes = attached(parameters);
      return readMessage(bytes).attachments[0]?.filename;
    };
    expect(named('filename="=?UTF-8?Q?j=C3=B6rg.pdf?="')).toBe("jörg.pdf");
    expect(named("filename*=UTF-8''%3D%3FUTF-8%3FQ%3Fx%3F%3D.txt")).toBe("=?UTF-8?Q?x?=.txt");
  });
});

describe("a comparison of messages", () => {
  it("takes the same name for the same, however it is written", async () => {
    const word = attached('filename="=?UTF-8?Q?j=C3=B6rg.pdf?="');
    expect((await emlDiff(word, attached("filename*=UTF-8''j%C3%B6rg.pdf"))).report).toBe("");
    expect((await emlDiff(word, attached("filename*=UTF-8''jorg.pdf"))).report).toContain("jörg.pdf");
  });
});
