// What becomes of a message: who gets it, who must be verified, what the recipient sees.
import { describe, expect, it } from "vitest";
import { mailboxesOf } from "../../../src/mail/headers/mailbox.ts";
import { errorOf, fakeClock, handle, rawForm, simpleForm, start, textOf } from "../support/helpers.ts";

const MESSAGE = [
  "From: Ann <ann@example.com>",
  "To: Bob <bob@example.org>, team: cid@example.org, dee@example.org;",
  "Cc: eve@example.org (Eve)",
  "Bcc: fay@example.org",
  "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=",
  "Message-ID: <own@example.com>",
  "Date: Mon, 1 Jan 2024 00:00:00 +0000",
  "Return-Path: <back@example.com>",
  "X-SES-CONFIGURATION-SET: campaign",
  "X-SES-MESSAGE-TAGS: color=blue, size=l",
  "X-SES-SOURCE-ARN: arn:aws:ses:us-east-1:123456789012:identity/example.com",
  "X-Kept: yes",
  "",
  "Hello",
  "",
].join("\n");

async function taken(form: Readonly<Record<string, string>>) {
  const clock = fakeClock();
  const ses = await start({ clock: clock.now });
  const answer = await handle(ses, form);
  if (answer.status !== 200) throw new Error(errorOf(answer));
  const [mail] = ses.inbox.list();
  if (mail === undefined) throw new Error("nothing in the inbox");
  return { mail, id: textOf(answer.body, "MessageId") ?? "", ses, clock };
}

describe("SendRawEmail", () => {
  it("goes to all of To, Cc and Bcc without Destinations, group members among them", async () => {
    const { mail } = await taken(rawForm(MESSAGE));
    expect(mail.to).toEqual(["bob@example.org", "cid@example.org", "dee@example.org"]);
    expect(mail.cc).toEqual(["eve@example.org"]);
    expect(mail.bcc).toEqual(["fay@example.org"]);
    expect(mail.recipients).toEqual([...mail.to, ...mail.cc, ...mail.bcc]);
  });

  it("goes to Destinations alone when there are any, the unseen ones as Bcc", async () => {
    const { mail } = await taken(
      rawForm(MESSAGE, {
        "Destinations.member.1": "gus@example.org",
        "Destinations.member.2": "Bob <bob@example.org>",
      }),
    );
    expect(mail.recipients).toEqual(["bob@example.org", "gus@example.org"]);
    expect([mail.to, mail.cc, mail.bcc]).toEqual([["bob@example.org"], [], ["gus@example.org"]]);
  });

  it("needs no To with Destinations", async () => {
    const { mail } = await taken(rawForm("From: a@b.co\n\nx", { "Destinations.member.1": "gus@example.org" }));
    expect(mail.recipients).toEqual(["gus@example.org"]);
  });

  it("takes Source before Return-Path before From for feedback", async () => {
    expect((await taken(rawForm(MESSAGE, { Source: "Src <src@example.com>" }))).mail.feedbackTo).toBe(
      "src@example.com",
    );
    expect((await taken(rawForm(MESSAGE))).mail).toMatchObject({
      source: "ann@example.com",
      feedbackTo: "back@example.com",
    });
    expect((await taken(rawForm("From: a@b.co\nTo: c@d.co\n\nx"))).mail.feedbackTo).toBe("a@b.co");
  });

  it("wants From, Source, Sender and Return-Path verified, Reply-To not", async () => {
    const ses = await start({ autoVerify: false });
    const message =
      "From: f@a.example\nSender: s@b.example\nReturn-Path: <r@c.example>\nReply-To: p@d.example\nTo: t@e.example\n\nx";
    const send = () => handle(ses, rawForm(message, { Source: "q@f.example" }));
    expect(textOf((await send()).body, "Message")).toMatch(
      /US-EAST-1: f@a\.example, q@f\.example, s@b\.example, r@c\.example$/,
    );
    for (const name of ["f@a.example", "b.example", "r@c.example", "q@f.example"]) await ses.inbox.verify(name);
    expect((await send()).status).toBe(200);
  });

  it("keeps the raw bytes as they came, whatever octets", async () => {
    const ses = await start();
    const raw = Buffer.concat([
      Buffer.from("From: a@b.co\nTo: c@d.co\nX-Latin: "),
      Buffer.from([0xe9, 0xff, 0x0a, 0x0a, 0x00, 0x80, 0xff, 0x0d, 0x0a]),
    ]);
    await handle(ses, { Action: "SendRawEmail", "RawMessage.Data": raw.toString("base64") });
    expect(Buffer.from(ses.inbox.list()[0]?.raw ?? []).equals(raw)).toBe(true);
  });

  it("takes parameters before X-SES fields, and does not merge tags", async () => {
    expect((await taken(rawForm(MESSAGE))).mail).toMatchObject({
      configurationSet: "campaign",
      tags: [
        { name: "color", value: "blue" },
        { name: "size", value: "l" },
      ],
      sourceArn: "arn:aws:ses:us-east-1:123456789012:identity/example.com",
    });
    const more = { ConfigurationSetName: "mine", "Tags.member.1.Name": "n", "Tags.member.1.Value": "v" };
    expect((await taken(rawForm(MESSAGE, more))).mail).toMatchObject({
      configurationSet: "mine",
      tags: [{ name: "n", value: "v" }],
    });
  });
});

