// Values of a caller as plain data: what counts as an object of options, its own properties, and what happens when
// reading it throws.
import { causedBy, errorIssue, type Place } from "../issues.ts";

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

/** What to write instead of an object that holds no properties of its own. */
export const PLAIN_HINT =
  "give a plain object: await a promise, turn a Map or Headers into one with Object.fromEntries";

/** True for an object whose options can be read: a Map, a promise or a list has none of its own. */
export function isOptions(value: unknown): value is object {
  try {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    return isPlain(value) || Object.keys(value).length > 0;
  } catch {
    return false; // a proxy that throws holds no options either
  }
}

/** True when a property comes from a prototype. Properties of Object.prototype are not the caller's. */
export function isInherited(input: object, key: string): boolean {
  return key in input && !Object.hasOwn(input, key) && !(key in Object.prototype);
}

/** The items of a list as they are now, holes as undefined. Undefined for anything that is not a list. */
export function listOf(input: unknown): readonly unknown[] | undefined {
  return Array.isArray(input) ? Array.from<unknown>(input) : undefined;
}

/**
 * Reads a value of the caller. What throws on the way (a getter, a proxy, a view whose memory is gone) is the caller's
 * value, so it is reported at its place like every other mistake.
 */
export function readGuarded<T>(place: Place, read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    const hint = "a getter or a proxy throws, or the memory behind it is gone: give plain data";
    const issue = errorIssue("input.unreadable", place.path, "the value throws when it is read", { hint });
    place.sink.add(causedBy(issue, cause));
    return undefined;
  }
}

// A separate empty prototype keeps records as fast as other objects; one without any would make them dictionaries.
const bare: object = Object.freeze(Object.create(null));

/** The own properties of an object, as data with no prototype to look further in. Getters are asked once. */
export function ownProperties<T extends object>(value: T): T & Readonly<Record<string, unknown>> {
  return Object.assign(Object.create(bare), value);
}

/**
 * The own properties of a value, frozen. Whoever puts something on Object.prototype must not give a message a Bcc, or a
 * part a file name, that the caller did not write: what is left out of a record stays out.
 */
export function record<T extends object>(value: T): T {
  return Object.freeze(ownProperties(value));
}

/**
 * Makes the instances of a class records: their own properties have no prototype behind them. A class is how a record
 * carries a brand that no copy has: a private field.
 */
export function makeBare(prototype: object): void {
  Reflect.deleteProperty(prototype, "constructor");
  Object.setPrototypeOf(prototype, null);
  Object.freeze(prototype);
}
