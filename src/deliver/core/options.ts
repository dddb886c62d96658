// What a sender can be told, and what it is when it is not told.
import { checkOptions, type OptionNames, optionIssues, optionNames, throwOptions } from "../../given.ts";
import { type Limits, sesV1, sesV2 } from "../../limits/profiles.ts";
import type { RenderOptions } from "../../message/types.ts";
import { checkRenderOptions } from "../../mime/render-options.ts";
import { isPlain } from "../../options/plain.ts";
import { namesOfOthers } from "../ses/client.ts";
import { property } from "../ses/foreign.ts";
import type { SesHttpClient } from "../ses/http-client.ts";
import type { SdkClient, SdkCommands } from "../ses/sdk-command.ts";
import { type Deadlines, deadlineDefaults } from "./attempt.ts";
import type { BeforeFirstByte } from "./attempts.ts";
import type { V2Fields } from "./call-fields.ts";
import { callFieldNames, type SendingFields } from "./call-fields.ts";
import { type Clock, type Random, systemClock } from "./clock.ts";
import { type Pauses, pauseDefaults } from "./holds.ts";
import type { QueueOptions } from "./line.ts";
import { type RetryOptions, retryDefaults } from "./policy.ts";
import type { QuotaOptions } from "./quota.ts";
import type { Pacer } from "./rate.ts";

/** Recipients per second; `"quota"`: what the service allows, asked at most once a minute; or a pacer of your own. */
export type RateOption = number | "quota" | Pacer;

/** Options of one send. Fields of the service stand in place of the sender's own. */
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

