import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digest } from "../../src/mail/render/boundary.ts";

describe("digest", () => {
  it("is 32 hexadecimal digits, the same on every machine", () => {
    expect(digest("a", "b")).toMatch(/^[0-9a-f]{32}$/);
    expect(digest("a", "b")).toBe(digest("a", "b"));
  });

  it("differs where the texts or their borders do", () => {
    const all = [[], [""], ["", ""], ["ab", "c"], ["a", "bc"], ["abc"], ["ab\0c"], ["\0"], ["é"], ["e\u0301"]];
    expect(new Set(all.map((texts) => digest(...texts))).size).toBe(all.length);
  });

  it("differs in every lane for texts that differ in one character", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, at) => {
        const other = `${text.slice(0, at % (text.length + 1))}!${text.slice(at % (text.length + 1))}`;
        const [one, two] = [digest(text), digest(other)];
        for (let lane = 0; lane < 32; lane += 8) expect(one.slice(lane, lane + 8)).not.toBe(two.slice(lane, lane + 8));
      }),
    );
  });

  it("is not seen twice among many counters", () => {
    const seen = new Set<string>();
    for (let count = 0; count < 20_000; count++) seen.add(digest("seed", String(count)).slice(0, 24));
    expect(seen.size).toBe(20_000);
  });
});
