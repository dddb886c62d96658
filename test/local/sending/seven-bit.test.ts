// SES is 7-bit in its parameters: what is not ASCII and has no charset arrives damaged, is noted, or is refused.
import { describe, expect, it } from "vitest";
import { mailboxesOf } from "../../../src/mail/headers/mailbox.ts";
import { errorOf, handle, simpleForm, start, textOf } from "../support/helpers.ts";
import { answerV2, rawV2, sentV2, simpleV2 } from "../support/v2.ts";

describe("text outside of 7-bit ASCII", () => {
  const V1: readonly (readonly [place: string, form: Readonly<Record<string, string>>, field: string])[] = [
    ["Source", { Source: "Zoë Ærø <zoe@example.com>" }, "From: Zo? ?r? <zoe@example.com>"],
    [
      "Destination.ToAddresses.1",
      { "Destination.ToAddresses.member.1": "山田 <y@example.org>" },
      "To: ?? <y@example.org>",
    ],
    [
      "Destination.CcAddresses.1",
      { "Destination.CcAddresses.member.1": '"Ö" <o@example.org>' },
      "Cc: ? <o@example.org>",
    ],
    [
      "ReplyToAddresses.2",
      { "ReplyToAddresses.member.1": "a@example.org", "ReplyToAddresses.member.2": "É <e@example.org>" },
      "Reply-To: a@example.org, ? <e@example.org>",
    ],
    ["Message.Subject", { "Message.Subject.Data": "Привет, 🚀" }, "Subject: ??????, ?"],
  ];

  for (const [place, form, field] of V1) {
    it(`arrives as question marks in ${place} without a charset, and is noted`, async () => {
      const ses = await start();
      const answer = await handle(ses, simpleForm(form));
      const mail = ses.inbox.get(textOf(answer.body, "MessageId") ?? "");
      expect(Buffer.from(mail?.delivered ?? []).toString()).toContain(`\r\n${field}\r\n`);
      expect(mail?.notes).toMatchObject([{ code: "ses.seven-bit", severity: "error", place }]);
    });

    it(`is refused in ${place} by sevenBit, which strict turns on`, async () => {
      const answer = errorOf(await handle(await start({ sevenBit: true }), simpleForm(form)));
      expect(answer).toMatch(/^400 InvalidParameterValue: /);
      expect(answer).toContain(`${place}: `);
      const strict = await start({ preset: "strict", signatures: false, autoVerify: true, sandbox: false });
      expect(errorOf(await handle(strict, simpleForm(form)))).toBe(answer);
    });
  }

  it("arrives whole with a charset that has it, and with encoded-words", async () => {
    const ses = await start({ sevenBit: true });
    const mail = await sentV2(
      ses,
      simpleV2(
        {
          Subject: { Data: "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=" },
          Body: { Text: { Data: "größer", Charset: "ISO-8859-15" } },
          Headers: [{ Name: "X-Note", Value: "=?UTF-8?B?w6Q=?=" }],
        },
        { FromEmailAddress: "=?UTF-8?Q?Zo=C3=AB?= <zoe@example.com>" },
      ),
    );
    const read = mail.parse();
    expect([read.subject, read.text()?.trim(), mailboxesOf(read.from)[0]?.name]).toEqual(["Grüße", "größer", "Zoë"]);
    expect(mail.notes).toEqual([]);
    const message = await (await fetch(`${ses.url}/_local/messages/${mail.id}`)).json();
    expect(message.headers).toContainEqual({ name: "X-Note", value: "ä" });
  });

  it("is damaged over v2 too, in every parameter that has a name or a text", async () => {
    const ses = await start();
    const mail = await sentV2(
      ses,
      simpleV2(
        { Subject: { Data: "ä" }, Body: { Text: { Data: "é" }, Html: { Data: "<p>ø</p>" } } },
        { FromEmailAddress: "Å <a@example.com>", FeedbackForwardingEmailAddress: "Ü <u@example.com>" },
      ),
    );
    const read = mail.parse();
    expect([mailboxesOf(read.from)[0]?.name, read.subject, read.text()?.trim(), read.html()?.trim()]).toEqual([
      "?",
      "?",
      "?",
      "<p>?</p>",
    ]);
    expect(mail.notes.map(({ place }) => place)).toEqual([
      "FromEmailAddress",
      "FeedbackForwardingEmailAddress",
      "Content.Simple.Subject",
      "Content.Simple.Body.Text",
      "Content.Simple.Body.Html",
    ]);
    const raw = await sentV2(
      ses,
      rawV2("From: a@example.com\nTo: b@example.org\n\nx", { FromEmailAddress: "Å <a@example.com>" }),
    );
    expect(Buffer.from(raw.delivered).toString()).toContain("\r\nFrom: ? <a@example.com>\r\n");
  });

  it("is refused in the address itself, in both presets", async () => {
    for (const preset of ["easy", "strict"] as const) {
      const ses = await start({ preset, signatures: false });
      const request = (address: string) => simpleV2({}, { Destination: { ToAddresses: [address] } });
      expect(await answerV2(ses, request("zoë@example.org"))).toBe(
        "400 BadRequestException: Local address contains control or whitespace",
      );
      expect(await answerV2(ses, request("zoe@exämple.org"))).toBe(
        "400 BadRequestException: Domain contains control or whitespace",
      );
    }
  });

  it("damages a half of a surrogate pair and keeps a whole one", async () => {
    const ses = await start();
    const mail = await sentV2(ses, simpleV2({ Subject: { Data: "🚀 \ud83d!", Charset: "UTF-8" } }));
    expect(mail.subject).toBe("🚀 ?!");
    expect(mail.notes[0]?.message).toContain("U+D83D");
  });
});
