// Where in the caller's input a part was written, so that what is found later, or measured, can say so.
import type { Path } from "../issues.ts";
import { makeBare } from "../plain.ts";
import type { Part } from "./types.ts";

// A private field is no property: a changed copy of a part comes from no place.
class Placed {
  readonly #path: Path | undefined;

  constructor(path: Path | undefined) {
    this.#path = path;
  }

  static pathOf(part: object): Path | undefined {
    return #path in part ? part.#path : undefined;
  }

  static {
    makeBare(Placed.prototype);
  }
}

/** A part of these values, frozen, and where it comes from. */
export function fromPlace(values: Part, path: Path | undefined): Part {
  return Object.freeze(Object.assign(new Placed(path), values));
}

/** Where in the caller's input a part comes from, when it comes from one place. */
export function originOf(part: Part): Path | undefined {
  return Placed.pathOf(part);
}

/** Where the content of a part was written. */
export function contentPath(part: Part): Path {
  const path = Placed.pathOf(part);
  return path === undefined ? [] : [...path, "content"];
}
