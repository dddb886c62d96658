// Reading a command line: a table of flags, each with a reader; all problems are reported at once, by the flag's name.
import { parseArgs } from "node:util";
import { type Reader, unknownKey } from "../given.ts";
import { type Limits, sesV1, sesV2, smtp } from "../index.ts";
import { type Issue, IssueList, type Place } from "../issues.ts";
import type { Io } from "./io.ts";

/** A flag of a command: how it is written, and the reader of what was written. */
export interface Flag<T> {
  /** Whether a value follows, whether the flag can be repeated, or whether it is a switch (with `--no-…`). */
  readonly kind: "value" | "list" | "switch" | "switch-or-no";
  /** One letter that means the same, as in `-o`. */
  readonly short?: string;
  /** The name without hyphens, where it is not that of the option: `--tag` gives one of `tags`. */
  readonly name?: string;
  readonly read: Reader<T>;
}

/** The flags of a command by the names of their options: `configurationSet` is `--configuration-set`. */
export type FlagTable<T> = { readonly [K in keyof T]?: Flag<T[K]> };

/** A command: what it says about itself, its flags, and what runs it. */
export interface Command {
  readonly help: string;
  readonly flags: FlagTable<Readonly<Record<string, unknown>>>;
  /** @returns the exit code */
  readonly run: (args: readonly string[], io: Io) => Promise<number>;
}

type Names = Pick<Flag<unknown>, "short" | "name">;

/** A flag with a value. */
export function valued<T>(read: Reader<T>, names: Names = {}): Flag<T> {
  return { kind: "value", ...names, read };
}

/** A flag with a value that can be given several times. */
export function repeated<T>(item: Reader<T>, names: Names = {}): Flag<readonly T[]> {
  const read: Reader<readonly T[]> = (value, place) =>
    Array.isArray(value) ? value.map((one: unknown) => item(one, place)).filter((one) => one !== undefined) : undefined;
  return { kind: "list", ...names, read };
}

/** The name of a flag without hyphens. */
export function flagName(option: string, { name }: Names = {}): string {
  return name ?? option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const isOn: Reader<boolean> = (value) => value === true;

/** A flag without a value. */
export const toggle: Flag<boolean> = { kind: "switch", read: isOn };

/** A flag without a value that `--no-…` turns off. */
export const onOrOff: Flag<boolean> = { kind: "switch-or-no", read: isOn };

/** Any text as it was written. */
export const anyText: Reader<string> = (value) => String(value);

/** A reader of values that are written in a certain form. `parse` gives undefined for everything else. */
export function written<T>(parse: (text: string) => T | undefined, expected: string): Reader<T> {
  return (value, place) => parse(String(value)) ?? place.error("input.option", `expected ${expected}`);
}

/** A reader of one of a few words. */
export function wordOf<T extends string>(...words: readonly T[]): Reader<T> {
  const expected = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return written((text) => words.find((word) => word === text), expected);
}

/** A reader of whole numbers. */
export function wholeNumber(least: number, most: number): Reader<number> {
  return written((text) => wholeIn(text, least, most), `a whole number from ${least} to ${most}`);
}

/** The whole number that a text holds; undefined when it holds none in this range. */
export function wholeIn(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
}

/** Reads a point in time with its zone: the same bytes on every machine. */
export const timeWithZone: Reader<Date> = written(parseTime, "a time with its zone, such as 2026-11-01T09:00:00Z");

// ECMA-262 s21.4.1.32: without a zone a date-time is local time, and a date alone is UTC.
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** An ISO 8601 time that means the same everywhere; undefined for every other text. */
export function parseTime(text: string): Date | undefined {
  if (!TIME.test(text)) return undefined;
  const [time, day] = [new Date(text), new Date(`${text.slice(0, 10)}T00:00:00Z`)];
  // The 30th of February would be taken for the 2nd of March.
  const isDay = !Number.isNaN(day.getTime()) && day.getUTCDate() === Number(text.slice(8, 10));
  return isDay && !Number.isNaN(time.getTime()) ? time : undefined;
}

const PROFILES: ReadonlyMap<string, Limits> = new Map([
  ["ses-v1", sesV1],
  ["ses-v2", sesV2],
  ["smtp", smtp],
]);

/** Reads the name of a limits profile. */
export const limitsName: Reader<Limits> = written((name) => PROFILES.get(name), "ses-v1, ses-v2 or smtp");

/** What was wrong with a command line: one line for each problem. */
export class FlagError extends Error {
  override readonly name = "FlagError";
  readonly lines: readonly string[];

  constructor(issues: readonly Issue[]) {
    const lines = issues.map(flagLine);
    super(lines.join("\n"));
    this.lines = lines;
  }
}

function flagLine({ path, message, hint, code }: Issue): string {
  const named = path.length === 0 || code === "input.unknown-key" ? message : `--${path.join(" ")}: ${message}`;
  return hint === undefined ? named : `${named} (${hint})`;
}

/** What a command line says. */
export interface CommandLine<T> {
  readonly values: Partial<T>;
  /** Everything that is not a flag, in its order: files, for most commands. */
  readonly files: readonly string[];
}

/** What is checked once every flag was read: numbers of files, flags that need each other. */
export type LineCheck<T> = (line: CommandLine<T>, place: Place) => void;

/**
 * Reads a command line.
 *
 * @throws FlagError with every problem: unknown flags with a suggestion, missing and unusable values
 */
export function readFlags<T extends object>(
  args: readonly string[],
  table: FlagTable<T>,
  check: LineCheck<T>,
): CommandLine<T> {
  const list = new IssueList();
  const { raw, files } = rawValues(args, table, list.root);
  const values: Partial<T> = {};
  for (const [key, value] of raw) {
    if (!isKeyOf(key, table)) continue;
    const flag = table[key];
    const read = flag?.read(value, list.root.at(flagName(key, flag)));
    if (read !== undefined) values[key] = read;
  }
  const line = { values, files };
  check(line, list.root);
  list.throwIfErrors(FlagError);
  return line;
}

type Raw = string | boolean | readonly string[];

interface Known {
  readonly key: string;
  readonly flag: Flag<unknown>;
}

function knownFlags(table: FlagTable<object>): ReadonlyMap<string, Known> {
  const entries: readonly (readonly [string, Flag<unknown>])[] = Object.entries(table);
  return new Map(entries.map(([key, flag]) => [flagName(key, flag), { key, flag }]));
}

/** The names of the flags of a command, without hyphens. */
export function flagNames(table: FlagTable<object>): readonly string[] {
  return [...knownFlags(table).keys()];
}

function rawValues(args: readonly string[], table: FlagTable<object>, place: Place) {
  const known = knownFlags(table);
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, options: nodeOptions(known) });
  const raw = new Map<string, Raw>();
  const files: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") files.push(token.value);
    if (token.kind === "option") readToken(token, known, raw, place);
  }
  return { raw, files };
}

