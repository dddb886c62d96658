import { describe, expect, it } from "vitest";
import { scanHead, scanned } from "../../src/mail/render/head.ts";

// The head is somewhere in its message: a few octets are before it, and it is scanned at every place of a word.
const scan = (text: string, ...names: string[]) => {
  for (const before of ["", "-", "--", "---"]) {
    const octets = Uint8Array.from(`${before}${text}\r\nbehind it\r\n`, (char) => char.charCodeAt(0));
    scanHead(scanned(octets), before.length, before.length + text.length, [...names, ""]);
    scanHead(scanned(Uint8Array.of(0, ...octets).subarray(1)), before.length, before.length + text.length, [
      ...names,
      "",
    ]);
  }
};

describe("the scan of a head", () => {
  it("passes the fields that were meant", () => {
    expect(() => scan("A: 1\r\nBb: 2\r\n\tmore\r\n", "A", "Bb")).not.toThrow();
  });

  it.each([
    ["a field too many", "A: 1\r\nB: 2\r\n", ["A"]],
    ["a field too few", "A: 1\r\n", ["A", "B"]],
    ["another order", "B: 2\r\nA: 1\r\n", ["A", "B"]],
    ["a longer name", "AB: 1\r\n", ["A"]],
    ["a bare LF", "A: 1\nB: 2\r\n", ["A"]],
    ["a bare CR", "A: 1\rB: 2\r\n", ["A"]],
    ["no line end", "A: 1", ["A"]],
    ["an octet above 127", "A: \u00e9\r\n", ["A"]],
    ["a NUL", "A: \0\r\n", ["A"]],
    ["a DEL", "A: \u007f\r\n", ["A"]],
    ["a line of blanks", "A: 1\r\n  \r\n", ["A"]],
    ["an empty line", "A: 1\r\n\r\n", ["A"]],
    ["a continuation first", " A: 1\r\n", []],
    ["a line of 999", `A: ${"x".repeat(996)}\r\n`, ["A"]],
  ])("stops %s", (_, head, names) => {
    expect(() => scan(head, ...names)).toThrowError(expect.objectContaining({ code: "render.scan" }));
  });

  it("passes a line of 998", () => {
    expect(() => scan(`A: ${"x".repeat(995)}\r\n`, "A")).not.toThrow();
  });
});
