import { describe, expect, it } from "vitest";
import {
  clashes,
  type Hazards,
  newBoundaries,
  nextBoundary,
  noteEnclosed,
  noteLines,
} from "../../src/mail/render/boundary.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Gives the boundaries of a seed, one after another. */
function boundaries(seed: string, hazards?: Hazards): () => string {
  const all = newBoundaries(seed, hazards);
  return () => nextBoundary(all);
}

/** What is noted in contents. */
function hazardsIn(...contents: readonly string[]): Hazards | undefined {
  const all = newBoundaries("s");
  for (const content of contents) noteLines(all, bytes(content));
  return all.found;
}

describe("boundaries", () => {
  it("come from the seed: the same seed gives the same ones, another seed others", () => {
    const first = boundaries("seed");
    const again = boundaries("seed");
    expect([first(), first()]).toEqual([again(), again()]);
    expect(boundaries("seed")()).not.toBe(boundaries("other")());
  });

  it("consist of boundary characters, at most 70, with a mark that no encoded content can hold", () => {
    const next = boundaries("s");
    for (let index = 0; index < 20; index++) expect(next()).toMatch(/^[0-9a-f]{24}=_\d{5}$/);
  });

  it("have one width, so that none is the beginning of another", () => {
    const next = boundaries("s");
    const all = Array.from({ length: 200 }, next);
    expect(new Set(all.map((boundary) => boundary.length))).toEqual(new Set([31]));
    expect(new Set(all).size).toBe(200);
  });

  it("take the next value of the sequence when content has a line that begins like one", () => {
    const taken = boundaries("s")();
    const hazards = hazardsIn(`text\r\n--${taken}\r\nmore`);
    const next = boundaries("s", hazards)();
    expect(next).not.toBe(taken);
    expect(boundaries("s", hazards)()).toBe(next);
  });

  it("see a collision on the first line, with more after it, and with a closing delimiter", () => {
    const taken = boundaries("s")();
    for (const text of [`--${taken}`, `--${taken}--\r\n`, `\r\n--${taken}abc`]) {
      expect(boundaries("s", hazardsIn(text))()).not.toBe(taken);
    }
  });

  it("see every value that content has, one after another", () => {
    const taken: string[] = [];
    for (let count = 0; count < 5; count++) {
      const hazards = hazardsIn(...taken.map((one) => `--${one}\r\n`));
      const next = boundaries("s", hazards)();
      expect(taken).not.toContain(next);
      taken.push(next);
    }
  });

  it("keep nothing of text that is full of dashes", () => {
    const text = `${"--\r\n".repeat(100)}${"-".repeat(1000)}\r\n-- \r\n--${"a".repeat(40)}=_\r\n`;
    expect(hazardsIn(text)).toBeUndefined();
  });

  it("do not mind the same text inside a line", () => {
    const taken = boundaries("s")();
    expect(boundaries("s", hazardsIn(`see --${taken}`))()).toBe(taken);
  });

  it("never begin with a boundary that an enclosed message has open", () => {
    const taken = boundaries("s")();
    const start = taken.slice(0, 5);
    const all = newBoundaries("s");
    noteEnclosed(all, bytes(`Content-Type: multipart/mixed; boundary="${start}"\r\n\r\n--${start}\r\n\r\nx`));
    expect(boundaries("s", all.found)().startsWith(start)).toBe(false);
  });

  it("are taken on trust, and what is noted later tells whether that was right", () => {
    const all = newBoundaries("s");
    const first = nextBoundary(all);
    expect(clashes(all)).toBe(false);
    noteLines(all, bytes(`--${nextBoundary(newBoundaries("other"))}`));
    expect(clashes(all)).toBe(false);
    noteLines(all, bytes(`--${first}`));
    expect(clashes(all)).toBe(true);
  });
});
