import { describe, expect, it } from "vitest";
import { issuesOf, made, renderedOf } from "./support.ts";

const VCALENDAR = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n";
const CLEAN = VCALENDAR.replaceAll("\n", "\r\n");

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
  });

  it("warns of a METHOD inside a component beside the calendar's own (RFC 5545 s3.7.2)", () => {
    const content = VCALENDAR.replace("BEGIN:VEVENT", "BEGIN:VEVENT\nMETHOD:CANCEL");
    expect(issuesOf({ calendar: { method: "REQUEST", content } })).toEqual([
      "calendar.method calendar.method (warning)",
    ]);
  });

  it("is read from an ArrayBuffer too", () => {
    const content = new TextEncoder().encode(VCALENDAR).buffer;
    expect(issuesOf({ calendar: { method: "REQUEST", content } })).toEqual([]);
    const gone = content.slice(0);
    structuredClone(gone, { transfer: [gone] });
    expect(issuesOf({ calendar: { method: "REQUEST", content: gone } })).not.toEqual([]);
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

function utf16(text: string, order: "le" | "be"): Uint8Array {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return new Uint8Array(order === "le" ? bytes : bytes.swap16());
}

describe("what stands before BEGIN:VCALENDAR", () => {
  it.each<[string, unknown, readonly string[]]>([
    ["a byte order mark", `\ufeff${VCALENDAR}`, ["body.mark"]],
    ["two byte order marks", `\ufeff\ufeff${VCALENDAR}`, ["body.mark"]],
    ["an empty line", `\r\n${VCALENDAR}`, ["calendar.content"]],
    ["blanks and lines", ` \n\t\n ${VCALENDAR}`, ["calendar.content"]],
    ["a byte order mark and an empty line", `\ufeff\n${VCALENDAR}`, ["body.mark", "calendar.content"]],
    ["the byte order mark of UTF-8, in bytes", Buffer.from(`\ufeff${VCALENDAR}`), ["body.mark"]],
    ["the byte order mark of UTF-16LE, in bytes", utf16(VCALENDAR, "le"), ["body.mark"]],
    ["the byte order mark of UTF-16BE, in bytes", utf16(VCALENDAR, "be"), ["body.mark"]],
    ["nothing, in bytes", Buffer.from(VCALENDAR), []],
  ])("is left out with a warning: %s (RFC 5545 s3.4)", (_, content, codes) => {
    const calendar = { method: "REQUEST", content };
    expect(issuesOf({ calendar })).toEqual(codes.map((code) => `${code} calendar.content (warning)`));
    expect(made({ calendar }).calendar?.content).toBe(CLEAN);
  });

  it("is no text: other bytes are refused, with what to do", () => {
    expect(issuesOf({ calendar: { method: "REQUEST", content: Uint8Array.of(0xff, 0x41) } })).toEqual([
      "body.type calendar.content",
    ]);
  });

  it("is left out of text/calendar and cards that are given as strings elsewhere", () => {
    const card = "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n";
    const attachments = [
      { filename: "a.ics", content: `\ufeff${VCALENDAR}` },
      { filename: "a.vcf", content: `\ufeff${card}` },
    ];
    expect(issuesOf({ attachments })).toEqual([
      "body.mark attachments.0.content (warning)",
      "body.mark attachments.1.content (warning)",
    ]);
    const bytes = made({ attachments }).attachments.map(({ content }) => Buffer.from(Object(content).bytes).toString());
    expect(bytes).toEqual([CLEAN, card]);
    expect(issuesOf({ text: undefined, body: { type: "text/calendar", content: `\ufeff${VCALENDAR}` } })).toEqual([
      "body.mark body.content (warning)",
    ]);
  });

  it("stays in bytes, with a warning where readers refuse it, and in every other file without one", () => {
    const marked = Buffer.from(`\ufeff${VCALENDAR}`);
    const csv = Buffer.from("\ufeffa;b\r\n");
    const attachments = [
      { filename: "a.ics", content: marked },
      { filename: "a.csv", content: csv },
      { filename: "b.csv", content: "\ufeffa;b\r\n" },
    ];
    expect(issuesOf({ attachments })).toEqual(["body.mark attachments.0.content (warning)"]);
    const bytes = made({ attachments }).attachments.map(({ content }) => Buffer.from(Object(content).bytes));
    expect(bytes.map(String)).toEqual([String(marked), String(csv), String(csv)]);
  });
});

describe("the METHOD of a calendar object", () => {
  const withMethod = (line: string) => VCALENDAR.replace("METHOD:REQUEST", line);

  it.each([
    "METHOD:REQ\r\n UEST",
    "METHOD:REQUEST\r\n ",
    "METH\n\tOD:REQUEST",
    "method:request",
    'METHOD;X-A="b:c";X-D=e:REQUEST',
    "METHOD:REQUEST ",
    "VERSION:2.0\nMETHOD:REQUEST",
    "METHOD:REQUEST\nMETHOD:REQUEST",
  ])("is read as its readers do: %j (RFC 5545 s3.1)", (line) => {
    expect(issuesOf({ calendar: { method: "REQUEST", content: withMethod(line) } })).toEqual([]);
  });

  it.each([
    [
      "only inside a component",
      VCALENDAR.replace("METHOD:REQUEST\n", "").replace("END:VEVENT", "METHOD:REQUEST\nEND:VEVENT"),
    ],
    ["twice, and different", withMethod("METHOD:REQUEST\nMETHOD:CANCEL")],
    ["in a line of another property only", withMethod("X-A:a\r\n METHOD:REQUEST")],
    ["absent", withMethod("X-METHOD:REQUEST")],
  ])("is warned of: %s (RFC 6047 s2.4)", (_, content) => {
    expect(issuesOf({ calendar: { method: "REQUEST", content } })).toEqual([
      "calendar.method calendar.method (warning)",
    ]);
  });

  it("is compared with the type's parameter where the object is an attachment or a part", () => {
    const cancel = withMethod("METHOD:CANCEL");
    const attachment = { filename: "a.ics", content: cancel, contentType: "text/calendar; method=REQUEST" };
    expect(issuesOf({ attachments: [attachment, { filename: "b.ics", content: cancel }] })).toEqual([
      "calendar.method attachments.0.contentType (warning)",
    ]);
    const body = { type: "text/calendar", parameters: { method: "REQUEST" }, content: cancel };
    expect(issuesOf({ text: undefined, body })).toEqual(["calendar.method body.parameters.method (warning)"]);
  });
});

describe("a calendar object that its readers refuse", () => {
  it.each([
    ["a missing END", VCALENDAR.replace("END:VCALENDAR\n", "")],
    ["a missing END of a component", VCALENDAR.replace("END:VEVENT\n", "")],
    ["vCalendar 1.0", VCALENDAR.replace("METHOD", "VERSION:1.0\nMETHOD")],
  ])("is warned of: %s", (_, content) => {
    expect(issuesOf({ calendar: { method: "REQUEST", content } })).toEqual([
      "calendar.content calendar.content (warning)",
    ]);
  });
});