// Values are read from the tokens, which keep their order and how they were written.
function nodeOptions(known: ReadonlyMap<string, Known>) {
  const options = [...known].map(([name, { flag }]) => {
    const type = flag.kind === "value" || flag.kind === "list" ? ("string" as const) : ("boolean" as const);
    return [name, { type, ...given("short", flag.short) }] as const;
  });
  return Object.fromEntries(options);
}

interface Token {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readToken(token: Token, known: ReadonlyMap<string, Known>, raw: Map<string, Raw>, place: Place): void {
  const { value, rawName } = token;
  const opposite = token.name.startsWith("no-") ? known.get(token.name.slice(3)) : undefined;
  const isNo = opposite?.flag.kind === "switch-or-no";
  const name = isNo ? token.name.slice(3) : token.name;
  const found = known.get(name);
  if (found === undefined) {
    place.sink.add(unknownKey(rawName, new Set([...known.keys()].map((one) => `--${one}`)), []));
    return;
  }
  const { key, flag } = found;
  if (flag.kind === "switch" || flag.kind === "switch-or-no") {
    if (value === undefined) raw.set(key, !isNo);
    else place.at(name).error("input.option", "the flag takes no value");
  } else if (value === undefined || isFlagLike(value, token)) {
    place.at(name).error("input.option", "a value is missing", { hint: `write --${name}=VALUE` });
  } else raw.set(key, flag.kind === "list" ? [...listIn(raw, key), value] : value);
}

// `--output --seed x` lacks a value; `--send-rate -1` has one.
function isFlagLike(value: string, { inlineValue }: Token): boolean {
  return inlineValue !== true && /^-\D/.test(value);
}

function listIn(raw: ReadonlyMap<string, Raw>, key: string): readonly string[] {
  const value = raw.get(key);
  return typeof value === "object" ? value : [];
}

function isKeyOf<T extends object>(key: string, table: FlagTable<T>): key is string & keyof T {
  return Object.hasOwn(table, key);
}

/** The command takes one file. */
export function oneFile({ files }: { readonly files: readonly string[] }, place: Place): void {
  someFiles({ files }, place);
  if (files.length > 1) place.error("input.option", `expected one file; got ${files.length}`);
}

/** The command takes one file or several. */
export function someFiles({ files }: { readonly files: readonly string[] }, place: Place): void {
  if (files.length === 0) place.error("input.option", "expected a file, or - for the standard input");
  if (files.filter((file) => file === "-").length > 1)
    place.error("input.option", "the standard input (-) can be read only once");
}

/** The command takes no file. */
export function noFiles({ files }: { readonly files: readonly string[] }, place: Place): void {
  if (files.length > 0) place.error("input.option", `expected no file; got ${files.length}`);
}

/** The only file of a command line that {@link oneFile} checked. */
export function fileOf({ files: [file = "-"] }: { readonly files: readonly string[] }): string {
  return file;
}

/** The options that were given, under the names that the library has for them. */
export function given<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T };
export function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value };
}
