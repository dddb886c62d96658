import { bytesContent, sourceContent } from "../../src/mail/message/seal.ts";
import "mimewright/charset";
import { describe, expect, it } from "vitest";
import type { Part } from "../../src/mail/message/types.ts";
import { utf8 } from "../../src/mail/octets/charset.ts";
import { layOut } from "../../src/mail/render/layout.ts";
import { headOf } from "../../src/mail/render/sheet.ts";

const part = (type: string, content: string | Uint8Array, more: Partial<Part> = {}): Part => ({
  type,
  parameters: {},
  fields: [],
  content: bytesContent(typeof content === "string" ? new TextEncoder().encode(content) : content),
  ...more,
});

const multipart = (...parts: readonly Part[]): Part => ({ type: "multipart/mixed", parameters: {}, fields: [], parts });

const headFor = (root: Part, transport: "7bit" | "8bit" = "7bit") => {
  const rendering = { time: 0, seed: "s", unique: false, legacyNames: false };
  return headOf(layOut({ message: undefined, root, charset: utf8, transport, rendering }));
};

// RFC 2045 s6.1: 7bit is what a head without the field says.
const encodingOf = (root: Part, transport: "7bit" | "8bit" = "7bit") =>
  /^Content-Transfer-Encoding: (.*)$/m.exec(headFor(root, transport))?.[1] ?? "7bit";

describe("the transfer encoding of text", () => {
  it.each([
    ["plain text\r\n", "7bit"],
    ["", "7bit"],
    ["a".repeat(998), "7bit"],
    ["a".repeat(999), "quoted-printable"],
    ["From me", "quoted-printable"],
    [">From me", "7bit"],
    ["a\r\n.\r\nb", "quoted-printable"],
    [`trailing \r\n${"a".repeat(20)}`, "quoted-printable"],
    [`bell\u0007${"a".repeat(20)}`, "quoted-printable"],
    ["a\0bcdefghijklmnopqrstuvwxyz", "quoted-printable"],
    ["grüße, die lang genug sind", "quoted-printable"],
    ["日本語の文章", "base64"],
    ["a\nb", "base64"],
    ["a\rb", "base64"],
  ])("is the cheapest that carries it: %j", (text, expected) => {
    expect(encodingOf(part("text/plain", text))).toBe(expected);
  });

  it("is 8bit where the way carries it, and nothing else stands against it", () => {
    expect(encodingOf(part("text/plain", "ü"), "8bit")).toBe("8bit");
    expect(encodingOf(part("text/plain", "plain"), "8bit")).toBe("7bit");
    for (const text of ["ü".repeat(500), "From ü", ".ü"]) {
      expect(encodingOf(part("text/plain", text), "8bit")).toMatch(/quoted-printable|base64/);
    }
  });

  it("is 7bit in a charset with states, whose escapes are part of it (RFC 1468)", () => {
    const escapes = new Uint8Array([0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42]);
    expect(encodingOf(part("text/plain", escapes, { parameters: { charset: "iso-2022-jp" } }))).toBe("7bit");
    expect(encodingOf(part("text/plain", escapes))).not.toBe("7bit");
  });

  it("is the one that was asked for", () => {
    for (const encoding of ["7bit", "quoted-printable", "base64"] as const) {
      expect(encodingOf(part("text/plain", "x", { encoding }))).toBe(encoding);
    }
  });
});

describe("the transfer encoding of other types", () => {
  it("is base64, be the octets ever so harmless", () => {
    expect(encodingOf(part("application/json", "{}"))).toBe("base64");
    expect(encodingOf(part("application/json", "{}", { encoding: "7bit" }))).toBe("7bit");
  });

  it("is base64 for a source, whose octets nobody has seen", () => {
    const content = sourceContent({ open: () => [] });
    expect(encodingOf({ ...part("text/plain", ""), content })).toBe("base64");
    expect(encodingOf({ ...part("text/plain", ""), content, encoding: "quoted-printable" })).toBe("quoted-printable");
  });

  it("is never one for an enclosed message or a report", () => {
    const content = sourceContent({ open: () => [] });
    expect(encodingOf({ ...part("message/rfc822", ""), content })).toBe("7bit");
    expect(encodingOf(part("message/rfc822", "Subject: s\r\n\r\nFrom me"))).toBe("7bit");
    expect(encodingOf(part("message/rfc822", "Subject: s\r\n\r\nü"), "8bit")).toBe("8bit");
    expect(encodingOf(part("message/delivery-status", "a: b\r\n"))).toBe("7bit");
  });
});

describe("composites", () => {
  it("say what their parts need, at every level (RFC 2045 s6.4)", () => {
    const deep = multipart(part("text/plain", "x"), multipart(part("text/plain", "ü")));
    const enclosing: Part = { type: "message/rfc822", parameters: {}, fields: [], message: deep };
    expect(encodingOf(enclosing, "8bit")).toBe("8bit");
    expect(encodingOf(enclosing, "7bit")).toBe("7bit");
    expect(encodingOf(multipart(part("application/pdf", "ü")), "8bit")).toBe("7bit");
  });
});

describe("a boundary", () => {
  const boundaryWith = (...parts: readonly Part[]) => /boundary="(.*)"/.exec(headFor(multipart(...parts)))?.[1] ?? "";
  const usual = boundaryWith(part("text/plain", "x"));

  it("is absent from all content that is written as it is", () => {
    const lines = `A: b\r\n\r\n--${usual}\r\n`;
    expect(boundaryWith(part("text/plain", "other"))).toBe(usual);
    expect(boundaryWith(part("text/plain", lines))).not.toBe(usual);
    expect(boundaryWith(part("message/rfc822", lines))).not.toBe(usual);
    expect(boundaryWith(part("a/b", lines, { encoding: "7bit" }))).not.toBe(usual);
    expect(
      boundaryWith({ type: "a/b", parameters: {}, fields: [], written: new TextEncoder().encode(lines) }),
    ).not.toBe(usual);
    // RFC 2045 s6.7(1), s6.8: "=_" is in no encoded content.
    expect(boundaryWith(part("a/b", lines))).toBe(usual);
  });

  it("is absent from what is written after its own multipart began, however deep", () => {
    const deep = multipart(part("text/plain", "x"), multipart(part("text/plain", `--${usual}`)));
    expect(boundaryWith(part("text/plain", "x"), deep)).not.toBe(usual);
  });

  it("never begins with one that an enclosed message has open, at any level", () => {
    const inner = (boundary: string, body: string) =>
      `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n${body}\r\n--${boundary}--\r\n`;
    for (const [outer, deep] of [
      ["one", usual.slice(0, 4)],
      [usual.slice(0, 4), "two"],
    ] as const) {
      const text = inner(outer, `Content-Type: message/rfc822\r\n\r\n${inner(deep, "\r\nx")}`);
      expect(boundaryWith(part("message/rfc822", text)).startsWith(usual.slice(0, 4))).toBe(false);
    }
  });
});
