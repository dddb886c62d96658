// The goals: how many times nodemailer's speed each letter is to be composed at, and what else is measured against it.
import { type Build, loadBuild, ways } from "./builds.ts";
import { differences, longestLine } from "./equal.ts";
import { type Contender, formatMs, printTable, race, type Timing } from "./harness.ts";
import type { Letter } from "./letter.ts";
import { mimetext, mimetextEncoded } from "./rivals/mimetext.ts";
import { nodemailer, nodemailerQuoted } from "./rivals/nodemailer.ts";
import type { Rival } from "./rivals/rival.ts";
import { upyo } from "./rivals/upyo.ts";
import { rows } from "./rows.ts";

interface Goal {
  readonly row: string;
  readonly title: string;
  /** Times nodemailer's speed. */
  readonly goal: number;
  readonly way?: "whole" | "into";
  readonly peer?: Rival;
}

const goals: readonly Goal[] = [
  { row: "small", title: "small message", goal: 35 },
  { row: "small-plain", title: "small message, another text", goal: 35 },
  { row: "subject-cjk", title: "subject of 10,000 characters, CJK", goal: 9 },
  { row: "subject-latin", title: "subject of 10,000 characters, Latin", goal: 6 },
  { row: "recipients", title: "1,000 recipients, ASCII names", goal: 13 },
  { row: "recipients-named", title: "1,000 recipients, other names", goal: 13 },
  { row: "files-1000", title: "1,000 attachments of 100 bytes", goal: 60 },
  { row: "files-100", title: "100 attachments of 100 KB", goal: 12 },
  { row: "html", title: "1 MB of html", goal: 15 },
  { row: "html-prose", title: "1 MB of html, prose", goal: 15 },
  { row: "japanese", title: "1 MB of Japanese, nodemailer in quoted-printable", goal: 45, peer: nodemailerQuoted },
  { row: "japanese", title: "1 MB of Japanese, nodemailer in base64", goal: 8 },
  { row: "attachment-10mb", title: "10 MB attachment", goal: 7.5 },
  { row: "attachment-25mb", title: "25 MB attachment, `into`", goal: 8, way: "into" },
  { row: "attachment-64mb", title: "64 MB attachment, `into`", goal: 9, way: "into" },
];

const peers: readonly Rival[] = [mimetext, mimetextEncoded, upyo];
const LARGE = 20 * 1024 * 1024;

/** What a row was found to be. */
interface GoalRow {
  readonly title: string;
  /** Of the whole way, the first column nodemailer's. */
  readonly faster: readonly (number | undefined)[];
  readonly goal: number;
}

/** Runs the rows of the table of goals, prints it. */
export async function measureGoals(folder: string, chosen: readonly string[], markdown: boolean): Promise<void> {
  const build = await loadBuild(folder);
  const table = [["", "own", "p10", "CPU", "nodemailer", "by CPU", ...peers.map(({ name }) => name), "goal", ""]];
  const notes: string[] = [];
  const found: GoalRow[] = [];
  for (const goal of goals) {
    if (chosen.length > 0 && !chosen.some((part) => goal.row.startsWith(part))) continue;
    const { timings, said } = await measureGoal(build, goal);
    const [own, first, ...others] = timings;
    if (own === undefined || first === undefined) continue;
    const faster = [first, ...peers.map(({ name }) => others.find((one) => one.name === name))].map(
      (one) => one?.ratio,
    );
    const cells = [formatMs(own.median), formatMs(own.p10), formatMs(own.cpu), (first.cpu / own.cpu).toFixed(1)];
    const [mine, p10, cpu, byCpu] = cells;
    const ratios = faster.map((ratio) => (ratio === undefined ? "" : formatRatio(ratio)));
    const verdict = first.ratio >= goal.goal ? "pass" : "miss";
    const [ofFirst = "", ...ofOthers] = ratios;
    const line = [goal.title, mine, p10, cpu, ofFirst, byCpu, ...ofOthers, String(goal.goal), verdict];
    table.push(line.map((cell) => cell ?? ""));
    notes.push(...said.map((note) => `${goal.title}: ${note}`));
    found.push({ title: goal.title, faster, goal: goal.goal });
  }
  printTable(table);
  for (const note of notes) console.log(`  - ${note}`);
  if (markdown) console.log(`\n${markdownOf(found)}`);
}

async function measureGoal(build: Build, { row, way = "whole", peer = nodemailer }: Goal) {
  const letter = rows.get(row)?.();
  const run = letter === undefined ? undefined : ways.get(way)?.(build, letter);
  if (letter === undefined || run === undefined) throw new RangeError(`no row ${row}, no way ${way}`);
  const contenders: Contender[] = [{ name: "own", run }];
  const said: string[] = [];
  const size = letter.enclosures.reduce((sum, { content }) => sum + content.length, 0);
  for (const rival of size > LARGE ? [peer] : [peer, ...peers]) {
    const job = rival.prepare(letter);
    if (job === undefined) continue;
    contenders.push({ name: rival.name, run: job });
    if (size <= LARGE) said.push(...(await notesOn(rival, letter, await job())));
  }
  const timings: readonly Timing[] = await race(contenders, { budget: size > LARGE ? 2_500 : 1_200, maxRounds: 41 });
  return { timings, said };
}

async function notesOn(rival: Rival, letter: Letter, bytes: Uint8Array): Promise<readonly string[]> {
  const differs = await differences(letter, bytes);
  const longest = longestLine(bytes);
  return [
    ...rival.unequal(letter),
    ...(differs.length > 0 ? [`NOT the same when read back: ${differs.join(", ")}`] : []),
    // RFC 5322 s2.1.1
    ...(longest > 998 ? [`longest line ${longest} octets, 998 are legal`] : []),
  ].map((note) => `${rival.name} ${note}`);
}

const SEND_GOAL = 1.3;

/** `send` against `toBytes` and `sendRaw`: what sending a message costs beside the two. */
export async function measureSends(folder: string): Promise<void> {
  const build = await loadBuild(folder);
  const table = [["", "send", "toBytes + sendRaw", "toBytes", "sendRaw", "send over both", "goal", ""]];
  for (const row of ["small", "recipients", "html"]) {
    const letter = rows.get(row)?.();
    if (letter === undefined) continue;
    const contenders = ["toBytes+sendRaw", "send", "toBytes", "sendRaw"].flatMap((name) => {
      const run = ways.get(name)?.(build, letter);
      return run === undefined ? [] : [{ name, run }];
    });
    const [both, send, bytes, raw] = await race(contenders, { budget: 1_200 });
    if (both === undefined || send === undefined || bytes === undefined || raw === undefined) continue;
    const verdict = send.ratio <= SEND_GOAL ? "pass" : "miss";
    const times = [send, both, bytes, raw].map(({ median }) => formatMs(median));
    table.push([row, ...times, send.ratio.toFixed(2), `<= ${SEND_GOAL}`, verdict]);
  }
  printTable(table);
}

/** The table of docs/performance.md. */
function markdownOf(found: readonly GoalRow[]): string {
  const heads = ["nodemailer", ...peers.map(({ name }) => name)];
  const lines = found.map(({ title, faster, goal }) => {
    const cells = faster.map((ratio) => (ratio === undefined ? "" : formatRatio(ratio)));
    return `| ${[title, ...cells, String(goal)].join(" | ")} |`;
  });
  return [
    `| Case | ${heads.join(" | ")} | goal, nodemailer |`,
    `| --- | ${heads.map(() => "--:").join(" | ")} | --: |`,
    ...lines,
  ].join("\n");
}

function formatRatio(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1);
}
