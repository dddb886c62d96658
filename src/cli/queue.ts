// `mimewright queue status`: the progress of a queue, once or as it changes.
import {
  type Durability,
  type MailQueue,
  mailQueue,
  QueueError,
  type QueueProgress,
  type QueueStatus,
} from "../bullmq.ts";
import type { Place } from "../issues.ts";
import { anyText, type Command, type CommandLine, type FlagTable, given, readFlags, toggle, valued } from "./args.ts";
import { EXIT, type Io, TroubleError, UsageError } from "./io.ts";
import { heldLines, plural } from "./report.ts";
import { type Paint, paintOf, progressOf, shown } from "./terminal.ts";

interface QueueFlags {
  readonly redis: string;
  readonly queue: string;
  readonly prefix: string;
  readonly campaign: string;
  readonly watch: boolean;
  readonly json: boolean;
}

const flags: FlagTable<QueueFlags> = {
  ...{ redis: valued(anyText), queue: valued(anyText), prefix: valued(anyText), campaign: valued(anyText) },
  ...{ watch: toggle, json: toggle },
};

const TIMEOUT_MS = 5_000;

/** Prints the status; exit code 2 when Redis cannot be asked. */
export const queue: Command = {
  flags,
  help: `mimewright queue status [options]

Prints the progress of a queue in Redis or Valkey: sent, failed, unknown and queued messages, the
rate, the time left at that rate, and holds with their reason and end. Needs the packages bullmq
and ioredis.

  --redis URL       redis:// or rediss://user:password@host:6379/0 (or REDIS_URL; default:
                    this machine)
  --queue NAME      as in mailQueue({ name }) (default: mail)
  --prefix TEXT     as in mailQueue({ prefix }) (default: bull)
  --campaign NAME   counts this campaign only
  --watch           goes on until nothing is queued: a line that is updated in a terminal, elsewhere
                    one line for each change
  --json            for programs; with --watch one object per line
`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values } = readFlags(args, flags, checkLine);
  const connection = values.redis ?? (io.env.REDIS_URL || "redis://127.0.0.1:6379");
  const view: View = { io, paint: paintOf(io, "out"), campaign: values.campaign, isJson: values.json === true };
  const own = await open({
    ...{ connection, timeout: TIMEOUT_MS },
    ...given("name", values.queue),
    ...given("prefix", values.prefix),
  });
  try {
    await (values.watch === true ? watch(own, view) : print(own, view));
    return EXIT.done;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error instanceof QueueError ? troubleOf(error, connection) : error;
  } finally {
    await own.close();
  }
}

function checkLine({ files: [what, ...others] }: CommandLine<QueueFlags>, place: Place): void {
  if (what !== "status" || others.length > 0) place.error("input.option", "expected: queue status");
}

function troubleOf({ code, message }: QueueError, connection: string): TroubleError {
  if (code !== "queue.timeout") return new TroubleError(message);
  // The address without user and password. The queue accepted it, so it is a URL.
  const { host } = new URL(connection);
  return new TroubleError(`${message}: is it running at ${host}? --redis or REDIS_URL names another server`);
}

interface View {
  readonly io: Io;
  readonly paint: Paint;
  readonly campaign: string | undefined;
  readonly isJson: boolean;
}

async function open(options: Parameters<typeof mailQueue>[0]): Promise<MailQueue> {
  try {
    return await mailQueue(options);
  } catch (error) {
    // The message does not repeat the URL, which may hold a password.
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error instanceof QueueError ? new TroubleError(error.message) : error;
  }
}

async function print(queue: MailQueue, { io, paint, campaign, isJson }: View): Promise<void> {
  if (campaign !== undefined) {
    const progress = await queue.progress(campaign);
    io.out(isJson ? `${JSON.stringify(progress)}\n` : `${progressLine(progress, paint)}\n`);
    return;
  }
  const status = await queue.status();
  io.out(isJson ? `${JSON.stringify(status)}\n` : statusLines(status, paint));
}

/** Resolves when nothing is queued, or when the command is ended. */
async function watch(queue: MailQueue, { io, paint, campaign, isJson }: View): Promise<void> {
  // Fails here when Redis does not answer.
  await queue.progress(campaign);
  const line = progressOf(io);
  // The line is on the error stream, beside the output: both must be on a terminal.
  const isLive = io.terminals.out && line.isSeen && !isJson;
  let last: QueueProgress | undefined;
  await new Promise<void>((resolve) => {
    const stop = () => {
      end();
      resolve();
    };
    const end = queue.watch(
      (progress) => {
        last = progress;
        if (isJson) io.out(`${JSON.stringify(progress)}\n`);
        else if (isLive) line.show(progressLine(progress, plain));
        else io.out(`${progressLine(progress, plain)}\n`);
        if (progress.queued === 0) stop();
      },
      campaign === undefined ? {} : { campaign },
    );
    if (io.signal.aborted) stop();
    io.signal.addEventListener("abort", stop, { once: true });
  });
  line.clear();
  if (isLive && last !== undefined) io.out(`${progressLine(last, paint)}\n`);
}

const plain: Paint = (_, text) => text;

/** The counts of a queue, in a line. */
export function progressLine(progress: QueueProgress, paint: Paint): string {
  const { sent, failed, unknown, partial, queued, rate, timeLeft } = progress;
  const parts = [
    `${paint("green", "sent")} ${amount(sent)}`,
    `${failed === 0 ? "failed" : paint("red", "failed")} ${amount(failed)}`,
    `${unknown === 0 ? "unknown" : paint("yellow", "unknown")} ${amount(unknown)}`,
    ...(partial === 0 ? [] : [`${paint("yellow", "partial")} ${amount(partial)}`]),
    `queued ${amount(queued)}`,
    `${rate < 10 ? rate.toFixed(1) : amount(Math.round(rate))}/s`,
    ...(queued === 0 || timeLeft === undefined ? [] : [`${duration(timeLeft)} left`]),
  ];
  return parts.join("  ");
}

const KEPT: Readonly<Record<Durability, string>> = {
  always: "everything it confirmed survives a crash of Redis",
  everysec:
    "a crash of Redis loses up to a second: what was sent in it may be sent again (appendfsync always keeps it)",
  no: "a crash of Redis loses what the system had not written (appendfsync always keeps it)",
  none: "nothing survives a crash of Redis (appendonly yes, appendfsync always)",
  unknown: "unknown whether data survives a crash of Redis: its configuration cannot be read",
};

function statusLines(status: QueueStatus, paint: Paint): string {
  const { progress, jobs, paused, held, workers, campaigns, durability, eviction } = status;
  const lines = [
    `${paused ? paint("yellow", "paused") : "running"}, ${plural(workers, "worker")}`,
    ...heldLines(held, paint),
    `waiting ${amount(jobs.waiting)}  on their way ${amount(jobs.active)}  delayed ${amount(jobs.delayed)}`,
    progressLine(progress, paint),
    ...(campaigns.length === 0 ? [] : [`campaigns: ${campaigns.map(shown).join(", ")}`]),
    KEPT[durability],
    ...(isEvicting(eviction) ? [paint("yellow", `Redis drops keys when its memory is full (${eviction})`)] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function isEvicting(policy: string): boolean {
  return policy !== "noeviction" && policy !== "unknown";
}

function amount(value: number): string {
  return value.toLocaleString("en-US");
}

/** Milliseconds as people say them: the two largest units. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
