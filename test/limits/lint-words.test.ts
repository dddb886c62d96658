import { describe, expect, it } from "vitest";
import { lintRaw } from "../../src/mail/limits/lint-raw.ts";
import { sesV1 } from "../../src/mail/limits/profiles.ts";
import { message } from "../../src/mail/message/check.ts";
import { misplacedWord } from "../../src/mail/read/word-places.ts";
import { toBytes } from "../../src/mail/render/output.ts";
import { expectHeader } from "../../src/testing/expect-head.ts";

const head = ["From: ann@example.com", "To: bob@example.com", "Date: Tue, 24 Nov 2026 05:06:07 +0000"];
const mail = (...fields: string[]): Uint8Array => {
  const names = fields.map((field) => field.slice(0, field.indexOf(":") + 1).toLowerCase());
  const others = head.filter((field) => !names.some((name) => field.toLowerCase().startsWith(name)));
  return new TextEncoder().encode([...others, "MIME-Version: 1.0", ...fields, "", "Hello.", ""].join("\r\n"));
};
const found = (...fields: string[]) =>
  lintRaw(mail(...fields), sesV1).map(({ severity, code }) => `${severity} ${code}`);

// What CPython's email package writes under policy.SMTP for values that do not fit a line of 78.
const cpython: readonly (readonly [name: string, field: string])[] = [
  [
    "List-Unsubscribe",
    `List-Unsubscribe: =?utf-8?q?=3Chttps=3A//example=2Ecom/unsubscribe/a1b2c3d4a?=
 =?utf-8?q?1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1?=
 =?utf-8?q?b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4=3E?=`,
  ],
  [
    "a second URI",
    `List-Unsubscribe: <mailto:u@example.com?subject=x>, =?utf-8?q?=3Chttps=3A//e?=
 =?utf-8?q?xample=2Ecom/unsubscribe/a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4?=
 =?utf-8?q?1b2c3d4=3E?=`,
  ],
  [
    "a URI before another one",
    `List-Unsubscribe: =?utf-8?q?=3Chttps=3A//example=2Ecom/u=3Fxxxxxxxxxxxxxxxxx?=
 =?utf-8?q?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=3E=2C?=
 <mailto:u@example.com?subject=u>`,
  ],
  [
    "References",
    `References: =?utf-8?q?=3C000000000000000000000000000000000000000000000000000?=
 =?utf-8?q?000000000000000000000000000000000000000=40mail=2Eexample=2Ecom=3E?=
 =?utf-8?q?=3C11111111111111111111111111111111111=40mail=2Eexample=2Ecom=3E?=`,
  ],
  [
    "DKIM-Signature",
    `DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; =?utf-8?q?b=3DAb1/Ab1?=
 =?utf-8?q?/Ab1/Ab1/Ab1/Ab1/Ab1/Ab1/Ab1/Ab1/Ab1/?=`,
  ],
  [
    "Feedback-ID",
    `Feedback-ID: =?utf-8?q?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx?=
 =?utf-8?q?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=3Aa=3Ab=3Ac?=`,
  ],
  [
    "List-Id",
    `List-Id: =?utf-8?q?L=C3=BCste_=3Clllllllllllllllllllllllllllllllllllllllllll?=
 =?utf-8?q?lllllllllllllllllllllllllllllllllllll=2Eexample=2Ecom=3E?=`,
  ],
  [
    "X-SES-MESSAGE-TAGS",
    `X-SES-MESSAGE-TAGS: =?utf-8?q?a=3Dbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb?=
 =?utf-8?q?bbbbbbbbbbbbb?=`,
  ],
];

const word = "=?UTF-8?Q?x?=";

