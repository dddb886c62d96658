// Two texts as the lines that differ, with some lines around them.
import { structuredPatch } from "diff";

// Beyond that the texts have little in common, and the search for it would take long.
const mostEdits = 1_000;
const mostLines = 60;
const longestLine = 160;

/**
 * The difference of two texts, `-` before what was expected and `+` before what came.
 *
 * @returns lines, at most 60; long ones show the place where they differ
 */
export function lineDiff(expected: string, received: string): readonly string[] {
  const context = { context: 2, maxEditLength: mostEdits };
  const patch = structuredPatch("", "", visible(expected), visible(received), undefined, undefined, context);
  if (patch === undefined) return fromFirstDifference(expected, received);
  const lines: string[] = [];
  for (const [index, hunk] of patch.hunks.entries()) {
    if (index > 0) lines.push("  …");
    lines.push(...hunk.lines.filter((line) => !line.startsWith("\\")).map(spaced));
  }
  return clipPairs(shortened(lines));
}

// Every text ends its last line here, so that a missing line end at the end shows as a separate line.
function visible(text: string): string {
  return text.endsWith("\n") ? text : `${text}⏎ no line end here\n`;
}

function spaced(line: string): string {
  return `${line.slice(0, 1)} ${line.slice(1)}`;
}

function fromFirstDifference(expected: string, received: string): readonly string[] {
  const [before, after] = [expected.split("\n"), received.split("\n")];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const some = (lines: readonly string[], mark: string) =>
    lines.slice(same, same + 10).map((line) => `${mark} ${line}`);
  const note = `  (line ${same + 1}; the texts differ in more than ${mostEdits} lines)`;
  return [note, ...some(before, "-"), ...some(after, "+")].map((line) => clip(line, 0));
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `  … ${lines.length - mostLines} more lines`];
}

// A run of removed lines and the run of added ones after it belong together, line by line.
function clipPairs(lines: readonly string[]): readonly string[] {
  const clipped = [...lines];
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at]?.startsWith("-")) continue;
    const added = lines.findIndex((line, index) => index > at && !line.startsWith("-"));
    const runs = added < 0 ? lines.length : added;
    for (let place = at; place < runs; place++) {
      const other = runs + place - at;
      const [one = "", two = ""] = [lines[place], lines[other]];
      const from = two.startsWith("+") ? firstDifference(one, two) : 0;
      clipped[place] = clip(one, from);
      if (two.startsWith("+")) clipped[other] = clip(two, from);
    }
    at = runs;
  }
  return clipped.map((line) => clip(line, 0));
}

function firstDifference(one: string, other: string): number {
  let at = 1;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

// Keeps the mark at the front and what is around the column `from`.
function clip(line: string, from: number): string {
  if (line.length <= longestLine) return line;
  const start = Math.max(2, Math.min(from - 40, line.length - longestLine + 4));
  const end = start + longestLine - 4;
  return `${line.slice(0, 2)}${start > 2 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
}
