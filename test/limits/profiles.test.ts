import { check, lintRaw, message, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { type Limits, sesV1, sesV2, smtp } from "../../src/mail/limits/profiles.ts";
import { blockedExtension, extensionOf } from "../../src/mail/limits/ses.ts";

describe.each([
  ["sesV1", sesV1],
  ["sesV2", sesV2],
  ["smtp", smtp],
])("the profile %s", (name, limits) => {
  it("says its own name", () => {
    expect(limits.name).toBe(name);
  });

  it("has a source and a date for every value", () => {
    const { name: _, sources, ...values } = limits;
    expect(Object.keys(sources).sort()).toEqual(Object.keys(values).sort());
    for (const source of Object.values(sources)) {
      expect(source.source).not.toBe("");
      expect(source.date).toMatch(/^\d{4}(?:-\d{2}(?:-\d{2})?|\/\d{4})?$/);
    }
  });

  it("is data that can be changed by copying, and is itself frozen", () => {
    const own: Limits = { ...limits, parts: 100 };
    expect([own.parts, limits.parts]).toEqual([100, 500]);
    expect(Object.isFrozen(limits)).toBe(true);
    expect(Object.isFrozen(limits.blockedExtensions) && Object.isFrozen(limits.onceOnly)).toBe(true);
  });

  it("names fields once, and extensions in lower case without a period", () => {
    const names = limits.onceOnly.map((field) => field.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(limits.blockedExtensions.every((extension) => /^[a-z0-9]+$/.test(extension))).toBe(true);
  });
});

describe("the limits of SES", () => {
  it("are 10,485,760 bytes for v1 and 41,943,040 for v2, 50 recipients in one call", () => {
    expect([sesV1.bytes, sesV2.bytes]).toEqual([10 * 1024 ** 2, 40 * 1024 ** 2]);
    expect([sesV1.recipients, sesV2.recipients]).toEqual([50, 50]);
  });

  it("are 90 extensions and 60 fields that may stand once, besides To, Cc and Bcc", () => {
    expect(new Set(sesV1.blockedExtensions).size).toBe(90);
    expect(sesV1.onceOnly).toHaveLength(63);
  });
});

describe("fields that stand once", () => {
  const base = { from: "a@example.com", to: "b@example.com", text: "x" };
  const twice = { Comments: ["1", "2"], Keywords: ["a", "b"], "DKIM-Signature": ["v=1; b=x", "v=1; b=y"] };

  // RFC 5322 s3.6, RFC 6376 s4.2; Amazon SES Developer Guide, "Header fields in Amazon SES".
  it.each(Object.entries(twice))("by the rule of SES alone are an issue of its profiles: %s", (name, values) => {
    const input = { ...base, headers: { [name]: values } };
    expect(check(input, smtp).ok).toBe(true);
    for (const limits of [sesV1, sesV2]) {
      const { issues } = check(input, limits);
      expect(issues.map(({ code, path }) => `${code} ${path.join(".")}`)).toContain(`header.repeated headers.${name}`);
      const raw = toBytes(message(input));
      expect(
        lintRaw(raw, limits).some(({ code, severity }) => code === "header.repeated" && severity === "error"),
      ).toBe(true);
      expect(lintRaw(raw, smtp).some(({ code }) => code === "header.repeated")).toBe(false);
    }
  });

  it("by the RFCs are those of every profile", () => {
    for (const limits of [sesV1, sesV2]) {
      const taken = new Set(limits.onceOnly.map((name) => name.toLowerCase()));
      expect(smtp.onceOnly.filter((name) => !taken.has(name.toLowerCase()))).toEqual([]);
    }
  });
});

describe("the extension of a file name", () => {
  it.each([
    ["report.pdf", "pdf"],
    ["archive.tar.gz", "gz"],
    ["SETUP.EXE", "exe"],
    ["setup.exe.", "exe"],
    ["setup.exe. . ", "exe"],
    ["setup.exe\u202c", "exe"],
    ["setup.e\u200bxe", "exe"],
    ["setup.exe\u00a0", "exe"],
    [".exe", "exe"],
    ["exe", ""],
    ["a.b/c", ""],
    ["a.b\\c", ""],
    ["", ""],
    ["...", ""],
  ])("of %j is %j", (name, extension) => {
    expect(extensionOf(name)).toBe(extension);
  });

  it("is refused for the last one only, in any of the names", () => {
    expect(blockedExtension(["a.exe.pdf"], sesV1.blockedExtensions)).toBeUndefined();
    expect(blockedExtension(["a.pdf", "a.Bat"], sesV1.blockedExtensions)).toBe("bat");
    expect(blockedExtension(["a.exe"], smtp.blockedExtensions)).toBeUndefined();
  });
});
