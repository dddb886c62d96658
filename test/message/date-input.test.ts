// The zone of a Date is kept through every door. RFC 5322 s3.3.

import { createMimeMessage } from "mimetext";
import { message, toBytes, toTree } from "mimewright";
import { fromMimeText } from "mimewright/mimetext";
import { fromNodemailer } from "mimewright/nodemailer";
import { describe, expect, it } from "vitest";
import { readJsonInput } from "../../src/cli/json-input.ts";
import { issuesOf, made, options, rendered, renderedOf } from "./support.ts";

const at = new Date(Date.UTC(2026, 10, 24, 5, 6, 7));
const people = { from: "a@example.com", to: "b@example.com", text: "x" };
const TEXT = "Tue, 24 Nov 2026 14:06:07 +0900";

describe("date", () => {
  it.each([
    [at, "Tue, 24 Nov 2026 05:06:07 +0000"],
    [{ at, offset: 540 }, TEXT],
    [{ at, offset: 345 }, "Tue, 24 Nov 2026 10:51:07 +0545"],
    [{ at, offset: -210 }, "Tue, 24 Nov 2026 01:36:07 -0330"],
    [JSON.parse(JSON.stringify({ at, offset: 540 })), TEXT],
    [{ at, offset: 0 }, "Tue, 24 Nov 2026 05:06:07 +0000"],
    [TEXT, TEXT],
    ["2026-11-24T14:06:07+09:00", TEXT],
    ["Tue, 24 Nov 2026 05:06:07 -0000", "Tue, 24 Nov 2026 05:06:07 -0000"],
    ["Tue, 24 Nov 2026 00:06:07 EST", "Tue, 24 Nov 2026 00:06:07 -0500"],
  ])("%j is written in its zone", (date, expected) => {
    expect(renderedOf({ date })).toContain(`\r\nDate: ${expected}\r\n`);
    expect(made({ date }).date).toBe(at.getTime());
  });

  it.each(["2026-11-24T05:06:07", "2026-11-24", "24.11.2026", 1_764_000_000_000, true, null, {}, [at]])(
    "says what to write instead of %j",
    (date) => {
      const [issue] = issuesOf({ date });
      expect(issue).toBe("header.date date");
    },
  );

  it.each([
    [{ at, offset: 6000 }, "header.date date.offset"],
    [{ at, offset: "+0900" }, "header.date date.offset"],
    [{ at }, "header.date date.offset"],
    [{ at: "2026", offset: 0 }, "header.date date.at"],
    [{ at: new Date(Number.NaN), offset: 0 }, "header.date date.at"],
    [{ at, offset: 0, zone: "JST" }, "input.unknown-key date.zone"],
    [`${TEXT}\r\nBcc: e@example.com`, "header.line-break date"],
    ["Tue, 24 Nov 2026 14:06:07 +0960", "header.date date"],
  ])("refuses %j", (date, expected) => {
    expect(issuesOf({ date })[0]).toBe(expected);
  });

  it("as text in headers keeps its zone, and so does every other field with a date", () => {
    const headers = { Date: TEXT, "Resent-Date": "Tue, 24 Nov 2026 05:06:07 -0330", Expires: "24 Nov 2026 05:06 PST" };
    const output = renderedOf({ headers });
    expect(output).toContain(`\r\nDate: ${TEXT}\r\n`);
    expect(output).toContain("\r\nResent-Date: Tue, 24 Nov 2026 05:06:07 -0330\r\n");
    expect(output).toContain("\r\nExpires: Tue, 24 Nov 2026 05:06:00 -0800\r\n");
  });

  it("keeps its zone in a tree and its copies", () => {
    const tree = toTree(made({ date: { at, offset: 540 } }), options);
    const copy = { ...tree, fields: structuredClone(tree.fields) };
    expect(rendered(copy)).toContain(`\r\nDate: ${TEXT}\r\n`);
  });

  it("keeps its zone on the way from JSON, nodemailer and mimetext", async () => {
    const json = await readJsonInput(JSON.stringify({ ...people, date: "2026-11-24T14:06:07+09:00" }), ".");
    const old = createMimeMessage();
    old.setSender("a@example.com");
    old.setTo("b@example.com");
    old.setHeader("Date", TEXT);
    old.setHeader("Subject", "s");
    old.addMessage({ contentType: "text/plain", data: "x" });
    for (const input of [json.input, fromNodemailer({ ...people, date: TEXT }), fromMimeText(old)]) {
      expect(Buffer.from(toBytes(message(input), options)).toString()).toContain(`\r\nDate: ${TEXT}\r\n`);
    }
  });

  it("is the clock's in UTC when the message has none", () => {
    expect(renderedOf({})).toMatch(/\r\nDate: [^\r]* \+0000\r\n/);
  });
});
