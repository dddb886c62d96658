// What a worker can be told, and what it is when it is not told.
import type { Pauses } from "../deliver/core/holds.ts";
import { namesOfOthers, pausesOf } from "../deliver/core/options.ts";
import type { QuotaOptions } from "../deliver/core/quota.ts";
import { readSesOptions, type SesSenderOptions, senderOptionNames } from "../deliver/ses/ses-sender.ts";
import {
  checkedBy,
  finiteNumber,
  functionFrom,
  nested,
  onlyOf,
  optionIssues,
  optionNames,
  readObject,
  refuse,
  shapeOf,
  text,
  wholeNumber,
} from "../given.ts";
import { IssueList, OptionError, type Place } from "../issues.ts";
import type { ContentInput, RenderOptions } from "../message/types.ts";
import { readRender } from "../mime/render-options.ts";
import { isOptions } from "../options/plain.ts";
import type { QueueRate } from "./budget.ts";
import { connectionOption, type QueueConnection } from "./connection.ts";
import { DEFAULT_PREFIX, nameOption } from "./keys.ts";

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

const RENDER = optionNames(
  "idDomain legacyNames",
  new Map(["now", "seed"].map((name) => [name, "it comes from the job"])),
);
const KEPT = shapeOf<Keep>({ seconds: wholeNumber(0), count: wholeNumber(0) });

type OwnOptions = Omit<MailWorkerOptions, Exclude<keyof SesSenderOptions, "rate" | "quota" | "concurrency" | "render">>;

const OWN = shapeOf<OwnOptions>({
  connection: connectionOption,
  name: nameOption,
  prefix: text,
  rate: rateOption,
  quota: nested(shapeOf<QuotaOptions>({ reserve: finiteNumber(0, "recipients") })),
  account: nameOption,
  resolve: functionFrom(),
  concurrency: wholeNumber(1),
  render: renderOption,
  runs: wholeNumber(1),
  deaths: wholeNumber(1),
  lock: wholeNumber(1_000),
  keep: nested(shapeOf<Required<MailWorkerOptions>["keep"]>({ sent: nested(KEPT), unsent: nested(KEPT) })),
});

const NOT_HERE = new Set("share queue clock random".split(" "));
const SENDER = new Set([...senderOptionNames].filter((name) => !NOT_HERE.has(name) && !OWN.known.has(name)));
const NAMES = optionNames(
  [...OWN.known, ...SENDER].join(" "),
  new Map([...namesOfOthers, ["share", "all workers of an account share its rate already"]]),
);

/** @throws OptionError with every option that cannot be used; those of the sender it checks itself */
export function readWorkerOptions(options: MailWorkerOptions): WorkerSettings {
  const { own, sender } = readBoth(options);
  const { connection, name = "mail", prefix = DEFAULT_PREFIX, rate = "quota", account = "default", ...rest } = own;
  const { resolve, render = {}, runs = 5, deaths = 3, lock = 30_000, keep = {}, quota, concurrency = 16 } = rest;
  return {
    ...{ connection, resolve, render, runs, deaths, lock, concurrency, name, prefix, account },
    onAmbiguous: sender.onAmbiguous ?? "report",
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

function readBoth(options: MailWorkerOptions) {
  const list = new IssueList();
  list.addAll(optionIssues(options, NAMES));
  const given: object = isOptions(options) ? options : {};
  const own = readObject<OwnOptions>(onlyOf(given, OWN.known), OWN, list.root) ?? {};
  const { client } = options ?? {};
  const sender: SesSenderOptions = { ...onlyOf(given, SENDER), client };
  checkedBy(readSesOptions)(sender, list.root);
  list.throwIfErrors(OptionError);
  return { own, sender };
}

function rateOption(value: unknown, place: Place): QueueRate | "unlimited" | undefined {
  if (value === "quota" || value === "unlimited") return value;
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return value;
  return refuse(value, 'a number of recipients per second above 0, "quota" or "unlimited"', place);
}

function renderOption(value: unknown, place: Place): Omit<RenderOptions, "now" | "seed"> | undefined {
  for (const issue of optionIssues(value, RENDER, place.path)) place.sink.add(issue);
  return isOptions(value) ? readRender(onlyOf(value, RENDER.known), place) : undefined;
}
