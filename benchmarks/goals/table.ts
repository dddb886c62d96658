// The table of goals: every group of rows in turn, each row printed as soon as it is measured.
import { composing } from "./composing.ts";
import { growth } from "./growth.ts";
import { heap } from "./heap.ts";
import { cold } from "./import.ts";
import { memory } from "./memory.ts";
import { formatGoal, formatNumber, formatRatio, type GoalOptions, isReached, type Row, type RowGroup } from "./row.ts";
import { sdkSend } from "./sdk-send.ts";
import { sending } from "./sending.ts";
import { streaming } from "./streaming.ts";

/** All of them. */
export const groups: readonly RowGroup[] = [...composing, ...[streaming, memory, heap, sending, sdkSend, cold, growth]];

/** Measures the groups whose names begin with one of the parts, all of them for an empty list. */
export async function measureGoals(parts: readonly string[], options: GoalOptions): Promise<readonly Row[]> {
  const chosen = groups.filter(({ name }) => parts.length === 0 || parts.some((part) => name.startsWith(part)));
  if (chosen.length === 0) {
    const names = [...new Set(groups.map(({ name }) => name))];
    throw new RangeError(`no row begins with ${parts.join(" or ")}: ${names.join(", ")}`);
  }
  const found: Row[] = [];
  console.log(lineOf(["", "found", "goal", "", "own", "beside"]));
  for (const group of chosen) {
    for await (const row of group.measure(options)) {
      found.push(row);
      console.log(formatRow(row));
    }
  }
  for (const note of notesOf(found)) console.log(`  - ${note}`);
  const reached = found.filter(isReached).length;
  console.log(`${reached} of ${found.length} goals reached`);
  return found;
}

const WIDTHS = [59, 8, 9, 4, 10];

function lineOf(cells: readonly string[]): string {
  const padded = cells.map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[0] ?? 0) : cell.padStart(WIDTHS[at] ?? 0)));
  return `  ${padded.join("  ").trimEnd()}`;
}

function formatRow(row: Row): string {
  const { title, goal, found, own, rivals, beside, right } = row;
  const verdict = isReached(row) ? "pass" : "miss";
  const ratios = rivals.map(([name, ratio]) => [name, formatRatio(ratio)] as const);
  const others = [...beside, ...ratios].map(([name, value]) => `${name} ${value}`).join("; ");
  const line = lineOf([title, formatNumber(found) + goal.unit, formatGoal(goal), verdict, own, others]);
  return right ? line : `${line}\n  ! NOT the result that was meant`;
}

/** What rivals leave out, each said once, with the row that it is said of, or how many. */
function notesOf(found: readonly Row[]): readonly string[] {
  const titles = new Map<string, string[]>();
  for (const { title, notes } of found) {
    for (const note of notes) titles.set(note, [...(titles.get(note) ?? []), title]);
  }
  const lines = [...titles].map(([note, rows]) => `${note} (${rows.length > 1 ? `${rows.length} rows` : rows[0]})`);
  return lines.sort();
}
