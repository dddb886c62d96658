// Where values came from, so that issues name the place in what the caller wrote: an input that was made out of
// something else, and the parts of a checked tree.
import type { Path } from "../issues.ts";
import { ownProperties } from "../options/plain.ts";
import type { Part } from "./types.ts";

/** A place in the input that was made, and the place in what it was made of. What is below it keeps its name. */
export type Origin = readonly [made: Path, given: Path];

// Not enumerable: it says what a place is called, and no copy of the input has it.
const ORIGINS: unique symbol = Symbol("origins");

interface MadeInput {
  readonly [ORIGINS]: readonly Origin[];
}

/** The input, with where its values came from. */
export function withOrigins<T extends object>(input: T, origins: readonly Origin[]): T {
  return origins.length > 0 ? Object.defineProperty(input, ORIGINS, { value: origins }) : input;
}

function originsOf(input: unknown): readonly Origin[] | undefined {
  try {
    return isMade(input) ? input[ORIGINS] : undefined;
  } catch {
    return undefined; // a proxy that throws is reported where the input is read
  }
}

function isMade(input: unknown): input is MadeInput {
  return typeof input === "object" && input !== null && Object.hasOwn(input, ORIGINS);
}

/** Gives for a path into the input the path into what it was made of: by the longest origin that leads to it. */
export function originPaths(input: unknown): (path: Path) => Path {
  const origins = originsOf(input);
  if (origins === undefined) return (path) => path;
  let byMade: ReadonlyMap<string, Path> | undefined;
  return (path) => {
    byMade ??= new Map(origins.map(([made, given]) => [JSON.stringify(made), given]));
    for (let length = path.length; length > 0; length--) {
      const given = byMade.get(JSON.stringify(path.slice(0, length)));
      if (given !== undefined) return [...given, ...path.slice(length)];
    }
    return path;
  };
}

// Not enumerable: a changed copy of a part comes from no place.
const PART_PATH: unique symbol = Symbol("path");

/** A part of these values, frozen, and where in the caller's input it comes from. */
export function fromPlace(values: Part, path: Path | undefined): Part {
  const part = ownProperties(values);
  if (path !== undefined) Object.defineProperty(part, PART_PATH, { value: path });
  return Object.freeze(part);
}

/** Where in the caller's input a part comes from, when it comes from one place. */
export function originOf(part: Part & { readonly [PART_PATH]?: Path }): Path | undefined {
  return Object.hasOwn(part, PART_PATH) ? part[PART_PATH] : undefined;
}

/** Where the content of a part was written. */
export function contentPath(part: Part): Path {
  const path = originOf(part);
  return path === undefined ? [] : [...path, "content"];
}
