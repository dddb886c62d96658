// Where in the caller's input a part was written, so that what is found later, or measured, can say so.
import type { Path } from "../issues.ts";
import type { Part } from "./types.ts";

const origins = new WeakMap<Part, Path>();

/** Remembers where a part comes from, and freezes it. */
export function fromPlace(part: Part, path: Path | undefined): Part {
  if (path !== undefined) origins.set(part, path);
  return Object.freeze(part);
}

/** Where in the caller's input a part comes from, when it comes from one place. */
export function originOf(part: Part): Path | undefined {
  return origins.get(part);
}

/** Where the content of a part was written. */
export function contentPath(part: Part): Path {
  const path = origins.get(part);
  return path === undefined ? [] : [...path, "content"];
}
