// The tables that the benchmarks write into the documentation.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fullTables, shortTable, withTable } from "../../benchmarks/goals/report.ts";
import { atMost, formatGoal, isReached, plainRow, type Row, timesFaster } from "../../benchmarks/goals/row.ts";

const root = join(import.meta.dirname, "../..");

const small: Row = {
  ...{ title: "small message: text", composed: true, goal: timesFaster(35), found: 36.04, own: "20 us" },
  beside: [
    ["by CPU", "35.0"],
    ["toBytes", "15 us"],
  ],
  rivals: [
    ["mimetext", 1.24],
    ["@upyo/smtp", 0.456],
  ],
  ...{ notes: [], right: true },
};
const memory = plainRow({
  title: "memory",
  goal: atMost(16, " MB"),
  found: 17,
  own: "17 MB",
  beside: [["other", "9 MB"]],
});

describe("goals", () => {
  it("a goal that is met exactly is reached, from either side", () => {
    expect(isReached({ goal: timesFaster(35), found: 35 })).toBe(true);
    expect(isReached({ goal: timesFaster(35), found: 34.9 })).toBe(false);
    expect(isReached({ goal: atMost(1.35), found: 1.35 })).toBe(true);
    expect(isReached({ goal: atMost(1.35), found: 1.36 })).toBe(false);
    expect(isReached({ goal: atMost(1.35), found: Number.NaN })).toBe(false);
  });

  it("a goal says its bound and its unit", () => {
    expect(formatGoal(timesFaster(7.5))).toBe(">= 7.5x");
    expect(formatGoal(atMost(6, " MB"))).toBe("<= 6 MB");
  });
});

describe("tables", () => {
  it("a composed letter has a column for each rival, its goal and its two halves; other rows say what was beside", () => {
    const lines = fullTables([small, memory]).split("\n");
    expect(lines).toContain("| Small message: text | 36.0 | 1.2 | 0.46 | >= 35x | pass | 20 us |  | 15 us |");
    expect(lines).toContain("| Memory | 17.0 MB | <= 16 MB | miss | 17 MB | other 9 MB |");
  });

  it("the short table has rivals only, and no row that was not measured", () => {
    expect(shortTable([small, memory]).split("\n").slice(2)).toEqual([
      "| Case | nodemailer | mimetext | @upyo/smtp |",
      "| --- | --: | --: | --: |",
      "| Small message: text | 36.0 | 1.2 | 0.46 |",
    ]);
  });

  it.each(["README.md", "docs/performance.md"])(
    "%s has the two markers, and nothing outside of them changes",
    (file) => {
      const text = readFileSync(join(root, file), "utf8");
      const changed = withTable(text, "TABLE");
      const [before = "", after = ""] = changed.split("\n\nTABLE\n\n");
      expect(before).toMatch(/<!-- measured: npm run bench -- --write -->$/);
      expect(after).toMatch(/^<!-- measured: end -->/);
      expect(text.startsWith(before) && text.endsWith(after)).toBe(true);
      expect(withTable(changed, "TABLE")).toBe(changed);
    },
  );

  it("a text without markers, or with them the wrong way round, is refused", () => {
    expect(() => withTable("text", "TABLE")).toThrow("expected a line <!-- measured:");
    const reversed = "<!-- measured: end -->\n<!-- measured: npm run bench -- --write -->";
    expect(() => withTable(reversed, "TABLE")).toThrow("expected a line");
  });
});
