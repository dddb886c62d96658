// Where in the caller's input a part was written, so that what is found later, or measured, can say so.
import type { Path } from "../issues.ts";
import { record } from "./record.ts";
import type { Part } from "./types.ts";

const origins = new WeakMap<Part, Path>();

/** A part of these values, frozen, and where it comes from. */
export function fromPlace(values: Part, path: Path | undefined): Part {
  const part = record(values);
  if (path !== undefined) origins.set(part, path);
  return part;
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