describe("the MessageId", () => {
  it("has the region, the time in ms, a UUID and -000000", async () => {
    const { mail, id, clock } = await taken(simpleForm());
    expect(id).toMatch(/^0100[0-9a-f]{12}-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}-000000$/);
    expect(Number.parseInt(id.slice(4, 16), 16)).toBe(clock.at);
    expect([mail.id, mail.at, mail.region]).toEqual([id, clock.at, "us-east-1"]);
  });

  it("has another prefix in another region", async () => {
    const ses = await start();
    const id = async (region: string) =>
      textOf((await handle(ses, simpleForm(), { host: `email.${region}.amazonaws.com` })).body, "MessageId")?.slice(
        0,
        4,
      );
    expect([await id("us-west-2"), await id("eu-west-1")]).toEqual(["0101", "0102"]);
  });
});

describe("the delivered copy", () => {
  it("has fields stripped, overwritten and added as the service does, the rest untouched", async () => {
    const { mail, id } = await taken(rawForm(MESSAGE));
    const text = Buffer.from(mail.delivered).toString();
    expect(text).toBe(
      [
        `Return-Path: <${id}@amazonses.com>`,
        "From: Ann <ann@example.com>",
        "To: Bob <bob@example.org>, team: cid@example.org, dee@example.org;",
        "Cc: eve@example.org (Eve)",
        "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=",
        "X-Kept: yes",
        "Date: Sun, 01 Mar 2026 10:07:00 +0000",
        `Message-ID: <${id}@email.amazonses.com>`,
        /^Feedback-ID: .*$/m.exec(text)?.[0],
        "X-SES-Outgoing: 2021.01.15-54.240.11.100",
        "",
        "Hello",
        "",
      ].join("\r\n"),
    );
    expect(text).toMatch(/^Feedback-ID: 1\.us-east-1\.[A-Za-z0-9+/]{43}=:AmazonSES\r$/m);
    expect([mail.subject, mail.from]).toEqual(["Grüße", "Ann <ann@example.com>"]);
  });

  it("has the host of its region in the Message-ID", async () => {
    const ses = await start();
    await handle(ses, simpleForm(), { host: "email.eu-west-1.amazonaws.com" });
    const [mail] = ses.inbox.list({ region: "eu-west-1" });
    expect(Buffer.from(mail?.delivered ?? []).toString()).toContain(
      `\r\nMessage-ID: <${mail?.id}@eu-west-1.amazonses.com>\r\n`,
    );
  });

  it("strips folded fields whole, and has CRLF where the client wrote LF or CR", async () => {
    const raw = "From: a@b.co\nBcc: x@y.co,\n z@y.co\nTo: c@d.co\n\none\ntwo\rthree\r\nfour";
    const ses = await start();
    await handle(ses, { Action: "SendRawEmail", "RawMessage.Data": Buffer.from(raw).toString("base64") });
    const text = Buffer.from(ses.inbox.list()[0]?.delivered ?? []).toString();
    expect(text).not.toContain("y.co");
    expect(text.endsWith("\r\n\r\none\r\ntwo\r\nthree\r\nfour")).toBe(true);
    expect(text).toContain("\r\nTo: c@d.co\r\n");
  });
});

