import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import {
  decodeQuotedPrintable,
  encodeQuotedPrintable,
  type LineMode,
  quotedPrintableEncoder,
  quotedPrintableLength,
  writeQuotedPrintable,
} from "../../src/mail/octets/quoted-printable.ts";
import { ascii, chunksOf, cuts, joined, latin1 } from "./helpers.ts";

const utf8 = new TextEncoder();

function encode(bytes: Uint8Array, mode: LineMode): string {
  const target = new Uint8Array(quotedPrintableLength(bytes, mode));
  expect(writeQuotedPrintable(bytes, target, 0, mode)).toBe(target.length);
  return latin1(target);
}

const text = (value: string): string => encode(utf8.encode(value), "text");

describe("quoted-printable", () => {
  it.each([
    ["visible ASCII as it is", "a!~<>", "a!~<>"],
    ["the equals sign always", "1=2", "1=3D2"],
    ["octets above 127 in upper-case hex", "é", "=C3=A9"],
    ["control characters", "\u0000\u001b\u007f", "=00=1B=7F"],
    ["CRLF as a hard break", "a\r\nb\r\n", "a\r\nb\r\n"],
    ["a lone CR or LF as data", "a\rb\nc\r\r\n\n", "a=0Db=0Ac=0D\r\n=0A"],
    ["blanks inside a line as they are", "a b\tc", "a b\tc"],
    ["the last blank of a line", "a  \r\nb\t\r\n", "a =20\r\nb=09\r\n"],
    ["the last blank of the input", "a ", "a=20"],
    ["a blank by itself", " ", "=20"],
    ["a blank before a lone CR as it is", "a \rb", "a =0Db"],
    ["a leading period", ".\r\n..a\r\na.b", "=2E\r\n=2E.a\r\na.b"],
    ["From and a space at a line start", "From me\r\nFrom you", "=46rom me\r\n=46rom you"],
    ["From elsewhere as it is", "Fromage\r\n From\r\nfrom me", "Fromage\r\n From\r\nfrom me"],
    ["nothing as nothing", "", ""],
    ["no line end where there was none", "a\r\nb", "a\r\nb"],
  ])("writes %s", (_, input, output) => {
    expect(text(input)).toBe(output);
  });

  it("escapes CR and LF in binary content, and blanks only at its end", () => {
    expect(encode(ascii("a \r\n.\n "), "binary")).toBe("a =0D=0A.=0A=20");
  });

  it("breaks before column 76 and not when the rest fits", () => {
    const a = (count: number) => "a".repeat(count);
    expect(text(a(76))).toBe(a(76));
    expect(text(a(77))).toBe(`${a(75)}=\r\naa`);
    expect(text(`${a(76)}\r\nb`)).toBe(`${a(76)}\r\nb`);
    expect(text(a(151))).toBe(`${a(75)}=\r\n${a(76)}`);
    expect(text(a(152))).toBe(`${a(75)}=\r\n${a(75)}=\r\naa`);
  });

  it("counts an escape by its three characters", () => {
    const a = (count: number) => "a".repeat(count);
    expect(text(`${a(73)}=`)).toBe(`${a(73)}=3D`);
    expect(text(`${a(74)}=`)).toBe(`${a(74)}=\r\n=3D`);
    expect(text(`${a(73)}=b`)).toBe(`${a(73)}=\r\n=3Db`);
    expect(text(`${a(73)} \r\n`)).toBe(`${a(73)}=20\r\n`);
    expect(text(`${a(74)} \r\n`)).toBe(`${a(74)}=\r\n=20\r\n`);
  });

  it("keeps the octets of one UTF-8 character on one line", () => {
    const a = "a".repeat(70);
    expect(text(`${a}é`)).toBe(`${a}=C3=A9`);
    expect(text(`${a}éb`)).toBe(`${a}=\r\n=C3=A9b`);
    expect(text(`${a}あb`)).toBe(`${a}=\r\n=E3=81=82b`);
    expect(text(`${a}😀b`)).toBe(`${a}=\r\n=F0=9F=98=80b`);
  });

  it("guards From and a period at the start of a line that a soft break makes", () => {
    const a = "a".repeat(75);
    expect(text(`${a}.bc`)).toBe(`${a}=\r\n=2Ebc`);
    expect(text(`${a}From me`)).toBe(`${a}=\r\n=46rom me`);
  });
});

// Bytes that meet the rules often: line ends, blanks, guards, multi-octet characters and their fragments.
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom("\r\n", "\r", "\n", " ", "\t", ".", "From ", "=", "a".repeat(30), "b", "é", "あ", "😀", "\0"),
      fc.constantFrom(...[74, 75, 76, 77].map((count) => "x".repeat(count))),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => utf8.encode(pieces.join("")));
const content = fc.oneof(awkward, fc.uint8Array({ maxLength: 400 }));
const mode = fc.constantFrom<LineMode>("text", "binary");
const runs = { numRuns: 1_000 };

