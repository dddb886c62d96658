// The options of a sender, of a send and of a run, and what they are when they are absent.
import {
  finiteNumber,
  functionFrom,
  nested,
  oneOf,
  type Reader,
  readObject,
  readOptionsOf,
  refuse,
  shapeOf,
  valueFrom,
  wholeNumber,
} from "../../given.ts";
import { IssueList, OptionError } from "../../issues.ts";
import type { Limits } from "../../mail/limits/profiles.ts";
import { readLimits } from "../../mail/limits/read-limits.ts";
import type { RenderOptions } from "../../mail/message/types.ts";
import { readRender } from "../../mail/render/render-options.ts";
import { type Deadlines, deadlineDefaults } from "./attempt.ts";
import type { BeforeFirstByte } from "./attempts.ts";
import {
  type CallFields,
  callFieldReaders,
  callFieldsOf,
  checkServed,
  type SendingFields,
  type V2Fields,
} from "./call-fields.ts";
import { type Clock, type Random, systemClock } from "./clock.ts";
import { type Pauses, pauseDefaults } from "./holds.ts";
import { type QueueOptions, queueShape } from "./line.ts";
import { type RetryOptions, retryDefaults } from "./policy.ts";
import type { QuotaOptions } from "./quota.ts";
import type { Pacer } from "./rate.ts";
import type { MailTransport } from "./transport.ts";

/** Recipients per second; `"quota"`: what the service allows, asked at most once a minute; or a pacer of your own. */
export type RateOption = number | "quota" | Pacer;

/** Options of one send. Fields of the service replace those of the sender. */
export interface SendOptions extends SendingFields, V2Fields {
  /** Stops the send: before the first byte as `failed`, after it as `unknown`. */
  readonly signal?: AbortSignal;
  /** A rate for this send instead of the sender's; all calls of a split message, or of a `sendAll`, share it. */
  readonly rate?: RateOption;
  /**
   * Called before any byte of an attempt can leave this process, and awaited: what must be on record before a message may
   * be out is written there. When it rejects, nothing is sent: the result is `failed`, code `send.aborted`, or `unknown`
   * when an earlier attempt may have been taken. Called for every attempt, and for every group of a split message.
   *
   * @example
   * await sender.sendRaw(mail, { beforeFirstByte: () => ledger.begin(id) });
   */
  readonly beforeFirstByte?: BeforeFirstByte;
  /** How this message is rendered, instead of the sender's way: a seed and a time give the same bytes again. */
  readonly render?: RenderOptions;
}

