// `mimewright outbox`: what is in an outbox, and retries and removals. Safe beside the process that owns it.
import { resolve } from "node:path";
import type { Reader } from "../given.ts";
import type { Place } from "../issues.ts";
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
import {
  anyText,
  type Command,
  type CommandLine,
  type FlagTable,
  flagName,
  readFlags,
  toggle,
  valued,
  wholeIn,
  wholeNumber,
  wordOf,
  written,
} from "./args.ts";
import { EXIT, type Io, TroubleError } from "./io.ts";
import { heldLines, plural, resultLine } from "./report.ts";
import { type Paint, paintOf, shown } from "./terminal.ts";

interface OutboxFlags {
  readonly state: OutboxState;
  readonly limit: number;
  readonly after: number;
  readonly key: string;
  readonly olderThan: number;
  readonly eml: boolean;
  readonly json: boolean;
}

const STATES: readonly OutboxState[] = ["queued", "inflight", "sent", "unknown", "dead"];

const UNITS = new Map([
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

// In milliseconds.
const anAge: Reader<number> = written((text) => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const factor = UNITS.get(unit ?? "");
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}, "an age such as 90s, 15m, 12h or 7d");

const flags: FlagTable<OutboxFlags> = {
  state: valued(wordOf(...STATES)),
  limit: valued(wholeNumber(1, 1_000_000)),
  after: valued(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
  key: valued(anyText),
  olderThan: valued(anAge),
  eml: toggle,
  json: toggle,
};

interface Job {
  readonly outbox: OutboxInspector;
  readonly values: Partial<OutboxFlags>;
  readonly refs: readonly OutboxRef[];
  readonly io: Io;
}

interface Action {
  readonly run: (job: Job) => Promise<number>;
  readonly flags: readonly (keyof OutboxFlags)[];
  readonly states?: readonly OutboxState[];
  /** Reports messages and states that the action does not take. */
  readonly check: (named: number, hasState: boolean, place: Place) => void;
}

const PURGED = ["sent", "unknown", "dead"] as const;

const takesNone: Action["check"] = (named, _, place) => {
  if (named > 0) place.error("input.option", "expected one outbox, and nothing after it");
};

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["list", { run: list, flags: ["state", "limit", "after", "json"], check: takesNone }],
  ["status", { run: status, flags: ["json"], check: takesNone }],
  ["show", { run: show, flags: ["key", "eml", "json"], check: takesOne }],
  ["retry", { run: retry, flags: ["key", "state", "json"], states: ["unknown", "dead"], check: takesSome }],
  ["purge", { run: purge, flags: ["state", "olderThan", "json"], states: PURGED, check: needsState }],
]);

function takesOne(named: number, _: boolean, place: Place): void {
  if (named !== 1) place.error("input.option", "expected one message: its id, or --key");
}

function takesSome(named: number, hasState: boolean, place: Place): void {
  if (named > 0 === hasState) place.error("input.option", "expected messages: ids, --key or --state");
}

function needsState(named: number, hasState: boolean, place: Place): void {
  takesNone(named, hasState, place);
  if (!hasState) place.at("state").error("input.option", "expected sent, unknown or dead");
}

