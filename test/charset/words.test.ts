// Encoded-words of a charset with escape sequences. RFC 1468, "MIME Considerations": the B encoding.
import "mimewright/charset";
import fc from "fast-check";
import { message, toBytes } from "mimewright";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";

const kana = fc.constantFrom(..."あいうえお日本語件名見積書 aZ(?=_");

function rendered(subject: string, name: string): string {
  const to = { name, address: "b@example.jp" };
  const m = message({ from: "a@example.jp", to, subject, text: "x", charset: "ISO-2022-JP" });
  return Buffer.from(toBytes(m, { seed: "s", now: () => new Date(0) })).toString("latin1");
}

describe("words in ISO-2022-JP", () => {
  it.each(["日本語の件名 and ascii テスト", "見積書の件", "あ い う え お か き"])("are B words: %s", (text) => {
    const head = rendered(text, text);
    expect(head).toContain("=?ISO-2022-JP?B?");
    expect(head).not.toContain("=?ISO-2022-JP?Q?");
  });

  it("read back as they were, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: kana, minLength: 1, maxLength: 60 }), async (text) => {
        const subject = `件${text}件`;
        expect((await PostalMime.parse(rendered(subject, "山"))).subject).toBe(subject);
      }),
      { numRuns: 200 },
    );
  });
});
