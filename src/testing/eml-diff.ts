// Compares two messages as their readers see them: fields, MIME tree, decoded contents. How something was folded,
// quoted or encoded does not count.
import { readOptionsOf, shapeOf } from "../given.ts";
import { lineDiff } from "./line-diff.ts";
import type { MailInput } from "./mail.ts";
import { fieldNames, lowered, maskedFields } from "./normalize.ts";
import { count, outlineLines, placeOf } from "./outline.ts";
import { type Reading, readingOf } from "./read-eml.ts";
import { comparableValue } from "./read-fields.ts";
import type { PlacedPart } from "./read-part.ts";
import { received } from "./received.ts";

/** What to leave out of a comparison. */
export interface EmlDiffOptions {
  /** Names of fields that may differ. */
  readonly ignore?: readonly string[] | undefined;
  /** Fields that must not differ though they do from run to run: `Date`, `Message-ID`. */
  readonly keep?: readonly string[] | undefined;
}

const OPTIONS = shapeOf<EmlDiffOptions>({ ignore: fieldNames, keep: fieldNames });

/** @throws OptionError for an unknown option, or one that is not a list of names */
export function readComparison(options: EmlDiffOptions): EmlDiffOptions {
  return readOptionsOf(options, OPTIONS);
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
 * @throws OptionError (as a rejection) when a value holds no mail or an option is unusable
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
  const { ignore, keep } = readComparison(options);
  const left = new Set([...lowered(ignore), ...maskedFields([expected.from, actual.from], keep)]);
  const found = differences(expected, actual, left);
  return { equal: found.length === 0, differences: found, report: diffReport(found) };
}

/** One thing that differs. */
export interface Difference {
  readonly kind: "header" | "tree" | "content";
  /** What it is: `Subject`, `MIME tree`, `part 1.2 (text/html)`. */
  readonly place: string;
  /** The difference, one line each: `-` expected, `+` received. */
  readonly lines: readonly string[];
}

/** All differences, in the order a reader meets them. `ignored` has lower-case names of fields. */
export function differences(expected: Reading, received: Reading, ignored: ReadonlySet<string>): readonly Difference[] {
  const [one, other] = [expected.parts, received.parts];
  const tree = treeDifference(one, other);
  const found: Difference[] = [...headDifferences(one[0], other[0], ignored, tree !== undefined)];
  if (tree !== undefined) found.push(tree);
  const pairs = tree === undefined ? one.map((part, index) => [part, other[index]] as const) : byTitle(one, other);
  for (const [left, right] of pairs) {
    if (right === undefined) continue;
    if (left.part.path !== "" && tree === undefined) found.push(...headDifferences(left, right, ignored, false));
    const content = contentDifference(left, right);
    if (content !== undefined) found.push(content);
  }
  return found;
}

// Where the trees differ, parts of the same type that come in the same order are still worth comparing.
function byTitle(one: readonly PlacedPart[], other: readonly PlacedPart[]) {
  const waiting = new Map<string, PlacedPart[]>();
  for (const part of [...other].reverse()) {
    const key = titleKey(part);
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [part]);
    else list.push(part);
  }
  return one.map((part) => [part, waiting.get(titleKey(part))?.pop()] as const);
}

function titleKey({ part }: PlacedPart): string {
  return [part.type, part.filename ?? "", part.cid ?? ""].join("\n");
}

function treeDifference(one: readonly PlacedPart[], other: readonly PlacedPart[]): Difference | undefined {
  const [before, after] = [outlineLines(one, "structure").join("\n"), outlineLines(other, "structure").join("\n")];
  if (before === after) return undefined;
  return { kind: "tree", place: "MIME tree", lines: lineDiff(`${before}\n`, `${after}\n`) };
}

// Transfer encoding is not content, and the type of the outermost part is in the tree.
const transport = new Set(["content-transfer-encoding"]);

interface Valued {
  readonly name: string;
  readonly values: string[];
}

function headDifferences(
  one: PlacedPart | undefined,
  other: PlacedPart | undefined,
  ignored: ReadonlySet<string>,
  typeIsTold: boolean,
): readonly Difference[] {
  const [before, after] = [fieldsOf(one, ignored), fieldsOf(other, ignored)];
  const prefix = one === undefined || one.part.path === "" ? "" : `${placeOf(one.part)}, `;
  const found: Difference[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    if (typeIsTold && key === "content-type") continue;
    const [left, right] = [before.get(key), after.get(key)];
    const lines = valueLines(left?.values ?? [], right?.values ?? []);
    if (lines.length > 0) found.push({ kind: "header", place: `${prefix}${left?.name ?? right?.name ?? key}`, lines });
  }
  return found;
}

function fieldsOf(part: PlacedPart | undefined, ignored: ReadonlySet<string>): ReadonlyMap<string, Valued> {
  const fields = new Map<string, Valued>();
  for (const field of part?.raw.fields ?? []) {
    const key = field.name.toLowerCase();
    if (ignored.has(key) || transport.has(key)) continue;
    const known = fields.get(key);
    if (known === undefined) fields.set(key, { name: field.name, values: [comparableValue(field)] });
    else known.values.push(comparableValue(field));
  }
  return fields;
}

function valueLines(before: readonly string[], after: readonly string[]): readonly string[] {
  if (before.length === after.length && before.every((value, index) => value === after[index])) return [];
  if (before.length === 0) return [...after.map((value) => `+ ${value}`), "  (not expected)"];
  if (after.length === 0) return [...before.map((value) => `- ${value}`), "  (missing)"];
  return lineDiff(`${before.join("\n")}\n`, `${after.join("\n")}\n`);
}

function contentDifference({ part: one }: PlacedPart, { part: other }: PlacedPart): Difference | undefined {
  const place = placeOf(one);
  if (one.text !== undefined && other.text !== undefined) {
    if (one.text === other.text) return undefined;
    return { kind: "content", place, lines: textLines(one.text, other.text, one.type) };
  }
  const [before, after] = [one.content, other.content];
  if (before === undefined || after === undefined || Buffer.compare(before, after) === 0) return undefined;
  return { kind: "content", place, lines: [`- ${octetLine(before)}`, `+ ${octetLine(after)}`] };
}

// Html that a tool wrote on one line is broken between its tags, or the line that differs would be the whole document.
function textLines(one: string, other: string, type: string): readonly string[] {
  const broken = type === "text/html" ? lineDiff(one.replaceAll("><", ">\n<"), other.replaceAll("><", ">\n<")) : [];
  // Nothing is left when the line ends between tags are what differs.
  return broken.length > 0 ? broken : lineDiff(one, other);
}

function octetLine(content: Uint8Array): string {
  const start = Buffer.from(content.subarray(0, 12)).toString("hex").replace(/../g, "$& ").trim();
  return `${count(content.length)}: ${start}${content.length > 12 ? " …" : ""}`;
}

const mostNamed = 8;

/** The first difference in full, the places of the others. */
export function diffReport(differences: readonly Difference[]): string {
  const [first, ...others] = differences;
  if (first === undefined) return "";
  const named = others.slice(0, mostNamed).map(({ place }) => place);
  const more = others.length > mostNamed ? [`${others.length - mostNamed} more`] : [];
  const rest = others.length === 0 ? [] : ["", `Also different: ${[...named, ...more].join(", ")}`];
  return [first.place, ...first.lines, ...rest].join("\n");
}
