// Compares two messages as their readers see them: fields, MIME tree, decoded contents. How something was folded,
// quoted or encoded is no difference.
import { type Difference, differences } from "./differences.ts";
import type { MailInput } from "./mail.ts";
import { lowered, maskedFields, requireFieldNames } from "./masks.ts";
import { type Reading, readingOf } from "./read-eml.ts";
import { received } from "./received.ts";
import { diffReport } from "./report.ts";

/** What to leave out of a comparison. */
export interface EmlDiffOptions {
  /** Names of fields that may differ. */
  readonly ignore?: readonly string[] | undefined;
  /** Fields that must not differ though they do from run to run: `Date`, `Message-ID`. */
  readonly keep?: readonly string[] | undefined;
}

/** The outcome of a comparison. */
export interface EmlDiff {
  readonly equal: boolean;
  /** In the order a reader meets them: fields, tree, parts. */
  readonly differences: readonly Difference[];
  /** The first difference in full and the names of the others; empty when there are none. */
  readonly report: string;
}

/**
 * Compares two messages by what a reader sees.
 *
 * Boundaries, transfer encodings, folding and the order of fields with different names do not count; Date and
 * Message-ID only where a message was given them.
 *
 * @throws TypeError (as a rejection) when a value holds no mail or an option is unusable
 * @example
 * const { equal, report } = await emlDiff(await loadEml("test/welcome.eml"), m);
 * if (!equal) console.log(report);
 */
export async function emlDiff(expected: MailInput, actual: MailInput, options: EmlDiffOptions = {}): Promise<EmlDiff> {
  const [one, other] = await Promise.all([received(expected), received(actual)]);
  return compareReadings(readingOf(one), readingOf(other), options);
}

/** As {@link emlDiff}, of messages that were read. */
export function compareReadings(expected: Reading, actual: Reading, options: EmlDiffOptions = {}): EmlDiff {
  requireFieldNames(options, ["ignore", "keep"]);
  const left = new Set([...lowered(options.ignore), ...maskedFields([expected.from, actual.from], options.keep)]);
  const found = differences(expected, actual, left);
  return { equal: found.length === 0, differences: found, report: diffReport(found) };
}
