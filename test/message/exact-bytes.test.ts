import { simpleParser } from "mailparser";
import { message, toBytes, toTree } from "mimewright";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";

const people = { from: "a@example.com", to: "b@example.org", text: "See the file." };
const contents = [
  "a,b\r\n1,2\r\n",
  "a,b\n1,2\n",
  "a\rb",
  "no line end",
  "trailing \r\n blanks\t\r\n",
  "Zoë\r\n",
  "\r\n",
];

describe("a text file given as bytes is read back as it was given", () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  const written = (text: string) =>
    toBytes(message({ ...people, attachments: [{ filename: "table.csv", content: bytesOf(text) }] }));

  it.each(contents)("by postal-mime: %j", async (text) => {
    const { attachments } = await PostalMime.parse(written(text));
    const content = attachments[0]?.content;
    if (!(content instanceof ArrayBuffer)) throw new TypeError("postal-mime gave no bytes");
    expect(new Uint8Array(content)).toEqual(bytesOf(text));
  });

  it.each(contents)("by mailparser: %j", async (text) => {
    const { attachments } = await simpleParser(Buffer.from(written(text)));
    expect(new Uint8Array(attachments[0]?.content ?? [])).toEqual(bytesOf(text));
  });

  it("travels as the caller asks where the caller asks", () => {
    const content = bytesOf("a,b\r\n");
    const attachments = [{ filename: "table.csv", content, encoding: "quoted-printable" as const }];
    expect(toTree(message({ ...people, attachments })).parts?.[1]?.encoding).toBe("quoted-printable");
  });
});

describe("a text file given as a string", () => {
  it("travels as text, with the canonical line ends of RFC 2046 s4.1.1", () => {
    const m = message({ ...people, attachments: [{ filename: "notes.txt", content: "one\ntwo\n" }] });
    expect(new TextDecoder().decode(toBytes(m))).toContain("\r\n\r\none\r\ntwo\r\n");
  });
});
