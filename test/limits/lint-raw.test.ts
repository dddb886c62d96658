import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { issueCodes } from "../../src/issues/codes.ts";
import { hasError } from "../../src/issues.ts";
import { lintRaw } from "../../src/mail/limits/lint-raw.ts";
import { type Limits, sesV1, sesV2, smtp } from "../../src/mail/limits/profiles.ts";

const folder = new URL("../../fixtures/lint/", import.meta.url);
const read = (file: string): Uint8Array => readFileSync(new URL(file, folder));
const files = readdirSync(folder).filter((file) => file.endsWith(".eml"));
const failing = files.filter((file) => !file.startsWith("clean-"));
const clean = files.filter((file) => file.startsWith("clean-"));
const octets = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

// The rules of numbers are shown with numbers that small files reach.
const small: Readonly<Record<string, Partial<Limits>>> = {
  "limit.bytes": { bytes: read("clean-limit.bytes.eml").length },
  "limit.depth": { depth: 2 },
  "limit.header": { headerBytes: 200 },
  "limit.headers": { headers: 9 },
  "limit.parts": { parts: 3 },
  "limit.recipients": { recipients: 3 },
};

/** `raw.head-mbox.eml` shows the rule `raw.head`: the longest code that the name starts with. */
function ruleOf(file: string): string {
  const name = file.replace(/^clean-/, "").replace(/\.eml$/, "");
  const codes = issueCodes.filter((code) => name === code || name.startsWith(`${code}-`));
  return codes.sort((a, b) => b.length - a.length)[0] ?? "";
}

const lint = (file: string) => lintRaw(read(file), { ...sesV1, ...small[ruleOf(file)] });

const rules = [
  "address.domain",
  "address.leading-dash",
  "address.length",
  "address.local-part",
  "address.missing",
  "address.syntax",
  "attachment.blocked-type",
  "charset.unknown",
  "cid.duplicate",
  "header.control",
  "header.date",
  "header.message-id",
  "header.repeated",
  "header.sender",
  "header.value",
  "limit.bytes",
  "limit.configuration-set",
  "limit.depth",
  "limit.header",
  "limit.headers",
  "limit.line",
  "limit.parts",
  "limit.recipients",
  "limit.tag",
  "list.one-click",
  "list.uri",
  "raw.bcc",
  "raw.boundary",
  "raw.eight-bit",
  "raw.encoding",
  "raw.field",
  "raw.head",
  "raw.line-ends",
  "raw.missing-field",
  "raw.type",
];

describe("every rule", () => {
  it.each(rules)("%s has a failing and a passing file", (rule) => {
    expect(failing.map(ruleOf)).toContain(rule);
    expect(clean.map(ruleOf)).toContain(rule);
  });

  it.each(failing)("fails alone in %s, with the number of a line", (file) => {
    const issues = lint(file);
    expect([...new Set(issues.map((issue) => issue.code))]).toEqual([ruleOf(file)]);
    if (ruleOf(file) !== "limit.bytes") for (const issue of issues) expect(issue.message).toMatch(/^line \d+: /);
  });

  it.each(clean)("passes in %s", (file) => {
    expect(lint(file)).toEqual([]);
  });

  it("stands in the list of files with what it shows", () => {
    const list = readFileSync(new URL("README.md", folder), "utf8");
    for (const file of files) expect(list).toMatch(new RegExp(`\\| \`${file.replaceAll(".", "\\.")}\` \\| .+ \\|`));
  });
});

describe("a finding", () => {
  const places = (file: string) =>
    lint(file).map(({ severity, path, message }) => [severity, path, message.split(":")[0]]);

  it.each([
    ["header.repeated.eml", ["error", ["head", "Subject"], "line 9"]],
    ["header.repeated-content.eml", ["error", ["parts", 0, "Content-Type"], "line 12"]],
    ["attachment.blocked-type-extended.eml", ["error", ["parts", 1, "filename"], "line 15"]],
    ["raw.eight-bit.eml", ["error", ["body"], "line 10"]],
    ["raw.eight-bit-label.eml", ["warning", ["body"], "line 10"]],
    ["limit.line-head.eml", ["error", ["head", "X-Long"], "line 9"]],
    ["limit.depth.eml", ["error", ["parts", 0, 0, "body"], "line 16"]],
    ["raw.missing-field-to.eml", ["warning", ["head", "To"], "line 1"]],
    ["address.leading-dash.eml", ["warning", ["head", "To"], "line 2"]],
  ])("of %s tells severity, path and line", (file, expected) => {
    expect(places(file)).toEqual([expected]);
  });

  it("in an enclosed message warns of what concerns its readers only", () => {
    const text = [
      "From: a@example.com",
      "To: b@example.com",
      "MIME-Version: 1.0",
      "Content-Type: message/rfc822",
      "",
      "Bcc: c@example.com",
      "Subject: one",
      "Subject: two",
      "Content-Disposition: attachment; filename=a.exe",
      "",
      "hi",
      "",
    ].join("\r\n");
    expect(lintRaw(octets(text), sesV1).map(({ code, severity, path }) => [severity, code, ...path])).toEqual([
      ["warning", "raw.bcc", "parts", 0, "Bcc"],
      ["warning", "attachment.blocked-type", "parts", 0, "filename"],
    ]);
  });

  it("holds nothing of the message but names of fields", () => {
    const hostile = "SECRET@@SECRET";
    const text = `From: ${hostile}\r\nTo: ${hostile}\r\nDate: ${hostile}\r\nMessage-ID: ${hostile}\r\nContent-Type: ${hostile}\r\nContent-Transfer-Encoding: ${hostile}\r\n\r\n${hostile}\xff`;
    const issues = lintRaw(octets(text), sesV1);
    expect(hasError(issues)).toBe(true);
    expect(JSON.stringify(issues)).not.toContain("SECRET");
  });
});

