// What the reader finds, other readers find: on the fixtures, on what the search by mutation kept, on messages of ours, and
// on those with damage. Where they differ, a row of a table names why. MIMEWRIGHT_ROUNDS sets the number of messages
// (10000 for the long run), MIMEWRIGHT_SEED the first of them.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { message, toBytes } from "mimewright";
import { readMessage } from "mimewright/read";
import { afterAll, describe, expect, it } from "vitest";
import { faultQuirks } from "./readers/agreement-quirks.ts";
import { type Difference, differences } from "./readers/compare.ts";
import { damaged } from "./readers/damage.ts";
import { type Expected, type MessageSample, messageSample } from "./readers/generate.ts";
import { treeMessageSample } from "./readers/generate-tree.ts";
import { gmime, gmimeRuns } from "./readers/gmime.ts";
import { mailparser } from "./readers/mailparser.ts";
import { mimewright, readingOf } from "./readers/mimewright.ts";
import { emailMime, perlRuns } from "./readers/perl.ts";
import { postalMime } from "./readers/postal-mime.ts";
import { pythonEmail, pythonRuns } from "./readers/python.ts";
import { explain } from "./readers/quirks.ts";
import type { MailReader, Reading } from "./readers/reading.ts";

const ROUNDS = Number(process.env.MIMEWRIGHT_ROUNDS ?? 150);
const SEED = Number(process.env.MIMEWRIGHT_SEED ?? 1);
const TIMEOUT = 60_000 + ROUNDS * 100;

const others: readonly MailReader[] = [
  ...(pythonRuns ? [pythonEmail()] : []),
  ...(perlRuns ? [emailMime()] : []),
  ...(gmimeRuns ? [gmime()] : []),
];
if (!gmimeRuns) console.warn("GMime's bindings for Python are not here: messages are not read with it");

// GMime trims names and cuts those of several encoded-words with padding within (up to 3.2.13), lists its own fields, and
// has no date before 1970; the content of an enclosed message it gives only as a message.
const GMIME_GIVES =
  /^(?:messageId|text|html|(?:from|sender|to|cc|replyTo)\.length|attachments\.length|attachments\[\d+\]\.(?:type|cid|disposition))$/;

afterAll(() => {
  for (const reader of others) reader.close();
});

/** What the other reader finds, and neither a habit of it nor a fault of the message explains. */
async function unexplained(bytes: Uint8Array, reader: MailReader): Promise<readonly Difference[]> {
  return notNamed(bytes, reader, await reader.read(bytes));
}

async function notNamed(bytes: Uint8Array, reader: MailReader, found: Reading): Promise<readonly Difference[]> {
  const mail = readMessage(bytes);
  const read = readingOf(mail);
  const names = read.names.filter((name) => name !== "content-transfer-encoding");
  const ours = { ...read, names, custom: new Map<string, string>() };
  return differences(reader, ours, found).filter((difference) => {
    if (explain(difference, ours) !== undefined) return false;
    return !faultQuirks.some(
      ({ readers, places, hasFault }) =>
        readers.includes(reader.name) && places.test(difference.place) && hasFault(mail, difference),
    );
  });
}

// An octet that is not of the charset ends a reading in Python and in Perl.
type Answer = Reading | undefined;

/** What the reader finds in each message; the next ones are on their way to its process while one is compared. */
async function* readings(reader: MailReader, messages: readonly Uint8Array[]): AsyncGenerator<[Uint8Array, Answer]> {
  const waiting: Promise<[Uint8Array, Answer]>[] = [];
  for (const bytes of messages) {
    const answer = reader.read(bytes).catch(() => undefined);
    waiting.push(answer.then((reading) => [bytes, reading]));
    if (waiting.length > 64) yield* takeFirst(waiting);
  }
  while (waiting.length > 0) yield* takeFirst(waiting);
}

async function* takeFirst<T>(waiting: Promise<T>[]): AsyncGenerator<T> {
  const first = waiting.shift();
  if (first !== undefined) yield await first;
}

