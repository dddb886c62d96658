// The tables of docs/performance.md and README.md, and how they get there.
import { readFileSync, writeFileSync } from "node:fs";
import { machine } from "../harness.ts";
import { formatGoal, formatNumber, formatRatio, isReached, type Row } from "./row.ts";

const BEGIN = "<!-- measured: npm run bench -- --write -->";
const END = "<!-- measured: end -->";

// What the README shows of the composed letters.
const SHORT = [
  "small message:",
  "10 MB attachment",
  "100 attachments",
  "1,000 recipients, ASCII",
  "1 MB of html",
  "streaming",
];

/** Both tables of docs/performance.md: the composed letters, and everything else. */
export function fullTables(found: readonly Row[]): string {
  const raced = found.filter(({ composed }) => composed);
  const others = found.filter(({ composed }) => !composed);
  return [
    `Measured ${machine()}.`,
    "",
    ...peerTable(raced, ["goal", "", "this library", "`message`", "`toBytes`"], (row) => [
      ...[formatGoal(row.goal), verdictOf(row), row.own, besideOf(row, "message"), besideOf(row, "toBytes")],
    ]),
    "",
    "| Measure | found | goal | | this library | beside |",
    "| --- | --: | --: | --- | --: | --- |",
    ...others.map((row) => {
      const beside = row.beside.map(([name, value]) => `${name} ${value}`).join("; ");
      return tableLine([
        capital(row.title),
        formatNumber(row.found) + row.goal.unit,
        formatGoal(row.goal),
        verdictOf(row),
        row.own,
        beside,
      ]);
    }),
  ].join("\n");
}

/** The table of README.md. */
export function shortTable(found: readonly Row[]): string {
  const shown = SHORT.flatMap((start) => found.find(({ title }) => title.startsWith(start)) ?? []);
  return [`Measured ${machine()}.`, "", ...peerTable(shown, [], () => [])].join("\n");
}

/** Puts both into the files. */
export function writeTables(found: readonly Row[]): void {
  for (const [file, table] of [
    ["docs/performance.md", fullTables(found)],
    ["README.md", shortTable(found)],
  ] as const) {
    writeFileSync(file, withTable(readFileSync(file, "utf8"), table));
  }
}

/** The text with the table in the place of what is between its two markers. */
export function withTable(text: string, table: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`expected a line ${BEGIN} and, below it, a line ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`;
}

function peerTable(rows: readonly Row[], heads: readonly string[], cellsOf: (row: Row) => readonly string[]): string[] {
  const names = [...new Set(rows.flatMap(({ rivals }) => rivals.map(([name]) => name)))];
  return [
    tableLine(["Case", "nodemailer", ...names, ...heads]),
    tableLine(["---", "--:", ...names.map(() => "--:"), ...heads.map((head) => (head === "" ? "---" : "--:"))]),
    ...rows.map((row) => {
      const ratios = names.map((name) => ratioOf(row, name));
      return tableLine([capital(row.title), formatNumber(row.found), ...ratios, ...cellsOf(row)]);
    }),
  ];
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function ratioOf({ rivals }: Row, wanted: string): string {
  const ratio = rivals.find(([name]) => name === wanted)?.[1];
  return ratio === undefined ? "" : formatRatio(ratio);
}

function besideOf({ beside }: Row, wanted: string): string {
  return beside.find(([name]) => name === wanted)?.[1] ?? "";
}

function verdictOf(row: Row): string {
  return isReached(row) ? "pass" : "miss";
}

function capital(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}
