import { describe, expect, it } from "vitest";
import type { Part } from "../../src/mail/message/types.ts";
import { utf8 } from "../../src/mail/octets/charset.ts";
import { type HeadOptions, writeHead } from "../../src/mail/render/head.ts";
import { layOut } from "../../src/mail/render/layout.ts";
import { writeAll } from "../../src/mail/render/write.ts";

const leaf: Part = { type: "a/b", parameters: {}, fields: [], content: { kind: "bytes", bytes: new Uint8Array() } };

const all: HeadOptions = { charset: utf8, legacyNames: false, encoding: "7bit", of: "part", boundary: undefined };

function head(part: Partial<Part>, options: Partial<HeadOptions> = {}): string {
  return writeHead({ ...leaf, ...part }, { ...all, ...options }, []);
}

describe("the head of a part", () => {
  it("has the part's own fields, then those of its content", () => {
    const fields = [{ name: "X-A", value: { kind: "text", text: "é" } as const }];
    expect(head({ fields, parameters: { c: "d e" }, id: "i@x", disposition: "inline", description: "d" })).toBe(
      'X-A: =?UTF-8?B?w6k=?=\r\nContent-Type: a/b; c="d e"\r\nContent-Transfer-Encoding: 7bit\r\n' +
        "Content-ID: <i@x>\r\nContent-Disposition: inline\r\nContent-Description: d\r\n",
    );
  });

  it("says MIME-Version when it is the head of a message", () => {
    expect(head({}, { of: "message" })).toMatch(/^MIME-Version: 1\.0\r\nContent-Type: /);
  });

  it("names the transfer encoding of a leaf always, of a composite when it is not 7bit (RFC 2045 s6.4)", () => {
    const composite = { type: "multipart/mixed", content: undefined, parts: [leaf] };
    const { content: _, ...rest } = { ...leaf, ...composite };
    const options = { charset: utf8, legacyNames: false, of: "part", boundary: "b" } as const;
    expect(writeHead(rest, { ...options, encoding: "7bit" }, [])).toBe("Content-Type: multipart/mixed; boundary=b\r\n");
    expect(writeHead(rest, { ...options, encoding: "8bit" }, [])).toContain("Content-Transfer-Encoding: 8bit\r\n");
  });

  it("is an attachment when it has a name, a size or a date, and nothing else was said", () => {
    expect(head({ filename: "a.txt" })).toContain("Content-Disposition: attachment; filename=a.txt\r\n");
    expect(head({ size: 0 })).toContain("Content-Disposition: attachment; size=0\r\n");
    expect(head({ modificationDate: 0 })).toContain(
      'Content-Disposition: attachment;\r\n modification-date="Thu, 01 Jan 1970 00:00:00 +0000"\r\n',
    );
    expect(head({})).not.toContain("Content-Disposition");
  });

  it.each([
    ["a.txt", "filename=a.txt", "name=a.txt"],
    ["copy (1).pdf", 'filename="copy (1).pdf"', 'name="copy (1).pdf"'],
    ['a"b\\c.txt', 'filename="a\\"b\\\\c.txt"', 'name="a\\"b\\\\c.txt"'],
    ["jõgeva.txt", "filename*=UTF-8''j%C3%B5geva.txt", undefined],
    ["=?utf-8?Q?x?=", "filename*=UTF-8''%3D%3Futf-8%3FQ%3Fx%3F%3D", undefined],
  ])("names %j as readers want it", (filename, inDisposition, inType) => {
    const lines = head({ filename }).replaceAll("\r\n ", " ").split("\r\n");
    expect(lines.find((line) => line.startsWith("Content-Disposition"))).toBe(
      `Content-Disposition: attachment; ${inDisposition}`,
    );
    expect(lines[0]).toBe(inType === undefined ? "Content-Type: a/b" : `Content-Type: a/b; ${inType}`);
  });

  it("with legacyNames has an ASCII name behind the extended one, and a word in name=", () => {
    const text = head({ filename: "jõgeva.txt" }, { legacyNames: true }).replaceAll("\r\n ", " ");
    expect(text).toContain("filename*=UTF-8''j%C3%B5geva.txt; filename=\"jogeva.txt\"\r\n");
    expect(text).toMatch(/name="=\?UTF-8\?[BQ]\?.*\?="\r\n/);
  });

  it("continues a long name on lines of at most 76", () => {
    for (const filename of ["a".repeat(1004), "é".repeat(300)]) {
      const lines = head({ filename }).split("\r\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
      expect(lines.join("")).toContain("filename*0");
      expect(lines.join("")).not.toMatch(/[; ]name=/);
    }
  });

  it("tells the octets of each of the part's own fields, and the names of all", () => {
    const fields = [
      { name: "X-A", value: { kind: "text", text: "é" } as const },
      { name: "X-B", value: { kind: "text", text: "b" } as const },
    ];
    const names: string[] = [];
    const lengths: number[] = [];
    writeHead({ ...leaf, fields }, all, names, lengths);
    expect(names).toEqual(["X-A", "X-B", "Content-Type", "Content-Transfer-Encoding", ""]);
    expect(lengths).toEqual(["X-A: =?UTF-8?B?w6k=?=\r\n".length, "X-B: b\r\n".length]);
  });

  it("never leaves with a field that was not meant", () => {
    const text = "structured\r\nX-Evil: 1";
    for (const value of [{ kind: "structured", text } as const, { kind: "structured", text: "é" } as const]) {
      const root = { ...leaf, fields: [{ name: "X-A", value }] };
      const rendering = { time: 0, seed: "s", unique: false, legacyNames: false };
      const sheet = layOut({ message: undefined, root, charset: utf8, transport: "7bit", rendering });
      expect(() => writeAll(sheet)).toThrow(/render\.scan/);
    }
  });
});
