// The options of an outbox, their defaults, and what it asks of a sender.

import { milliseconds, nested, oneOf, readOptionsOf, refuse, shapeOf, valueFrom, wholeNumber } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { type Limits, sesV2 } from "../../mail/limits/profiles.ts";
import { readLimits } from "../../mail/limits/read-limits.ts";
import type { RenderOptions } from "../../mail/message/types.ts";
import { readRender } from "../../mail/render/render-options.ts";
import { type Clock, systemClock, wholeTime } from "../core/clock.ts";
import type { Sender } from "../core/sender.ts";
import type { TransportFacts } from "../core/transport.ts";
import { type DriverName, driverNames } from "./sqlite.ts";

/**
 * What an outbox asks of a sender: any sender of this library, over SES, SMTP or a transport of your own, or an object
 * that has `sendRaw` alone. Of the latter every message is marked as in flight before it is handed over.
 */
export type OutboxSender = Pick<Sender, "sendRaw"> & Partial<Pick<Sender, "transport" | "limits">>;

/** Options of `openOutbox`. Times are milliseconds. */
export interface OutboxOptions {
  /** The file. Made when there is none; its folder must be there, on a local disk. */
  readonly path: string;
  /** What sends: rate, quota, retries within an attempt and failure classes are the sender's. It stays the caller's. */
  readonly sender: OutboxSender;
  /**
   * What to do with a message when it is unknown whether the service took it, after a crash too. `"report"` (default): at
   * most once, it stays `unknown`. `"retry"`: at least once, the same bytes again. The sender has an option of the same
   * name for what it does within one attempt; give both the same value.
   */
  readonly onAmbiguous?: "report" | "retry";
  /**
   * Messages handed to the sender at once, and so the most that a crash leaves `unknown`: those of them whose first byte
   * may have been written. 16 when absent.
   */
  readonly concurrency?: number;
  /** Times that a message is handed to the sender before it is `dead`. 10 when absent. */
  readonly maxAttempts?: number;
  /** Crashes while it was in flight before a message is `dead`, with `onAmbiguous: "retry"`. 2 when absent. */
  readonly maxCrashes?: number;
  /** Wait before the second attempt (30,000), doubled for each further one, up to `cap` (3,600,000). */
  readonly retries?: { readonly base?: number; readonly cap?: number };
  /** Limits of messages, checked by `enqueue`. Those of the sender when absent; `sesV2` when it does not say them. */
  readonly limits?: Limits;
  /** As the sender's: `"envelope"` takes more recipients than one call does. */
  readonly split?: "never" | "envelope";
  readonly render?: RenderOptions;
  /** The first that is there when absent: `node:sqlite`, else `better-sqlite3`. */
  readonly driver?: DriverName;
  /**
   * What to do with a file that is whole and older than what was reported as durable: a restored backup, a disk that
   * lied. `"refuse"` (default) throws. `"accept"` opens it; without at-least-once everything queued becomes `unknown`,
   * as it may have gone out since.
   */
  readonly missingCommits?: "refuse" | "accept";
  /** Where the time of day comes from, for tests. */
  readonly clock?: Pick<Clock, "wall">;
}

/** Options with every default filled in. */
export interface OutboxSettings extends Required<Omit<OutboxOptions, "driver" | "retries">> {
  readonly retries: { readonly base: number; readonly cap: number };
  readonly driver: DriverName | undefined;
  /** Where messages go, as far as the sender says it. */
  readonly destination: TransportFacts | undefined;
}

const RETRIES = shapeOf<{ base?: number; cap?: number }>({ base: milliseconds, cap: milliseconds });

// What a sender takes, and the outbox of its sender alone.
const HINTS = new Map([
  ["client", "use sender: sesSender({ client })"],
  ["transport", "use sender: sender({ transport })"],
  ["rate", "it is an option of the sender"],
  ["deadlines", "it is an option of the sender"],
]);

const OUTBOX = shapeOf<OutboxOptions>(
  {
    path: pathOfFile,
    sender: valueFrom(isSender, "a sender, such as sesSender({ … }) or sender({ transport })"),
    onAmbiguous: oneOf("report", "retry"),
    concurrency: wholeNumber(1),
    maxAttempts: wholeNumber(1),
    maxCrashes: wholeNumber(1),
    retries: nested(RETRIES),
    limits: readLimits,
    split: oneOf("never", "envelope"),
    render: readRender,
    driver: oneOf(...driverNames),
    missingCommits: oneOf("refuse", "accept"),
    clock: valueFrom(isClock, "a clock such as { wall: () => Date.now() }"),
  },
  { required: ["path", "sender"], hints: HINTS },
);

/** @throws OptionError with every option that cannot be used */
export function readOutboxOptions(options: OutboxOptions): OutboxSettings {
  const given = readOptionsOf(options, OUTBOX);
  const { path = "", sender = options.sender, onAmbiguous = "report", split = "never" } = given;
  const { concurrency = 16, maxAttempts = 10, maxCrashes = 2, missingCommits = "refuse" } = given;
  const { base = 30_000, cap = 3_600_000 } = given.retries ?? {};
  return {
    ...{ path, sender, onAmbiguous, split, missingCommits, concurrency, maxAttempts, maxCrashes },
    retries: { base, cap },
    limits: given.limits ?? sender.limits ?? sender.transport?.limits ?? sesV2,
    destination: sender.transport,
    render: given.render ?? {},
    driver: given.driver,
    clock: wholeClock(given.clock ?? systemClock),
  };
}

/** Reads the path of an outbox. */
export function pathOfFile(value: unknown, place: Place): string | undefined {
  return typeof value === "string" && value !== "" ? value : refuse(value, "the path of a file", place);
}

function isSender(value: unknown): value is OutboxOptions["sender"] {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "sendRaw") === "function";
}

function isClock(value: unknown): value is Pick<Clock, "wall"> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "wall") === "function";
}

// Every time that is stored comes from here, and its column takes whole numbers only.
function wholeClock(clock: Pick<Clock, "wall">): Pick<Clock, "wall"> {
  return { wall: () => wholeTime(clock.wall()) };
}
