import fc from "fast-check";
import { simpleParser } from "mailparser";
import { describe, expect, it } from "vitest";
import { IssueList } from "../../src/issues.ts";
import { embedMessage } from "../../src/mail/read/embed.ts";

const octets = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString("latin1");

function embed(source: string, { eightBit = false } = {}) {
  const list = new IssueList();
  const bytes = octets(source);
  const result = embedMessage(bytes, { eightBit }, list.root.at("x"));
  const { issues } = list;
  return { bytes, result, text: text(result), codes: issues.map((issue) => `${issue.severity} ${issue.code}`), issues };
}

const lines = (...all: string[]) => all.join("\r\n");

describe("a message that can travel as it is", () => {
  it.each([
    ["ASCII with CRLF", "From: a@b\r\n\r\nhello\r\n"],
    ["a line of 998", `From: a@b\r\n\r\n${"x".repeat(998)}\r\n`],
    ["no body", "From: a@b\r\n\r\n"],
    ["a head alone", "From: a@b\r\n"],
    ["quoted-printable", "From: a@b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC\r\n"],
    [
      "8-bit octets in base64 of an unclosed multipart",
      'A: b\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n',
    ],
  ])("is given back itself: %s", (_, source) => {
    const { bytes, result, codes } = embed(source);
    expect(result).toBe(bytes);
    expect(codes).toEqual([]);
  });

  it("tells a Bcc field, in an enclosed message too", () => {
    expect(embed("From: a@b\r\nBcc: c@d\r\n\r\nhi\r\n").codes).toEqual(["warning raw.bcc"]);
    expect(embed("From: a@b\r\nContent-Type: message/rfc822\r\n\r\nResent-Bcc: c@d\r\n\r\nhi\r\n").codes).toEqual([
      "warning raw.bcc",
    ]);
  });
});