/** Options of `sesSender`. Times are milliseconds. */
export interface SesSenderOptions extends SendingFields, V2Fields {
  /**
   * `SESClient` or `SESv2Client` of the AWS SDK v3, which stays as it is, or what `sesHttpClient` gives. Something that
   * stands for a client and has no `config` is taken for one of v1, unless `commands` are those of v2.
   */
  readonly client: SdkClient | SesHttpClient;
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
   * What to do when nobody knows whether SES took the message. `"report"` (default): at most once, the result is
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
  /** Limits of messages. `sesV1` or `sesV2`, by the client, when absent. */
  readonly limits?: Limits;
  readonly render?: RenderOptions;
  /** The commands of the SDK, for bundlers that cannot follow a lazy import: `{ SendRawEmailCommand }`. */
  readonly commands?: SdkCommands;
  /** Time and chance, for tests. */
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Options with every default filled in. */
export interface SenderSettings {
  readonly fields: SendingFields & V2Fields;
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

const OWN =
  "client rate share quota onAmbiguous split concurrency queue deadlines retries pauses limits render commands";
const NAMES = optionNames(`${OWN} clock random ${callFieldNames.join(" ")}`, namesOfOthers);
// Options of rendering have a place of their own among those of a send.
const RENDER_HINTS = ["now", "seed", "idDomain", "legacyNames"].map(
  (name) => [name, `use render: { ${name} }`] as const,
);
const SEND_HINTS = new Map([...namesOfOthers, ...RENDER_HINTS]);
const SEND_NAMES = optionNames(`signal rate beforeFirstByte render ${callFieldNames.join(" ")}`, SEND_HINTS);
const SEND_ALL_NAMES = optionNames(`concurrency onProgress ${[...SEND_NAMES.known].join(" ")}`, SEND_HINTS);

/** The names of all options of a sender. */
export const senderOptionNames: ReadonlySet<string> = NAMES.known;

/** Names of options that are objects themselves. */
const NESTED = {
  quota: optionNames("reserve"),
  queue: optionNames("count bytes"),
  pauses: optionNames("refusal quota max"),
  deadlines: optionNames("connect firstByte total"),
  retries: optionNames("max ambiguous base cap burst share loopback"),
  listManagement: optionNames("contactList topic"),
};

/** Refuses names that no sender knows, in all objects of the options. @throws OptionError */
export function checkSenderNames(options: SesSenderOptions): void {
  const nested = Object.entries(NESTED).flatMap(([key, names]) =>
    optionIssues(Reflect.get(options, key), names, [key]),
  );
  throwOptions([...optionIssues(options, NAMES), ...nested]);
  checkCommands(options.commands);
  if (options.render !== undefined) checkRenderOptions(options.render, [], ["render"]);
}

// A whole module of the SDK may be given; one that holds none of the classes was meant otherwise.
function checkCommands(commands: SdkCommands | undefined): void {
  if (commands === undefined || COMMANDS.some((name) => property(commands, name) !== undefined)) return;
  throwOptions(optionIssues(commands, { known: new Set(COMMANDS) }, ["commands"]));
}

const COMMANDS = ["SendRawEmailCommand", "SendEmailCommand", "GetSendQuotaCommand", "GetAccountCommand"] as const;

/** The options of one send. @throws OptionError */
export function checkSendOptions(options: SendOptions): SendOptions {
  return checkSendNames(options, SEND_NAMES);
}

/** The options of a run. @throws OptionError */
export function checkSendAllOptions<T extends SendOptions>(options: T): T {
  return checkSendNames(options, SEND_ALL_NAMES);
}

function checkSendNames<T extends SendOptions>(options: T, names: OptionNames): T {
  checkOptions(options, names);
  if (options.listManagement !== undefined)
    checkOptions(options.listManagement, NESTED.listManagement, ["listManagement"]);
  if (options.render !== undefined) checkRenderOptions(options.render, [], ["render"]);
  return options;
}

/** @throws TypeError or RangeError for options that are unusable. */
export function readOptions(options: SesSenderOptions, api: "v1" | "v2"): SenderSettings {
  checkSenderNames(options);
  const { rate, share = 1, concurrency = 16, onAmbiguous = "report", split = "never" } = options;
  checkRate(rate);
  atLeast("share", share, 1);
  // A pacer hands out what it likes: nothing here could divide it.
  if (typeof rate === "object" && share !== 1) throw new TypeError("a share is of a rate in numbers, not of a pacer");
  if (!Number.isInteger(concurrency)) throw new RangeError("concurrency must be a whole number, such as 16");
  atLeast("concurrency", concurrency, 1);
  oneOf("onAmbiguous", onAmbiguous, ["report", "retry"]);
  oneOf("split", split, ["never", "envelope"]);
  return {
    ...{ rate, share, quota: options.quota, onAmbiguous, split, concurrency },
    fields: fieldsOf(options),
    queue: positive("queue", options.queue ?? {}),
    deadlines: positive("deadlines", { ...deadlineDefaults, ...options.deadlines }),
    retries: retriesOf(options.retries),
    pauses: pausesOf(options.pauses ?? {}),
    limits: options.limits ?? (api === "v2" ? sesV2 : sesV1),
    render: options.render ?? {},
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}

// Who says how often to try again waits for an endpoint that is about to start.
function retriesOf(given: RetryOptions = {}): Required<RetryOptions> {
  const loopback = given.max === undefined ? retryDefaults.loopback : 2 * given.max;
  return notNegative("retries", { ...retryDefaults, loopback, ...given });
}

/** The fields of the service among the options, copied: what the caller does to them later is not sent. */
export function fieldsOf(options: SendingFields & V2Fields): SendingFields & V2Fields {
  const { configurationSet, tags, sourceArn, fromArn, returnPathArn } = options;
  const { feedbackForwarding, feedbackForwardingArn, endpointId, tenantName, listManagement } = options;
  return {
    ...(configurationSet === undefined ? {} : { configurationSet }),
    ...(tags === undefined ? {} : { tags: copied(tags) }),
    ...(sourceArn === undefined ? {} : { sourceArn }),
    ...(fromArn === undefined ? {} : { fromArn }),
    ...(returnPathArn === undefined ? {} : { returnPathArn }),
    ...(feedbackForwarding === undefined ? {} : { feedbackForwarding }),
    ...(feedbackForwardingArn === undefined ? {} : { feedbackForwardingArn }),
    ...(endpointId === undefined ? {} : { endpointId }),
    ...(tenantName === undefined ? {} : { tenantName }),
    ...(listManagement === undefined ? {} : { listManagement: copied(listManagement) }),
  };
}

// What is no plain object is left as it is: it is refused where the fields are checked.
function copied<T>(value: T): T {
  return typeof value === "object" && value !== null && isPlain(value) ? Object.freeze({ ...value }) : value;
}

function atLeast(name: string, value: unknown, least: number): void {
  if (typeof value === "number" && value >= least) return;
  throw new RangeError(`${name} must be a number of at least ${least}`);
}

/** @throws TypeError or RangeError for a rate that is none. */
export function checkRate(rate: RateOption | undefined): void {
  if (typeof rate === "object") checkPacer(rate);
  else if (rate !== undefined && rate !== "quota" && !(typeof rate === "number" && rate > 0)) {
    throw new RangeError('rate must be a number of recipients per second above 0, or "quota"');
  }
}

function checkPacer(rate: Pacer | null): void {
  if (typeof rate?.take !== "function") throw new TypeError("rate is a number, quota, or an object with take()");
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new TypeError(`${name} is ${known.join(" or ")}`);
}

/**
 * The waits with every default filled in.
 *
 * @throws TypeError or RangeError for waits that are unusable
 */
export function pausesOf(given: Pauses): Required<Pauses> {
  checkOptions(given, NESTED.pauses, ["pauses"]);
  positive("pauses", given);
  const longest = Math.max(given.refusal ?? 0, given.quota ?? 0);
  const max = given.max ?? Math.max(pauseDefaults.max, longest);
  if (longest > max) throw new RangeError("pauses.max is at least pauses.refusal and pauses.quota");
  const { refusal = Math.min(pauseDefaults.refusal, max), quota = Math.min(pauseDefaults.quota, max) } = given;
  return { refusal, quota, max };
}

// None of them may be infinite: a send always comes to an end.
function positive<T extends object>(name: string, values: T): T {
  for (const [key, value] of Object.entries(values)) {
    atLeast(`${name}.${key}`, value, 1);
    if (!Number.isFinite(value)) throw new RangeError(`${name}.${key} is finite`);
  }
  return values;
}

function notNegative<T extends object>(name: string, values: T): T {
  for (const [key, value] of Object.entries(values)) atLeast(`${name}.${key}`, value, 0);
  return values;
}
