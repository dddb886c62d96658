// Where a clock and randomness come in, once per rendering; everything below takes what is here.
import { flag, optionIssues, optionNames, readOptionsOf, refuse, shapeOf, text, throwOptions } from "../given.ts";
import { readDomain } from "../headers/addr-spec.ts";
import { errorIssue, type Path } from "../issues.ts";
import { isHeaderTime, timeOf } from "../message/date-input.ts";
import type { RenderOptions } from "../message/types.ts";
import { isOptions, ownProperties, record } from "../options/plain.ts";

/** How a message was rendered, as plain data: `render(m, rendering)` gives the same bytes again. */
export interface Rendering {
  /** Milliseconds since 1970: the date of a message that has none. */
  readonly time: number;
  /** Ids and boundaries come from it. */
  readonly seed: string;
  /** True when the seed was drawn for this one rendering: a Message-ID then comes from it alone. */
  readonly unique: boolean;
  readonly idDomain?: string;
  readonly legacyNames: boolean;
}

const NAMES = optionNames("now seed idDomain legacyNames");

/**
 * Fills in what the caller left open.
 *
 * @param own - names that the entry point has besides; they were read before
 * @throws OptionError `input.unknown-key`, `input.option`
 */
export function resolveOptions(options?: RenderOptions, own: readonly string[] = []): Rendering {
  if (options === undefined) {
    const now = new Date();
    return { time: now.getTime(), seed: randomSeed(), unique: true, legacyNames: false };
  }
  const given = checkRenderOptions(options, own);
  const time = timeOf(given.now === undefined ? new Date() : given.now());
  if (!isHeaderTime(time)) throwOptions([errorIssue("input.option", ["now"], NOW)]);
  return record({
    time: isHeaderTime(time) ? time : 0,
    seed: given.seed ?? randomSeed(),
    unique: given.seed === undefined,
    ...(given.idDomain === undefined ? {} : { idDomain: given.idDomain }),
    legacyNames: given.legacyNames === true,
  });
}

const RENDERING = shapeOf<Rendering>({
  time: (value, place) => (isHeaderTime(value) ? value : refuse(value, "milliseconds since 1970", place)),
  seed: text,
  unique: flag,
  idDomain: (value, place) => readIdDomain(value) ?? refuse(value, "a domain", place),
  legacyNames: flag,
});

/**
 * Options, or how a message was rendered earlier: both with every default filled in.
 *
 * @throws OptionError `input.unknown-key`, `input.option`
 */
export function resolveRendering(given?: RenderOptions | Rendering): Rendering {
  if (!isOptions(given) || !("time" in given && Object.hasOwn(given, "time"))) return resolveOptions(given);
  const { time = 0, seed = "", unique = false, legacyNames = false, ...rest } = readOptionsOf(given, RENDERING);
  return record({ ...rest, time, seed, unique, legacyNames });
}

/**
 * Refuses options of rendering beside a message that is rendered.
 *
 * @param own - names that the entry point has besides; they were read before
 * @param path - where they are within the options of the caller
 * @throws OptionError `input.option` for each of them
 */
export function refuseRenderOptions(
  options: RenderOptions | Rendering | undefined,
  own: readonly string[] = [],
  path: Path = [],
): void {
  if (options === undefined) return;
  if (!Object.hasOwn(options, "time")) checkRenderOptions(options, own, path);
  const given = Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  throwOptions(
    given.map((key) => {
      const hint = `write render(m, { ${key} }), and give its result alone`;
      return errorIssue("input.option", [...path, key], `the message is rendered already, ${key} comes too late`, {
        hint,
      });
    }),
  );
}

const NOW = "now must be a function that returns a valid Date between the years 1900 and 9999";

/**
 * Options of rendering, of the right kinds; the clock is not asked.
 *
 * @param own - names that the entry point has besides
 * @param path - where they are within the options of the caller
 * @throws OptionError `input.unknown-key`, `input.option`
 */
export function checkRenderOptions(
  options: RenderOptions,
  own: readonly string[] = [],
  path: Path = [],
): RenderOptions {
  const names = own.length === 0 ? NAMES : { ...NAMES, known: new Set([...NAMES.known, ...own]) };
  const issues = [...optionIssues(options, names, path)];
  if (!isOptions(options)) {
    throwOptions(issues);
    return {};
  }
  const refuse = (key: string, message: string) => issues.push(errorIssue("input.option", [...path, key], message));
  const { now, seed, idDomain, legacyNames }: Readonly<Record<string, unknown>> & RenderOptions =
    ownProperties(options);
  if (now !== undefined && typeof now !== "function") refuse("now", NOW);
  if (seed !== undefined && typeof seed !== "string") refuse("seed", "seed must be a string");
  if (legacyNames !== undefined && typeof legacyNames !== "boolean") {
    refuse("legacyNames", "legacyNames must be true or false");
  }
  const domain = idDomain === undefined ? undefined : readIdDomain(idDomain);
  if (idDomain !== undefined && domain === undefined) refuse("idDomain", "idDomain must be a domain");
  throwOptions(issues);
  return record({
    ...(now === undefined ? {} : { now }),
    ...(seed === undefined ? {} : { seed }),
    ...(domain === undefined ? {} : { idDomain: domain }),
    ...(legacyNames === undefined ? {} : { legacyNames }),
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

// RFC 5322 s3.6.4: a dot-atom or a literal is on the right; an international domain as its A-label.
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
