import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { issuesOf, made, renderedOf } from "./support.ts";

describe("subject", () => {
  it.each([5, null, {}, ["a"]])("is no %j", (subject) => {
    expect(issuesOf({ subject })).toEqual(["header.value subject"]);
  });

  it("may be empty, and is absent when it is not given", () => {
    expect(renderedOf({ subject: "" })).toMatch(/\r\nSubject: ?\r\n/);
    expect(renderedOf({})).not.toContain("Subject");
  });
});

describe("date", () => {
  it.each([new Date(Number.NaN), "not a date", "2026-11-24", 5, {}, null])("is no %j", (date) => {
    expect(issuesOf({ date })).toEqual(["header.date date"]);
  });

  it("lies between the years 1900 and 9999", () => {
    expect(issuesOf({ date: new Date(Date.UTC(1899, 11, 31, 23, 59, 59)) })).toEqual(["header.date date"]);
    expect(issuesOf({ date: new Date(Date.UTC(1900, 0, 1)) })).toEqual([]);
    expect(issuesOf({ date: new Date(Date.UTC(9999, 11, 31, 23, 59, 59)) })).toEqual([]);
    expect(issuesOf({ date: new Date(Date.UTC(10_000, 0, 1)) })).toEqual(["header.date date"]);
  });

  it("is a Date of any realm, and nothing that only says it were one", () => {
    expect(made({ date: vm.runInNewContext("new Date(5000)") }).date).toBe(5000);
    const fake = Object.create(Date.prototype, { getTime: { value: () => 0 } });
    expect(issuesOf({ date: fake })).toEqual(["header.date date"]);
  });

  it("in headers is text by the grammar of a date", () => {
    expect(issuesOf({ headers: { Date: "2026-11-24" } })).toEqual(["header.date headers.Date"]);
    expect(made({ headers: { Date: "Tue, 24 Nov 2026 06:06:07 +0100" } }).date).toBe(Date.UTC(2026, 10, 24, 5, 6, 7));
  });

  it("is written in full, in UTC", () => {
    expect(renderedOf({ date: new Date(Date.UTC(2026, 1, 3, 4, 5, 6)) })).toContain(
      "\r\nDate: Tue, 03 Feb 2026 04:05:06 +0000\r\n",
    );
  });
});

describe("ids", () => {
  it("get angle brackets when they lack them", () => {
    expect(made({ messageId: "a.b@example.com", inReplyTo: "c@d" })).toMatchObject({
      messageId: "<a.b@example.com>",
      inReplyTo: ["<c@d>"],
    });
  });

  it.each(["no-brackets no at", "<a@b", "a@b>", "<ü@c>", "<>", "< >", "<a<b@c>", "<=?utf-8?Q?x?=@c>", ""])(
    "like %j are header.message-id",
    (id) => {
      for (const option of ["messageId", "inReplyTo", "references"]) {
        expect(issuesOf({ [option]: id })[0]).toBe(`header.message-id ${option}`);
      }
    },
  );

  const FOREIGN = ["<a>", "<a@b@c>", "<a b@c>", "<a..b@c>", "<.a@b.>", '<"a>b"@c>', "<a@[1.2", "<a@b:c>", "<a,b;c@d>"];

  it.each(FOREIGN.map((id) => (id.endsWith(">") ? id : `${id}>`)))(
    "of others are written as they were printed, with a warning: %s",
    (id) => {
      for (const [option, name] of [
        ["inReplyTo", "In-Reply-To"],
        ["references", "References"],
      ] as const) {
        expect(issuesOf({ [option]: id })).toEqual([`header.message-id ${option} (warning)`]);
        expect(issuesOf({ headers: { [name]: id } })).toEqual([`header.message-id headers.${name} (warning)`]);
        expect(renderedOf({ [option]: id })).toContain(`\r\n${name}: ${id}\r\n`);
      }
      expect(issuesOf({ messageId: id })).toEqual(["header.message-id messageId"]);
    },
  );

  it("of others may touch each other, stand bare, or beside text that is left out with a warning", () => {
    expect(issuesOf({ references: "<a@b><c@d>" })).toEqual([]);
    expect(made({ references: "<a@b><c@d><e>" }).references).toEqual(["<a@b>", "<c@d>", "<e>"]);
    expect(made({ references: "x@y@z <a@b> c@d" }).references).toEqual(["<x@y@z>", "<a@b>", "<c@d>"]);
    expect(made({ inReplyTo: "Your message of Tuesday <a@b>" }).inReplyTo).toEqual(["<a@b>"]);
    expect(issuesOf({ inReplyTo: "Your message of Tuesday <a@b>" })).toEqual(["header.message-id inReplyTo (warning)"]);
  });

  it.each(["<a@b>\r\nBcc: e@example.com", "<a\r\n@b@c>", "<a\0@b@c>", "<a\u000b@b@c>", "<a\u007f@b@c>", "<a@b@c>\n"])(
    "of others let no line break and no control character through: %j",
    (id) => {
      for (const given of [{ inReplyTo: id }, { references: [id] }, { headers: { References: id } }]) {
        expect(issuesOf(given)[0]).toMatch(/^header\.(?:line-break|control) /);
      }
    },
  );

  it("of a long thread are folded between ids, in their order", () => {
    const references = Array.from({ length: 300 }, (_, i) => `<${"x".repeat(i % 90)}${i}@@host${i}>`);
    const output = renderedOf({ references: references.join(" ") });
    const field = output.slice(output.indexOf("References:")).split(/\r\n(?! )/)[0] ?? "";
    for (const line of field.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
    expect(field.replace("References: ", "").split(/(?:\r\n)? /)).toEqual(references);
  });

  it("are strings", () => {
    for (const option of ["messageId", "inReplyTo", "references"]) {
      for (const id of [5, null, {}]) expect(issuesOf({ [option]: id })).toEqual([`input.type ${option}`]);
    }
  });

  it("are one for Message-ID and a list for References", () => {
    expect(issuesOf({ messageId: "<a@b> <c@d>" })).toEqual(["header.message-id messageId"]);
    expect(made({ references: ["<a@b>", "c@d"] }).references).toEqual(["<a@b>", "<c@d>"]);
    expect(issuesOf({ references: ["<a@b>", "c d"] })).toEqual(["header.message-id references.1"]);
    expect(made({ references: ["<a@b> <c@d>", "<e@f>"] }).references).toEqual(["<a@b>", "<c@d>", "<e@f>"]);
  });

  it("of more than a line are header.too-long", () => {
    const id = `<${"a".repeat(1100)}@b>`;
    for (const option of ["messageId", "inReplyTo", "references"]) {
      expect(issuesOf({ [option]: id })).toEqual([`header.too-long ${option}`]);
    }
  });

  it("are made for a message that has none, on the domain of From", () => {
    expect(renderedOf({})).toMatch(/\r\nMessage-ID: <[0-9a-f]{32}@example\.com>\r\n/);
  });
});
