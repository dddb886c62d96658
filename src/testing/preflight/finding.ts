// What preflight finds: things that make a mail fail at its reader though every standard allows them.
import type { Path, Severity } from "../../issues.ts";

/** Names of the rules. `docs/preflight.md` explains each of them. */
export const ruleNames = [
  "attachment-gmail",
  "attachment-ses",
  "cid-missing",
  "cid-unused",
  "client-partial",
  "client-unsupported",
  "field-encoded",
  "html-clipped",
  "html-unread",
  "image-alt",
  "image-data-uri",
  "image-size",
  "leftover-value",
  "link-broken",
  "link-insecure",
  "placeholder",
  "text-missing",
  "unsubscribe",
] as const;

/** A stable name of a rule. */
export type RuleName = (typeof ruleNames)[number];

/** A rule, for lists of them. */
export interface RuleInfo {
  readonly name: RuleName;
  readonly severity: Severity;
  /** A standard, or the page of the service that sets the rule. */
  readonly source: string;
}

/** One thing that will go wrong at a reader. */
export interface Finding {
  readonly rule: RuleName;
  /** Into the message or the mail that was read: `["html"]`, `["attachments", 2, "filename"]`, `["headers", "To"]`. */
  readonly path: Path;
  /** Of the html or the text, from 1. */
  readonly line?: number;
  /** Names the link, placeholder or file, cut short. */
  readonly message: string;
  readonly severity: Severity;
  /** Where the rule comes from. */
  readonly source: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** What a rule reports; name, severity and source are those of the rule. */
export type Found = Pick<Finding, "path" | "message" | "line" | "hint">;

const LONGEST = 80;

/** What a mail says, cut short to be named in a message. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return JSON.stringify(line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line);
}

/** Numbers the lines of a text. @returns the number of the line that an offset is on, from 1 */
export function linesOf(text: string): (offset: number) => number {
  let ends: readonly number[] | undefined;
  return (offset) => {
    ends ??= lineEnds(text);
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

function lineEnds(text: string): readonly number[] {
  const ends: number[] = [];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends.push(at);
  return ends;
}
