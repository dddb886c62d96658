// What a worker can be told, and what it is when it is not told.

import type { Pauses } from "../deliver/core/holds.ts";
import { pausesOf } from "../deliver/core/options.ts";
import { readSesOptions, type SesSenderOptions, senderOptionNames } from "../deliver/ses/ses-sender.ts";
import { checkOptions, optionIssues, optionNames, throwOptions } from "../given.ts";
import type { ContentInput, RenderOptions } from "../message/types.ts";
import type { QueueRate } from "./budget.ts";
import type { QueueConnection } from "./connection.ts";
import { checkName, DEFAULT_PREFIX } from "./keys.ts";

/** How long jobs stay in Redis after their outcome: whatever comes first. */
export interface Keep {
  readonly seconds?: number;
  readonly count?: number;
}

/** Options of `mailWorker`: those of `sesSender`, but that rate and quota are shared. Times are milliseconds. */
export interface MailWorkerOptions
  extends Omit<SesSenderOptions, "rate" | "share" | "queue" | "render" | "clock" | "random"> {
  /** `redis://127.0.0.1:6379` when absent. */
  readonly connection?: QueueConnection;
  /** Name of the queue. `mail` when absent. */
  readonly name?: string;
  /** What stands before all keys in Redis. `bull` when absent, as in BullMQ. */
  readonly prefix?: string;
  /**
   * Recipients per second for all workers of the account together, or `"quota"` (default): what the service allows.
   * Where the permission for GetSendQuota is missing, that is 1 per second, which every account has.
   */
  readonly rate?: QueueRate | "unlimited";
  /** Workers and queues with the same name share rate and quota. `default` when absent. */
  readonly account?: string;
  /** Opens contents that were enqueued by `ref`. */
  readonly resolve?: (ref: string) => Promise<ContentInput> | ContentInput;
  /**
   * Messages of this worker between mark and outcome: what its death leaves unknown at most. 16 when absent. It holds
   * half as many more jobs, which are made ready or finished meanwhile.
   */
  readonly concurrency?: number;
  /** How messages are rendered. Seed and time come from the job. */
  readonly render?: Omit<RenderOptions, "now" | "seed">;
  /** Runs of a message that fails in a way that can pass, minutes apart, before it is `failed`. 5 when absent. */
  readonly runs?: number;
  /**
   * Workers that may die while they make this message ready and no other that is suspect, before it is `failed`. 3 when
   * absent. The first death comes before these: it is not known then which message it was.
   */
  readonly deaths?: number;
  /** A job is somebody else's when its worker was not heard of for so long. 30,000 when absent. */
  readonly lock?: number;
  /** Jobs that stay after their outcome: a day or 100,000 `sent` ones, a week or 1,000,000 others when absent. */
  readonly keep?: { readonly sent?: Keep; readonly unsent?: Keep };
}

/** Options with every default filled in. */
export interface WorkerSettings {
  readonly name: string;
  readonly prefix: string;
  readonly account: string;
  readonly connection: QueueConnection | undefined;
  readonly rate: QueueRate | undefined;
  readonly reserve: number | undefined;
  readonly resolve: MailWorkerOptions["resolve"];
  readonly render: Omit<RenderOptions, "now" | "seed">;
  readonly runs: number;
  readonly deaths: number;
  readonly lock: number;
  readonly keep: { readonly sent: Keep; readonly unsent: Keep };
  readonly concurrency: number;
  readonly onAmbiguous: "report" | "retry";
  readonly pauses: Required<Pauses>;
  /** What is left is for the sender. */
  readonly sender: SesSenderOptions;
}

const DAY = 86_400;

const OWN = "connection name prefix rate account resolve concurrency render runs deaths lock keep";
const NOT_HERE = new Set("share queue clock random".split(" "));
const NAMES = optionNames(
  [OWN, ...senderOptionNames].filter((name) => !NOT_HERE.has(name)).join(" "),
  new Map([["share", "all workers of an account share its rate already"]]),
);
const RENDER = optionNames(
  "idDomain legacyNames",
  new Map(["now", "seed"].map((name) => [name, "it comes from the job"])),
);
const KEEP = optionNames("sent unsent");
const KEPT = optionNames("seconds count");

function checkWorkerNames(options: MailWorkerOptions): void {
  checkOptions(options, NAMES);
  const { render, keep } = options;
  throwOptions([
    ...optionIssues(render, RENDER, ["render"]),
    ...optionIssues(keep, KEEP, ["keep"]),
    ...optionIssues(keep?.sent, KEPT, ["keep", "sent"]),
    ...optionIssues(keep?.unsent, KEPT, ["keep", "unsent"]),
  ]);
}

/** @throws TypeError or RangeError for options that are unusable; those of the sender it checks itself. */
export function readWorkerOptions(options: MailWorkerOptions): WorkerSettings {
  checkWorkerNames(options);
  const { connection, name = "mail", prefix = DEFAULT_PREFIX, rate = "quota", account = "default", ...rest } = options;
  const { resolve, render = {}, runs = 5, deaths = 3, lock = 30_000, keep = {}, quota, ...sender } = rest;
  readSesOptions(sender);
  const { concurrency = 16, onAmbiguous = "report" } = sender;
  if (rate !== "quota" && rate !== "unlimited") above("rate", rate, 0);
  wholeNumber("runs", runs, 1);
  wholeNumber("deaths", deaths, 1);
  wholeNumber("lock", lock, 1_000);
  return {
    ...{ connection, resolve, render, runs, deaths, lock, concurrency, onAmbiguous },
    ...{ name: checkName("name", name), prefix, account: checkName("account", account) },
    rate: rate === "unlimited" ? undefined : rate,
    reserve: quota === undefined ? undefined : (quota.reserve ?? 0),
    keep: {
      sent: keep.sent ?? { seconds: DAY, count: 100_000 },
      unsent: keep.unsent ?? { seconds: 7 * DAY, count: 1_000_000 },
    },
    pauses: pausesOf(sender.pauses ?? {}),
    sender: { ...sender, concurrency },
  };
}

function above(name: string, value: number, least: number): void {
  if (!(typeof value === "number" && value > least && Number.isFinite(value))) {
    throw new RangeError(`${name} is a number above ${least}`);
  }
}

function wholeNumber(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) throw new RangeError(`${name} is a whole number from ${least}`);
}
