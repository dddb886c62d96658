// Values of a caller without types: what counts as an object of options, and what happens when reading it throws.
import { causedBy, errorIssue, type Path, type Report } from "../issues.ts";

/**
 * True for an object that is nothing but its own properties: `{ … }` of any realm, or one without a prototype. Of a
 * Map, a Headers, a Promise or an object that inherits its properties, `Object.entries` gives little or nothing.
 */
export function isPlain(input: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(input);
  if (prototype === Object.prototype || prototype === null) return !Array.isArray(input);
  // Object.prototype of another realm, or the empty one of records.
  const isRoot = typeof prototype === "object" && Object.getPrototypeOf(prototype) === null;
  return isRoot && !Array.isArray(input) && Object.keys(prototype).length === 0;
}

/** True when a property comes from somewhere above an object. What stands on Object.prototype is nobody's word. */
export function isInherited(input: object, key: string): boolean {
  return key in input && !Object.hasOwn(input, key) && !(key in Object.prototype);
}

/** The items of a list as they are now, holes as undefined. Undefined for anything that is no list. */
export function listOf(input: unknown): readonly unknown[] | undefined {
  return Array.isArray(input) ? Array.from<unknown>(input) : undefined;
}

/**
 * Reads something of the caller's. What throws on the way (a getter, a proxy, a view whose memory is gone) is the
 * caller's value, so it is reported at its path like every other fault.
 */
export function readGuarded<T>(path: Path, report: Report, read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    const hint = "a getter or a proxy throws, or the memory behind it is gone: give plain data";
    report(causedBy(errorIssue("input.unreadable", path, "the value throws when it is read", { hint }), cause));
    return undefined;
  }
}

/** True for an object whose options can be read: a Map, a promise or a list has none of its own. */
export function isOptions(value: unknown): value is object {
  try {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    return isPlain(value) || Object.keys(value).length > 0;
  } catch {
    return false; // a proxy that throws holds no options either
  }
}
