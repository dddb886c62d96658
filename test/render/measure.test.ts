import "mimewright/charset";
import fc from "fast-check";
import { collect, measure, message, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, made, options, rendered } from "../message/support.ts";

const longest = (text: string) => Math.max(...text.split("\r\n").map((line) => line.length));

/** Encoded content counts as lines of 76. */
const measured = (text: string) => Math.max(longest(text), /quoted-printable|base64/.test(text) ? 76 : 0);

describe("measure", () => {
  it("is exact to the octet for whatever is in memory, and knows the longest line", () => {
    const body = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.stringMatching(/^(?:[ -~]{0,90}\n?){0,6}$/),
      fc.constant("a".repeat(1200)),
    );
    const input = fc.record({
      subject: fc.string({ maxLength: 200 }).map((text) => text.replace(/[\0-\x1f\x7f]/g, " ")),
      text: fc.option(body, { nil: undefined }),
      html: fc.option(body, { nil: undefined }),
      attachments: fc.array(fc.record({ content: fc.oneof(fc.uint8Array({ maxLength: 400 }), body) }), {
        maxLength: 3,
      }),
      transport: fc.constantFrom("7bit" as const, "8bit" as const),
    });
    fc.assert(
      fc.property(input, (some) => {
        const m = message({ ...base, ...defined(some) });
        const output = rendered(m);
        expect(measure(m, options)).toMatchObject({ bytes: output.length, exact: true, longestLine: measured(output) });
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [
      "quoted-printable bytes",
      { attachments: [{ content: new Uint8Array([10, 13, 61, 32]), encoding: "quoted-printable" }] },
    ],
    ["a stateful charset", { text: "日本", charset: "iso-2022-jp" }],
    ["an enclosed message", { attachments: [{ content: "Subject: s\n\nü", contentType: "message/rfc822" }] }],
    ["legacy names", { attachments: [{ filename: "é.txt", content: "" }] }],
  ])("is exact for %s", (_, input) => {
    const m = made(input);
    for (const legacyNames of [false, true]) {
      const more = { ...options, legacyNames };
      expect(measure(m, more).bytes).toBe(toBytes(m, more).length);
    }
  });

  it("does not depend on seed and clock", () => {
    const m = made({ text: "x", attachments: [{ content: "x" }] });
    expect(measure(m).bytes).toBe(measure(m, options).bytes);
    expect(measure(m, { ...options, idDomain: "a.example" }).bytes).toBe(
      measure(m, options).bytes - "example.com".length + "a.example".length,
    );
  });

  it("is exact for a source that says its size, which is not opened", () => {
    for (const size of [0, 1, 56, 57, 58, 114, 1000]) {
      let opened = 0;
      const open = () => [new Uint8Array(size + 0 * ++opened)];
      const m = made({ text: "x", attachments: [{ content: { size, open } }] });
      const { bytes, exact } = measure(m, options);
      expect([opened, exact]).toEqual([0, true]);
      expect(bytes).toBe(toBytes(m, options).length);
    }
  });

  it("is the least, and says so, for a source of unknown size or in quoted-printable", async () => {
    const open = async () => [new Uint8Array(100).fill(200)];
    for (const attachment of [{ content: open }, { content: { size: 100, open }, encoding: "quoted-printable" }]) {
      const m = made({ text: "x", attachments: [attachment] });
      const { bytes, exact } = measure(m, options);
      expect(exact).toBe(false);
      expect(bytes).toBeLessThan((await collect(m, { ...options, maxBytes: 10_000 })).length);
    }
  });

  it("is the least, and says so, for an enclosed message that nobody has read", async () => {
    const text = `Subject: s\r\n\r\n${"abc\r\n".repeat(100)}`;
    for (const more of [{}, { encoding: "7bit" }]) {
      const content = new Blob([text], { type: "message/rfc822" });
      const m = made({ text: "x", attachments: [{ content, ...more }] });
      const { bytes, exact } = measure(m, options);
      expect(exact).toBe(false);
      expect(bytes).toBe((await collect(m, { ...options, maxBytes: 10_000 })).length);
    }
  });

  it("counts recipients of the envelope, and parts of the tree", () => {
    const m = made({ bcc: ["c@example.com", "d@example.com"], text: "t", html: "h", attachments: [{ content: "" }] });
    expect(measure(m, options)).toMatchObject({ recipients: 3, parts: 5 });
    expect(measure({ type: "text/plain", content: "x" }, options)).toMatchObject({ recipients: 0, parts: 1 });
  });

  it("tells what each text and attachment takes, largest first, and where it was written", () => {
    const m = made({
      text: "x",
      html: "y".repeat(500),
      attachments: [{ content: new Uint8Array(9000) }, { content: "a" }],
    });
    const { sizes, bytes } = measure(m, options);
    expect(sizes.map(({ path }) => path.join("."))).toEqual(["attachments.0", "html", "attachments.1", "text"]);
    expect(sizes.reduce((sum, size) => sum + size.bytes, 0)).toBeLessThan(bytes);
    expect(sizes[0]?.bytes).toBeGreaterThan(12_000);
  });

  it("tells it of a body alone, and of the leaves of a tree", () => {
    expect(measure(made({ text: "x" }), options).sizes.map(({ path }) => path)).toEqual([["text"]]);
    const body = { type: "multipart/mixed", parts: [{ type: "text/plain", content: "x" }] };
    expect(measure(made({ body }), options).sizes.map(({ path }) => path)).toEqual([["body", "parts", 0]]);
    expect(measure(body, options).sizes.map(({ path }) => path)).toEqual([["parts", 0]]);
  });
});

function defined(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
