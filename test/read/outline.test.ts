import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outlineRaw, type RawPart } from "../../src/mail/read/outline.ts";
import { readParameters } from "../../src/mail/read/parameters.ts";
import { pathOf, walkRaw } from "../../src/mail/read/walk.ts";

const outline = (...lines: string[]): RawPart => outlineRaw(octets(lines.join("\r\n")));
const octets = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const kinds = (part: RawPart) => part.defects.map(({ kind, line }) => `${kind}@${line}`);
const body = (text: string, part: RawPart | undefined) => text.slice(part?.bodyStart, part?.bodyEnd);

describe("fields of raw bytes", () => {
  it("are unfolded, without blanks at either end, and know their place", () => {
    const text = "A: 1\r\nSubject:  Hello\r\n  Bob \r\nB:\r\n\r\n";
    const [a, subject, b] = outlineRaw(octets(text)).fields;
    expect([a?.value, subject?.value, b?.value]).toEqual(["1", "Hello  Bob", ""]);
    expect(text.slice(subject?.start, subject?.end)).toBe("Subject:  Hello\r\n  Bob \r\n");
    expect(text.slice(subject?.valueStart, subject?.end)).toBe("  Hello\r\n  Bob \r\n");
    expect([a?.line, subject?.line, b?.line]).toEqual([1, 2, 4]);
  });

  it("are read as UTF-8 where the octets are UTF-8, else octet by octet", () => {
    const { fields } = outlineRaw(octets("A: \xc3\xbc\r\nB: \xfc\x80\r\n\r\n"));
    expect(fields.map((field) => field.value)).toEqual(["ü", "\xfc\x80"]);
  });

  it("end with LF too, as files stored on Unix have it", () => {
    const text = "A: 1\n B\nC: 2\n\nbody\n";
    const part = outlineRaw(octets(text));
    expect(part.fields.map((field) => field.value)).toEqual(["1 B", "2"]);
    expect(body(text, part)).toBe("body\n");
  });

  it.each([
    ["a line without a colon", ["A: 1", "hello", "", ""], ["malformed-field@2"]],
    ["a name with a blank in it", ["A b: 1", "C: 2", "", ""], ["malformed-field@1"]],
    ["a continuation of nothing", [" x: 1", "A: 1", "", ""], ["malformed-field@1"]],
    ["an empty name", ["A: 1", ": 2", "", ""], ["empty-name@2"]],
    ["a blank before the colon", ["A : 1", "", ""], ["name-blank@1"]],
    ["a fold of blanks only", ["A: 1", " ", " 2", "", ""], ["blank-fold@2"]],
    ["a line of an mbox file", ["From ann Tue Nov 24 05:06:07 2026", "A: 1", "", ""], ["mbox-line@1"]],
    ["no blank line", ["A: 1", "B: 2"], ["no-blank-line@3"]],
    ["no field", ["", "hello"], ["no-fields@1"]],
    ["nothing at all", [""], ["no-blank-line@1", "no-fields@1"]],
  ])("tells %s", (_, lines, expected) => {
    expect(kinds(outline(...lines))).toEqual(expected);
  });

  it("are read up to the caps, one under, at and one over", () => {
    const caps = { parts: 1, depth: 1, headBytes: 100, fields: 3 };
    const read = (count: number) => outlineRaw(octets(`${"A: 1\r\n".repeat(count)}\r\n`), caps);
    expect([2, 3, 4].map((count) => read(count).fields.length)).toEqual([2, 3, 3]);
    expect([2, 3, 4].map((count) => kinds(read(count)))).toEqual([[], [], ["too-many-fields@4"]]);
    const long = (size: number) => kinds(outlineRaw(octets(`A: ${"x".repeat(size - 5)}\r\n\r\n`), caps));
    expect([99, 100, 101].map(long)).toEqual([[], [], ["head-too-long@1"]]);
  });
});

