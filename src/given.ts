// Options of entry points: one reader that refuses misspelt names, with one wording and a suggestion.
import { isOptions } from "./headers/foreign.ts";
import { errorIssue, type Issue, OptionError, type Path } from "./issues.ts";

const NO_HINTS: ReadonlyMap<string, string> = new Map();

/** The names that an object of options may have. */
export interface OptionNames {
  readonly known: ReadonlySet<string>;
  /** Names that other libraries use, with what to write here instead. */
  readonly hints?: ReadonlyMap<string, string>;
}

/** Names written with blanks between them, as a shape for {@link checkOptions}. */
export function optionNames(names: string, hints: ReadonlyMap<string, string> = NO_HINTS): Required<OptionNames> {
  return { known: new Set(names.split(" ")), hints };
}

/**
 * Refuses what is not an object of options, and every name that is not known. `undefined` is an empty object.
 *
 * @param path - where the options are within those of the caller, as in `["queue"]`
 * @returns the options as they were given
 * @throws OptionError `input.option`, `input.unknown-key` with every unknown name at once
 * @example
 * const { timeout = 5_000 } = checkOptions(options, optionNames("timeout"));
 */
export function checkOptions<T extends object>(options: T, names: OptionNames, path: Path = []): T {
  throwOptions(optionIssues(options, names, path));
  return options;
}

/** As {@link checkOptions}, as issues. `undefined` is an empty object. */
export function optionIssues(options: unknown, { known, hints }: OptionNames, path: Path = []): readonly Issue[] {
  if (options === undefined) return [];
  if (!isOptions(options)) return [errorIssue("input.option", path, notOptions(known))];
  const unknown = Object.keys(options).filter((key) => !known.has(key));
  return unknown.map((key) => unknownKey(key, known, path, hints));
}

/** @throws OptionError when there is an issue */
export function throwOptions(issues: readonly Issue[]): void {
  const [first, ...rest] = issues;
  if (first !== undefined) throw new OptionError([first, ...rest]);
}

/** The issue of a name that no option has. */
export function unknownKey(
  key: string,
  known: ReadonlySet<string>,
  path: Path,
  hints: ReadonlyMap<string, string> = NO_HINTS,
): Issue {
  const name = shown(key);
  const near = hints.has(key) ? undefined : nearestName(key, known);
  const message = near === undefined ? `unknown option ${name}` : `unknown option ${name}; did you mean "${near}"?`;
  const hint = hints.get(key) ?? (near === undefined ? listed(known) : undefined);
  return errorIssue("input.unknown-key", [...path, key], message, hint === undefined ? {} : { hint });
}

const MOST_LISTED = 16;

function listed(known: ReadonlySet<string>): string | undefined {
  if (known.size === 0) return "there are no options here";
  return known.size <= MOST_LISTED ? `the options are ${[...known].join(", ")}` : undefined;
}

function notOptions(known: ReadonlySet<string>): string {
  const names = known.size <= MOST_LISTED ? `, such as { ${[...known].join(", ")} }` : "";
  return `options must be a plain object${names}`;
}

const MOST_SHOWN = 60;

// A key may be anything: what is shown of it is short and on one line.
function shown(key: string): string {
  return JSON.stringify(key.length > MOST_SHOWN ? `${key.slice(0, MOST_SHOWN)}…` : key);
}

/**
 * The known name that was most likely meant: the same but for case, hyphens and underscores, or a few letters away.
 *
 * @example
 * nearestName("tagz", new Set(["tags", "rate"])); // "tags"
 */
export function nearestName(key: string, known: Iterable<string>): string | undefined {
  const wanted = plain(key);
  if (wanted === "" || wanted.length > MOST_SHOWN) return undefined;
  const most = Math.min(3, Math.floor((wanted.length + 2) / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const other = plain(name);
    const distance = Math.abs(other.length - wanted.length) > most ? Number.POSITIVE_INFINITY : edits(wanted, other);
    if (distance <= most && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name, distance };
  }
  return best?.name;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, "");
}

// The distance of Damerau and Levenshtein, adjacent letters that are swapped counting once. Names are short.
function edits(one: string, other: string): number {
  let [older, previous]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const least = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      row.push(swapped ? Math.min(least, (older[j - 2] ?? 0) + 1) : least);
    }
    [older, previous] = [previous, row];
  }
  return previous[other.length] ?? 0;
}
