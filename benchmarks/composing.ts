// The cases that compose one letter in memory: every rival checked, then raced, then distinguished from the others where
// its work is not the same.
import type { Bench } from "./bench.ts";
import { differences, longestLine } from "./equal.ts";
import { type Contender, formatMs, printTable, race } from "./harness.ts";
import type { Letter } from "./letter.ts";
import { emailjs } from "./rivals/emailjs-mime-builder.ts";
import { mimetext, mimetextEncoded } from "./rivals/mimetext.ts";
import { mimewright } from "./rivals/mimewright.ts";
import { nodemailer } from "./rivals/nodemailer.ts";
import type { Rival } from "./rivals/rival.ts";
import { upyo } from "./rivals/upyo.ts";

/** Every library of the comparison, this one first. */
export const rivals: readonly Rival[] = [mimewright, nodemailer, mimetext, mimetextEncoded, emailjs, upyo];

/** A case that races all rivals over one letter. */
export function composing(
  name: string,
  title: string,
  makeLetter: () => Letter | Promise<Letter>,
  { budget = 2_000, among = rivals }: { readonly budget?: number; readonly among?: readonly Rival[] } = {},
): Bench {
  return {
    name,
    title,
    async run() {
      const letter = await makeLetter();
      const contenders: Contender[] = [];
      const notes: string[] = [];
      let ours = true;
      for (const rival of among) {
        const entry = await enter(rival, letter);
        if (entry.contender !== undefined) contenders.push(entry.contender);
        notes.push(...entry.notes.map((note) => `${rival.name}: ${note}`));
        if (rival === mimewright) ours = entry.equal;
      }
      printRace(await race(contenders, { budget }));
      for (const note of notes) console.log(`  - ${note}`);
      return ours;
    },
  };
}

interface Entry {
  readonly contender?: Contender;
  readonly equal: boolean;
  readonly notes: readonly string[];
}

async function enter(rival: Rival, letter: Letter): Promise<Entry> {
  const job = rival.prepare(letter);
  if (job === undefined) return { equal: false, notes: ["cannot do it"] };
  const bytes = await job();
  const differs = await differences(letter, bytes);
  const notes = [...rival.unequal(letter)];
  if (differs.length > 0) notes.push(`NOT the same message when read back: ${differs.join(", ")}`);
  const longest = longestLine(bytes);
  // RFC 5322 s2.1.1
  if (longest > 998) notes.push(`longest line ${longest} octets, 998 are legal`);
  return { contender: { name: rival.name, run: job }, equal: differs.length === 0, notes };
}

/** Prints who took how long, the first as 1. */
export function printRace(timings: Awaited<ReturnType<typeof race>>): void {
  const rows = timings.map(({ name, median, ratio, low, high, rounds }) => [
    ...[name, formatMs(median), formatRatio(ratio), `${formatRatio(low)} - ${formatRatio(high)}`, String(rounds)],
  ]);
  printTable([["", "median", "time x ours", "middle half", "rounds"], ...rows]);
}

function formatRatio(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2);
}