function filesIn(folder: string): readonly (readonly [name: string, bytes: Uint8Array])[] {
  return readdirSync(new URL(folder, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:md|json|ts)$/.test(entry.name))
    .map((entry) => [entry.name, new Uint8Array(readFileSync(`${entry.parentPath}/${entry.name}`))]);
}

const FOLDERS = ["../fixtures/lint/", "../fixtures/messages/", "./fuzz/corpus/raw/", "./fuzz/corpus/enclosed/"];

describe("a message of ours", () => {
  const isReadBack = async ({ input, expected }: MessageSample): Promise<void> => {
    const bytes = toBytes(message(input), { seed: "agreement", now: () => new Date(0) });
    expect(differences(mimewright, expected, await mimewright.read(bytes))).toEqual([]);
  };

  it("is read back as it was written", { timeout: TIMEOUT }, async () => {
    await fc.assert(fc.asyncProperty(messageSample, isReadBack), { numRuns: ROUNDS, seed: SEED });
  });

  it("is read back as the tree that was given", { timeout: TIMEOUT }, async () => {
    await fc.assert(fc.asyncProperty(treeMessageSample, isReadBack), { numRuns: Math.ceil(ROUNDS / 5), seed: SEED });
  });
});

describe.each([postalMime, mailparser])("$name agrees", (reader) => {
  it.each(FOLDERS)("on %s, but for faults that are named", { timeout: TIMEOUT }, async (folder) => {
    const found: (Difference & { readonly file: string })[] = [];
    for (const [file, bytes] of filesIn(folder)) {
      for (const difference of await unexplained(bytes, reader)) found.push({ file, ...difference });
    }
    expect(found).toEqual([]);
  });

  it("on damaged messages, but for faults that are named", { timeout: TIMEOUT }, async () => {
    // Drawn and not shrunk: readers of others take their time.
    const found: DamagedDifference[] = [];
    for (const bytes of fc.sample(damaged, { numRuns: ROUNDS, seed: SEED })) {
      found.push(...inMessage(bytes, await unexplained(bytes, reader)));
    }
    expect(found).toEqual([]);
  });
});

describe.each(others)("$name agrees", (reader) => {
  it("on messages of ours, but for habits of it that are named", { timeout: TIMEOUT }, async () => {
    const found: Difference[] = [];
    const samples = fc.sample(messageSample, { numRuns: Math.ceil(ROUNDS / 3), seed: SEED });
    const written = samples.map(({ input, expected }): readonly [Uint8Array, Expected] => {
      return [toBytes(message(input), { seed: "agreement", now: () => new Date(0) }), expected];
    });
    const expectations = new Map(written);
    for await (const [bytes, reading] of readings(reader, [...expectations.keys()])) {
      const expected = expectations.get(bytes);
      if (reading === undefined || expected === undefined) throw new Error(`${reader.name} cannot read a message`);
      const all = differences(reader, { ...expected, custom: new Map() }, reading);
      found.push(...all.filter((one) => isCompared(one) && explain(one, expected) === undefined));
    }
    expect(found).toEqual([]);
  });

  it("on damaged messages that it can read, but for faults that are named", { timeout: TIMEOUT }, async () => {
    const found: DamagedDifference[] = [];
    const samples = fc.sample(damaged, { numRuns: Math.ceil(ROUNDS / 10), seed: SEED });
    let unread = 0;
    for await (const [bytes, reading] of readings(reader, samples)) {
      if (reading === undefined) unread++;
      else {
        // Texts have LF here.
        const all = await notNamed(bytes, { ...reader, lineEnds: "LF" }, { ...reading, defects: [] });
        found.push(...inMessage(bytes, all.filter(isCompared)));
      }
    }
    expect(found).toEqual([]);
    expect(unread).toBeLessThanOrEqual(samples.length / 10);
  });
});

// With the message beside it, a run need not be repeated to see what a reader read.
type DamagedDifference = Difference & { readonly message: string };

function inMessage(bytes: Uint8Array, list: readonly Difference[]): readonly DamagedDifference[] {
  return list.map((difference) => ({ ...difference, message: Buffer.from(bytes).toString("latin1") }));
}

function isCompared({ reader, place }: Difference): boolean {
  return reader !== "GMime" || GMIME_GIVES.test(place);
}
