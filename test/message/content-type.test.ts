import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IssueList } from "../../src/issues.ts";
import { readContentType } from "../../src/mail/message/content-type.ts";
import { short } from "./support.ts";

function read(text: unknown) {
  const list = new IssueList();
  const type = readContentType(text, list.root.at("type"));
  return { type, issues: list.issues.map(short) };
}

describe("a content type", () => {
  it.each([
    ["text/plain", "text/plain", {}],
    [" Text/PLAIN ", "text/plain", {}],
    ["text/plain;charset=utf-8", "text/plain", { charset: "utf-8" }],
    ['text/plain; CharSet = "utf-8" ; format=flowed;', "text/plain", { charset: "utf-8", format: "flowed" }],
    ['a/b; c="d; e=\\"f\\\\g"', "a/b", { c: 'd; e="f\\g' }],
    ['a/b; c=""', "a/b", { c: "" }],
    ["a/b; __proto__=c; constructor=d", "a/b", JSON.parse('{"__proto__":"c","constructor":"d"}')],
    ["application/vnd.a+json;v=1", "application/vnd.a+json", { v: "1" }],
  ])("is read: %j", (text, type, parameters) => {
    const { type: found, issues } = read(text);
    expect(issues).toEqual([]);
    expect(found?.type).toBe(type);
    expect(Object.entries(found?.parameters ?? {})).toEqual(Object.entries(parameters));
  });

  it.each([
    "",
    "pdf",
    "notatype",
    "text/",
    "/plain",
    "text/plain/x",
    "te xt/plain",
    "text/plain\u00a0",
    "\ufefftext/plain",
    "ü/plain",
    "text/plain charset=utf-8",
    "text/plain; charset",
    "text/plain; charset=",
    "text/plain; charset=a b",
    'text/plain; charset="a',
    'text/plain; charset="a"b',
    'text/plain; a="b\\',
    "text/plain; a=b; A=c",
    "text/plain; =b",
    "text/plain; a*=b",
    "text/plain; a*0=b",
    `text/plain; ${"a".repeat(61)}=b`,
    "text/plain;; a=b",
    5,
    null,
    undefined,
    {},
  ])("is not %j", (text) => {
    expect(read(text)).toEqual({ type: undefined, issues: ["type.syntax type"] });
  });

  it("of more than 255 characters is header.too-long (RFC 6838 s4.2)", () => {
    expect(read(`application/${"a".repeat(1100)}`)).toEqual({ type: undefined, issues: ["header.too-long type"] });
    expect(read(`${"a".repeat(127)}/${"a".repeat(127)}`).issues).toEqual([]);
  });

  it.each([
    ["text/plain\r\nX-Evil: 1", ["header.line-break type"]],
    ["text/plain\n", ["header.line-break type"]],
    ["text/plain; a=\0", ["header.control type"]],
    ['text/plain; a="\ud800"', ["header.control type"]],
  ])("with a control in it is refused: %j", (text, issues) => {
    expect(read(text)).toEqual({ type: undefined, issues });
  });

  it("is read in time that grows with its length", () => {
    const many = 200_000;
    for (const unit of [";", "; ", '"', "\\", "=", "a=b;", 'a="', " "]) {
      expect(read(`a/b${unit.repeat(many)}`).type === undefined || unit === " ").toBe(true);
    }
  });

  it("gives back the parameters that were written in quotes", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.stringMatching(/^[\x20-\x7e]*$/), { noNullPrototype: true }), (parameters) => {
        const text = Object.entries(parameters).map(([key, value]) => `; ${key}="${value.replace(/["\\]/g, "\\$&")}"`);
        expect(Object.entries(read(`a/b${text.join("")}`).type?.parameters ?? {})).toEqual(Object.entries(parameters));
      }),
    );
  });
});
