// `mimewright outbox`: what is in an outbox, and setting right what did not go out. Safe beside the process that owns it.
import { resolve } from "node:path";
import {
  inspectOutbox,
  type OutboxCounts,
  OutboxError,
  type OutboxHold,
  type OutboxInspector,
  type OutboxRecord,
  type OutboxRef,
  type OutboxState,
  type PurgeOptions,
} from "../outbox.ts";
import { oneOf, readArgs, wholeNumber } from "./args.ts";
import { EXIT, type Io, TroubleError, UsageError } from "./io.ts";
import { heldLines, plural, resultLine } from "./report.ts";
import { type Paint, paintOf, shown } from "./terminal.ts";

export const help = `mimewright outbox list|status|show|retry|purge FILE [options]

What is in an outbox, and setting right what did not go out. Works while a process owns the outbox, and while none does.

  list FILE                    the messages, the oldest first, without addresses
    --state STATE              queued, inflight, sent, unknown or dead
    --limit N  --after ID      a page of N (default 100), from the one after ID
  status FILE                  how many there are, and what holds them: why, and until when
  show FILE ID|--key KEY       everything about one message
    --eml                      the message itself, as it goes out; nothing is kept of it once it is sent
  retry FILE ID...|--key KEY   sends what is unknown or dead again; of an unknown one there may then be two copies
    --state unknown|dead       all that are in this state
  purge FILE --state STATE     forgets what is sent, unknown or dead, the keys too
    --older-than AGE           only what is so since AGE: 90s, 15m, 12h or 7d (default: all)

  --json                       for programs: a line for each message
`;

const ACTIONS = new Map([
  ["list", list],
  ["status", status],
  ["show", show],
  ["retry", retry],
  ["purge", purge],
]);

const STATES: readonly OutboxState[] = ["queued", "inflight", "sent", "unknown", "dead"];

const OPTIONS = {
  state: { type: "string" },
  limit: { type: "string" },
  after: { type: "string" },
  key: { type: "string" },
  "older-than": { type: "string" },
  eml: { type: "boolean" },
  json: { type: "boolean" },
} as const;

interface Job {
  readonly outbox: OutboxInspector;
  readonly values: {
    readonly [K in keyof typeof OPTIONS]?: (typeof OPTIONS)[K]["type"] extends "string" ? string : boolean;
  };
  /** What follows the file. */
  readonly rest: readonly string[];
  readonly io: Io;
}

/** Runs one of the five; exit code 1 when there is no such message. @throws UsageError, TroubleError */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [name, file, ...rest] = positionals;
  const action = ACTIONS.get(name ?? "");
  if (action === undefined) throw new UsageError("list, status, show, retry or purge?");
  if (file === undefined) throw new UsageError("which outbox?");
  try {
    const outbox = await inspectOutbox({ path: resolve(io.cwd, file) });
    try {
      return await action({ outbox, values, rest, io });
    } finally {
      await outbox.close();
    }
  } catch (error) {
    throw error instanceof OutboxError ? new TroubleError(`${file}: ${error.message} (${error.code})`) : error;
  }
}

async function list({ outbox, values, rest, io }: Job): Promise<number> {
  if (rest.length > 0) throw new UsageError("list takes one outbox");
  const { state } = values;
  const records = await outbox.list({
    limit: wholeNumber("--limit", values.limit ?? "100", 1, 1_000_000),
    after: wholeNumber("--after", values.after ?? "0", 0, Number.MAX_SAFE_INTEGER),
    ...(state === undefined ? {} : { state: oneOf("--state", state, STATES) }),
  });
  const paint = paintOf(io, "out");
  const { counts, held } = await outbox.status();
  for (const record of records)
    io.out(values.json === true ? `${JSON.stringify(brief(record, held))}\n` : listLine(record, paint));
  if (values.json === true) return EXIT.done;
  io.out(statusLines(counts, held, paint));
  return EXIT.done;
}

async function status({ outbox, values, rest, io }: Job): Promise<number> {
  if (rest.length > 0) throw new UsageError("status takes one outbox");
  const { counts, held } = await outbox.status();
  io.out(
    values.json === true ? `${JSON.stringify({ counts, held })}\n` : statusLines(counts, held, paintOf(io, "out")),
  );
  return EXIT.done;
}

function statusLines(counts: OutboxCounts, held: readonly OutboxHold[], paint: Paint): string {
  const lines = [STATES.map((one) => `${counts[one]} ${one}`).join(", "), ...heldLines(held, paint)];
  return `${lines.join("\n")}\n`;
}

async function show({ outbox, values, rest, io }: Job): Promise<number> {
  const [ref, ...others] = refsOf(values.key, rest);
  if (ref === undefined || others.length > 0) throw new UsageError("show takes one message: its id, or --key");
  const record = await outbox.get(ref);
  if (record === undefined) return missing(io, ref);
  if (values.eml === true) {
    const raw = await outbox.raw(ref);
    if (raw === undefined) {
      throw new TroubleError("the bytes of this message are not there (they are not kept once it is sent)");
    }
    await io.pour(raw);
    return EXIT.done;
  }
  io.out(values.json === true ? `${JSON.stringify(record)}\n` : details(record, paintOf(io, "out")));
  return EXIT.done;
}