describe("a message that cannot", () => {
  it("gets its 8-bit text encoded, octets kept, and the label written in place", () => {
    const source = lines(
      "From: a@b",
      "MIME-Version: 1.0",
      "content-transfer-encoding: 8bit",
      "Content-Type: text/plain; charset=iso-8859-1",
      "",
      "Gr\xfc\xdfe an alle",
      "",
    );
    const expected = lines(
      "From: a@b",
      "MIME-Version: 1.0",
      "content-transfer-encoding: quoted-printable",
      "Content-Type: text/plain; charset=iso-8859-1",
      "",
      "Gr=FC=DFe an alle",
      "",
    );
    expect(embed(source)).toMatchObject({ text: expected, codes: [] });
  });

  it("gets a label, and MIME-Version with it, where there is none", () => {
    expect(embed("From: a@b\r\n\r\nGr\xfc\xdfe an alle\r\n").text).toBe(
      lines(
        "From: a@b",
        "MIME-Version: 1.0",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Gr=FC=DFe an alle",
        "",
      ),
    );
  });

  it("says 7bit in every holder of what was encoded", () => {
    const source = lines(
      "From: a@b",
      "MIME-Version: 1.0",
      "Content-Type: multipart/mixed; boundary=b",
      "Content-Transfer-Encoding: 8bit",
      "",
      "--b",
      "Content-Type: message/rfc822",
      "Content-Transfer-Encoding: 8bit",
      "",
      "From: c@d",
      "MIME-Version: 1.0",
      "Content-Transfer-Encoding: 8bit",
      "",
      "Hello Zo\xeb and all",
      "--b--",
      "",
    );
    const result = embed(source).text ?? "";
    expect(result.match(/Content-Transfer-Encoding: .*/g)?.map((line) => line.trim().slice(27))).toEqual([
      "7bit",
      "7bit",
      "quoted-printable",
    ]);
    expect(result).toContain("Hello Zo=EB and all");
  });

  it.each([
    ["a line of 1,500", "x".repeat(1500)],
    ["a bare CR", "a\rb"],
    ["a bare LF", "a\nb"],
    ["a NUL", "a\0b"],
  ])("gets %s encoded", (_, content) => {
    const { text: result = "", codes } = embed(`From: a@b\r\nMIME-Version: 1.0\r\n\r\n${content}\r\n`);
    expect(codes).toEqual([]);
    expect(/[\0]|\r(?!\n)|(?<!\r)\n/.test(result)).toBe(false);
    expect(Math.max(...result.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(76);
  });

  it("gets base64 on one line wrapped", () => {
    const { text: result = "" } = embed(`A: b\r\nContent-Transfer-Encoding: base64\r\n\r\n${"QUJD".repeat(300)}`);
    expect(result.split("\r\n").slice(3).join("")).toBe("QUJD".repeat(300));
    expect(result.split("\r\n")[3]).toHaveLength(76);
  });

  it("gets CRLF with a warning when it is stored with LF", () => {
    expect(embed("From: a@b\nSubject: x\n\nhello\n\nBob\n")).toMatchObject({
      text: "From: a@b\r\nSubject: x\r\n\r\nhello\r\n\r\nBob\r\n",
      codes: ["warning attachment.line-ends"],
    });
  });

  it("gets CRLF in lines of a part whose encoding is unknown, its label kept", () => {
    const source = "A: b\r\nContent-Transfer-Encoding: x-own\r\n\r\nhello\nBob\r\n";
    expect(embed(source)).toMatchObject({
      text: source.replace("hello\n", "hello\r\n"),
      codes: ["warning attachment.line-ends"],
    });
  });

  it("gets CRLF inside of what is signed, as the signature was made over", () => {
    const source = "A: b\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nhello\nBob\r\n--b--\r\n";
    expect(embed(source)).toMatchObject({
      text: source.replace("hello\n", "hello\r\n"),
      codes: ["warning attachment.line-ends"],
    });
  });

  it("keeps the octets of a binary part when it is stored with LF", () => {
    const source = "A: b\nContent-Type: application/x\nContent-Transfer-Encoding: binary\n\n\x01\n\x02";
    expect(embed(source).text).toBe(
      lines(
        "A: b",
        "Content-Type: application/x",
        "Content-Transfer-Encoding: base64",
        "MIME-Version: 1.0",
        "",
        "AQoC",
      ),
    );
  });

  it("warns once when that breaks a signature in it", () => {
    const signed = (field: string) => embed(`From: a@b\r\n${field}: v=1\r\n\r\nGr\xfc\xdfe\r\n`).codes;
    expect(signed("DKIM-Signature")).toEqual(["warning attachment.signature"]);
    expect(signed("ARC-Message-Signature")).toEqual(["warning attachment.signature"]);
    expect(signed("X-Signature")).toEqual([]);
  });

  it("keeps 8-bit bodies on an 8-bit way, labelled", () => {
    expect(embed("From: a@b\r\nMIME-Version: 1.0\r\n\r\nZo\xeb\r\n", { eightBit: true }).text).toBe(
      "From: a@b\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nZo\xeb\r\n",
    );
  });

  it("says 8bit of a message/global on such a way, whose head has UTF-8", () => {
    const source = (label: string) =>
      `A: b\r\nMIME-Version: 1.0\r\nContent-Type: message/global\r\n${label}\r\nFrom: Zo\xc3\xab <a@b>\r\n\r\nhi\r\n`;
    const label = "Content-Transfer-Encoding: 8bit\r\n";
    expect(embed(source(""), { eightBit: true })).toMatchObject({ text: source(label), codes: [] });
  });
});

describe("a message that is refused", () => {
  const inside = (type: string, body: string) =>
    lines(
      "From: a@b",
      `Content-Type: ${type}; boundary=b`,
      "",
      "--b",
      "Content-Type: text/plain",
      "Content-Transfer-Encoding: 8bit",
      "",
      body,
      "--b--",
      "",
    );

  it.each([
    ["has 8-bit octets in its head", "From: Zo\xeb <a@b>\r\n\r\nhi\r\n", "attachment.eight-bit"],
    ["has a NUL in its head", "From: a@b\r\nX: \0\r\n\r\nhi\r\n", "attachment.eight-bit"],
    [
      "has 8-bit octets in the head of a part",
      'A: b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b; name="\xfc"\r\n\r\nx\r\n--b--',
      "attachment.eight-bit",
    ],
    ["is signed and 8-bit", inside("multipart/signed", "Zo\xeb"), "attachment.eight-bit"],
    ["is encrypted and 8-bit", inside("multipart/encrypted", "Zo\xeb"), "attachment.eight-bit"],
    ["is signed and has a long line", inside("multipart/signed", "x".repeat(999)), "attachment.line"],
    ["is signed and has a bare CR", inside("multipart/signed", "a\rb"), "attachment.line-ends"],
    ["has a long line in its head", `From: a@b\r\nX: ${"x".repeat(996)}\r\n\r\nhi\r\n`, "attachment.line"],
    [
      "has a long line in a status report",
      `A: b\r\nContent-Type: message/delivery-status\r\n\r\n${"x".repeat(999)}`,
      "attachment.line",
    ],
    [
      "has 8-bit octets in base64",
      "A: b\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJ\xfc\r\n",
      "attachment.eight-bit",
    ],
    [
      "has 8-bit octets in an unknown encoding",
      "A: b\r\nContent-Transfer-Encoding: x\r\n\r\n\xfc\r\n",
      "attachment.eight-bit",
    ],
    ["has no head", "\r\nhello\r\n", "attachment.content"],
    ["is no message", "hello\r\n\r\nBob\r\n", "attachment.content"],
    ["is empty", "", "attachment.content"],
    ["starts with a line of an mbox file", "From ann Tue Nov 24\r\nFrom: a@b\r\n\r\nhi\r\n", "attachment.content"],
    [
      "says twice how its 8-bit text is encoded",
      "A: b\r\nContent-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\xfc\r\n",
      "attachment.content",
    ],
  ])("%s", (_, source, code) => {
    const { result, codes, issues } = embed(source);
    expect(result).toBeUndefined();
    expect(codes).toEqual([`error ${code}`]);
    expect(issues[0]?.path).toEqual(["x"]);
  });
});

const piece = fc.constantFrom(
  "a",
  "bcd",
  "\xe9",
  "\xff",
  "\r\n",
  "\n",
  "\r",
  "\0",
  " \r\n",
  "\t",
  "From ",
  "\r\n.",
  "=",
);
const content = fc.array(fc.oneof(piece, fc.constant("x".repeat(1000))), { maxLength: 12 }).map((all) => all.join(""));
const encoding = fc.constantFrom(undefined, "7bit", "8bit", "binary", "quoted-printable", "base64");
const leaf = fc.record({
  content,
  encoding,
  type: fc.constantFrom("application/octet-stream", "text/csv", "image/png"),
});
type Leaf = typeof leaf extends fc.Arbitrary<infer T> ? T : never;

function encoded({ content: body, encoding: label }: Leaf): string {
  if (label === "base64") return Buffer.from(body, "latin1").toString("base64");
  if (label !== "quoted-printable") return body;
  return body.replace(/[^\r\na-z]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function written(leaves: readonly Leaf[], depth: number): string {
  const parts = leaves.map((one) =>
    lines(
      "--=_edge",
      `Content-Type: ${one.type}`,
      "Content-Disposition: attachment; filename=a",
      ...(one.encoding === undefined ? [] : [`Content-Transfer-Encoding: ${one.encoding}`]),
      "",
      encoded(one),
    ),
  );
  const head = lines("From: a@b", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="=_edge"', "", "");
  const message = `${head}${lines(...parts, "--=_edge--", "")}`;
  return depth === 0 ? message : enclosed(message, depth);
}

function enclosed(message: string, depth: number): string {
  const boundary = `=_out${depth}`;
  const outer = lines(
    "From: a@b",
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: message/rfc822",
    "Content-Disposition: attachment",
    "",
    `${message}\r\n--${boundary}--`,
    "",
  );
  return depth === 1 ? outer : enclosed(outer, depth - 1);
}

async function read(bytes: Uint8Array, depth: number): Promise<unknown> {
  const { attachments } = await simpleParser(Buffer.from(bytes));
  const [first] = attachments;
  if (depth > 0 && first !== undefined) return read(first.content, depth - 1);
  return attachments.map((one) => [one.contentType, one.content.toString("latin1")]);
}

describe("every part", () => {
  it("reads back as before, octet for octet, and the whole can travel", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(leaf, { minLength: 1, maxLength: 4 }), fc.nat({ max: 3 }), async (leaves, depth) => {
        const { bytes, result, text: sent = "" } = embed(written(leaves, depth));
        if (result === undefined) throw new Error("refused");
        expect(/[\0\x80-\xff]|\r(?!\n)|(?<!\r)\n/.test(sent)).toBe(false);
        expect(Math.max(...sent.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
        const before = await read(bytes, depth);
        expect(before).toHaveLength(leaves.length);
        expect(await read(result, depth)).toEqual(before);
      }),
      { numRuns: 400 },
    );
  });

  it("is fit after the first time", () => {
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 4 }), fc.integer({ min: 0, max: 3 }), (leaves, depth) => {
        const first = embed(written(leaves, depth)).text ?? "";
        const second = embed(first);
        expect(second.result).toBe(second.bytes);
      }),
      { numRuns: 300 },
    );
  });
});
