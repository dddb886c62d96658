import { describe, expect, it } from "vitest";
import { readForeignIds, readMessageId } from "../../src/mail/headers/message-id.ts";
import { collect } from "./support.ts";

const one = (text: unknown) => collect((place) => readMessageId(text, place.at("messageId")));
const many = (input: unknown) => collect((place) => readForeignIds(input, place.at("references")));

describe("readMessageId", () => {
  it("keeps a bracketed id and adds brackets that are absent", () => {
    expect(one("<a.b+c@d.e>").value).toBe("<a.b+c@d.e>");
    expect(one("a@b").value).toBe("<a@b>");
    expect(one("<a@[192.0.2.1]>").value).toBe("<a@[192.0.2.1]>");
  });

  it.each([
    "",
    "<>",
    "no-brackets no at",
    "<a@b",
    "a@b>",
    "<a@b> ",
    "<<a@b>>",
    "a@",
    "@b",
    "a@b@c",
    "a..b@c",
    "<ü@b>",
    "<a b@c>",
    '<"a"@b>',
    "<a@[b]c]>",
    "<a@b><c@d>",
  ])("refuses %j", (text) => {
    expect(one(text)).toMatchObject({ value: undefined, codes: ["header.message-id"] });
  });

  it("refuses line breaks and other types", () => {
    expect(one("<a@b>\r\nX-Evil: 1").codes).toEqual(["header.line-break"]);
    expect(one("<a@b>\n").codes).toEqual(["header.line-break"]);
    expect(one("<a\t@b>").codes).toEqual(["header.control"]);
    expect(one(7).codes).toEqual(["input.type"]);
  });

  it("takes what one line can hold", () => {
    expect(one(`<${"a".repeat(993)}@b>`).codes).toEqual([]);
    expect(one(`<${"a".repeat(994)}@b>`).codes).toEqual(["header.too-long"]);
  });
});

describe("readForeignIds", () => {
  it("reads ids between spaces, or one by one", () => {
    expect(many("<a@b>  <c@d> e@f").value).toEqual(["<a@b>", "<c@d>", "<e@f>"]);
    expect(many(["a@b", "<c@d>"]).value).toEqual(["<a@b>", "<c@d>"]);
    expect(many([])).toMatchObject({ value: [], codes: [] });
  });

  it("reports each element with its path", () => {
    const { value, issues } = many(["<a@b>", "bad", "<c@d>\r\nX: 1", 7]);
    expect(value).toEqual(["<a@b>"]);
    expect(issues.map(({ code, path }) => [code, path])).toEqual([
      ["header.message-id", ["references", 1]],
      ["header.line-break", ["references", 2]],
      ["input.type", ["references", 3]],
    ]);
    expect(many("  ").codes).toEqual(["header.message-id"]);
  });
});