/** Options of a run over many messages. */
export interface SendAllOptions extends SendOptions {
  /** Messages taken and not yet done. The sender's own concurrency when absent. */
  readonly concurrency?: number;
  /** Called after every result, with counts. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Counts of a run. */
export interface Progress {
  /** Messages taken from the iterable. */
  readonly taken: number;
  readonly sent: number;
  readonly failed: number;
  readonly unknown: number;
  readonly partial: number;
  /** True when the run ended before the iterable did: the service refuses every message (see `scope` of the result), the daily quota is used up, an abort, or the sender is closed. */
  readonly stopped: boolean;
}

/** Options of every sender, whatever its transport. Times are milliseconds. */
export interface CommonSenderOptions extends SendingFields, V2Fields {
  /**
   * Recipients per second; no limit when absent. With `"quota"` the daily quota is kept too; where the permission for
   * GetSendQuota is missing, the rate is 1 per second, which every account has.
   */
  readonly rate?: RateOption;
  /** How many senders, in this process and others, share the account's rate. 1 when absent. */
  readonly share?: number;
  /** Keeps the daily quota even when the rate does not come from it. */
  readonly quota?: QuotaOptions;
  /**
   * What to do when it is unknown whether the service took the message. `"report"` (default): at most once, the result is
   * `unknown`. `"retry"`: at least once, the same bytes again, so that there may be copies.
   */
  readonly onAmbiguous?: "report" | "retry";
  /** More recipients than one call takes: refused (`"never"`, default), or sent in several calls (`"envelope"`). */
  readonly split?: "never" | "envelope";
  /** Calls in flight. 16 when absent. */
  readonly concurrency?: number;
  readonly queue?: QueueOptions;
  readonly deadlines?: Deadlines;
  readonly retries?: RetryOptions;
  /**
   * How long nothing is tried after a refusal that every message would get: of the account, or of a configuration set.
   */
  readonly pauses?: Pauses;
  /** Limits of messages; those of the transport when absent (for SES `sesV1` or `sesV2`, by the client). */
  readonly limits?: Limits;
  readonly render?: RenderOptions;
  /** Time and chance, for tests. */
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Options of `sender`. Times are milliseconds. */
export interface SenderOptions extends CommonSenderOptions {
  /** The way to send, such as that of an SMTP server. */
  readonly transport: MailTransport;
}

/** Options with every default filled in. */
export interface SenderSettings {
  readonly fields: CallFields;
  readonly rate: RateOption | undefined;
  readonly share: number;
  readonly quota: QuotaOptions | undefined;
  readonly onAmbiguous: "report" | "retry";
  readonly split: "never" | "envelope";
  readonly concurrency: number;
  readonly queue: QueueOptions;
  readonly deadlines: Required<Deadlines>;
  readonly retries: Required<RetryOptions>;
  readonly pauses: Required<Pauses>;
  readonly limits: Limits;
  readonly render: RenderOptions;
  readonly clock: Clock;
  readonly random: Random;
}

const RATE = 'use rate: recipients per second, or "quota" for the rate of the account';
const RETRIES = "use retries: { max }";
const TAGS = "use tags: { name: value }";

/** Names that other libraries have for options of a sender, with what to write here. */
export const namesOfOthers: ReadonlyMap<string, string> = new Map([
  ["sendingRate", RATE],
  ["rateLimit", RATE],
  ["maxRate", RATE],
  ["rateDelta", "use rate: recipients per second"],
  ["maxConnections", "use concurrency: calls in flight"],
  ["maxRetries", RETRIES],
  ["maxAttempts", RETRIES],
  ["timeout", "use deadlines: { total }"],
  ["configurationSetName", "use configurationSet"],
  ["ConfigurationSetName", "use configurationSet"],
  ["Tags", TAGS],
  ["EmailTags", TAGS],
]);

// Options of rendering have their own place among those of a send.
const RENDER_HINTS = ["now", "seed", "idDomain", "legacyNames"].map(
  (name) => [name, `use render: { ${name} }`] as const,
);
const SEND_HINTS = new Map([
  ...namesOfOthers,
  ...RENDER_HINTS,
  ["resume", "call sender.resume(message, result)"],
  ["split", "it is an option of the sender"],
  ["envelope", "it belongs to the message: message({ …, envelope })"],
]);

// None of them may be infinite: a send always comes to an end.
const wait = finiteNumber(1, "milliseconds");
const count = atLeast(0);

const DEADLINES = shapeOf<Deadlines>({ connect: wait, firstByte: wait, total: wait });
const RETRY = shapeOf<RetryOptions>({
  ...{ max: count, loopback: count, ambiguous: count },
  ...{ base: count, cap: count, burst: count, share: count },
});
const PAUSES = shapeOf<Pauses>({ refusal: wait, quota: wait, max: wait });
const QUOTA = shapeOf<QuotaOptions>({ reserve: count });

/** Reads a rate: recipients per second, `"quota"`, or a pacer. */
export const readRate: Reader<RateOption> = (value, place) => {
  if (value === "quota" || (typeof value === "number" && value > 0) || isPacer(value)) return value;
  return refuse(value, 'recipients per second above 0, "quota", or an object with take()', place);
};

function isPacer(value: unknown): value is Pacer {
  return typeof value === "object" && value !== null && "take" in value && typeof value.take === "function";
}

const readPauses: Reader<Pauses> = (value, place) => {
  const given = readObject(value, PAUSES, place);
  const longest = Math.max(given?.refusal ?? 0, given?.quota ?? 0);
  if (given?.max === undefined || given.max >= longest) return given;
  return place.at("max").error("input.option", "pauses.max is at least pauses.refusal and pauses.quota");
};

const isSignal = (value: unknown): value is AbortSignal =>
  typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;

const isClock = (value: unknown): value is Clock =>
  typeof value === "object" &&
  value !== null &&
  ["now", "wall", "after"].every((name) => typeof Reflect.get(value, name) === "function");

/** Readers of what all senders have in common. */
export const commonReaders = {
  rate: readRate,
  share: finiteNumber(1),
  quota: nested(QUOTA),
  onAmbiguous: oneOf("report", "retry"),
  split: oneOf("never", "envelope"),
  concurrency: wholeNumber(1),
  queue: nested(queueShape),
  deadlines: nested(DEADLINES),
  retries: nested(RETRY),
  pauses: readPauses,
  limits: readLimits,
  render: readRender,
  clock: valueFrom(isClock, "a clock: { now, wall, after }"),
  random: functionFrom<Random>(),
  ...callFieldReaders,
} as const;

const hasLimits = (value: unknown) =>
  typeof value === "object" && value !== null && typeof Reflect.get(value, "name") === "string";

const isTransport = (value: unknown): value is MailTransport =>
  typeof value === "object" &&
  value !== null &&
  typeof Reflect.get(value, "name") === "string" &&
  hasLimits(Reflect.get(value, "limits")) &&
  typeof Reflect.get(value, "send") === "function" &&
  Reflect.get(value, "fields") instanceof Set;

/** Reads a way to send. */
export const transportReader: Reader<MailTransport> = (value, place) => {
  if (isTransport(value)) return value;
  const isMailer = typeof value === "object" && value !== null && "sendMail" in value;
  if (!isMailer) return refuse(value, "a transport: { name, limits, fields, send }", place);
  return place.error("input.option", "a transporter of nodemailer is no transport", {
    hint: "give smtpTransport(transporter)",
  });
};

const SENDER = shapeOf<SenderOptions>({ transport: transportReader, ...commonReaders }, { hints: namesOfOthers });

/** The options of a sender over any transport. @throws OptionError */
export function readSenderOptions(options: SenderOptions): { transport: MailTransport; settings: SenderSettings } {
  const { transport, ...given } = readOptionsOf<SenderOptions>(options, SENDER);
  if (transport !== undefined) return { transport, settings: settingsOf(given, transport) };
  const list = new IssueList();
  list.root.at("transport").error("input.option", "there is no transport", {
    hint: "give one, such as smtpTransport(…), or use sesSender({ client })",
  });
  list.throwIfErrors(OptionError);
  throw new TypeError("there is no transport");
}

const sendReaders = {
  signal: valueFrom(isSignal, "an AbortSignal"),
  rate: readRate,
  beforeFirstByte: functionFrom<BeforeFirstByte>(),
  render: readRender,
  ...callFieldReaders,
} as const;

const SEND = shapeOf<SendOptions>(sendReaders, { hints: SEND_HINTS });
const SEND_ALL = shapeOf<SendAllOptions>(
  {
    concurrency: atLeast(1),
    onProgress: functionFrom<NonNullable<SendAllOptions["onProgress"]>>(),
    ...sendReaders,
  },
  { hints: SEND_HINTS },
);

/** A reader of numbers that may be infinite. */
export function atLeast(least: number): Reader<number> {
  return (value, place) =>
    typeof value === "number" && value >= least ? value : refuse(value, `a number, ${least} or more`, place);
}

/** The options of one send. @throws OptionError */
export function readSendOptions(options: SendOptions): SendOptions {
  return readOptionsOf<SendOptions>(options, SEND);
}

/** The options of a run. @throws OptionError */
export function readSendAllOptions(options: SendAllOptions): SendAllOptions {
  return readOptionsOf<SendAllOptions>(options, SEND_ALL);
}

/**
 * Fills in every default.
 *
 * @throws OptionError for options that do not fit each other or the transport
 */
export function settingsOf(given: CommonSenderOptions, transport: MailTransport): SenderSettings {
  const list = new IssueList();
  const { rate, share = 1, concurrency = 16, onAmbiguous = "report", split = "never" } = given;
  if (typeof rate === "object" && share !== 1) {
    // A pacer hands out what it likes: nothing here could divide it.
    list.root.at("share").error("input.option", "a share is of a rate in numbers, not of a pacer");
  }
  if (rate === "quota" && transport.quota === undefined) {
    list.root
      .at("rate")
      .error("input.option", `${transport.name} has no quota`, { hint: "use rate: recipients per second" });
  }
  const fields = callFieldsOf(given);
  checkServed(fields, transport, list.root);
  list.throwIfErrors(OptionError);
  return {
    ...{ rate, share, quota: given.quota, onAmbiguous, split, concurrency, fields },
    queue: given.queue ?? {},
    deadlines: { ...deadlineDefaults, ...given.deadlines },
    retries: retriesOf(given.retries),
    pauses: pausesOf(given.pauses),
    limits: given.limits ?? transport.limits,
    render: given.render ?? {},
    clock: given.clock ?? systemClock,
    random: given.random ?? Math.random,
  };
}

// Who says how often to try again waits for an endpoint that is about to start.
function retriesOf(given: RetryOptions = {}): Required<RetryOptions> {
  const loopback = given.max === undefined ? retryDefaults.loopback : 2 * given.max;
  return { ...retryDefaults, loopback, ...given };
}

/** The waits with every default filled in. @throws OptionError */
export function pausesOf(options: Pauses = {}): Required<Pauses> {
  const list = new IssueList();
  const given = readPauses(options, list.root.at("pauses")) ?? {};
  list.throwIfErrors(OptionError);
  const longest = Math.max(given.refusal ?? 0, given.quota ?? 0);
  const max = given.max ?? Math.max(pauseDefaults.max, longest);
  const { refusal = Math.min(pauseDefaults.refusal, max), quota = Math.min(pauseDefaults.quota, max) } = given;
  return { refusal, quota, max };
}
