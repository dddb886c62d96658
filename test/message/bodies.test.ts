import { describe, expect, it } from "vitest";
import { issuesOf, made, renderedOf } from "./support.ts";

const VCALENDAR = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n";

describe.each(["text", "html", "amp", "watch"])("%s", (option) => {
  it("is a string", () => {
    for (const body of [5, null, {}, [], new Uint8Array(), { path: "/etc/passwd" }]) {
      expect(issuesOf({ [option]: body })).toEqual([`body.type ${option}`]);
    }
  });

  it("has CRLF for each CRLF, CR and LF (RFC 2046 s4.1.1), and is altered in nothing else", () => {
    const m = made({ [option]: "a\nb\rc\r\nd\n\r \t e  \n\n" });
    expect(Object(m)[option]).toBe("a\r\nb\r\nc\r\nd\r\n\r\n \t e  \r\n\r\n");
    expect(Object(made({ [option]: "" }))[option]).toBe("");
  });

  it("has no half of a surrogate pair", () => {
    expect(issuesOf({ [option]: "a\ud800b" })).toEqual([`body.surrogate ${option}`]);
  });

  it("has the characters of the charset", () => {
    expect(issuesOf({ charset: "us-ascii", [option]: "aé" })).toEqual([`charset.unmappable ${option}`]);
  });
});

describe("amp", () => {
  it("without html leaves readers without AMP with the text, which is told", () => {
    const amp = "<!doctype html><html amp4email></html>";
    expect(issuesOf({ amp })).toEqual(["body.amp-alone amp (warning)"]);
    expect(issuesOf({ amp, html: "<p>Hi</p>" })).toEqual([]);
    expect(issuesOf({ amp: "" })).toEqual(["body.amp-alone amp (warning)"]);
  });
});

describe("calendar", () => {
  it("is an alternative with its method, line ends CRLF, and no file without a name", () => {
    const output = renderedOf({ text: "t", calendar: { method: "request", content: VCALENDAR } });
    expect(output).toContain("Content-Type: text/calendar; method=REQUEST; charset=UTF-8\r\n");
    expect(output).toContain("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n");
    expect(output).not.toMatch(/application\/ics|Content-Disposition/);
  });

  it("with a name is a file of the same content too", () => {
    const output = renderedOf({ text: "t", calendar: { method: "REQUEST", content: VCALENDAR, filename: "i.ics" } });
    expect(output.match(/BEGIN:VCALENDAR/g)).toHaveLength(2);
    expect(output).toContain("Content-Disposition: attachment; filename=i.ics\r\n");
  });

  it.each([5, null, [], "x"])("is no %j", (calendar) => {
    expect(issuesOf({ calendar })[0]).toMatch(/^(?:input\.type calendar|calendar\.method calendar\.method)$/);
  });

  it("has a method of one word, a string for content, and no further keys", () => {
    for (const method of ["", "two words", "ü", 5, undefined, "a".repeat(65), "a;b"]) {
      expect(issuesOf({ calendar: { method, content: VCALENDAR } })).toEqual(["calendar.method calendar.method"]);
    }
    expect(issuesOf({ calendar: { method: "REQUEST", content: 5, path: "x", filename: "a\n" } })).toEqual([
      "input.unknown-key calendar.path",
      "body.type calendar.content",
      "attachment.filename calendar.filename",
    ]);
  });

  it("warns when the content names another method, or none (RFC 6047 s2.4)", () => {
    for (const content of [VCALENDAR.replace("REQUEST", "CANCEL"), VCALENDAR.replace("METHOD:REQUEST\n", "")]) {
      expect(issuesOf({ calendar: { method: "REQUEST", content } })).toEqual([
        "calendar.method calendar.method (warning)",
      ]);
    }
    expect(issuesOf({ calendar: { method: "REQUEST", content: `\ufeff${VCALENDAR}` } })).toEqual([]);
  });

  it("warns when the content is no calendar", () => {
    expect(issuesOf({ calendar: { method: "REQUEST", content: "hello" } })).toEqual([
      "calendar.content calendar.content (warning)",
    ]);
  });

  it("has the characters of the charset", () => {
    const calendar = { method: "REQUEST", content: VCALENDAR.replace("VEVENT", "é") };
    expect(issuesOf({ charset: "us-ascii", calendar })).toEqual(["charset.unmappable calendar.content"]);
  });
});