describe("limits", () => {
  const text = (count: number) =>
    octets(
      `From: a@example.com\r\nTo: ${Array.from({ length: count }, (_, at) => `u${at}@example.com`).join(",\r\n ")}\r\n\r\n`,
    );

  it("of recipients hold one under, at and one over", () => {
    expect([49, 50, 51].map((count) => lintRaw(text(count), sesV1).map(({ code }) => code))).toEqual([
      [],
      [],
      ["limit.recipients"],
    ]);
  });

  it("of lines hold one under, at and one over", () => {
    const line = (size: number) =>
      lintRaw(octets(`From: a@b.example\r\nTo: a@b.example\r\n\r\n${"x".repeat(size)}\r\n`), sesV1);
    expect([997, 998, 999].map((size) => line(size).map(({ code }) => code))).toEqual([[], [], ["limit.line"]]);
  });

  it("of bytes are those of the profile", () => {
    const head = "From: a@b.example\r\nTo: a@b.example\r\n\r\n";
    const row = `${"x".repeat(74)}\r\n`;
    const bytes = octets(head + row.repeat(Math.ceil(sesV1.bytes / row.length)));
    const codes = (size: number, limits: Limits) => lintRaw(bytes.subarray(0, size), limits).map(({ code }) => code);
    expect([0, 1].map((over) => codes(sesV1.bytes + over, sesV1).includes("limit.bytes"))).toEqual([false, true]);
    expect(codes(sesV1.bytes + 1, sesV2)).not.toContain("limit.bytes");
  });

  it("of SMTP want a Date, know no SES fields and refuse no files", () => {
    const codes = (file: string) => lintRaw(read(file), smtp).map(({ code }) => code);
    expect(codes("clean-raw.missing-field.eml")).toEqual(["raw.missing-field"]);
    expect(codes("limit.tag.eml")).toEqual([]);
    expect(codes("attachment.blocked-type.eml")).toEqual([]);
  });
});

describe("any bytes", () => {
  const known = new Set<string>(issueCodes);
  const source = fc.constantFrom(...files).map((file) => Array.from(read(file)));
  const token = fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\xff",
    "--edge",
    "--edge--",
    "=?utf-8?B?",
    "?=",
    ";",
    '"',
    "(",
    ":",
  );
  const mutation = fc.tuple(fc.nat(), fc.nat({ max: 30 }), token);
  const mutated = fc.tuple(source, fc.array(mutation, { maxLength: 5 })).map(([bytes, changes]) => {
    const result = [...bytes];
    for (const [at, count, text] of changes) result.splice(at % (result.length + 1), count, ...octets(text));
    return Uint8Array.from(result);
  });

  it("give issues with known codes and never throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(mutated, fc.uint8Array({ maxLength: 400 })),
        fc.constantFrom(sesV1, smtp),
        (bytes, limits) => {
          const before = bytes.slice();
          for (const issue of lintRaw(bytes, limits)) expect(known.has(issue.code)).toBe(true);
          expect(bytes).toEqual(before);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("a Content-ID", () => {
  const mail = (id: string) =>
    new TextEncoder().encode(
      `From: a@example.com\r\nTo: b@example.com\r\nDate: Tue, 24 Nov 2026 05:06:07 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-ID: ${id}\r\n\r\nHello\r\n`,
    );

  it("may be one word, as html refers to it", () => {
    expect(lintRaw(mail("<logo>"), sesV1)).toEqual([]);
  });

  it.each(["logo", "<a b>", "<>"])("is not %s", (id) => {
    expect(lintRaw(mail(id), sesV1).map(({ code }) => code)).toEqual(["header.message-id"]);
  });
});
