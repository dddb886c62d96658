// Where the values of an input came from, when it was made out of something else: issues then name the place in that.
import type { Path } from "../issues.ts";

/** A place in the input that was made, and the place in what it was made of. What is below it keeps its name. */
export type Origin = readonly [made: Path, given: Path];

// Beside the input, not in it: it says what a place is called and changes nothing of what is checked.
const known = new WeakMap<object, readonly Origin[]>();

/** The input, remembered with where its values came from. */
export function withOrigins<T extends object>(input: T, origins: readonly Origin[]): T {
  if (origins.length > 0) known.set(input, origins);
  return input;
}

/** Gives for a path into the input the path into what it was made of: by the longest origin that leads to it. */
export function originPaths(input: unknown): (path: Path) => Path {
  const origins = typeof input === "object" && input !== null ? known.get(input) : undefined;
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
