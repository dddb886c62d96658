import { describe, expect, it } from "vitest";
import { MessageError } from "../../src/issues.ts";
import { checkField, type Field, type FieldValue, formatField, readField } from "../../src/mail/headers/field.ts";
import { fieldGrammar, onceOnlyFields, standsOnce } from "../../src/mail/headers/field-names.ts";
import { utf8 } from "../../src/mail/octets/charset.ts";
import { collect, hiraganaCharset, latin1, linesOf } from "./support.ts";

const options = { charset: utf8, legacyNames: false };
const read = (name: string, value: string) => collect((place) => readField(name, value, place.at("headers").at(name)));
const write = (name: string, value: FieldValue) => formatField({ name, value }, options);

function written(name: string, value: string): string {
  const field = read(name, value).value;
  return field === undefined ? "" : formatField(field, options);
}

describe("readField", () => {
  it.each([
    ["X-Custom", "Grüße", "X-Custom: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"],
    ["reply-to", "Ann <a@x.org>, b@x.org", "reply-to: Ann <a@x.org>, b@x.org\r\n"],
    ["References", "<a@b> c@d", "References: <a@b> <c@d>\r\n"],
    ["Message-ID", "a@b", "Message-ID: <a@b>\r\n"],
    ["Date", "Tue, 24 Nov 2026 05:06:07 +0000", "Date: Tue, 24 Nov 2026 05:06:07 +0000\r\n"],
    ["Date", "Tue, 24 Nov 2026 05:06:07 +0200", "Date: Tue, 24 Nov 2026 05:06:07 +0200\r\n"],
    ["Precedence", "bulk", "Precedence: bulk\r\n"],
    [
      "List-Unsubscribe",
      "<https://x.org/u>, <mailto:u@x.org>",
      "List-Unsubscribe: <https://x.org/u>, <mailto:u@x.org>\r\n",
    ],
    ["List-Help", "<https://x.org> (kündigen hier)", "List-Help: <https://x.org> (=?UTF-8?Q?k=C3=BCndigen_hier?=)\r\n"],
    ["List-Post", "NO (posting not allowed)", "List-Post: NO (posting not allowed)\r\n"],
    ["List-Unsubscribe-Post", "List-Unsubscribe=One-Click", "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"],
    ["List-Id", "Neuigkeiten für alle <n.x.org>", "List-Id: =?UTF-8?Q?Neuigkeiten_f=C3=BCr_alle?= <n.x.org>\r\n"],
  ])("reads %s by its grammar", (name, value, expected) => {
    expect(written(name, value)).toBe(expected);
  });

  it.each([
    ["", "v", ["header.name"]],
    ["X-ÄÖ", "v", ["header.name"]],
    ["X A", "v", ["header.name"]],
    ["X:A", "v", ["header.name"]],
    ["X-A\r\nBcc: e@x.com", "v", ["header.line-break", "header.name"]],
    ["X-A", "v\r\nX-Evil: 1", ["header.line-break"]],
    ["X-A", "v\n", ["header.line-break"]],
    ["X-A", "a\u0000b", ["header.control"]],
    ["Reply-To", "foo", ["address.syntax"]],
    ["Sender", "a@x.org, b@x.org", ["address.syntax"]],
    ["Message-ID", "<a@b> <c@d>", ["header.message-id"]],
    ["In-Reply-To", "x", ["header.message-id"]],
    ["Date", "yesterday", ["header.date"]],
    ["Precedence", "bülk", ["header.value"]],
    ["Precedence", " bulk", ["header.value"]],
    ["Precedence", "", ["header.value"]],
    ["Precedence", "a\tb", ["header.control"]],
    ["List-Help", "<https://x.org/ü>", ["header.value"]],
    ["List-Help", "<https://x.org é", ["header.value"]],
    ["List-Unsubscribe", "https://x.org/u", ["header.value"]],
    ["List-Unsubscribe", "javascript:alert(1)", ["header.value"]],
    ["List-Unsubscribe", "<unsubscribe>", ["header.value"]],
    ["List-Post", "NOBODY", ["header.value"]],
    ["List-Id", "n.x.org", ["header.value"]],
    ["List-Unsubscribe-Post", "List-Unsubscribe=Two-Click", ["header.value"]],
    ["List-Unsubscribe", `<https://x.org/${"u".repeat(1100)}>`, ["header.too-long"]],
    ["References", `<${"a".repeat(1100)}@b>`, ["header.too-long"]],
  ])("refuses %j: %j", (name, value, codes) => {
    expect(read(name, value)).toMatchObject({ value: undefined, codes });
  });

  it("treats names of object members as ordinary names", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(fieldGrammar(name)).toBe("text");
      expect(written(name, "v")).toBe(`${name}: v\r\n`);
    }
  });

  it("gives a frozen field", () => {
    const { value } = read("X-A", "v");
    expect(Object.isFrozen(value) && Object.isFrozen(value?.value)).toBe(true);
  });
});

