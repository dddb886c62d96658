import { toTree } from "mimewright";
import { describe, expect, it } from "vitest";
import { issuesOf, made, options, rendered, renderedOf } from "./support.ts";

const leaf = { type: "text/plain", content: "x" };
const wrong = (fields: unknown) => issuesOf({ text: undefined, body: { ...leaf, fields } });

describe("fields of a part", () => {
  it("come by name, by name with several values, or as a list", () => {
    const expected = "\r\nX-A: 1\r\nX-A: 2\r\nX-B: 3\r\n";
    expect(renderedOf({ body: { ...leaf, fields: { "X-A": ["1", "2"], "X-B": "3" } } })).toContain(expected);
    const list = [
      { name: "X-A", value: "1" },
      { name: "X-A", value: "2" },
      { name: "X-B", value: "3" },
    ];
    expect(renderedOf({ body: { ...leaf, fields: list } })).toContain(expected);
  });

  it.each([
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "content-id",
    "Content-Description",
    "MIME-Version",
    "BCC",
    "Resent-Bcc",
  ])("that the part's options write are reserved: %s", (name) => {
    expect(wrong({ [name]: "v" })).toEqual([`header.reserved body.fields.${name}`]);
  });

  it("may be further Content- fields, each once", () => {
    expect(renderedOf({ body: { ...leaf, fields: { "Content-Language": "de" } } })).toContain(
      "Content-Language: de\r\n",
    );
    expect(wrong({ "Content-Language": ["de", "en"] })).toEqual(["header.repeated body.fields.Content-Language.1"]);
    expect(wrong({ "Content-Language": "de", "content-language": "en" })).toEqual([
      "header.repeated body.fields.content-language",
    ]);
  });

  it("are checked as in the head of a message", () => {
    expect(wrong({ "X A": "v", "X-B": "v\r\nw", "X-C": 5, "": "v" })).toEqual([
      "header.name body.fields.X A",
      "header.line-break body.fields.X-B",
      "header.value body.fields.X-C",
      "header.name body.fields.",
    ]);
    expect(wrong({ ["X".repeat(1200)]: "v" })[0]).toMatch(/^header\.too-long/);
    expect(wrong({ To: "nobody" })[0]).toMatch(/^address\.syntax body\.fields\.To/);
  });

  it.each([5, "X-A: v", null])("are no %j", (fields) => {
    expect(wrong(fields)).toEqual(["input.type body.fields"]);
  });

  it("in a list are { name, value } and nothing else", () => {
    expect(wrong([null, 5])).toEqual(["input.type body.fields.0", "input.type body.fields.1"]);
    expect(wrong([{ name: "X-A", value: "v", prepared: true }])).toEqual(["input.unknown-key body.fields.0.prepared"]);
  });

  it("take the values of a checked tree, copied or written by hand", () => {
    const tree = toTree(
      made({ subject: "Größe", references: "<a@b>", headers: { "List-Id": "Ü <l.example.com>" } }),
      options,
    );
    const copies = tree.fields.map(({ name, value }) => ({ name, value: structuredClone(value) }));
    expect(rendered({ ...leaf, fields: copies })).toBe(rendered({ ...leaf, fields: tree.fields }));
    const byHand = { name: "From", value: { kind: "addresses", addresses: [{ address: "ann@example.com" }] } } as const;
    expect(rendered({ ...leaf, fields: [byHand] })).toContain("From: ann@example.com\r\n");
  });

  it.each([
    ["From", { kind: "text", text: "nobody" }, "address.syntax"],
    ["From", { kind: "structured", text: "a@b.c\r\nBcc: e@example.com" }, "header.line-break"],
    ["From", { kind: "addresses", addresses: [{ address: "a@b.c>\r\nX: 1" }] }, "header.line-break"],
    ["From", { kind: "addresses", addresses: [{ group: "g", members: [] }] }, "address.syntax"],
    ["Message-ID", { kind: "ids", ids: ["<a@b>\r\nX: 1"] }, "header.line-break"],
    ["Message-ID", { kind: "ids", ids: ["<a@b@c>"] }, "header.message-id"],
    ["X-A", { kind: "structured", text: "ü" }, "header.value"],
    ["X-A", { kind: "structured", text: "=?utf-8?Q?x?=" }, "header.value"],
    ["X-A", { kind: "text", text: "v\nw" }, "header.line-break"],
    ["Date", { kind: "date", time: Number.NaN }, "header.date"],
    ["Date", { kind: "date", time: 0, zone: "+0000\r\nX: 1" }, "header.date"],
    ["X-A", { kind: "prepared", text: "v" }, "header.value"],
    ["X-A", { kind: "parameterized", value: "v", parameters: [["a"]] }, "header.value"],
  ])("with a typed value pass the checks of their name: %s %j", (name, value, code) => {
    expect(wrong([{ name, value }])[0]).toMatch(new RegExp(`^${code.replace(".", "\\.")} body\\.fields`));
    expect(issuesOf({ headers: [{ name: `X-${name}`, value: { kind: "text", text: "a\r\nb" } }] })[0]).toMatch(
      /^header\.line-break/,
    );
  });

  it("of a checked tree cannot be changed behind the check", () => {
    for (const field of toTree(made({ headers: { "X-A": "v" }, priority: "high" }), options).fields) {
      expect(Object.isFrozen(field) && Object.isFrozen(field.value)).toBe(true);
    }
  });
});
