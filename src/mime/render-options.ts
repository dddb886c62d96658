// Where a clock and randomness come in, once per rendering; everything below takes what stands here.
import { readDomain } from "../headers/domain.ts";
import { isOptions } from "../headers/foreign.ts";
import { errorIssue, type Issue, MessageError } from "../issues.ts";
import { isHeaderTime, ownProperties, timeOf } from "../message/input.ts";
import { record } from "../message/record.ts";
import type { RenderOptions } from "../message/types.ts";

/** Options with every default filled in. */
export interface Rendering {
  /** Milliseconds since 1970: the date of a message that has none. */
  readonly time: number;
  readonly seed: string;
  /** True when the seed was drawn for this one rendering. */
  readonly unique: boolean;
  readonly idDomain?: string;
  readonly legacyNames: boolean;
}

const KEYS = new Set(["now", "seed", "idDomain", "legacyNames"]);

/** Fills in what the caller left open. @throws MessageError `input.option` when an option is unusable. */
export function resolveOptions(options?: RenderOptions): Rendering {
  if (options === undefined) {
    const now = new Date();
    return { time: now.getTime(), seed: randomSeed(), unique: true, legacyNames: false };
  }
  if (!isOptions(options)) {
    throw new MessageError([errorIssue("input.option", [], "options are an object")]);
  }
  const issues: Issue[] = [];
  const refuse = (key: string, message: string) => issues.push(errorIssue("input.option", [key], message));
  for (const key of Object.keys(options)) if (!KEYS.has(key)) refuse(key, "there is no such option");
  const { now, seed, idDomain, legacyNames } = ownProperties(options);
  const time = timeOf(now === undefined ? new Date() : typeof now === "function" && now());
  if (!isHeaderTime(time)) refuse("now", "now is a function that gives a valid Date between the years 1900 and 9999");
  if (seed !== undefined && typeof seed !== "string") refuse("seed", "a seed is a string");
  if (legacyNames !== undefined && typeof legacyNames !== "boolean") refuse("legacyNames", "legacyNames is a boolean");
  const right = idDomain === undefined ? undefined : readIdDomain(idDomain);
  if (idDomain !== undefined && right === undefined) refuse("idDomain", "idDomain is a domain");
  const [first, ...rest] = issues;
  if (first !== undefined) throw new MessageError([first, ...rest]);
  return record({
    time: isHeaderTime(time) ? time : 0,
    seed: typeof seed === "string" ? seed : randomSeed(),
    unique: seed === undefined,
    ...(right === undefined ? {} : { idDomain: right }),
    legacyNames: legacyNames === true,
  });
}

/** Takes one door's own option out of the options that all doors share. What is no object is left to be refused. */
export function splitOption<O extends RenderOptions, K extends Exclude<keyof O, keyof RenderOptions>>(
  options: O | undefined,
  key: K,
): { readonly own: O[K] | undefined; readonly rest: RenderOptions | undefined } {
  if (!isOptions(options) || !Object.hasOwn(options, key)) {
    return { own: undefined, rest: options };
  }
  const { [key]: own, ...rest } = options;
  return { own, rest };
}

// RFC 5322 s3.6.4: a dot-atom or a literal stands on the right; an international domain as its A-label.
function readIdDomain(input: unknown): string | undefined {
  const reading = typeof input === "string" ? readDomain(input) : undefined;
  return reading?.ok === true ? reading.domain : undefined;
}

let random: string | undefined;
let drawn = 0;

// 128 random bits for the process, and a number for each rendering: no two renderings of the world share a seed.
function randomSeed(): string {
  random ??= [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(36)).join("-");
  drawn++;
  return `${random}-${drawn}`;
}