describe("formatField", () => {
  it("never folds within a quoted-pair of a structured value", () => {
    const text = `"${"a\\ ".repeat(60)}" b`;
    const structured = write("X-Quoted", { kind: "structured", text });
    expect(structured.replaceAll("\r\n", "")).toBe(`X-Quoted: ${text}`);
    expect(structured).not.toContain("\\\r\n");
  });

  it("folds ids between them and structured values at single spaces", () => {
    const ids = Array.from({ length: 10 }, (_, i) => `<message-number-${i}@example.org>`);
    const field = write("References", { kind: "ids", ids });
    expect(linesOf(field).every((line) => line.length <= 78)).toBe(true);
    expect(field.replaceAll("\r\n", "")).toBe(`References: ${ids.join(" ")}`);
    const text = `${"word ".repeat(30)}two  spaces`;
    const structured = write("Received", { kind: "structured", text });
    expect(structured.replaceAll("\r\n", "")).toBe(`Received: ${text}`);
    expect(structured).toContain("two  spaces");
  });

  it("writes dates and parameters", () => {
    expect(write("Date", { kind: "date", time: 0 })).toBe("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n");
    const parameters = [["charset", "utf-8"]] as const;
    expect(write("Content-Type", { kind: "parameterized", value: "text/plain", parameters })).toBe(
      "Content-Type: text/plain; charset=utf-8\r\n",
    );
  });

  it("writes words in the charset it is given, and throws where the check was not made", () => {
    const field: Field = { name: "Subject", value: { kind: "text", text: "ひらがな" } };
    expect(formatField(field, { ...options, charset: hiraganaCharset })).toBe(
      "Subject: =?ISO-2022-JP?B?GyRCJFIkaSQsJEobKEI=?=\r\n",
    );
    expect(() => formatField(field, { ...options, charset: latin1 })).toThrow(MessageError);
  });
});

describe("checkField", () => {
  const check = (field: Field, charset = utf8) => collect((place) => checkField(field, charset, place.at("f")));
  const parameterized = (value: string, parameters: readonly (readonly [string, string])[]): Field => ({
    name: "Content-Type",
    value: { kind: "parameterized", value, parameters },
  });

  it("passes what can be written", () => {
    expect(check({ name: "Subject", value: { kind: "text", text: "x".repeat(5000) } })).toMatchObject({
      value: true,
      codes: [],
    });
    expect(check(parameterized("text/plain", [["name", "ü".repeat(5000)]]))).toMatchObject({ value: true, codes: [] });
  });

  it.each<[string, Field, string]>([
    ["name", { name: "a b", value: { kind: "text", text: "" } }, "header.name"],
    ["long name", { name: "n".repeat(998), value: { kind: "text", text: "" } }, "header.too-long"],
    ["line break", { name: "a", value: { kind: "text", text: "a\nb" } }, "header.line-break"],
    ["surrogate", { name: "a", value: { kind: "text", text: "\ud800" } }, "header.control"],
    [
      "name of a mailbox",
      { name: "To", value: { kind: "addresses", addresses: [{ name: "a\r\nb", address: "a@b.c" }] } },
      "header.line-break",
    ],
    ["long token", { name: "a", value: { kind: "structured", text: "x".repeat(998) } }, "header.too-long"],
    ["not ASCII", { name: "a", value: { kind: "structured", text: "ü" } }, "header.value"],
    ["long id", { name: "a", value: { kind: "ids", ids: ["x".repeat(998)] } }, "header.too-long"],
    ["no date", { name: "Date", value: { kind: "date", time: Number.NaN } }, "header.date"],
    ["long type", parameterized(`text/${"x".repeat(1100)}`, []), "header.too-long"],
    [
      "parameter twice",
      parameterized("a/b", [
        ["x", "1"],
        ["X", "2"],
      ]),
      "header.value",
    ],
    ["parameter name", parameterized("a/b", [["x y", "1"]]), "header.value"],
    ["parameter value", parameterized("a/b", [["x", "1\r\n2"]]), "header.line-break"],
  ])("refuses: %s", (_, field, code) => {
    expect(check(field)).toMatchObject({ value: false, codes: [code] });
  });

  it("tells where a character stands that the charset lacks", () => {
    const { issues } = check({ name: "Subject", value: { kind: "text", text: "ab日" } }, latin1);
    expect(issues).toMatchObject([
      { code: "charset.unmappable", path: ["f"], message: expect.stringContaining("offset 2") },
    ]);
    expect(
      check({ name: "To", value: { kind: "addresses", addresses: [{ group: "日", members: [] }] } }, latin1).codes,
    ).toEqual(["charset.unmappable"]);
  });

  it("lets every structured value of 997 characters through, in a line of 998", () => {
    const field: Field = { name: "Precedence", value: { kind: "structured", text: "x".repeat(997) } };
    expect(check(field).value).toBe(true);
    expect(Math.max(...linesOf(formatField(field, options)).map(({ length }) => length))).toBe(998);
  });
});

describe("field names", () => {
  it("ignore case", () => {
    expect(fieldGrammar("MESSAGE-id")).toBe("id");
    expect(standsOnce("SUBJECT")).toBe(true);
  });

  it("stand once where a standard says so: RFC 5322 s3.6, RFC 2045, RFC 2369, RFC 3834, RFC 8058, RFC 8098", () => {
    expect(onceOnlyFields.filter((name) => !standsOnce(name))).toEqual([]);
    const once = "Date From Sender Reply-To To Cc Bcc Message-ID In-Reply-To References Subject MIME-Version".split(
      " ",
    );
    for (const name of [...once, "List-Unsubscribe-Post", "Content-Whatever", "Auto-Submitted"])
      expect(standsOnce(name)).toBe(true);
  });

  it("stand any number of times where RFC 5322 s3.6 and RFC 6376 s4.2 let them", () => {
    const many = "Comments Keywords Received Return-Path Resent-To Resent-From Resent-Date Resent-Message-ID".split(
      " ",
    );
    for (const name of [...many, "DKIM-Signature", "ARC-Seal", "X-Custom", "Authentication-Results", "Organization"])
      expect(standsOnce(name)).toBe(false);
  });
});
