// Defects of heads and addresses that were measured in nodemailer 10.6, each with what has to happen instead: N1 to N32.
// Those of content stand in nodemailer-content.test.ts.
import { envelope, lintRaw, message, sesV1, toBytes } from "mimewright";
import { sendRawEmailInput } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { BASE, errors, field, issuesOf, longestLine, readBack, written, X } from "./helpers.ts";

describe("long tokens", () => {
  it("N1: a subject of 1200 letters becomes words on short lines", async () => {
    const input = { subject: "x".repeat(1200) };
    expect(longestLine(field("Subject", input))).toBeLessThanOrEqual(76);
    expect(field("Subject", input)).toMatch(/^Subject: =\?UTF-8\?Q\?x+\?=\r\n/);
    expect(await readBack(input, ({ subject }) => subject)).toEqual([input.subject, input.subject]);
  });

  it("N2: a display name of 1200 letters becomes words on short lines", async () => {
    const name = "x".repeat(1200);
    const input = { to: { name, address: "b@example.com" } };
    expect(longestLine(field("To", input))).toBeLessThanOrEqual(76);
    const mailbox = [{ name, address: "b@example.com" }];
    expect(await readBack(input, ({ to }) => to)).toEqual([mailbox, mailbox]);
  });

  it("N3: a file name of 1004 letters is continued, and is no parameter of the type", async () => {
    const filename = `${"x".repeat(1000)}.txt`;
    const input = { attachments: [{ filename, content: "x" }] };
    const text = written(input);
    expect(longestLine(text)).toBeLessThanOrEqual(78);
    expect(text).toContain(" filename*0=");
    expect(text).not.toMatch(/[; ]name\*?=/);
    expect(await readBack(input, ({ attachments }) => attachments[0]?.filename)).toEqual([filename, filename]);
  });

  it("N4: a list URI, a message id and a content type of 1100 characters are errors", () => {
    const uri = `https://example.com/${"x".repeat(1080)}`;
    expect(errors({ listUnsubscribe: uri })).toEqual(["header.too-long listUnsubscribe"]);
    expect(errors({ headers: { "List-Help": `<${uri}>` } })).toEqual(["header.too-long headers.List-Help"]);
    expect(errors({ references: [`<${"x".repeat(1095)}@y>`] })).toEqual(["header.too-long references.0"]);
    const contentType = `text/${"x".repeat(1095)}`;
    expect(errors({ attachments: [{ filename: "a", content: "", contentType }] })).toEqual([
      "header.too-long attachments.0.contentType",
    ]);
  });

  it("N5: there is no form of a header value that is taken as folded already", () => {
    for (const value of ["x".repeat(1200), `v${X}`]) {
      expect(errors({ headers: { "X-A": { prepared: true, value } } })).toEqual(["header.value headers.X-A"]);
    }
  });
});

describe("field names and repetition", () => {
  it("N6: an empty field name is an error", () => {
    expect(errors({ headers: { "": "v" } })).toEqual(["header.name headers."]);
  });

  it("N7: a field name outside ASCII is an error", () => {
    expect(errors({ headers: { "X-ÄÖ": "v" } })).toEqual(["header.name headers.X-ÄÖ"]);
  });

  it("N8: a field name is never changed into another", () => {
    expect(errors({ headers: { "X A": "v" } })).toEqual(["header.name headers.X A"]);
    expect(errors({ headers: { "X:A": "v" } })).toEqual(["header.name headers.X:A"]);
    const broken = errors({ headers: { "X-A\r\nBcc: e@x.com": "v" } }).map((issue) => issue.split(" ")[0]);
    expect(broken.toSorted()).toEqual(["header.line-break", "header.name"]);
  });

  it("N9: two subjects are an error that names both", () => {
    const headers = [
      { name: "Subject", value: "one" },
      { name: "SUBJECT", value: "two" },
    ];
    expect(errors({ headers })).toEqual(["header.repeated headers.1"]);
    expect(issuesOf({ headers })[0]?.message).toMatch(/headers\[0\].*headers\[1\]/);
    expect(errors({ subject: "one", headers: { subject: "two" } })[0]).toMatch(/^header\.repeated /);
  });

  it("N10: the content decides the Content-Type of a message", () => {
    expect(errors({ text: "hi", headers: { "Content-Type": "x/y" } })).toEqual([
      "header.reserved headers.Content-Type",
    ]);
  });

  it("N11: another charset is written and labelled, or unknown", async () => {
    const input = { charset: "shift_jis", text: "日本", subject: "日本" };
    expect(errors(input)).toContain("charset.unknown charset");
    await import("mimewright/charset");
    const text = written(input);
    expect(text).toMatch(/charset=Shift_JIS/i);
    const body = text.slice(text.indexOf("\r\n\r\n") + 4).trim();
    const octets = Buffer.from([0x93, 0xfa, 0x96, 0x7b]);
    expect([octets.toString("base64"), "=93=FA=96{"]).toContain(body);
    expect(await readBack(input, (reading) => [reading.subject, reading.text])).toEqual([
      ["日本", "日本"],
      ["日本", "日本"],
    ]);
  });
});

