import { simpleParser } from "mailparser";
import { message, toBytes } from "mimewright";
import { inlineImages } from "mimewright/html";
import { describe, expect, it } from "vitest";
import { cidReferences } from "../../src/mail/message/cid-references.ts";

const PNG_URI = "data:image/png;base64,iVBORw0KGgoB";

describe("a message of html with inline images", () => {
  it("makes related parts of a message, which other software shows in the html", async () => {
    const { html, attachments } = await inlineImages(`<img src="logo.png"><p style="x:url(${PNG_URI})">`, (src) =>
      src === "logo.png" ? new TextEncoder().encode("GIF89a") : undefined,
    );
    const m = message({ from: "a@example.com", to: "b@example.com", subject: "s", html, attachments });
    expect(m.issues).toEqual([]);
    expect(m.attachments.map((one) => one.related)).toEqual([true, true]);
    const parsed = await simpleParser(Buffer.from(toBytes(m)), { skipImageLinks: true });
    expect(parsed.attachments.map((one) => [one.cid, one.contentType, one.related])).toEqual([
      [attachments[0]?.cid, "image/gif", true],
      [attachments[1]?.cid, "image/png", true],
    ]);
    expect(cidReferences(typeof parsed.html === "string" ? parsed.html : "")).toEqual(
      new Set(attachments.map((one) => one.cid)),
    );
  });
});