describe("SendEmail", () => {
  it("composes every parameter into the message", async () => {
    const { mail } = await taken(
      simpleForm({
        Source: "=?UTF-8?B?w4RubmU=?= <ann@example.com>",
        "Destination.ToAddresses.member.2": '"Dr. Who" <who@example.org>',
        "Destination.CcAddresses.member.1": "cid@example.org",
        "Destination.BccAddresses.member.1": "dee@example.org",
        "Destination.BccAddresses.member.2": "eve@example.org",
        "ReplyToAddresses.member.1": "reply@example.com",
        "ReplyToAddresses.member.2": "more@example.com",
        ReturnPath: "bounces@example.com",
        "Message.Subject.Data": "Grüße aus Köln",
        "Message.Subject.Charset": "UTF-8",
        "Message.Body.Text.Data": "Zeile eins\nZeile zwei: ä",
        "Message.Body.Text.Charset": "ISO-8859-1",
        "Message.Body.Html.Data": "<p>こんにちは</p>",
        "Message.Body.Html.Charset": "Shift_JIS",
      }),
    );
    expect(mail).toMatchObject({
      recipients: ["bob@example.org", "who@example.org", "cid@example.org", "dee@example.org", "eve@example.org"],
      bcc: ["dee@example.org", "eve@example.org"],
      source: "ann@example.com",
      feedbackTo: "bounces@example.com",
    });
    const read = mail.parse();
    expect(read.from).toEqual([{ name: "Änne", address: "ann@example.com" }]);
    expect(mailboxesOf(read.to).map(({ name, address }) => [name, address])).toEqual([
      [undefined, "bob@example.org"],
      ["Dr. Who", "who@example.org"],
    ]);
    expect(mailboxesOf(read.cc).map(({ address }) => address)).toEqual(["cid@example.org"]);
    expect(mailboxesOf(read.replyTo).map(({ address }) => address)).toEqual(["reply@example.com", "more@example.com"]);
    expect([read.subject, read.text()?.trim(), read.html()?.trim()]).toEqual([
      "Grüße aus Köln",
      "Zeile eins\nZeile zwei: ä",
      "<p>こんにちは</p>",
    ]);
    const raw = Buffer.from(mail.raw).toString("latin1");
    expect(raw).toMatch(/charset="?ISO-8859-1"?/i);
    expect(raw).toMatch(/charset="?Shift_JIS"?/i);
    expect(raw).not.toMatch(/^bcc:/im);
  });

  it("writes text alone or html alone as one part", async () => {
    const text = await taken(simpleForm());
    expect(Buffer.from(text.mail.raw).toString()).toMatch(/^Content-Type: text\/plain/im);
    const { "Message.Body.Text.Data": _, ...form } = simpleForm({ "Message.Body.Html.Data": "<b>x</b>" });
    const html = await taken(form);
    expect(Buffer.from(html.mail.raw).toString()).toMatch(/^Content-Type: text\/html/im);
    expect(Buffer.from(html.mail.raw).toString()).not.toContain("multipart");
  });

  it("loses what the charset lacks, as the service does, and notes it", async () => {
    for (const charset of [{}, { "Message.Body.Text.Charset": "ISO-8859-1" }]) {
      const { mail } = await taken(simpleForm({ "Message.Body.Text.Data": "10 € ☂", ...charset }));
      expect(mail.parse().text()?.trim()).toBe("10 ? ?");
      expect(mail.notes).toMatchObject([{ code: "ses.seven-bit", place: "Message.Body.Text", severity: "error" }]);
    }
  });

  it("wants Source and ReturnPath verified", async () => {
    const ses = await start({ autoVerify: false });
    await ses.inbox.verify("ann@example.com");
    const answer = await handle(
      ses,
      simpleForm({ ReturnPath: "back@example.net", "ReplyToAddresses.member.1": "x@example.net" }),
    );
    expect(textOf(answer.body, "Message")).toMatch(/US-EAST-1: back@example\.net$/);
  });

  it("does not let a subject or a name break into the head", async () => {
    const ses = await start();
    const attack = "Hi\r\nBcc: eve@example.net\r\n\r\nowned";
    for (const form of [
      simpleForm({ "Message.Subject.Data": attack }),
      simpleForm({ Source: `"${attack}" <ann@example.com>` }),
      simpleForm({ "Destination.ToAddresses.member.1": `Bob\r\nBcc: eve@example.net <bob@example.org>` }),
    ]) {
      await handle(ses, form);
    }
    for (const mail of ses.inbox.list()) {
      expect(mail.recipients).toEqual(["bob@example.org"]);
      expect(Buffer.from(mail.raw).toString()).not.toMatch(/^bcc:/im);
    }
  });
});
