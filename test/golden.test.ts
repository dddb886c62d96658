// Same input, same bytes: 200 messages as they were rendered before, octet for octet.
// MIMEWRIGHT_UPDATE=1 writes what is kept anew (`npm run golden:update`): the change of fixtures/golden is then the
// change of what people send, and is read as such.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import "mimewright/charset";
import { createHash } from "node:crypto";
import { checkLimits, collect, envelope, type Message, measure, message, sesV1, splitRecipients } from "mimewright";
import { describe, expect, it } from "vitest";
import { goldenCases } from "../fixtures/golden/all.ts";
import type { GoldenCase } from "../fixtures/golden/golden-case.ts";

const updates = process.env.MIMEWRIGHT_UPDATE === "1";
const folder = new URL("../fixtures/golden/", import.meta.url);
const factsFile = new URL("facts.jsonl", folder);
const bytesFile = new URL("messages.json.gz", folder);

/** What is known of a message besides its bytes. */
interface Facts {
  readonly name: string;
  readonly sha256: string;
  readonly length: number;
  readonly measured: number;
  /** Issues of `message()`: code and path. */
  readonly warnings?: readonly string[];
  /** Issues of `checkLimits(m, sesV1)`: code and path. */
  readonly limits?: readonly string[];
  readonly envelope?: string;
  /** The envelopes of `splitRecipients(m, 50)`. */
  readonly split?: string;
}

interface Outcome {
  readonly facts: Facts;
  /** One character for each octet. */
  readonly bytes: string;
}

async function outcomeOf({ name, input, options }: GoldenCase): Promise<Outcome> {
  const rendering = { seed: name, now: () => new Date("2026-11-05T06:07:08Z"), ...options };
  const m = "message" in input ? message(input.message) : input.tree;
  const bytes = await collect(m, { ...rendering, maxBytes: 10_000_000 });
  const facts = {
    name,
    sha256: digest(bytes),
    length: bytes.length,
    measured: measure(m, rendering).bytes,
    ...("message" in input ? factsOf(message(input.message)) : {}),
  };
  return { facts, bytes: Buffer.from(bytes).toString("latin1") };
}

function factsOf(m: Message): Partial<Facts> {
  const warnings = m.issues.map(placeOf);
  const limits = checkLimits(m, sesV1).map(placeOf);
  const groups = splitRecipients(m, 50).map((group) => group.envelope);
  return {
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(limits.length === 0 ? {} : { limits }),
    envelope: shortened(JSON.stringify(envelope(m))),
    ...(groups.length < 2 ? {} : { split: digest(JSON.stringify(groups)) }),
  };
}

function placeOf({ code, path }: { readonly code: string; readonly path: readonly (string | number)[] }): string {
  return `${code} at ${path.join(".")}`;
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 32);
}

function shortened(text: string): string {
  return text.length <= 200 ? text : digest(text);
}

/** The first line in which two messages differ, or nothing. */
function firstDifference(expected: string, actual: string): object | undefined {
  if (expected === actual) return undefined;
  const [before, after] = [expected.split("\n"), actual.split("\n")];
  let at = 0;
  while (before[at] === after[at]) at++;
  return { line: at + 1, expected: before[at] ?? "(the message ended)", actual: after[at] ?? "(the message ended)" };
}

if (updates) {
  const outcomes = await Promise.all(goldenCases.map(outcomeOf));
  writeFileSync(factsFile, `${outcomes.map(({ facts }) => JSON.stringify(facts)).join("\n")}\n`);
  const all = Object.fromEntries(outcomes.map(({ facts, bytes }) => [facts.name, bytes]));
  writeFileSync(bytesFile, gzipSync(JSON.stringify(all), { level: 9 }));
}

const kept: Readonly<Record<string, string>> = JSON.parse(gunzipSync(readFileSync(bytesFile)).toString());
const facts: ReadonlyMap<string, Facts> = new Map(
  readFileSync(factsFile, "utf8")
    .trimEnd()
    .split("\n")
    .map((line): Facts => JSON.parse(line))
    .map((row) => [row.name, row]),
);

describe("the golden file", () => {
  it("has every case once, at least 200 of them, and nothing else", () => {
    const names = goldenCases.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(200);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(kept)).toEqual(names);
    expect([...facts.keys()]).toEqual(names);
  });

  it.each(goldenCases)("renders $name to the same bytes, with the same measure, issues and envelope", async (one) => {
    const { facts: found, bytes } = await outcomeOf(one);
    expect(firstDifference(kept[one.name] ?? "", bytes), `${one.name}: the first line that differs`).toBeUndefined();
    expect(found).toEqual(facts.get(one.name));
  });
});
