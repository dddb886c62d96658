// Whatever is accepted is read back as it was written, by readers that we did not write.
// MIMEWRIGHT_ROUNDS sets the number of messages (10000 in `npm run test:rounds`), MIMEWRIGHT_SEED the first of them.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { collect, envelope, measure, message, type RenderOptions, toBytes, toChunks, toTree } from "mimewright";
import { afterAll, describe, expect, it } from "vitest";
import { differences } from "./readers/compare.ts";
import { HIDDEN, type MessageSample, messageSample } from "./readers/generate.ts";
import { treeMessageSample } from "./readers/generate-tree.ts";
import { lineFaults, linesOf } from "./readers/heads.ts";
import { mailparser } from "./readers/mailparser.ts";
import { emailMime, perlRuns } from "./readers/perl.ts";
import { postalMime } from "./readers/postal-mime.ts";
import { pythonEmail, pythonRuns } from "./readers/python.ts";
import { addressQuirks, explain, quirks } from "./readers/quirks.ts";
import type { MailReader } from "./readers/reading.ts";

const ROUNDS = Number(process.env.MIMEWRIGHT_ROUNDS ?? 200);
const SEED = Number(process.env.MIMEWRIGHT_SEED ?? 1);
const PARAMETERS: fc.Parameters<[MessageSample]> = { numRuns: ROUNDS, seed: SEED };
// Milliseconds, with room for a slow machine; a failure needs time to shrink.
const TIMEOUT = 60_000 + ROUNDS * 100;
const OPTIONS: RenderOptions = { seed: "round-trip", now: () => new Date(0) };

const readers: readonly MailReader[] = [
  postalMime,
  mailparser,
  ...(pythonRuns ? [pythonEmail()] : []),
  ...(perlRuns ? [emailMime()] : []),
];
if (!pythonRuns) console.warn("python3 is not here: messages are not read with it");
if (!perlRuns) console.warn("Perl's Email::MIME and Email::Address::XS are not here: messages are not read with it");

afterAll(() => {
  for (const reader of readers) reader.close();
});

const used = new Set<string>();

describe.each(readers)("$name", (reader) => {
  const readsBack = async ({ input, expected }: MessageSample, options: RenderOptions): Promise<void> => {
    const bytes = toBytes(message(input), options);
    const found = differences(reader, expected, await reader.read(bytes));
    const unexplained = found.filter((difference) => {
      const rows = explain(difference, expected);
      for (const { why } of rows ?? []) used.add(`${reader.name}: ${why}`);
      return rows === undefined;
    });
    expect(unexplained).toEqual([]);
  };

  it("reads back every accepted message as it was written", { timeout: TIMEOUT }, async () => {
    const property = fc.asyncProperty(messageSample, (sample) => readsBack(sample, OPTIONS));
    await fc.assert(property, PARAMETERS);
  });

  it("reads back every tree as it was given", { timeout: TIMEOUT }, async () => {
    const property = fc.asyncProperty(treeMessageSample, (sample) => readsBack(sample, OPTIONS));
    await fc.assert(property, { ...PARAMETERS, numRuns: Math.ceil(ROUNDS / 5) });
  });

  // To Python the names that old Outlook wants are defects, and the short one wins over a long one in pieces.
  if (reader.name !== "python email") {
    it("reads the same file names with those for old readers beside them", { timeout: TIMEOUT }, async () => {
      const options = { ...OPTIONS, legacyNames: true };
      const property = fc.asyncProperty(messageSample, (sample) => readsBack(sample, options));
      await fc.assert(property, { ...PARAMETERS, numRuns: Math.ceil(ROUNDS / 5) });
    });
  }

  // A short run may miss one.
  if (ROUNDS >= 800) {
    it("is excused for nothing that it no longer does", () => {
      const own = [...quirks, ...addressQuirks].filter((quirk) => quirk.reader === reader.name);
      expect(own.filter(({ why }) => !used.has(`${reader.name}: ${why}`))).toEqual([]);
    });
  }
});

describe("the bytes of every accepted message", () => {
  it("keep the limits of lines and words, and are 7-bit", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(messageSample, ({ input }) => {
        for (const legacyNames of [false, true]) {
          expect(lineFaults(toBytes(message(input), { ...OPTIONS, legacyNames }))).toEqual([]);
        }
      }),
      PARAMETERS,
    );
    fc.assert(
      fc.property(treeMessageSample, ({ input }) => {
        expect(lineFaults(toBytes(message(input), OPTIONS))).toEqual([]);
      }),
      PARAMETERS,
    );
  });

  it("are as many as measured before, with the longest line as measured", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(messageSample, ({ input }) => {
        const m = message(input);
        const bytes = toBytes(m, OPTIONS);
        const measured = measure(m, OPTIONS);
        expect(measured).toMatchObject({ bytes: bytes.length, exact: true });
        const longest = linesOf(bytes).reduce((most, line) => Math.max(most, line.length), 0);
        expect(measured.longestLine).toBeGreaterThanOrEqual(longest);
        expect(measured.longestLine).toBeLessThanOrEqual(Math.max(longest, 76));
      }),
      PARAMETERS,
    );
  });

  it("are the same through every door, and again with the same options", { timeout: TIMEOUT }, async () => {
    await fc.assert(
      fc.asyncProperty(messageSample, async ({ input }) => {
        const m = message(input);
        const bytes = toBytes(m, OPTIONS);
        const chunks: Uint8Array[] = [];
        for await (const chunk of toChunks(m, OPTIONS)) chunks.push(chunk);
        const others = [
          Buffer.concat(chunks),
          await collect(m, { ...OPTIONS, maxBytes: bytes.length }),
          toBytes(message(input), OPTIONS),
          toBytes(toTree(m, OPTIONS), OPTIONS),
        ];
        for (const other of others) expect(Buffer.compare(other, bytes)).toBe(0);
      }),
      PARAMETERS,
    );
  });

  it("come from input that stays as it was", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(messageSample, ({ input }) => {
        const before = structuredClone(input);
        toBytes(message(input), OPTIONS);
        expect(isDeepStrictEqual(input, before)).toBe(true);
      }),
      PARAMETERS,
    );
  });

  it("never name a blind recipient, who stands in the envelope", { timeout: TIMEOUT }, () => {
    fc.assert(
      fc.property(messageSample, ({ input }) => {
        const m = message(input);
        const text = Buffer.from(toBytes(m, OPTIONS)).toString("latin1");
        expect(text).not.toContain(HIDDEN);
        expect(text).not.toMatch(/^(Resent-)?Bcc:/im);
        expect(envelope(m).to).toContain(HIDDEN);
      }),
      PARAMETERS,
    );
  });
});
