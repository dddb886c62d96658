// Fixture files: reading one, and the expectations about a message as a whole, that it is the one in a file or in the test.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { isError } from "../mail/octets/kinds.ts";
import { compareReadings, type EmlDiffOptions, readComparison } from "./eml-diff.ts";
import { incompleteError, type MatcherResult, result } from "./expectation.ts";
import type { EmlMessage } from "./mail.ts";
import { maskedFields, normalized } from "./normalize.ts";
import { readEml, readingOf, readNow } from "./read-eml.ts";
import { type Received, received } from "./received.ts";

/**
 * Reads a message from an `.eml` file.
 *
 * @param path - a path, or a `file:` URL
 * @throws what the file system throws, as a rejection
 * @example
 * const { subject } = await loadEml(new URL("welcome.eml", import.meta.url));
 */
export async function loadEml(path: string | URL): Promise<EmlMessage> {
  return readEml(new Uint8Array(await readFile(path)));
}

/** What may be written: every file that differs, files that are missing, or nothing. */
export type UpdateMode = "all" | "new" | "none";

/** A fixture, and what may become of it. */
export interface Fixture {
  /** Absolute path of the `.eml`. */
  readonly file: string;
  readonly update: UpdateMode;
  /** How to accept what came, as a sentence. */
  readonly howToUpdate: string;
  /** For a test that wants another message: nothing is written, and without a file there is nothing to compare. */
  readonly mustDiffer?: boolean;
}

/** The message is the one in the file. */
export async function expectEmlFile(
  mail: unknown,
  fixture: Fixture,
  given: EmlDiffOptions = {},
): Promise<MatcherResult> {
  const options = readComparison(given);
  const from = await received(mail);
  const shown = relative(process.cwd(), fixture.file) || fixture.file;
  const stored = await contentOf(fixture.file);
  if (stored === undefined) return missing(from, fixture, shown, options);
  const diff = compareReadings(readingOf({ bytes: stored }), readingOf(from), options);
  if (!diff.equal && fixture.update === "all" && fixture.mustDiffer !== true) {
    await write(from, fixture.file, options);
    return result(
      true,
      () => "",
      () => `The message was written to ${shown}.`,
    );
  }
  return result(
    diff.equal,
    () =>
      `The message is not the one in ${shown} (- expected, + received).\n\n${diff.report}\n\n${fixture.howToUpdate}`,
    () => `The message is the one in ${shown}.`,
  );
}

async function missing(from: Received, fixture: Fixture, shown: string, options: EmlDiffOptions) {
  if (fixture.mustDiffer === true) throw new Error(`${shown} does not exist: there is nothing to differ from.`);
  if (fixture.update !== "none") await write(from, fixture.file, options);
  return result(
    fixture.update !== "none",
    () =>
      `${shown} does not exist, and this run writes no files (as runs in CI do).\n` +
      "Run the test on your own machine, look at the file that it writes, and commit it.",
    () => `The message was written to ${shown}.`,
  );
}

async function contentOf(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isError(error) && Reflect.get(error, "code") === "ENOENT") return undefined;
    throw error;
  }
}

async function write(from: Received, file: string, options: EmlDiffOptions): Promise<void> {
  readComparison(options);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, normalized(from.bytes, maskedFields([from], options.keep)));
}

/** The message is the one written here. Plain UTF-8 will do for what is encoded in the message. */
export function expectEmlInline(mail: unknown, expected: string, given: EmlDiffOptions = {}): MatcherResult {
  const options = readComparison(given);
  const reading = readNow(mail);
  if (reading.from.incomplete === true) {
    throw incompleteError("content");
  }
  const diff = compareReadings(readNow(dedented(expected)), reading, options);
  return result(
    diff.equal,
    () => `The message is not the expected one (- expected, + received).\n\n${diff.report}`,
    () => "The message is the one that is not wanted.",
  );
}

// A text in a test starts on a line of its own and is indented with the code around it.
function dedented(text: string): string {
  const lines = text.replace(/^[ \t]*\r?\n/, "").split(/\r?\n/);
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const indent = indents.length === 0 ? 0 : indents.reduce((one, other) => Math.min(one, other));
  if (lines.at(-1)?.trim() === "") lines[lines.length - 1] = "";
  return lines.map((line) => line.slice(indent)).join("\n");
}

/**
 * `MIMEWRIGHT_UPDATE=1` and the flag of Node's own test runner write every fixture that differs; in CI nothing is
 * written; elsewhere, fixtures that are missing.
 */
export function updateFromEnvironment(): UpdateMode {
  const { MIMEWRIGHT_UPDATE: update, CI: ci } = process.env;
  if (isSet(update) || process.execArgv.includes("--test-update-snapshots")) return "all";
  return isSet(ci) ? "none" : "new";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
