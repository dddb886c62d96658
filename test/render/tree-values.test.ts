// Charset and transport are values of a tree: every copy of it has them.
import "mimewright/charset";
import { message, type Part, type PartInput, toBytes, toTree } from "mimewright";
import { describe, expect, it } from "vitest";
import { issuesOf, options, rendered } from "../message/support.ts";

const people = { from: { name: "山田", address: "a@example.jp" }, to: "b@example.jp" };
const japanese = message({ ...people, subject: "日本語の件名です", text: "本文\n", charset: "iso-2022-jp" });
const eightBit = message({ ...people, subject: "s", text: "größe\n", html: "<p>größe", transport: "8bit" });
const added = { name: "X-Added", value: "件" };

/** The fields of a tree with one more. */
function more(fields: readonly unknown[]): PartInput["fields"] {
  return Object([...fields, added]);
}

const copies: readonly (readonly [string, (tree: Part) => PartInput])[] = [
  ["a spread", (tree) => ({ ...tree, fields: more(tree.fields) })],
  ["Object.assign", (tree) => Object.assign({}, tree, { fields: more(tree.fields) })],
  ["structuredClone", (tree) => ({ ...structuredClone({ ...tree }), fields: more(structuredClone(tree.fields)) })],
  ["a map over the fields", (tree) => ({ ...tree, fields: more(tree.fields.map((field) => ({ ...field }))) })],
];

describe.each(copies)("%s with one field more", (_, copy) => {
  it("keeps the charset of words and bodies", () => {
    const output = rendered(copy(toTree(japanese, options)));
    expect(output.replace(/X-Added: [^\r]*\r\n/, "")).toBe(rendered(japanese));
    expect(output).toMatch(/\r\nX-Added: =\?ISO-2022-JP\?B\?/);
    expect(output).not.toMatch(/utf-8/i);
  });

  it("keeps 8bit", () => {
    const output = Buffer.from(toBytes(copy(toTree(eightBit, options)), options)).toString("latin1");
    expect(output.match(/Content-Transfer-Encoding: 8bit/g)).toHaveLength(3);
  });
});

describe("charset and transport of a tree", () => {
  it("are those of a message that is made of it, which may say others", () => {
    const body = { ...toTree(japanese, options), fields: [] };
    expect(message({ ...people, subject: "件", body }).charset).toBe("ISO-2022-JP");
    expect(message({ ...people, subject: "件", body, charset: "UTF-8" }).charset).toBe("UTF-8");
    expect(message({ ...people, body: { ...toTree(eightBit, options), fields: [] } }).transport).toBe("8bit");
  });

  it("hold for an enclosed message by itself", () => {
    const tree: PartInput = {
      type: "multipart/mixed",
      fields: { Subject: "Größe \u{1f600}" },
      charset: "utf-8",
      parts: [{ type: "message/rfc822", message: toTree(japanese, options) }],
    };
    const output = rendered(tree);
    expect(output).toContain("Subject: =?UTF-8?");
    expect(output).toContain("Subject: =?ISO-2022-JP?B?");
  });

  it("are checked", () => {
    const leaf = { type: "text/plain", content: "x" };
    const wrong = (more: object) => issuesOf({ text: undefined, body: { ...leaf, ...more } });
    expect(wrong({ charset: "klingon" })).toEqual(["charset.unknown body.charset"]);
    expect(wrong({ charset: "utf-8\r\nX: 1" })[0]).toBe("header.line-break body.charset");
    expect(wrong({ transport: "binary" })).toEqual(["input.option body.transport"]);
    expect(wrong({ charset: 5 })).toEqual(["charset.unknown body.charset"]);
  });
});