describe("dates and message ids", () => {
  it("N12: a date that is none is an error", () => {
    for (const date of [new Date(Number.NaN), "not a date", 0, null]) {
      expect(errors({ date })).toEqual(["header.date date"]);
    }
    expect(errors({ headers: { Date: "not a date" } })).toEqual(["header.date headers.Date"]);
  });

  it("N13: a message id without its form is an error", () => {
    expect(errors({ messageId: "no-brackets no at" })).toEqual(["header.message-id messageId"]);
  });

  it("N14: no line break passes through a message id", () => {
    expect(errors({ messageId: `<a@b>${X}` })).toEqual(["header.line-break messageId"]);
    expect(errors({ inReplyTo: `<a@b>${X}` })).toEqual(["header.line-break inReplyTo"]);
    expect(errors({ references: ["<a@b>", `<a@b>${X}`] })).toEqual(["header.line-break references.1"]);
  });
});

describe("addresses", () => {
  it("N15: several From mailboxes need a Sender, who is the source of the call", async () => {
    const from = ["a@x.com", "b@x.com"];
    expect(errors({ from })).toEqual(["header.sender sender"]);
    expect((await sendRawEmailInput(message({ ...BASE, from, sender: "b@x.com" }))).Source).toBe("b@x.com");
  });

  it.each([
    ["N16", "foo"],
    ["N17", "a@x.com b@y.com"],
    ["N18", "<<a@x.com>>"],
    ["N19", "a@b@c.com"],
    ["N20", "a@"],
    ["N20", "@x.com"],
  ])("%s: %s is no address", (_row, to) => {
    expect(errors({ to })).toEqual(["address.syntax to"]);
  });

  it.each(["a@x..com", "a@-x.com"])("N20: %s has no domain", (to) => {
    expect(errors({ to })).toEqual(["address.domain to"]);
  });

  it("N21: a line break in an address field makes no second field and no recipient", () => {
    expect(errors({ to: "a@x.com\r\nBcc: e@evil.com" })).toEqual(["header.line-break to"]);
    expect(errors({ replyTo: "a@x.com\r\nBcc: e@evil.com" })).toEqual(["header.line-break replyTo"]);
  });

  it("N22: a line break in an address of From is an error", () => {
    expect(errors({ from: { address: "a@example.com>\r\nBcc: e@x.com" } })).toEqual(["header.line-break from.address"]);
  });

  it("N23: an address in an object is one address", () => {
    expect(errors({ to: { address: "a@example.com, z@evil.com" } })).toEqual(["address.syntax to.address"]);
  });

  it("N24: a local part outside ASCII is refused", () => {
    expect(errors({ to: "jõgeva@example.com" })).toEqual(["address.smtputf8 to"]);
  });

  it("N25: a domain outside ASCII is written as A-labels, in header and envelope", async () => {
    expect(errors({ to: "用户@例え.jp" })).toEqual(["address.smtputf8 to"]);
    expect(field("To", { to: "a@例え.jp" })).toBe("To: a@xn--r8jz45g.jp");
    expect(envelope(message({ ...BASE, to: "a@例え.jp" })).to).toEqual(["a@xn--r8jz45g.jp"]);
  });

  it("N26: a local part has at most 64 characters", () => {
    const local = (length: number) => `${"l".repeat(length)}@example.com`;
    expect(errors({ to: local(80) })).toEqual(["address.local-part to"]);
    expect(errors({ to: local(65) })).toEqual(["address.local-part to"]);
    expect(errors({ to: local(64) })).toEqual([]);
  });
});

