// The options of a worker, and their defaults.

import {
  finiteNumber,
  functionFrom,
  nested,
  onlyOf,
  optionIssues,
  optionNames,
  readOptionsOf,
  refuse,
  shapeOf,
  text,
  wholeNumber,
} from "../../given.ts";
import { errorIssue, OptionError, type Place } from "../../issues.ts";
import type { ContentInput, RenderOptions } from "../../mail/message/types.ts";
import { readRender } from "../../mail/render/render-options.ts";
import { isOptions } from "../../options/plain.ts";
import {
  type CommonSenderOptions,
  commonReaders,
  namesOfOthers,
  type SenderSettings,
  settingsOf,
  transportReader,
} from "../core/options.ts";
import type { QuotaOptions } from "../core/quota.ts";
import type { MailTransport } from "../core/transport.ts";
import { clientReaders, type SesSenderOptions, transportOfClient } from "../ses/ses-sender.ts";
import type { QueueRate } from "./budget.ts";
import { connectionOption, type QueueConnection } from "./connection.ts";
import { DEFAULT_PREFIX, nameOption } from "./keys.ts";

/** How long jobs stay in Redis after their outcome: whatever comes first. */
export interface Keep {
  readonly seconds?: number;
  readonly count?: number;
}

type Shared = "rate" | "share" | "queue" | "clock" | "random";

/**
 * Options of `mailWorker`: a client of SES or a transport, and the options of every sender, but that rate and quota are
 * shared. Times are milliseconds.
 */
export interface MailWorkerOptions
  extends Omit<CommonSenderOptions, Shared | "render">,
    Partial<Pick<SesSenderOptions, "client" | "commands">> {
  /**
   * The way to send in place of `client`, such as an SMTP server: `smtpTransport(createTransport({ … }))`. It must wait for
   * `beforeFirstByte` before it writes, as {@link MailTransport} says: at most once depends on it.
   */
  readonly transport?: MailTransport;
  /** `redis://127.0.0.1:6379` when absent. */
  readonly connection?: QueueConnection;
  /** Name of the queue. `mail` when absent. */
  readonly name?: string;
  /** The prefix of all keys in Redis. `bull` when absent, as in BullMQ. */
  readonly prefix?: string;
  /**
   * Recipients per second for all workers of the account together, or `"quota"`: what the service allows. Where the
   * permission for GetSendQuota is missing, that is 1 per second, which every account has. When absent `"quota"`, or
   * `"unlimited"` for a transport that has no quota.
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
  /** Another worker takes a job over when its worker was silent for so long. 30,000 when absent. */
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
  readonly transport: MailTransport;
  readonly sender: SenderSettings;
}

const DAY = 86_400;

const RENDER = optionNames(
  "idDomain legacyNames",
  new Map(["now", "seed"].map((name) => [name, "it comes from the job"])),
);
const KEPT = shapeOf<Keep>({ seconds: wholeNumber(0), count: wholeNumber(0) });

const { share: _share, queue: _queue, clock: _clock, random: _random, ...SENDER } = commonReaders;

const OWN = {
  connection: connectionOption,
  name: nameOption,
  prefix: text,
  rate: rateOption,
  quota: nested(shapeOf<QuotaOptions>({ reserve: finiteNumber(0, "recipients") })),
  account: nameOption,
  resolve: functionFrom<NonNullable<MailWorkerOptions["resolve"]>>(),
  concurrency: wholeNumber(1),
  render: renderOption,
  runs: wholeNumber(1),
  deaths: wholeNumber(1),
  lock: wholeNumber(1_000),
  keep: nested(shapeOf<Required<MailWorkerOptions>["keep"]>({ sent: nested(KEPT), unsent: nested(KEPT) })),
};

const SHAPE = shapeOf<MailWorkerOptions>(
  { transport: transportReader, ...clientReaders, ...SENDER, ...OWN },
  {
    hints: new Map([
      ...namesOfOthers,
      ["share", "all workers of an account share its rate already"],
      ["sender", "give client, or transport, as a sender takes it"],
    ]),
  },
);

/** @throws OptionError with every option that cannot be used */
export function readWorkerOptions(options: MailWorkerOptions): WorkerSettings {
  const given = readOptionsOf<MailWorkerOptions>(options, SHAPE);
  const transport = transportOf(options ?? {}, given);
  const {
    connection,
    name = "mail",
    prefix = DEFAULT_PREFIX,
    account = "default",
    resolve,
    render = {},
    ...rest
  } = given;
  const { runs = 5, deaths = 3, lock = 30_000, keep = {}, quota, concurrency = 16, rate, ...common } = rest;
  return {
    ...{ connection, resolve, render, runs, deaths, lock, concurrency, name, prefix, account, transport },
    rate: rateOf(rate, transport),
    reserve: quota === undefined ? undefined : (quota.reserve ?? 0),
    keep: {
      sent: keep.sent ?? { seconds: DAY, count: 100_000 },
      unsent: keep.unsent ?? { seconds: 7 * DAY, count: 1_000_000 },
    },
    sender: settingsOf({ ...common, concurrency: inHand(concurrency) }, transport),
  };
}

/** While so many are on their way, others are made ready and finished: answers of Redis cost no call its place. */
export function inHand(concurrency: number): number {
  return concurrency + Math.ceil(concurrency / 2);
}

function transportOf(options: MailWorkerOptions, { client, commands, transport }: MailWorkerOptions): MailTransport {
  if (transport === undefined) return transportOfClient(options);
  if (client === undefined && commands === undefined) return transport;
  const hint = "give one of them: a client of SES, or a transport";
  throw new OptionError([errorIssue("input.option", ["transport"], "there is a client and a transport", { hint })]);
}

function rateOf(rate: MailWorkerOptions["rate"], transport: MailTransport): QueueRate | undefined {
  const hasQuota = transport.quota !== undefined;
  if (rate === "quota" && !hasQuota) {
    const hint = "use rate: recipients per second";
    throw new OptionError([errorIssue("input.option", ["rate"], `${transport.name} has no quota`, { hint })]);
  }
  const known = rate ?? (hasQuota ? "quota" : "unlimited");
  return known === "unlimited" ? undefined : known;
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
