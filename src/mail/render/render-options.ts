// Where a clock and randomness come in, once per rendering; everything below takes what is here.
import {
  flag,
  functionFrom,
  nested,
  type Reader,
  readOptionsOf,
  refuse,
  type Shape,
  shapeOf,
  text,
  throwOptions,
} from "../../given.ts";
import { errorIssue, type Path } from "../../issues.ts";
import { isOptions } from "../../options/plain.ts";
import { readDomain } from "../headers/addr-spec.ts";
import { isHeaderTime, timeOf } from "../message/date-input.ts";
import type { RenderOptions } from "../message/types.ts";

/** How a message was rendered, as plain data: `render(m, rendering)` gives the same bytes again. */
export interface Rendering {
  /** Milliseconds since 1970: the date of a message that has none. */
  readonly time: number;
  /** Ids and boundaries come from it. */
  readonly seed: string;
  /** True when the seed was drawn for this one rendering: a Message-ID then comes from it alone. */
  readonly unique: boolean;
  readonly idDomain?: string | undefined;
  readonly legacyNames: boolean;
}

// RFC 5322 s3.6.4: a dot-atom or a literal is on the right; an international domain as its A-label.
const readIdDomain: Reader<string> = (value, place) => {
  const reading = typeof value === "string" ? readDomain(value) : undefined;
  return reading?.ok === true ? reading.domain : refuse(value, "a domain such as example.com", place);
};

/**
 * Readers of the options of rendering, for entry points that have others besides.
 *
 * @example
 * const COLLECT = shapeOf<CollectOptions>({ ...renderReaders, maxBytes: bytes });
 */
export const renderReaders: Shape<RenderOptions>["readers"] = {
  now: functionFrom<() => Date>(),
  seed: text,
  idDomain: readIdDomain,
  legacyNames: flag,
};

const RENDER = /* @__PURE__ */ shapeOf<RenderOptions>(renderReaders);

/** Reads options of rendering inside other options. The clock is not asked. */
export const readRender: Reader<RenderOptions> = /* @__PURE__ */ nested(RENDER);

/** Options of rendering, of the right kinds; the clock is not asked. @throws OptionError with every issue */
export function readRenderOptions(options: RenderOptions | undefined): RenderOptions {
  return readOptionsOf(options, RENDER);
}

/**
 * Fills in what the caller left open.
 *
 * @throws OptionError with every issue
 */
export function resolveOptions(options?: RenderOptions): Rendering {
  return renderingOf(readRenderOptions(options));
}

/** As {@link resolveOptions}, of options that were read. */
export function renderingOf({ now, seed, idDomain, legacyNames }: RenderOptions): Rendering {
  const read = now === undefined ? Date.now() : timeOf(now());
  const time = isHeaderTime(read) ? read : 0;
  if (time !== read) throwOptions([errorIssue("input.option", ["now"], NOW)]);
  return { time, seed: seed ?? randomSeed(), unique: seed === undefined, idDomain, legacyNames: legacyNames === true };
}

const NOW = "expected a function that returns a valid Date between the years 1900 and 9999";

const RENDERING = /* @__PURE__ */ shapeOf<Rendering>({
  time: (value, place) => (isHeaderTime(value) ? value : refuse(value, "milliseconds since 1970", place)),
  seed: text,
  unique: flag,
  idDomain: readIdDomain,
  legacyNames: flag,
});

function isRendering(given: RenderOptions | Rendering | undefined): given is Rendering {
  return isOptions(given) && Object.hasOwn(given, "time");
}

/**
 * Options, or how a message was rendered earlier: both with every default filled in.
 *
 * @throws OptionError with every issue
 */
export function resolveRendering(given?: RenderOptions | Rendering): Rendering {
  if (!isRendering(given)) return resolveOptions(given);
  const { time = 0, seed = "", unique = false, idDomain, legacyNames = false } = readOptionsOf(given, RENDERING);
  return { time, seed, unique, idDomain, legacyNames };
}

/**
 * Refuses options of rendering beside a message that is rendered.
 *
 * @param path - where they are within the options of the caller
 * @throws OptionError `input.option` for each of them
 */
export function refuseRenderOptions(options: RenderOptions | Rendering | undefined, path: Path = []): void {
  refuseRead(isRendering(options) ? options : readRenderOptions(options), path);
}

/** As {@link refuseRenderOptions}, of options that were read, others among them. */
export function refuseRead(options: RenderOptions | Rendering, path: Path = []): void {
  const issues = Object.entries(options).map(([key, value]) => {
    if (value === undefined || !(RENDER.known.has(key) || RENDERING.known.has(key))) return [];
    const hint = `write render(m, { ${key} }), and give its result alone`;
    return errorIssue("input.option", [...path, key], `the message is rendered already, ${key} comes too late`, {
      hint,
    });
  });
  throwOptions(issues.flat());
}

let random: string | undefined;
let drawn = 0;

// 128 random bits for the process, and a number for each rendering: no two renderings of the world share a seed.
function randomSeed(): string {
  random ??= [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(36)).join("-");
  drawn++;
  return `${random}-${drawn}`;
}
