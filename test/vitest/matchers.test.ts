import { compose, message, sesV1, toBytes } from "mimewright";
import { captureTransport, matchers } from "mimewright/testing";
import * as door from "mimewright/vitest";
import { createTransport } from "nodemailer";
import { describe, expect, it } from "vitest";

const base = compose({ from: "Ann <ann@example.com>", to: "Zoë <zoe@example.org>", subject: "Welcome, Zoë" });
const m = base
  .text("Dear Zoë\n")
  .html('<a href="https://example.com/">Start</a>')
  .attach({ filename: "領収書.pdf", content: new Uint8Array([1, 2, 3]) })
  .build();

/** What a failing expectation tells. */
function told(expectation: () => void): string {
  try {
    expectation();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return "nothing: it holds";
}

describe("importing mimewright/vitest", () => {
  it("teaches expect every matcher", () => {
    expect(door.matchers).toBe(matchers);
    expect(m).toHaveSubject("Welcome, Zoë");
    expect(m).toBeAddressedTo("Zoë <zoe@example.org>");
    expect(m).toHavePart("text/plain", { text: /^Dear Zoë/ });
    expect(m).toHaveAttachment("領収書.pdf", { type: "application/pdf", size: 3 });
    expect(m).toHaveHeader("From", expect.stringContaining("Ann"));
    expect(m).toHaveLink("https://example.com/");
    expect(m).toFitLimits(sesV1);
    expect(m).toHaveNoIssues();
  });

  it("types them: what no matcher takes does not compile", () => {
    const wrong: readonly (() => unknown)[] = [
      // @ts-expect-error a subject is text
      () => expect(m).toHaveSubject(1),
      // @ts-expect-error limits are a profile
      () => expect(m).toFitLimits("ses"),
      // @ts-expect-error an attachment has no colour
      () => expect(m).toHaveAttachment("a", { colour: "red" }),
      // @ts-expect-error the comparison must be awaited, so it is a promise
      (): undefined => expect(m).toMatchEml("a.eml"),
    ];
    expect(wrong).toHaveLength(4);
  });

  it("has them as asymmetric matchers too", () => {
    expect({ mails: [m] }).toEqual({ mails: [expect.toHaveSubject("Welcome, Zoë")] });
    expect({ mails: [m] }).not.toEqual({ mails: [expect.toHaveSubject("Bye")] });
  });
});

describe("a failing matcher", () => {
  it("tells what is wanted and what came", () => {
    expect(told(() => expect(m).toHaveSubject("Welcome"))).toBe(
      "The subject is not the one that is wanted.\n- Welcome\n+ Welcome, Zoë",
    );
    expect(told(() => expect(m).toHaveLink("https://example.com/x"))).toBe(
      'There is no link "https://example.com/x". The links:\n  https://example.com/',
    );
    expect(told(() => expect(m).toHaveAttachment("領収書.pdf", { size: 4 }))).toBe(
      'The attachment "領収書.pdf" is not the one that is wanted.\nsize:\n- 4 bytes\n+ 3 bytes',
    );
  });

  it("tells under .not what is there", () => {
    expect(told(() => expect(m).not.toHaveSubject(/Zoë/))).toBe('The subject is "Welcome, Zoë", which is not wanted.');
    expect(told(() => expect(m).not.toHaveHeader("subject"))).toBe('subject is "Welcome, Zoë".');
    expect(told(() => expect(m).not.toHaveLink(/example/))).toBe("There is a link https://example.com/.");
    expect(told(() => expect(m).not.toBeAddressedTo("zoe@example.org"))).toBe(
      "The message is addressed to zoe@example.org.",
    );
    expect(told(() => expect(m).not.toHavePart("text/html"))).toBe(
      'There is a part of type "text/html" that has what is not wanted.',
    );
    expect(told(() => expect(m).not.toHaveAttachment("領収書.pdf"))).toBe(
      'There is an attachment "領収書.pdf": "領収書.pdf", application/pdf, 3 bytes, sha256 039058c6f2c0….',
    );
    expect(told(() => expect(m).not.toHaveNoIssues())).toBe("The message has no issues.");
    expect(told(() => expect(m).not.toFitLimits(sesV1))).toBe(`The message fits the limits of ${sesV1.name}.`);
  });

  it("fails, with .not as well, for what is no mail", () => {
    expect(told(() => expect({ subject: "x" }).toHaveSubject("x"))).toContain("got an object");
    expect(told(() => expect(undefined).not.toHaveSubject("x"))).toContain("got nothing");
  });
});

describe("what is received", () => {
  it("may be a message, bytes, text, an info, or a captured mail", async () => {
    const sent = captureTransport();
    const info = await createTransport(sent).sendMail({
      from: "ann@example.com",
      to: "zoe@example.org",
      bcc: "eve@example.com",
      subject: "Welcome, Zoë",
      text: "Dear Zoë",
    });
    for (const mail of [m, toBytes(m), new TextDecoder().decode(toBytes(m)), info, sent.last]) {
      expect(mail).toHaveSubject("Welcome, Zoë");
      expect(mail).toHavePart("text/plain", { text: "Dear Zoë" });
    }
    expect(info).toBeAddressedTo("eve@example.com", { field: "bcc" });
    expect(sent.last).toHaveNoIssues();
  });
});

describe("not.toMatchEml", () => {
  it("compares, writes nothing, and needs a file", async () => {
    await expect(m).not.toMatchEml("../../fixtures/messages/receipt.eml");
    await expect(expect(m).not.toMatchEml("missing.eml")).rejects.toThrow(
      "test/vitest/missing.eml does not exist: there is nothing to differ from.",
    );
  });
});

describe("toMatchEmlInline", () => {
  it("compares what a reader sees", () => {
    const note = message({ from: "ann@example.com", to: "bob@example.com", subject: "Grüße", text: "Hello\n" });
    expect(note).toMatchEmlInline(`
      From: ann@example.com
      To: bob@example.com
      Subject: Grüße
      Date: Thu, 01 Jan 1970 00:00:00 +0000
      Message-ID: <masked@invalid>
      MIME-Version: 1.0
      Content-Type: text/plain; charset=UTF-8

      Hello
    `);
    expect(note).not.toMatchEmlInline("Subject: Bye\n\n");
  });
});
