// What every rule over raw bytes is given, and how it reports a place in the bytes.
import { type Issue, type IssueCode, mappedSink, type Path, type Place } from "../../issues.ts";
import type { RawField, RawPart } from "../read/outline.ts";
import { pathOf, type RawVisit } from "../read/walk.ts";
import type { Limits } from "./profiles.ts";

/** One look at raw bytes. */
export interface Lint {
  readonly bytes: Uint8Array;
  readonly limits: Limits;
  readonly root: RawPart;
  /** Every part, in the order of the bytes. */
  readonly visits: readonly RawVisit[];
  /** The whole message, where issues are reported. */
  readonly place: Place;
}

/** A rule, or a few that share a scan. */
export type LintRule = (lint: Lint) => void;

/** A finding before it becomes an issue. */
export interface LintFinding {
  readonly code: IssueCode;
  readonly path: Path;
  readonly line: number;
  readonly what: string;
  readonly rfc?: string;
  readonly hint?: string;
}

/** Reports what stops a message. */
export function refuse({ place }: Lint, { code, path, line, what, ...detail }: LintFinding): void {
  place.in(path).error(code, `line ${line}: ${what}`, detail);
}

/** Reports what a reader or a relay may stumble over. */
export function warn({ place }: Lint, { code, path, line, what, ...detail }: LintFinding): void {
  place.in(path).warning(code, `line ${line}: ${what}`, detail);
}

/** The place of a field for checks that know nothing of lines. @param map - what to report instead of an issue */
export function fieldPlace(
  lint: Lint,
  { path, line }: Pick<LintFinding, "path" | "line">,
  map = (issue: Issue): Issue | undefined => issue,
): Place {
  const sink = mappedSink(lint.place.sink, (issue) => {
    const mapped = map(issue);
    return mapped === undefined ? undefined : { ...mapped, message: `line ${line}: ${mapped.message}` };
  });
  return lint.place.into(sink).in(path);
}

/** `["head"]` of the message, `["parts", 0, 1]` of a part; an enclosed message is child 0 of its part. */
export function placeOf(visit: RawVisit): Path {
  return visit.parent === undefined ? ["head"] : ["parts", ...pathOf(visit)];
}

/** Where a field is. */
export function fieldPath(visit: RawVisit, field: Pick<RawField, "name">): Path {
  return [...placeOf(visit), field.name];
}

/** Where the body of a part is. */
export function bodyPath(visit: RawVisit): Path {
  return visit.parent === undefined ? ["body"] : ["parts", ...pathOf(visit), "body"];
}
