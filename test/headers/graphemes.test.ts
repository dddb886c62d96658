import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterEnds, codePointEnds } from "../../src/mail/headers/graphemes.ts";
import { hostileText } from "./support.ts";

function expectedEnds(text: string): number[] {
  const segments = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)];
  return segments.map(({ index, segment }) => index + segment.length);
}

describe("clusterEnds", () => {
  it("keeps marks, joined emoji and flags whole", () => {
    expect(clusterEnds("e\u0301a")).toEqual([2, 3]);
    expect(clusterEnds("\u{1f468}\u200d\u{1f469}\u200d\u{1f467}!")).toEqual([8, 9]);
    expect(clusterEnds("\u{1f1e9}\u{1f1ea}\u{1f1eb}\u{1f1f7}")).toEqual([4, 8]);
    expect(clusterEnds("")).toEqual([]);
  });

  it("gives the segmenter's boundaries however long the text is", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 20 }), (text, times) => {
        const long = text.repeat(times);
        expect(clusterEnds(long)).toEqual(expectedEnds(long));
      }),
      { numRuns: 60 },
    );
  });

  it("agrees with the segmenter about every unit, beside itself, a letter and a mark", () => {
    for (let from = 0x20; from < 0xd800; from += 0x80) {
      const units = Array.from({ length: 0x80 }, (_, i) => String.fromCharCode(from + i));
      const text = units.map((unit) => `${unit}${unit}a${unit}\u0301日`).join("");
      expect(clusterEnds(text)).toEqual(expectedEnds(text));
    }
  });

  it("cuts a cluster longer than any word between code points", () => {
    const ends = clusterEnds(`a${"\u0301".repeat(2000)}`);
    expect(ends.at(-1)).toBe(2001);
    expect(Math.max(...ends.map((end, i) => end - (ends[i - 1] ?? 0)))).toBeLessThanOrEqual(256);
    const joined = "\u{1f468}\u200d".repeat(1000);
    for (const end of clusterEnds(joined)) expect(joined.charCodeAt(end) & 0xfc00).not.toBe(0xdc00);
  });

  it("lists code points of a stretch", () => {
    expect(codePointEnds("a\u{1f600}b", 0, 4)).toEqual([1, 3, 4]);
  });
});