async function retry({ outbox, values, rest, io }: Job): Promise<number> {
  const { key, state, json } = values;
  const named = refsOf(key, rest);
  if (named.length > 0 === (state !== undefined)) throw new UsageError("which ones? Ids, --key or --state");
  let exit: number = EXIT.done;
  const refs = state === undefined ? named : inState(outbox, oneOf("--state", state, ["unknown", "dead"]));
  for await (const ref of refs) {
    try {
      const { id, attempts } = await outbox.retry(ref);
      io.out(json === true ? `${JSON.stringify({ id, state: "queued", attempts })}\n` : `${id}: queued\n`);
    } catch (error) {
      if (!(error instanceof OutboxError) || error.code !== "outbox.record") throw error;
      io.err(`${shown(String(ref))}: ${error.message}\n`);
      exit = EXIT.failed;
    }
  }
  return exit;
}

async function purge({ outbox, values, rest, io }: Job): Promise<number> {
  if (rest.length > 0) throw new UsageError("purge takes one outbox");
  const state = oneOf("--state", values.state, ["sent", "unknown", "dead"]);
  const age = values["older-than"];
  const options: PurgeOptions = { state, ...(age === undefined ? {} : { olderThan: ageOf(age) }) };
  const removed = await outbox.purge(options);
  io.out(values.json === true ? `${JSON.stringify({ removed })}\n` : `${plural(removed, "message")} removed\n`);
  return EXIT.done;
}

/** A page at a time, those that are in the state when their page is read. */
async function* inState(outbox: OutboxInspector, state: OutboxState): AsyncGenerator<OutboxRef> {
  for (let after = 0; ; ) {
    const records = await outbox.list({ state, after, limit: 100 });
    if (records.length === 0) return;
    for (const { id } of records) {
      after = id;
      yield id;
    }
  }
}

function refsOf(key: string | undefined, ids: readonly string[]): readonly OutboxRef[] {
  const numbers = ids.map((id) => wholeNumber("an id", id, 1, Number.MAX_SAFE_INTEGER));
  return key === undefined ? numbers : [key, ...numbers];
}

const UNITS = new Map([
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** Milliseconds. @throws UsageError */
function ageOf(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const factor = UNITS.get(unit ?? "");
  if (count === undefined || factor === undefined)
    throw new UsageError("--older-than is an age such as 90s, 15m, 12h or 7d");
  return Number(count) * factor;
}

function missing(io: Io, ref: OutboxRef): number {
  io.err(`${shown(String(ref))}: the outbox has no such message\n`);
  return EXIT.failed;
}

// A list is shown to others sooner than one message is: it has no addresses.
function brief(record: OutboxRecord, held: readonly OutboxHold[]) {
  const { envelope, fields: _, pending: __, result, ...rest } = record;
  const hold = record.state === "queued" ? held.find((one) => concerns(one, record)) : undefined;
  return { ...rest, recipients: envelope.to.length, ...causeOf(result), ...(hold === undefined ? {} : { held: hold }) };
}

function concerns({ scope, configurationSet }: OutboxHold, { fields }: OutboxRecord): boolean {
  return scope === "account" || configurationSet === fields.configurationSet;
}

function causeOf(result: OutboxRecord["result"]): { readonly code?: string } {
  if (result?.status === "failed") return { code: result.code };
  return result?.status === "unknown" ? { code: result.cause.code } : {};
}

const LOOKS = { queued: "dim", inflight: "bold", sent: "green", unknown: "yellow", dead: "red" } as const;

function listLine(record: OutboxRecord, paint: Paint): string {
  const { id, key, state, bytes, envelope, createdAt, result } = record;
  const cause = causeOf(result).code;
  const columns = [
    String(id).padStart(6),
    paint(LOOKS[state], state.padEnd(8)),
    new Date(createdAt).toISOString(),
    plural(bytes, "byte"),
    plural(envelope.to.length, "recipient"),
    ...(key === undefined ? [] : [shown(key)]),
    ...(cause === undefined ? [] : [shown(cause)]),
  ];
  return `${columns.join("  ")}\n`;
}

function details(record: OutboxRecord, paint: Paint): string {
  const { id, key, state, envelope, fields, bytes, sha256, ownMessageId, attempts, crashes, result } = record;
  const { createdAt, changedAt, dueAt } = record;
  const rows: readonly (readonly [string, string])[] = [
    ["id", String(id)],
    ...(key === undefined ? [] : [["key", shown(key)] as const]),
    ["state", paint(LOOKS[state], state)],
    ["from", shown(envelope.from)],
    ["to", shown((record.pending ?? envelope.to).join(", "))],
    ["size", plural(bytes, "byte")],
    ["sha256", sha256],
    ...(ownMessageId === undefined ? [] : [["message-id", shown(ownMessageId)] as const]),
    ...Object.entries(fields.tags ?? {}).map(([name, value]) => ["tag", shown(`${name}=${value}`)] as const),
    ["attempts", String(attempts)],
    ...(crashes === 0 ? [] : [["crashes", String(crashes)] as const]),
    ["taken in", new Date(createdAt).toISOString()],
    ["changed", new Date(changedAt).toISOString()],
    ...(state === "queued" ? [["due", new Date(dueAt).toISOString()] as const] : []),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join("");
  return result === undefined ? lines : `${lines}${resultLine("result", result, paint)}\n`;
}