describe("an encoded-word in a structured field (RFC 2047 s5)", () => {
  it.each(cpython)("is an error where CPython writes it: %s", (_, field) => {
    const issues = lintRaw(mail(field.replaceAll("\n", "\r\n")), sesV1);
    const issue = issues.find(({ code }) => code === "header.value");
    expect(issue).toMatchObject({ severity: "error", rfc: "RFC 2047 s5", hint: expect.any(String) });
    expect(issue?.path).toEqual(["head", field.slice(0, field.indexOf(":"))]);
  });

  it.each([
    `List-Unsubscribe: <${word}>`,
    `List-Help: ${word}`,
    "List-Post: =?utf-8?b?PG1haWx0bzphQGV4YW1wbGUuY29tPiw=?= <https://example.com>",
    `List-Unsubscribe-Post: ${word}`,
    `List-Id: List <${word}>`,
    `List-Id: ${word}`,
    `Message-ID: ${word}`,
    `Message-ID: <${word}@example.com>`,
    `In-Reply-To: ${word}`,
    `References: <a@example.com> ${word}`,
    `Date: ${word}`,
    `MIME-Version: ${word}`,
    `Content-Type: ${word}`,
    `Content-Type: text/plain; charset="${word}"`,
    `Content-Disposition: ${word}`,
    `Content-Transfer-Encoding: ${word}`,
    `Content-ID: <${word}>`,
    `Content-Language: ${word}`,
    `Received: from ${word} by example.com; Tue, 24 Nov 2026 05:06:07 +0000`,
    `Return-Path: <${word}>`,
    `DKIM-Signature: v=1; b=${word}`,
    `ARC-Seal: i=1; ${word}`,
    `Authentication-Results: example.com; dkim=${word}`,
    `Auto-Submitted: ${word}`,
    `Precedence: ${word}`,
    `X-SES-CONFIGURATION-SET: ${word}`,
    `X-SES-SOURCE-ARN: ${word}`,
    `Feedback-ID: ${word}`,
    `Autocrypt: addr=ann@example.com; keydata=${word}`,
    `Disposition-Notification-To: ${word}`,
    `From: ${word}`,
    `From: ${word}@example.com`,
    `To: bob@${word}`,
    `Cc: bob@example.com, ${word}`,
    `Reply-To: Bob <${word}>`,
    `Sender: ${word}`,
    `Resent-To: Ann <ann@example.com>, ${word}`,
  ])("is an error in %s", (field) => {
    expect(found(field)).toContain("error header.value");
  });

  it("is told once, not again as an address, a date or an id that cannot be read", () => {
    for (const field of [`To: ${word}`, `Date: ${word}`, `Message-ID: ${word}`, `Return-Path: <${word}>`]) {
      expect(found(field)).toEqual(["error header.value"]);
    }
  });

  it.each([
    ["a quoted name", `From: "${word}" <ann@example.com>`],
    ["the name of a file", `Content-Disposition: attachment; filename="${word}.pdf"`],
    ["the name of a type", `Content-Type: text/plain; name="${word}"`],
    ["a phrase before a URI", `List-Help: ${word} <https://example.com>`],
  ])("is a warning in %s, which most readers decode", (_, field) => {
    expect(found(field)).toEqual(["warning header.value"]);
  });

  it.each([
    `From: ${word} <ann@example.com>`,
    `From: ${word} ${word} <ann@example.com> (${word})`,
    `To: ${word} : bob@example.com, ${word} <c@example.com>;`,
    `List-Id: ${word} <list.example.com>`,
    `List-Unsubscribe: <https://example.com/u> (${word})`,
    `Date: Tue, 24 Nov 2026 05:06:07 +0000 (${word})`,
    `Received: from a.example (${word}) by example.com;\r\n Tue, 24 Nov 2026 05:06:07 +0000`,
    `Subject: "${word}"`,
    `X-Anything: <${word}>`,
    `Keywords: ${word}, b`,
    `Content-Description: ${word}`,
    "Content-Disposition: attachment; filename*=UTF-8''%3D%3FUTF-8%3FQ%3Fx%3F%3D",
    `Content-Type: multipart/mixed; boundary="${word}"\r\n\r\n--${word}\r\n\r\nx\r\n--${word}--`,
    "List-Unsubscribe: <https://example.com/u?a=?b?=>",
  ])("is fine, or is none, in %s", (field) => {
    expect(found(field)).toEqual([]);
  });

  it("hides no file that a service refuses", () => {
    const field = 'Content-Type: text/plain; name="=?UTF-8?Q?run=2E?= =?UTF-8?B?YmF0?="';
    expect(found(field)).toEqual(["warning header.value", "error attachment.blocked-type"]);
  });

  it("never comes from the composer", () => {
    const m = message({
      from: "Jörg <joerg@example.com>",
      to: [{ group: "Équipe", members: ["Zoë <zoe@example.org>"] }],
      subject: "Grüße",
      headers: { "List-Id": "Grüße <l.example.com>", "List-Help": "<https://example.com> (Hilfe für alle)" },
      attachments: [{ filename: "jörg.pdf", content: "x" }],
      text: "Hello",
    });
    expect(lintRaw(toBytes(m, { seed: "s", now: () => new Date(0) }), sesV1)).toEqual([]);
  });
});

describe("a field with a misplaced word", () => {
  it("is shown as written: a reader has no link there", () => {
    const raw = mail("List-Unsubscribe: =?utf-8?q?=3Chttps=3A//example=2Ecom/u=3E?=");
    expect(expectHeader(raw, "List-Unsubscribe", /https:/).pass).toBe(false);
  });
});

describe("misplacedWord", () => {
  it("takes linear time", () => {
    for (const piece of ["=?", "=?x?q?", "=?x?q?y?=", '"', "(", "<"]) {
      expect(() => misplacedWord("To", piece.repeat(200_000))).not.toThrow();
    }
  });
});
