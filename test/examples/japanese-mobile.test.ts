import { test } from "mimewright/vitest";
import { describe, expect } from "vitest";
import { mobileMail } from "../../examples/japanese-mobile.ts";
import { withSender } from "./clients.ts";

const input = { from: { name: "旅行デスク", address: "travel@example.jp" }, to: "yamada@example.jp" };

describe("Japanese mobile mail", () => {
  test("goes as ISO-2022-JP, seven bits all through", async ({ ses, inbox }) => {
    await withSender(ses, async (sender) => {
      const m = mobileMail({ ...input, subject: "ご予約ｶｸﾆﾝ", text: "山田 太郎 様\nﾊﾞｽは九時です。\n" });
      expect((await sender.send(m)).status).toBe("sent");
    });
    const mail = await inbox.waitFor({ to: "yamada@example.jp" });
    expect(mail).toHaveSubject("ご予約カクニン");
    expect(mail).toHavePart("text/plain", { text: "バスは九時です。" });
    expect(new TextDecoder().decode(mail.raw)).toContain("charset=ISO-2022-JP");
    expect(mail.raw.every((octet) => octet < 0x80)).toBe(true);
  });

  test("goes as UTF-8 when a character needs it, and loses none", () => {
    const m = mobileMail({ ...input, subject: "確認 🚄", text: "髙橋 様\n" });
    expect(m.charset).toBe("UTF-8");
    expect(m).toHaveSubject("確認 🚄");
    expect(m).toHavePart("text/plain", { text: "髙橋 様" });
  });

  test("refuses what is wrong in either charset", () => {
    expect(() => mobileMail({ ...input, subject: "一\n二" })).toThrow("header.line-break");
  });
});
