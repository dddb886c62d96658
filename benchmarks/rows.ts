// The letters of the table of goals, by the names that `--rows` gives.
import {
  type Letter,
  letterOfCjkSubject,
  letterOfHtml,
  letterOfJapanese,
  letterOfProse,
  letterOfSubject,
  letterToMany,
  letterToManyNamed,
  letterWithFiles,
  smallLetter,
  smallLetterPlain,
} from "./letter.ts";

const MB = 1024 * 1024;

/** Every letter by its name. */
export const rows: ReadonlyMap<string, () => Letter> = new Map([
  ["small", smallLetter],
  ["small-plain", smallLetterPlain],
  ["subject-cjk", () => letterOfCjkSubject(10_000)],
  ["subject-latin", () => letterOfSubject(10_000)],
  ["recipients", () => letterToMany(1_000)],
  ["recipients-named", () => letterToManyNamed(1_000)],
  ["files-1000", () => letterWithFiles(1_000, 100)],
  ["files-100", () => letterWithFiles(100, 100 * 1024)],
  ["html", () => letterOfHtml(MB)],
  ["html-prose", () => letterOfProse(MB)],
  ["japanese", () => letterOfJapanese(MB)],
  ["attachment-10mb", () => letterWithFiles(1, 10 * MB)],
  ["attachment-25mb", () => letterWithFiles(1, 25 * MB)],
  ["attachment-64mb", () => letterWithFiles(1, 64 * MB)],
]);

/** Those whose names begin with one of the parts; all of them for an empty list. */
export function chosenRows(parts: readonly string[]): readonly (readonly [name: string, make: () => Letter])[] {
  const chosen = [...rows].filter(([name]) => parts.length === 0 || parts.some((part) => name.startsWith(part)));
  if (chosen.length === 0)
    throw new RangeError(`no row begins with ${parts.join(" or ")}: ${[...rows.keys()].join(", ")}`);
  return chosen;
}
