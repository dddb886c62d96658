import { describe, expect, it } from "vitest";
import { boundaries, findHazards } from "../../src/mail/render/boundary.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const none = findHazards([], new Set());

describe("boundaries", () => {
  it("come from the seed: the same seed gives the same ones, another seed others", () => {
    const first = boundaries("seed", none);
    const again = boundaries("seed", none);
    expect([first(), first()]).toEqual([again(), again()]);
    expect(boundaries("seed", none)()).not.toBe(boundaries("other", none)());
  });

  it("consist of boundary characters, at most 70, with a mark that no encoded content can hold", () => {
    const next = boundaries("s", none);
    for (let index = 0; index < 20; index++) expect(next()).toMatch(/^[0-9a-f]{24}=_\d{5}$/);
  });

  it("have one width, so that none is the beginning of another", () => {
    const next = boundaries("s", none);
    const all = Array.from({ length: 200 }, next);
    expect(new Set(all.map((boundary) => boundary.length))).toEqual(new Set([31]));
    expect(new Set(all).size).toBe(200);
  });

  it("take the next value of the sequence when content has a line that begins like one", () => {
    const taken = boundaries("s", none)();
    const hazards = findHazards([bytes(`text\r\n--${taken}\r\nmore`)], new Set());
    const next = boundaries("s", hazards)();
    expect(next).not.toBe(taken);
    expect(boundaries("s", hazards)()).toBe(next);
  });

  it("see a collision on the first line, with more after it, and with a closing delimiter", () => {
    const taken = boundaries("s", none)();
    for (const text of [`--${taken}`, `--${taken}--\r\n`, `\r\n--${taken}abc`]) {
      expect(boundaries("s", findHazards([bytes(text)], new Set()))()).not.toBe(taken);
    }
  });

  it("see every value that content has, one after another", () => {
    const taken: string[] = [];
    for (let count = 0; count < 5; count++) {
      const hazards = findHazards([bytes(taken.map((one) => `--${one}\r\n`).join(""))], new Set());
      const next = boundaries("s", hazards)();
      expect(taken).not.toContain(next);
      taken.push(next);
    }
  });

  it("keep nothing of text that is full of dashes", () => {
    const text = `${"--\r\n".repeat(100)}${"-".repeat(1000)}\r\n-- \r\n--${"a".repeat(40)}=_\r\n`;
    expect(findHazards([bytes(text)], new Set()).lines.size).toBe(0);
  });

  it("do not mind the same text inside a line", () => {
    const taken = boundaries("s", none)();
    expect(boundaries("s", findHazards([bytes(`see --${taken}`)], new Set()))()).toBe(taken);
  });

  it("never begin with a boundary that an enclosed message has open", () => {
    const taken = boundaries("s", none)();
    const hazards = findHazards([], new Set([taken.slice(0, 5)]));
    expect(boundaries("s", hazards)().startsWith(taken.slice(0, 5))).toBe(false);
  });
});
