import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldParameters, type Parameter } from "../../src/mail/headers/parameters.ts";
import { decodePercent } from "../../src/mail/octets/extended-value.ts";
import { hostileText } from "./support.ts";

function disposition(filename: string, legacyNames = false): string {
  return foldParameters("attachment", [["filename", filename]], { startColumn: 21, legacyNames });
}

function type(parameters: readonly Parameter[], legacyNames = false): string {
  return foldParameters("text/plain", parameters, { startColumn: 14, legacyNames });
}

// Puts a file name together again by RFC 2231 s3 and s4.
function readFilename(text: string): string {
  const unfolded = text.replaceAll("\r\n", "");
  const extended = [...unfolded.matchAll(/filename(?:\*(\d+))?\*=(?:UTF-8'')?([^;]*)/g)];
  if (extended.length > 0) {
    expect(extended.map(([, number = "0"]) => Number(number))).toEqual(extended.map((_, i) => i));
    const pieces = extended.map(([, , value = ""]) => decodePercent(value) ?? new Uint8Array(0));
    return pieces.map((bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)).join("");
  }
  const pieces = [...unfolded.matchAll(/filename(?:\*\d+)?=("(?:[^"\\]|\\.)*"|[^";]*)/g)];
  return pieces
    .map(([, value = ""]) => (value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value))
    .join("");
}

describe("file names", () => {
  it.each([
    ["report.pdf", "attachment; filename=report.pdf"],
    ["copy (1).pdf", 'attachment; filename="copy (1).pdf"'],
    ['a"b\\.txt', 'attachment; filename="a\\"b\\\\.txt"'],
    ["100%.txt", 'attachment; filename="100%.txt"'],
    ["jõgeva.txt", "attachment; filename*=UTF-8''j%C3%B5geva.txt"],
    ["l'été.pdf", "attachment; filename*=UTF-8''l%27%C3%A9t%C3%A9.pdf"],
    ["=?utf-8?Q?x?=", "attachment; filename*=UTF-8''%3D%3Futf-8%3FQ%3Fx%3F%3D"],
  ])("writes %s", (name, expected) => {
    expect(disposition(name)).toBe(expected);
  });

  it("continues a long one over lines of 76, without gap, charset only once and only where needed", () => {
    const ascii = disposition("x".repeat(1004));
    expect(ascii).toContain(';\r\n filename*0="xx');
    expect(ascii).not.toContain("UTF-8''");
    const wide = disposition(`${"日本語".repeat(40)}.pdf`);
    expect(wide.match(/UTF-8''/g)).toHaveLength(1);
    for (const text of [ascii, wide])
      for (const line of text.split("\r\n").slice(1)) expect(line.length).toBeLessThanOrEqual(76);
  });

  it("adds an ASCII likeness behind the extended form only with legacyNames", () => {
    expect(disposition("jõgeva.txt", true)).toBe(
      "attachment; filename*=UTF-8''j%C3%B5geva.txt;\r\n filename=\"jogeva.txt\"",
    );
    expect(disposition("日本.pdf", true)).toContain(';\r\n filename="__.pdf"');
    expect(disposition("plain.txt", true)).toBe("attachment; filename=plain.txt");
    const long = disposition(`${"é".repeat(300)}.tar`, true);
    expect(long).toMatch(/ filename="e{56}\.tar"$/);
    expect(disposition("é=?x?=", true)).not.toMatch(/filename="[^"]*=\?/);
  });

  it("reads back equal, in lines of at most 76, whatever the name", () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const text = disposition(name);
        expect(readFilename(text)).toBe(name);
        expect(text.replaceAll("\r\n", "")).toMatch(/^[ -~]*$/);
        for (const line of `${" ".repeat(21)}${text}`.split("\r\n")) expect(line.length).toBeLessThanOrEqual(76);
      }),
    );
  });
});

describe("other parameters", () => {
  it("writes name only when it is plain ASCII and fits", () => {
    expect(type([["name", "a b.txt"]])).toBe('text/plain; name="a b.txt"');
    for (const name of ["ü.txt", "=?x", "x".repeat(1004)]) expect(type([["name", name]])).toBe("text/plain");
    expect(type([["name", "ü.txt"]], true)).toBe('text/plain; name="=?UTF-8?B?w7wudHh0?="');
    expect(type([["name", "x".repeat(1004)]], true)).toBe("text/plain");
  });

  it("never splits a boundary", () => {
    const boundary = `=_${"b".repeat(68)}`;
    expect(type([["boundary", boundary]])).toBe(`text/plain;\r\n boundary="${boundary}"`);
  });

  it("folds between parameters and quotes empty values", () => {
    expect(
      type([
        ["charset", "utf-8"],
        ["format", "flowed"],
        ["x", ""],
      ]),
    ).toBe('text/plain; charset=utf-8; format=flowed; x=""');
    expect(
      type([
        ["a", "1".repeat(50)],
        ["b", "2".repeat(50)],
      ]),
    ).toBe(`text/plain;\r\n a=${"1".repeat(50)};\r\n b=${"2".repeat(50)}`);
  });
});
