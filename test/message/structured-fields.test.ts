// A field with a grammar of its own is folded at its blanks and never becomes encoded-words. RFC 2047 s5, RFC 5322 s2.2.3.
import fc from "fast-check";
import { compose } from "mimewright";
import { describe, expect, it } from "vitest";
import { issuesOf, renderedOf } from "./support.ts";

const fieldOf = (output: string, name: string) =>
  output.slice(output.indexOf(`\r\n${name}:`) + 2).split(/\r\n(?![ \t])/)[0] ?? "";

describe("{ structured }", () => {
  it("is written as it is, in every form of headers and of a part's fields", () => {
    const value = { structured: `{"to": ["a@example.com"], "key": "${"k".repeat(900)}"}` };
    const body = (fields: unknown) => ({ text: undefined, body: { type: "text/plain", content: "x", fields } });
    for (const input of [
      { headers: { "X-Data": value } },
      { headers: [{ name: "X-Data", value }] },
      { headers: { "X-Data": [value] } },
      body({ "X-Data": value }),
      body([{ name: "X-Data", value: { kind: "structured", text: value.structured } }]),
    ]) {
      expect(fieldOf(renderedOf(input), "X-Data").replace(/\r\n/g, "")).toBe(`X-Data: ${value.structured}`);
    }
    const m = compose().from("a@example.com").header("X-Data", value).build();
    expect(m.headers[0]?.value).toEqual({ kind: "structured", text: value.structured });
  });

  it("stays as often as it is given", () => {
    const output = renderedOf({ headers: { "X-Data": [{ structured: "a b" }, "ü", { structured: "c" }] } });
    expect(output).toContain("\r\nX-Data: a b\r\nX-Data: =?UTF-8?");
    expect(output).toContain("\r\nX-Data: c\r\n");
  });

  it.each([
    ["text outside ASCII", "ü", "header.value"],
    ["a token that fits no line", "x".repeat(998), "header.too-long"],
    ["what readers decode", "=?utf-8?Q?x?=", "header.value"],
    ["a line break", "a\r\nBcc: e@example.com", "header.line-break"],
    ["a control character", "a\u0001", "header.control"],
    ["nothing", "", "header.value"],
  ])("takes no %s", (_, structured, code) => {
    expect(issuesOf({ headers: { "X-Data": { structured } } })).toEqual([`${code} headers.X-Data`]);
  });

  it("is what a warning names when a field of unknown grammar has a token that fits no line", () => {
    const long = "x".repeat(998);
    expect(issuesOf({ headers: { "X-Data": `a ${long}` } })).toEqual(["header.too-long headers.X-Data (warning)"]);
    expect(issuesOf({ headers: { "X-Data": "x".repeat(997) } })).toEqual([]);
    expect(issuesOf({ headers: { Comments: long, "X-Text": `ü ${long}` } })).toEqual([]);
  });

  it("takes no key beside it", () => {
    expect(issuesOf({ headers: { "X-Data": { structured: "a", fold: false } } })).toEqual([
      "input.unknown-key headers.X-Data.fold",
    ]);
  });

  it("does not lead round the grammar of a known name", () => {
    expect(issuesOf({ headers: { "Reply-To": { structured: "nobody" } } })[0]).toMatch(/^address\.syntax/);
    expect(issuesOf({ headers: { "List-Help": { structured: "none" } } })[0]).toMatch(/^header\.value/);
    expect(issuesOf({ headers: { Bcc: { structured: "a@example.com" } } })[0]).toMatch(/^header\.reserved/);
  });

  it("reads back equal, in lines of at most 998", () => {
    const word = fc.string({ unit: fc.constantFrom(..."aZ09{}\"':,=;/+"), minLength: 1, maxLength: 990 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        const structured = words.join(" ");
        fc.pre(!/=\?/.test(structured));
        const field = fieldOf(renderedOf({ headers: { "X-Data": { structured } } }), "X-Data");
        for (const line of field.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
        expect(field.replace(/\r\n/g, "")).toBe(`X-Data: ${structured}`);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a known field with a grammar of its own", () => {
  it.each([
    "Autocrypt",
    "X-SMTPAPI",
    "DKIM-Signature",
    "ARC-Seal",
    "ARC-Message-Signature",
    "ARC-Authentication-Results",
    "Authentication-Results",
    "Received",
    "X-Mailgun-Variables",
    "Feedback-ID",
    "List-Unsubscribe-Post",
    "X-SES-MESSAGE-TAGS",
  ])("never becomes encoded-words: %s", (name) => {
    for (const value of ["x".repeat(1200), "größe", "=?utf-8?Q?x?="]) {
      const [issue] = issuesOf({ headers: { [name]: value } });
      expect(issue).toMatch(/^header\.(?:too-long|value) headers/);
    }
  });
});