describe("quoted-printable over all bytes", () => {
  it("counts exactly what it writes, and reads it back", () => {
    fc.assert(
      fc.property(content, mode, (bytes, lineMode) => {
        const encoded = encode(bytes, lineMode);
        expect(latin1(encodeQuotedPrintable(bytes, lineMode))).toBe(encoded);
        expect(decodeQuotedPrintable(ascii(encoded))).toEqual(bytes);
      }),
      runs,
    );
  });

  it("emits nothing a relay may alter", () => {
    fc.assert(
      fc.property(content, mode, (bytes, lineMode) => {
        const encoded = encode(bytes, lineMode);
        expect(encoded).toMatch(/^[\r\n\t -~]*$/);
        for (const line of encoded.split("\r\n")) {
          expect(line.length).toBeLessThanOrEqual(76);
          expect(line).not.toMatch(/[\r\n]|[ \t]$|^\.|^From |=(?![0-9A-F]{2}|$)/);
        }
      }),
      runs,
    );
  });

  it("makes no soft break that is not needed", () => {
    fc.assert(
      fc.property(content, mode, (bytes, lineMode) => {
        const lines = encode(bytes, lineMode).split("\r\n");
        for (const [at, line] of lines.entries()) {
          if (!line.endsWith("=")) continue;
          const next = lines[at + 1] ?? "";
          const token = /^(?:=[0-9A-F]{2}(?:=[89AB][0-9A-F]){0,3}|.)/.exec(next)?.[0] ?? "";
          const whole = token.length === next.length;
          // The next token alone would have passed the edge; a guard it got for starting a line counts as one column.
          const width = /^=(?:2E|46)/.test(token) ? 1 : token.length;
          expect(line.length - 1 + width).toBeGreaterThan(whole ? 76 : 75);
        }
      }),
      runs,
    );
  });

  it("streams the same octets however the input is cut", () => {
    fc.assert(
      fc.property(content, mode, cuts, (bytes, lineMode, sizes) => {
        const encoder = quotedPrintableEncoder(lineMode);
        const output = chunksOf(bytes, sizes).map((chunk) => encoder.push(chunk));
        expect(latin1(joined([...output, encoder.end()]))).toBe(encode(bytes, lineMode));
      }),
      runs,
    );
  });

  it("writes only its own room, and says when there is too little", () => {
    fc.assert(
      fc.property(content, mode, (bytes, lineMode) => {
        const size = quotedPrintableLength(bytes, lineMode);
        const target = new Uint8Array(size + 9).fill(0x2a);
        expect(writeQuotedPrintable(bytes, target.subarray(2), 3, lineMode)).toBe(3 + size);
        expect(latin1(target)).toBe(`*****${encode(bytes, lineMode)}****`);
        if (size > 0) {
          const small = new Uint8Array(size - 1);
          expect(() => writeQuotedPrintable(bytes, small, 0, lineMode)).toThrow(RangeError);
        }
      }),
      runs,
    );
  });

  it("is read by postal-mime and mailparser as what went in", async () => {
    await fc.assert(
      fc.asyncProperty(content, mode, async (bytes, lineMode) => {
        const message = Buffer.from(
          'Content-Type: multipart/mixed; boundary="=_b"\r\n\r\n--=_b\r\n' +
            "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
            `${encode(bytes, lineMode)}\r\n--=_b--\r\n`,
        );
        // postal-mime ends every encoded line with LF, the last one too.
        const read = (await PostalMime.parse(message, { attachmentEncoding: "utf8" })).attachments[0]?.content;
        const lines = lineMode === "text" ? latin1(bytes).replaceAll("\r\n", "\n") : latin1(bytes);
        expect(read).toBe(new TextDecoder().decode(ascii(`${lines}\n`)));
        const other = (await simpleParser(message)).attachments[0]?.content;
        expect(new Uint8Array(other ?? [])).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it("is read by Python's quopri as what went in", ({ annotate }) => {
    const samples = fc.sample(fc.tuple(content, mode), { numRuns: 300, seed: 7 });
    const lines = samples.map(([bytes, lineMode]) => `${ascii64(encode(bytes, lineMode))}\n`);
    const script =
      "import sys,quopri,base64\n" +
      "for line in sys.stdin: print(base64.b64encode(quopri.decodestring(base64.b64decode(line))).decode())";
    const python = spawnSync("python3", ["-c", script], { input: lines.join(""), encoding: "utf8" });
    if (python.error !== undefined) return annotate("python3 is not installed: nothing compared");
    const read = python.stdout.split("\n").slice(0, -1);
    expect(read).toEqual(samples.map(([bytes]) => Buffer.from(bytes).toString("base64")));
  });
});

const ascii64 = (value: string): string => Buffer.from(value, "latin1").toString("base64");

describe("reading quoted-printable", () => {
  it.each([
    ["lower-case hex", "=c3=a9", "\u00c3\u00a9"],
    ["a soft break", "a=\r\nb", "ab"],
    ["a soft break with LF alone", "a=\nb", "ab"],
    ["a soft break with padding", "a= \t\r\nb", "ab"],
    ["a soft break at the very end", "a=", "a"],
    ["padding before a line end", "a \t\r\nb ", "a\r\nb"],
    ["blanks inside a line", "a  b", "a  b"],
    ["an equals sign that starts no escape", "a=b=G0= c", "a=b=G0= c"],
    ["half an escape at the end", "a=4", "a=4"],
    ["octets above 127 that were not escaped", "\u00e9", "\u00e9"],
  ])("takes %s", (_, encoded, decoded) => {
    expect(latin1(decodeQuotedPrintable(ascii(encoded)))).toBe(decoded);
  });
});
