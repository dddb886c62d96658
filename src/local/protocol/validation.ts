// Constraint violations, collected and answered at once in the words of the service:
// `2 validation errors detected: Value null at 'source' failed to satisfy constraint: Member must not be null; …`
import { SesError } from "./errors.ts";

/** Collects what is wrong with the parameters of one request. */
export interface Validation {
  /** One more violation: the value, the member's name in lower camel case, the constraint. */
  fail(value: string | undefined, member: string, constraint: string): void;
  /** Throws the ValidationError if there was a violation. */
  done(): void;
}

// A client that sends 100 MB of nonsense is not sent all of it back.
const mostErrors = 50;
const mostShown = 200;

/**
 * An empty collection.
 *
 * @param values - whether the text repeats the values that are wrong: the first API does, v2 does not
 */
export function validation(values: "shown" | "hidden" = "shown"): Validation {
  const errors: string[] = [];
  return {
    fail(value, member, constraint) {
      const text = value === undefined ? "null" : `'${value.slice(0, mostShown)}'`;
      const shown = values === "shown" ? `${text} ` : "";
      errors.push(`Value ${shown}at '${member}' failed to satisfy constraint: ${constraint}`);
    },
    done() {
      if (errors.length === 0) return;
      const noun = errors.length === 1 ? "validation error" : "validation errors";
      throw new SesError(
        "ValidationError",
        `${errors.length} ${noun} detected: ${errors.slice(0, mostErrors).join("; ")}`,
      );
    },
  };
}

/** The name of a member as violations have it, in lower camel case: `EmailAddress` becomes `emailAddress`. */
export function memberName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** A member that must be there and is not. */
export function missing(found: Validation, member: string): void {
  found.fail(undefined, member, "Member must not be null");
}

/** The value of a required parameter; a missing one is a violation, and the empty text is used in its place. */
export function required(found: Validation, value: string | undefined, member: string): string {
  if (value === undefined) missing(found, member);
  return value ?? "";
}

/** A value out of a set; undefined when it is absent or a violation. */
export function oneOf<const T extends string>(
  found: Validation,
  value: string | undefined,
  member: string,
  set: readonly T[],
): T | undefined {
  const match = set.find((candidate) => candidate === value);
  if (match === undefined && value !== undefined) {
    found.fail(value, member, `Member must satisfy enum value set: [${set.join(", ")}]`);
  }
  return match;
}

/** A text of at most so many characters, or a list of at most so many members. */
export function lengthWithin(found: Validation, value: string | readonly string[], member: string, most: number): void {
  if (value.length <= most) return;
  const shown = typeof value === "string" ? value : `[${value.join(", ")}]`;
  found.fail(shown, member, `Member must have length less than or equal to ${most}`);
}