/** Inspects an outbox, and repairs what was not sent; exit code 1 when there is no such message. */
export const outbox: Command = {
  flags,
  help: `mimewright outbox list|status|show|retry|purge FILE [options]

Shows what is in an outbox, sends messages again and removes them. Works whether or not a process
owns the outbox.

  list FILE                    the messages, the oldest first, without addresses
    --state STATE              queued, inflight, sent, unknown or dead
    --limit N  --after ID      a page of N (default 100), from the one after ID
  status FILE                  counts, and holds with their reason and end
  show FILE ID|--key KEY       everything about one message
    --eml                      the message itself, as it goes out; not kept once it is sent
  retry FILE ID...|--key KEY   sends unknown or dead messages again; an unknown one may then arrive
                               twice
    --state unknown|dead       all messages in this state
  purge FILE --state STATE     removes messages that are sent, unknown or dead, with their keys
    --older-than AGE           only those in this state for AGE: 90s, 15m, 12h or 7d (default: all)

  --json                       for programs: one line for each message
`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, files } = readFlags(args, flags, checkLine);
  const [name = "", file = "", ...ids] = files;
  const refs = values.key === undefined ? ids.map(Number) : [values.key, ...ids.map(Number)];
  try {
    const own = await inspectOutbox({ path: resolve(io.cwd, file) });
    try {
      return (await ACTIONS.get(name)?.run({ outbox: own, values, refs, io })) ?? EXIT.usage;
    } finally {
      await own.close();
    }
  } catch (error) {
    throw error instanceof OutboxError ? new TroubleError(`${file}: ${error.message} (${error.code})`) : error;
  }
}

function checkLine({ values, files: [name = "", file, ...ids] }: CommandLine<OutboxFlags>, place: Place): void {
  const action = ACTIONS.get(name);
  if (action === undefined) {
    place.error("input.option", "expected list, status, show, retry or purge");
    return;
  }
  if (file === undefined) place.error("input.option", "expected the file of an outbox");
  for (const id of ids)
    if (wholeIn(id, 1, Number.MAX_SAFE_INTEGER) === undefined)
      place.error("input.option", `expected the id of a message, a whole number; got ${JSON.stringify(id)}`);
  const { states, check } = action;
  const { state, key } = values;
  if (states !== undefined && state !== undefined && !states.includes(state))
    place.at("state").error("input.option", `expected ${states.slice(0, -1).join(", ")} or ${states.at(-1)}`);
  for (const flag of Object.keys(values))
    if (!action.flags.some((one) => one === flag))
      place.at(flagName(flag)).error("input.option", `the flag is not one of "outbox ${name}"`);
  check(ids.length + (key === undefined ? 0 : 1), state !== undefined, place);
}

async function list({ outbox, values, io }: Job): Promise<number> {
  const { state } = values;
  const records = await outbox.list({
    limit: values.limit ?? 100,
    after: values.after ?? 0,
    ...(state === undefined ? {} : { state }),
  });
  const paint = paintOf(io, "out");
  const { counts, held } = await outbox.status();
  for (const record of records)
    io.out(values.json === true ? `${JSON.stringify(brief(record, held))}\n` : listLine(record, paint));
  if (values.json === true) return EXIT.done;
  io.out(statusLines(counts, held, paint));
  return EXIT.done;
}

async function status({ outbox, values, io }: Job): Promise<number> {
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

async function show({ outbox, values, refs: [ref = 0], io }: Job): Promise<number> {
  const record = await outbox.get(ref);
  if (record === undefined) return missing(io, ref);
  if (values.eml === true) {
    const raw = await outbox.raw(ref);
    if (raw === undefined) {
      throw new TroubleError("the outbox no longer has the bytes of this message: they are not kept once it is sent");
    }
    await io.pour(raw);
    return EXIT.done;
  }
  io.out(values.json === true ? `${JSON.stringify(record)}\n` : details(record, paintOf(io, "out")));
  return EXIT.done;
}

async function retry({ outbox, values, refs: named, io }: Job): Promise<number> {
  const { state, json } = values;
  let exit: number = EXIT.done;
  const refs = state === undefined ? named : inState(outbox, state);
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

async function purge({ outbox, values, io }: Job): Promise<number> {
  const state = PURGED.find((one) => one === values.state) ?? "sent";
  const options: PurgeOptions = {
    state,
    ...(values.olderThan === undefined ? {} : { olderThan: values.olderThan }),
  };
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

function missing(io: Io, ref: OutboxRef): number {
  io.err(`${shown(String(ref))}: the outbox has no such message\n`);
  return EXIT.failed;
}

// A list is often shown to others: it has no addresses.
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