describe("parts of raw bytes", () => {
  it("stand between delimiters; the line end before a delimiter is the delimiter's", () => {
    const text = [
      'Content-Type: multipart/mixed; boundary="a b"',
      "",
      "preamble",
      "--a b",
      "Content-Type: text/html",
      "",
      "<p>",
      "",
      "--a b \t",
      "",
      "two",
      "--a b--",
      "--a b",
      "epilogue",
    ].join("\r\n");
    const root = outlineRaw(octets(text));
    expect(root.parts.map((part) => [part.type, body(text, part), part.headLine, part.bodyLine])).toEqual([
      ["text/html", "<p>\r\n", 5, 7],
      ["text/plain", "two", 10, 11],
    ]);
    expect(root.bodyEnd).toBe(text.length);
    expect(root.defects).toEqual([]);
  });

  it("may be empty, and may end with their head", () => {
    const root = outline("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "--b", "A: 1", "--b--", "");
    expect(root.parts.map((part) => part.bodyEnd - part.bodyStart)).toEqual([0, 0]);
    expect(root.parts.map((part) => part.fields.length)).toEqual([0, 1]);
  });

  it("of an enclosed message are found in it, and the outer boundary ends them", () => {
    const root = outline(
      "Content-Type: multipart/mixed; boundary=out",
      "",
      "--out",
      "Content-Type: message/rfc822",
      "",
      "Subject: in",
      "Content-Type: multipart/mixed; boundary=in",
      "",
      "--in",
      "",
      "one",
      "--out--",
    );
    const message = root.parts[0]?.message;
    expect(message?.fields[0]?.value).toBe("in");
    expect(message?.parts).toHaveLength(1);
    expect(message && kinds(message)).toEqual(["boundary-unclosed@12"]);
    expect([...walkRaw(root)].map(pathOf)).toEqual([[], [0], [0, 0], [0, 0, 0]]);
  });

  it("of a digest are messages unless they say otherwise", () => {
    const root = outline("Content-Type: multipart/digest; boundary=b", "", "--b", "", "Subject: x", "", "hi", "--b--");
    expect(root.parts[0]?.type).toBe("message/rfc822");
    expect(root.parts[0]?.message?.fields[0]?.name).toBe("Subject");
  });

  it("are not looked for in an enclosed message that is base64", () => {
    const root = outline("Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "", "U3ViamVjdDogeA==");
    expect(root.message).toBeUndefined();
    expect(kinds(root)).toEqual(["encoding@2"]);
  });

  it.each([
    ["no boundary", "multipart/mixed", "boundary-missing@1"],
    ["an illegal boundary", "multipart/mixed; boundary=a@b", "boundary-illegal@1"],
    ["a boundary of 71", `multipart/mixed; boundary=${"b".repeat(71)}`, "boundary-illegal@1"],
    ["an unreadable type", "text", "type@1"],
    ["a parameter without =", "text/plain; charset", "type@1"],
  ])("tell %s", (_, type, expected) => {
    expect(kinds(outline(`Content-Type: ${type}`, "", "hello"))).toContain(expected);
  });

  it("tell boundaries that readers take for one another", () => {
    const nested = (inner: string) =>
      outline(
        "Content-Type: multipart/mixed; boundary=b-1",
        "",
        "--b-1",
        `Content-Type: multipart/mixed; boundary=${inner}`,
        "",
        `--${inner}`,
        "",
        `--${inner}--`,
        "--b-1--",
      ).parts[0];
    expect(nested("b-10")?.defects.map(({ kind }) => kind)).toEqual(["boundary-prefix"]);
    expect(nested("b-1")?.defects.map(({ kind }) => kind)).toEqual(["boundary-repeated"]);
    expect(nested("c-1")?.defects).toEqual([]);
  });

  it("are read up to the caps", () => {
    const caps = { parts: 3, depth: 1, headBytes: 1000, fields: 10 };
    const flat = (count: number) =>
      outlineRaw(octets(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\n".repeat(count)}--b--`), caps);
    expect([1, 2, 3].map((count) => flat(count).parts.length)).toEqual([1, 2, 2]);
    expect([1, 2, 3].map((count) => kinds(flat(count)))).toEqual([[], [], ["parts@7"]]);
    const deep = outlineRaw(octets("Content-Type: message/rfc822\r\n\r\n".repeat(3)), caps);
    expect(deep.message?.message).toBeUndefined();
    expect(deep.message && kinds(deep.message)).toEqual(["depth@5"]);
  });
});

describe("parameters of raw fields", () => {
  const read = (text: string) => Object.fromEntries(readParameters(text).parameters);

  it.each([
    ["text/plain; charset=UTF-8", { charset: "UTF-8" }],
    ['a/b; NAME="a \\"b\\" \\\\"', { name: 'a "b" \\' }],
    ["a/b (c; d=e (f)) ; g = h (i)", { g: "h" }],
    ["a/b; filename*=UTF-8''j%C3%B5geva.txt", { filename: "jõgeva.txt" }],
    ["a/b; filename*=iso-8859-1'en'%A3", { filename: "£" }],
    ["a/b; n*1=b; n*0=a; n*2*=%63", { n: "abc" }],
    ["a/b; n*0*=utf-8''%C3; n*1*=%BC; n*2=\"%41\"", { n: "ü%41" }],
    ["a/b; n=plain; n*=utf-8''extended", { n: "extended" }],
    ["a/b; n=1; n=2", { n: "1" }],
    ["a/b; n=copy (1).pdf", { n: "copy (1).pdf" }],
    ['a/b; n="open', { n: "open" }],
    [
      "a/b; __proto__=x; constructor=y",
      Object.fromEntries([
        ["__proto__", "x"],
        ["constructor", "y"],
      ]),
    ],
  ])("%s", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it("keep every value that some reader may take", () => {
    const { all } = readParameters("attachment; filename=a.exe; filename*=utf-8''a.txt");
    expect(all.map(({ value }) => value)).toEqual(["a.exe", "a.txt"]);
  });

  it.each([
    ["", ["value"]],
    // RFC 2183 s2: what is a parameter without its semicolon.
    ["attachment filename=a.pdf", ["value"]],
    ["text/plain charset=utf-8", ["value"]],
    ["foo bar", ["value"]],
    ['"attachment"', ["value"]],
    ["inline (a = b)", []],
    ["text / plain", []],
    ["a/b; c", ["equals"]],
    ["a/b;; c=d", ["equals"]],
    ["a/b; c=d e", ["parameter"]],
    ['a/b; c="d" e', ["parameter"]],
    ['a/b; c="d', ["quote"]],
    ["a/b; c=1; C=2", ["repeated"]],
    ["a/b; c*0=1; c*2=3", ["extended"]],
    ["a/b; c*00=1", ["extended"]],
    ["a/b; c*=nocharset", ["extended"]],
    ["a/b; c*=utf-8''%GG", ["extended"]],
    ["a/b; c=d;", []],
  ])("tell what breaks the grammar in %j", (text, expected) => {
    expect(readParameters(text).defects).toEqual(expected);
  });
});

describe("any bytes", () => {
  const piece = fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    "--b",
    "--b--",
    "--c",
    " ",
    ":",
    "A: 1\r\n",
    "Content-Type: multipart/mixed; boundary=b\r\n",
    "Content-Type: multipart/mixed; boundary=c\r\n",
    "Content-Type: message/rfc822\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "\xff",
    "\0",
    '"',
    ";",
  );
  const hostile = fc.array(piece, { maxLength: 60 }).map((pieces) => octets(pieces.join("")));

  it("give an outline whose ranges nest and do not overlap", () => {
    fc.assert(
      fc.property(hostile, (bytes) => {
        for (const { part } of walkRaw(outlineRaw(bytes))) {
          const marks = [part.headStart, part.headEnd, part.bodyStart, part.bodyEnd];
          expect(marks).toEqual([...marks].sort((a, b) => a - b));
          let from = part.bodyStart;
          for (const inside of part.message === undefined ? part.parts : [part.message]) {
            expect(inside.headStart).toBeGreaterThanOrEqual(from);
            expect(inside.bodyEnd).toBeLessThanOrEqual(Math.max(part.bodyEnd, inside.bodyStart));
            from = inside.bodyEnd;
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are not changed", () => {
    fc.assert(
      fc.property(hostile, (bytes) => {
        const before = bytes.slice();
        outlineRaw(bytes);
        expect(bytes).toEqual(before);
      }),
    );
  });
});
