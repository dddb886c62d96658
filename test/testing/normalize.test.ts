import { readFileSync } from "node:fs";
import fc from "fast-check";
import { compose, message, toBytes } from "mimewright";
import { emlDiff, normalizeEml, readEml } from "mimewright/testing";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";

const base = compose({ from: "ann@example.com", to: "bob@example.com", subject: "Hello" }).text("Hello\n");
const text = async (...parameters: Parameters<typeof normalizeEml>) =>
  new TextDecoder().decode(await normalizeEml(...parameters)).replaceAll("\r\n", "\n");

describe("normalizeEml", () => {
  it("masks boundaries, Date and Message-ID and leaves the rest", async () => {
    expect(await text(base.html("<p>Hello</p>").build())).toBe(
      [
        "From: ann@example.com",
        "To: bob@example.com",
        "Subject: Hello",
        "Message-ID: <masked@invalid>",
        "Date: Thu, 01 Jan 1970 00:00:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative;",
        ' boundary="boundary-001"',
        "",
        "--boundary-001",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 7bit",
        "",
        "Hello",
        "",
        "--boundary-001",
        "Content-Type: text/html; charset=UTF-8",
        "Content-Transfer-Encoding: 7bit",
        "",
        "<p>Hello</p>",
        "--boundary-001--",
        "",
      ].join("\n"),
    );
  });

  it("keeps the date and the id that a message was given", async () => {
    const m = base.date(new Date("2026-11-24T05:06:07Z")).messageId("<1@example.com>").build();
    expect(await text(m)).toContain("Message-ID: <1@example.com>\nDate: Tue, 24 Nov 2026 05:06:07 +0000\n");
    expect(await text(base.messageId("<1@example.com>").build())).toContain("<1@example.com>\nDate: Thu, 01 Jan 1970");
  });

  it("masks them in bytes, unless told to keep them", async () => {
    const bytes = toBytes(base.date(new Date("2026-11-24T05:06:07Z")).build());
    expect(await text(bytes)).toContain("Date: Thu, 01 Jan 1970 00:00:00 +0000\n");
    expect(await text(bytes, { keep: ["date"] })).toContain("Date: Tue, 24 Nov 2026 05:06:07 +0000\n");
  });

  it("takes a boundary that content does not have", async () => {
    const quoted = "--boundary-001\n--boundaryx-\n";
    const bytes = await normalizeEml(base.text(quoted).html("<p>").build());
    const mail = await readEml(bytes);
    expect(new TextDecoder().decode(bytes)).toContain('boundary="boundaryxx-001"');
    expect([mail.text, mail.html]).toEqual([quoted, "<p>"]);
    expect(await normalizeEml(bytes)).toEqual(bytes);
  });

  it("masks boundaries of enclosed messages and no dates of theirs", async () => {
    const inner = toBytes(base.html("<p>").date(new Date(0)).messageId("<in@example.com>").build(), { seed: "inner" });
    const m = base.attach({ content: inner, contentType: "message/rfc822" }).build();
    const eml = await text(m);
    expect(eml).toContain("Message-ID: <in@example.com>");
    expect(eml.match(/boundary-00\d/g)?.length).toBe(4 + 4);
  });

  it("leaves what has no head alone", async () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode("no head\r\n\r\nhere")]) {
      expect(await normalizeEml(bytes)).toEqual(bytes);
    }
  });

  it("changes nothing that a reader sees, is stable, and does not depend on the seed", async () => {
    const words = fc.string({ unit: "grapheme", maxLength: 60 });
    const arbitrary = fc.record({
      body: words,
      page: words,
      names: fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ body, page, names }) => {
        const attachments = names.map((filename) => ({ filename, content: new TextEncoder().encode(body) }));
        const m = message({ from: "a@example.com", to: "b@example.com", text: body, html: page, attachments });
        const once = await normalizeEml(toBytes(m, { seed: "one" }));
        expect(await normalizeEml(once)).toEqual(once);
        const time = { now: () => new Date(1e12) };
        expect(await normalizeEml(toBytes(m, { seed: "two", ...time }))).toEqual(once);
        const [one, other] = await Promise.all([PostalMime.parse(once), PostalMime.parse(toBytes(m))]);
        expect([one.text, one.html, one.attachments]).toEqual([other.text, other.html, other.attachments]);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps foreign and broken bytes what they are to a reader", async () => {
    const eml = readFileSync(new URL("../../fixtures/messages/receipt.eml", import.meta.url));
    const mutation = fc.record({
      at: fc.nat(eml.length - 1),
      octets: fc.uint8Array({ maxLength: 4 }),
      cut: fc.nat(40),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { maxLength: 4 }), async (mutations) => {
        let bytes = eml;
        for (const { at, octets, cut } of mutations) {
          bytes = Buffer.concat([bytes.subarray(0, at), octets, bytes.subarray(at + cut)]);
        }
        const once = await normalizeEml(new Uint8Array(bytes));
        expect((await emlDiff(new Uint8Array(bytes), once)).report).toBe("");
        expect(await normalizeEml(once)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  it("replaces a boundary everywhere or nowhere", async () => {
    const odd = [
      "Content-Type: multipart/mixed; boundary*=utf-8''abc",
      'Content-Type: multipart/mixed; boundary="é"',
      "Content-Type: multipart/mixed (; boundary=x); boundary=abc",
    ];
    for (const field of odd) {
      const mark = field.includes("é") ? "é" : "abc";
      const eml = `${field}\r\n\r\n--${mark}\r\n\r\nHello\r\n--${mark}--\r\n`;
      const bytes = await normalizeEml(eml);
      expect((await readEml(bytes)).text).toBe("Hello");
      expect(await normalizeEml(bytes)).toEqual(bytes);
    }
  });
});
