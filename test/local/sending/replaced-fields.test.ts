// A raw message over v2: FromEmailAddress and ReplyToAddresses take the place of its fields in the delivered copy.
import { describe, expect, it } from "vitest";
import { mailboxesOf } from "../../../src/mail/headers/mailbox.ts";
import { handle, rawForm, start, textOf } from "../support/helpers.ts";
import { answerV2, rawV2, sentV2 } from "../support/v2.ts";

const MESSAGE =
  "Subject: Hi\nFrom: Ann Smith <ann@example.com>\nReply-To: old@example.com\nTo: bob@example.org\n\nHello\n";

const head = (mail: { readonly delivered: Uint8Array }) =>
  Buffer.from(mail.delivered).toString().split("\r\n\r\n")[0]?.split("\r\n") ?? [];

describe("the delivered copy of a raw message over v2", () => {
  it("has FromEmailAddress as its author: a bare address loses the name", async () => {
    const mail = await sentV2(await start(), rawV2(MESSAGE, { FromEmailAddress: "ann@example.com" }));
    expect(head(mail).slice(1, 3)).toEqual(["Subject: Hi", "From: ann@example.com"]);
    expect(head(mail).join("\n")).not.toContain("Ann Smith");
    expect([mail.from, mail.source]).toEqual(["ann@example.com", "ann@example.com"]);
    expect(Buffer.from(mail.raw).toString()).toContain("From: Ann Smith <ann@example.com>\r\n");
    expect(mail.notes).toMatchObject([{ code: "ses.from-replaced", severity: "warning", place: "FromEmailAddress" }]);
  });

  it("keeps its own author where the parameter is absent or says the same", async () => {
    const ses = await start();
    for (const FromEmailAddress of [undefined, "Ann Smith <ann@example.com>", '"Ann Smith" <ann@example.com>']) {
      const mail = await sentV2(ses, rawV2(MESSAGE, { FromEmailAddress }));
      expect(head(mail)).toContain(`From: ${FromEmailAddress ?? "Ann Smith <ann@example.com>"}`);
      expect(mail.parse().from).toEqual([{ name: "Ann Smith", address: "ann@example.com" }]);
      expect(mail.notes).toEqual([]);
    }
  });

  it("has ReplyToAddresses as its Reply-To, all of them", async () => {
    const ReplyToAddresses = ["Help <help@example.com>", "desk@example.com"];
    const mail = await sentV2(await start(), rawV2(MESSAGE, { ReplyToAddresses }));
    expect(mailboxesOf(mail.parse().replyTo).map(({ address }) => address)).toEqual([
      "help@example.com",
      "desk@example.com",
    ]);
    expect(head(mail).filter((line) => /^reply-to:/i.test(line))).toHaveLength(1);
    expect(mail.notes).toMatchObject([{ code: "ses.reply-to-replaced" }]);
  });

  it("gets the fields that the message lacks", async () => {
    const request = rawV2("To: bob@example.org\nSubject: Hi\n\nx", {
      FromEmailAddress: "Ann <ann@example.com>",
      ReplyToAddresses: ["help@example.com"],
    });
    const mail = await sentV2(await start(), request);
    expect(head(mail)).toEqual(expect.arrayContaining(["From: Ann <ann@example.com>", "Reply-To: help@example.com"]));
  });

  it("takes no line break from a parameter", async () => {
    const ses = await start();
    const evil = "Ann\r\nBcc: eve@example.net <ann@example.com>";
    expect(await answerV2(ses, rawV2(MESSAGE, { FromEmailAddress: evil }))).toMatch(/^400 BadRequestException: /);
    expect(await answerV2(ses, rawV2(MESSAGE, { ReplyToAddresses: [evil] }))).toMatch(/^400 BadRequestException: /);
    expect(ses.inbox.list()).toEqual([]);
  });

  it("sends bounces to FeedbackForwardingEmailAddress, else to the sender", async () => {
    const ses = await start();
    const own = rawV2(MESSAGE, { FromEmailAddress: "ann@example.com" });
    expect((await sentV2(ses, own)).feedbackTo).toBe("ann@example.com");
    const other = { ...own, FeedbackForwardingEmailAddress: "bounces@example.com" };
    const mail = await sentV2(ses, other);
    expect([mail.feedbackTo, mail.source]).toEqual(["bounces@example.com", "ann@example.com"]);
    expect(head(mail)[0]).toBe(`Return-Path: <${mail.id}@amazonses.com>`);
  });

  it("is left alone by Source of the first API", async () => {
    const ses = await start();
    const answer = await handle(ses, rawForm(MESSAGE, { Source: "bounces@example.com" }));
    const mail = ses.inbox.get(textOf(answer.body, "MessageId") ?? "");
    expect(Buffer.from(mail?.delivered ?? []).toString()).toContain("\r\nFrom: Ann Smith <ann@example.com>\r\n");
  });
});

describe("the recipients of a raw message over v2", () => {
  const fields = "From: a@example.com\nTo: to@example.org\nCc: cc@example.org\n\nx";

  it("are told apart by the three lists", async () => {
    const Destination = {
      ToAddresses: ["to@example.org"],
      CcAddresses: ["cc@example.org"],
      BccAddresses: ["bcc@example.org"],
    };
    const mail = await sentV2(await start(), rawV2(fields, { Destination }));
    expect([mail.to, mail.cc, mail.bcc]).toEqual([["to@example.org"], ["cc@example.org"], ["bcc@example.org"]]);
    expect(mail.recipients).toEqual(["to@example.org", "cc@example.org", "bcc@example.org"]);
  });

  it("are told apart by the message's fields where all are given as ToAddresses", async () => {
    const ses = await start();
    const ToAddresses = ["cc@example.org", "bcc@example.org", "to@example.org"];
    const mail = await sentV2(ses, rawV2(fields, { Destination: { ToAddresses } }));
    expect([mail.to, mail.cc, mail.bcc]).toEqual([["to@example.org"], ["cc@example.org"], ["bcc@example.org"]]);
    const entry = await (await fetch(`${ses.url}/_local/messages/${mail.id}`)).json();
    expect([entry.to, entry.cc, entry.bcc]).toEqual([["to@example.org"], ["cc@example.org"], ["bcc@example.org"]]);
  });

  it("are those of the fields in letters of either case", async () => {
    const Destination = { ToAddresses: ["To@Example.ORG", "CC@example.org"] };
    const mail = await sentV2(await start(), rawV2(fields, { Destination }));
    expect([mail.to, mail.cc, mail.bcc]).toEqual([["To@Example.ORG"], ["CC@example.org"], []]);
  });
});
