// message/global may be encoded as a whole, message/rfc822 may not. RFC 6532 s3.7, RFC 6533, RFC 2046 s5.2, RFC 2045 s6.4.
import { lintRaw, smtp, type TransferEncoding, toBytes } from "mimewright";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { issuesOf, made, options, renderedOf } from "./support.ts";

const GLOBAL = [
  "message/global",
  "message/global-headers",
  "message/global-delivery-status",
  "message/global-disposition-notification",
] as const;
const content = "From: jürgen@example.com\r\nSubject: größe\r\n\r\ntext ü\r\n";

const asBody = (type: string, more: object = {}) => ({
  body: {
    type: "multipart/mixed",
    parts: [
      { type: "text/plain", content: "x" },
      { type, content, ...more },
    ],
  },
});

describe.each(GLOBAL)("%s", (type) => {
  it.each([undefined, "base64", "quoted-printable"] as (TransferEncoding | undefined)[])(
    "holds UTF-8 in %s, and reads back octet for octet",
    async (encoding) => {
      for (const given of [content, new TextEncoder().encode(content)]) {
        const m = made(asBody(type, { content: given, ...(encoding === undefined ? {} : { encoding }) }));
        expect(m.issues).toEqual([]);
        const bytes = toBytes(m, options);
        expect(lintRaw(bytes, smtp).filter(({ severity }) => severity === "error")).toEqual([]);
        expect(Buffer.from(bytes).toString("latin1")).toMatch(/^[\x00-\x7f]*$/);
        if (type === "message/global") continue;
        const [file] = (await PostalMime.parse(bytes)).attachments;
        const text = file?.content;
        expect(typeof text === "string" ? text : new TextDecoder().decode(text)).toContain("größe");
      }
    },
  );

  it("travels as it is under 8bit", () => {
    const output = renderedOf({ ...asBody(type), transport: "8bit" });
    expect(output).toContain(`Content-Type: ${type}\r\nContent-Transfer-Encoding: 8bit\r\n`);
  });

  it("may be an attachment", () => {
    const bytes = new TextEncoder().encode(content);
    const attachments = [{ filename: "a.u8msg", contentType: type, content: bytes, encoding: "base64" }];
    expect(issuesOf({ attachments })).toEqual([]);
  });

  it("may flow from a source", () => {
    expect(
      issuesOf({ text: undefined, ...asBody(type, { content: () => [new TextEncoder().encode(content)] }) }),
    ).toEqual([]);
  });
});

describe.each(["message/rfc822", "message/partial", "message/external-body", "message/delivery-status"])(
  "%s",
  (type) => {
    it.each(["base64", "quoted-printable"])("is never encoded as a whole, in %s", (encoding) => {
      const found = issuesOf({ text: undefined, ...asBody(type, { content: "Subject: s\r\n\r\nx\r\n", encoding }) });
      expect(found).toEqual(["encoding.mismatch body.parts.1.encoding"]);
    });

    it("takes no octets above 127 in its head", () => {
      expect(issuesOf({ text: undefined, ...asBody(type) })[0]).toBe("attachment.eight-bit body.parts.1.content");
    });
  },
);