describe("text of headers", () => {
  it.each(["Look: =?utf-8?Q?=41?= literal", "=?utf-8?B?w6k=?="])(
    "N27: readers see %s as it was written",
    async (text) => {
      const input = { subject: text, to: { name: text, address: "b@example.com" } };
      const expected = { subject: text, to: [{ name: text, address: "b@example.com" }] };
      expect(await readBack(input, ({ subject, to }) => ({ subject, to }))).toEqual([expected, expected]);
    },
  );

  it("N28: blanks at the ends of a subject stay", async () => {
    expect(field("Subject", { subject: "  hi  " })).toBe("Subject: =?UTF-8?Q?__hi__?=");
    expect(await readBack({ subject: "  hi  " }, ({ subject }) => subject)).toEqual(["  hi  ", "  hi  "]);
  });

  it("N29: a line break in a name is an error, not an encoded line break", () => {
    const from = { name: "X\r\nBcc: e@x.com", address: "a@example.com" };
    expect(errors({ from })).toEqual(["header.line-break from.name"]);
  });

  // No word holds such a cluster without padding, and GMime loses what follows a padded word.
  it("N30: a subject is cut between grapheme clusters, or between code points where only padded words could hold them", async () => {
    const family = "👨‍👩‍👧‍👦";
    const subject = family.repeat(8);
    const words = field("Subject", { subject }).match(/=\?UTF-8\?[BQ]\?[^?]*\?=/g) ?? [];
    expect(words.length).toBeGreaterThan(1);
    expect(words.map(decodeWord).join("")).toBe(subject);
    for (const word of words) expect(decodeWord(word)).not.toContain("\ufffd");
    expect(words.slice(0, -1).filter((word) => /\?B\?[^?]*=\?=$/.test(word))).toEqual([]);
    const flags = "🇩🇪".repeat(30);
    const cut = field("Subject", { subject: flags }).match(/=\?UTF-8\?[BQ]\?[^?]*\?=/g) ?? [];
    for (const word of cut) expect(decodeWord(word).replaceAll("🇩🇪", "")).toBe("");
    expect(await readBack({ subject }, (reading) => reading.subject)).toEqual([subject, subject]);
  });
});

function decodeWord(word: string): string {
  const [, , encoding, text = ""] = word.split("?");
  if (encoding === "B") return Buffer.from(text, "base64").toString();
  const octets = text.replaceAll("_", " ").replace(/=(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, "latin1").toString();
}

describe("blind copies", () => {
  it("N31: a blind recipient is in the envelope and not in the bytes", () => {
    const m = message({ ...BASE, bcc: "hidden@example.com", text: "hi" });
    expect(Buffer.from(toBytes(m)).toString("latin1")).not.toMatch(/hidden|^bcc:/im);
    expect(envelope(m).to).toEqual(["b@example.com", "hidden@example.com"]);
  });

  it("N32: no header and no raw message brings a Bcc field", () => {
    for (const name of ["Bcc", "Resent-Bcc"]) {
      expect(errors({ headers: { [name]: "e@x.com" } })).toEqual([`header.reserved headers.${name}`]);
      const raw = new TextEncoder().encode(written({ text: "hi" }).replace("From:", `${name}: e@x.com\r\nFrom:`));
      expect(lintRaw(raw, sesV1).map(({ code }) => code)).toContain("raw.bcc");
    }
  });
});
