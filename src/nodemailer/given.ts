// Reading what somebody wrote for nodemailer: own properties only, nothing dropped in silence.
import { errorIssue, type Path, type Report } from "../issues.ts";

/** A caller's object, without what stands on its prototype. */
export type Given = Readonly<Record<string, unknown>>;

/** Where issues go, and where in the options this is. */
export interface Place {
  readonly path: Path;
  readonly report: Report;
}

/** The place of a property or an element. */
export function inside({ path, report }: Place, ...keys: Path): Place {
  return { path: [...path, ...keys], report };
}

/** A plain object, or an instance of the caller's own class; neither a list nor bytes. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** nodemailer takes these for "not given". */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === "" || value === 0;
}

/** A string option; anything else but nothing is reported. */
export function readString(value: unknown, place: Place): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "string") return value;
  place.report(errorIssue("input.type", place.path, "this option is a string"));
  return undefined;
}

/** A list, of which one element may stand alone. */
export function readList(value: unknown): readonly unknown[] {
  if (isAbsent(value)) return [];
  return Array.isArray(value) ? value : [value];
}
