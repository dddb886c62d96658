// Differences as a person reads them in the output of a failing test.
import type { Difference } from "./differences.ts";

const mostNamed = 8;

/** The first difference in full, the places of the others. */
export function diffReport(differences: readonly Difference[]): string {
  const [first, ...others] = differences;
  if (first === undefined) return "";
  const named = others.slice(0, mostNamed).map(({ place }) => place);
  const more = others.length > mostNamed ? [`${others.length - mostNamed} more`] : [];
  const rest = others.length === 0 ? [] : ["", `Also different: ${[...named, ...more].join(", ")}`];
  return [first.place, ...first.lines, ...rest].join("\n");
}
