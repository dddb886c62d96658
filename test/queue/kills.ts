// Four workers in processes of their own send to the embedded endpoint through the fault proxy, which answers after a
// tenth of a second; they are killed at random moments, Redis is restarted once and killed once. Afterwards what the
// endpoint took is compared with what the queue says.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { type MailQueue, mailQueue, type QueueItem } from "mimewright/bullmq";
import { startLocalSes } from "mimewright/local";
import { draw, type FaultPlan } from "../faults/faults.ts";
import { judge, type Reported } from "../faults/judge.ts";
import { type FaultProxy, startProxy } from "../faults/proxy.ts";
import { startRedis } from "./redis-server.ts";

export interface KillPlan {
  readonly messages: number;
  readonly kills: number;
  /** Recipients per second. */
  readonly rate: number;
  readonly seed: number;
  readonly onAmbiguous?: "report" | "retry";
}

export interface KillReport {
  readonly broken: readonly string[];
  /** Messages without an outcome, and those that are `sent` and were never taken. */
  readonly lost: number;
  /** Copies that the endpoint took. */
  readonly duplicates: number;
  readonly counts: Readonly<Record<Reported["status"], number>>;
  /** `unknown` because a worker died. */
  readonly interrupted: number;
  /** Most of them from one death. */
  readonly atOneDeath: number;
  /** Of these, marked by a worker that was not killed: there is no reason for them. */
  readonly unfounded: number;
  /** `unknown` for another reason than a death, without a fault that explains it. */
  readonly unexplained: number;
  readonly kills: number;
  readonly requests: number;
  readonly throttled: number;
  /**
   * Recipients that the endpoint took, of those that its rate allows from the first to the last of them: the times
   * without Redis, and those after a death, count in full.
   */
  readonly used: number;
  /** Most recipients in any one second. */
  readonly peak: number;
  readonly seconds: number;
  /** Whether the counts that the queue keeps are those of the reports. */
  readonly progressIsRight: boolean;
}

const WORKERS = 4;
const CONCURRENCY = 16;
const LOCK = 2_000;
// So that there is something on its way when a worker dies.
const LATENCY_MS = 100;
const PROCESS = fileURLToPath(new URL("worker-process.mjs", import.meta.url));

// A little of everything that a network does; each from seed, tag and attempt alone.
const plan =
  (seed: number): FaultPlan =>
  ({ tag, attempt }) => {
    const at = draw(`${seed}:${tag}:${attempt}`) * 1_000;
    if (at < 4) return "drop-before";
    if (at < 8) return "drop-after";
    return at < 20 ? "503" : undefined;
  };

/** Most go to one, some to a few, some to up to fifty. */
function recipientsOf(seed: number, index: number): number {
  const kind = draw(`${seed}:kind:${index}`);
  const size = draw(`${seed}:size:${index}`);
  if (kind < 0.7) return 1;
  return kind < 0.9 ? 2 + Math.floor(size * 9) : 11 + Math.floor(size * 40);
}

function* itemsOf({ messages, seed }: KillPlan): Generator<QueueItem> {
  for (let index = 0; index < messages; index++) {
    const to = Array.from({ length: recipientsOf(seed, index) }, (_, at) => `r${at}@example.com`);
    const message = { from: "Ann <ann@example.com>", to, subject: `Number ${index}`, text: "Hello.\n" };
    yield { message, key: `m${index}`, campaign: index % 2 === 0 ? "even" : "odd", tags: { t: `m${index}` } };
  }
}

/** The worker processes, always so many. */
class Crew {
  readonly killed = new Set<number>();
  readonly #start: () => ChildProcess;
  readonly #alive: ChildProcess[] = [];

  constructor(start: () => ChildProcess) {
    this.#start = start;
    for (let count = 0; count < WORKERS; count++) this.#alive.push(start());
  }

  kill(which: number): void {
    const victim = this.#alive[which];
    if (victim?.pid === undefined) return;
    this.killed.add(victim.pid);
    victim.kill("SIGKILL");
    this.#alive[which] = this.#start();
  }

  async end(): Promise<readonly (number | null)[]> {
    return Promise.all(
      this.#alive.map((child) => {
        if (child.exitCode !== null) return child.exitCode;
        const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        return ended;
      }),
    );
  }
}

export async function runKills(run: KillPlan): Promise<KillReport> {
  const { messages, kills, rate, seed, onAmbiguous = "report" } = run;
  const redis = await startRedis();
  const ses = await startLocalSes({ sendRate: rate, inboxBytes: 1_048_576 });
  const proxy = await startProxy(ses.url, plan(seed));
  proxy.latency = LATENCY_MS;
  const queue = await mailQueue({ connection: redis.url });
  const options = JSON.stringify({
    rate: "quota",
    concurrency: CONCURRENCY,
    lock: LOCK,
    onAmbiguous,
    retries: { base: 20 },
  });
  const start = () =>
    spawn(process.execPath, [PROCESS, redis.url, proxy.url, options], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  const crew = new Crew(start);
  try {
    const ids = new Map<string, string>();
    for await (const result of queue.enqueueAll(itemsOf(run))) {
      if ("error" in result) throw result.error;
      ids.set(`m${result.index}`, result.id);
    }
    let done = 0;
    const sent = async () => {
      const { queued } = await queue.progress();
      done = messages - queued;
      return done;
    };
    // Deaths come while nine tenths go out: the last ones would only show how long a lock lasts.
    const moments = Array.from({ length: kills }, (_, at) => 0.03 + 0.87 * draw(`${seed}:kill:${at}`)).sort(
      (a, b) => a - b,
    );
    const ends = [
      { at: 0.2 + 0.2 * draw(`${seed}:restart`), end: () => redis.stop() },
      { at: 0.5 + 0.2 * draw(`${seed}:crash`), end: () => redis.kill() },
    ];
    while ((await sent()) < messages) {
      while ((moments[0] ?? 2) <= done / messages)
        crew.kill(Math.floor(draw(`${seed}:who:${moments.shift()}`) * WORKERS));
      const [next] = ends;
      if (next !== undefined && done / messages >= next.at) {
        ends.shift();
        await next.end();
        await new Promise((resolve) => setTimeout(resolve, 500));
        await redis.start();
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const codes = await crew.end();
    if (codes.some((code) => code !== 0)) throw new Error(`workers ended with ${codes.join(", ")}`);
    return await compare(run, queue, ids, proxy, crew.killed, redis.url);
  } finally {
    await crew.end();
    await queue.close();
    await proxy.close();
    await ses.close();
    await redis.close();
  }
}

async function compare(
  { rate, kills, onAmbiguous = "report" }: KillPlan,
  queue: MailQueue,
  ids: ReadonlyMap<string, string>,
  { log }: FaultProxy,
  killed: ReadonlySet<number>,
  url: string,
): Promise<KillReport> {
  const client = new Redis(url);
  const reports: Reported[] = [];
  const dead = new Map<number, number>();
  let unfounded = 0;
  const faulty = new Set(log.filter(({ fault }) => fault?.startsWith("drop")).map(({ tag }) => tag));
  let deaths = 0;
  for (const [tag, id] of ids) {
    const result = await queue.result(id);
    if (result === undefined || result.status === "partial") continue;
    reports.push({ tag, status: result.status, ...(result.status === "sent" ? { messageId: result.messageId } : {}) });
    if (result.status !== "unknown" || result.cause.code !== "send.interrupted") continue;
    if (!faulty.has(tag)) deaths++;
    const marked = await client.hget(`bull:mail:${id}`, "mw:attempt");
    const pid = Number(marked?.split("-")[0]);
    dead.set(pid, (dead.get(pid) ?? 0) + 1);
    if (!killed.has(pid)) unfounded++;
  }
  client.disconnect();
  const promise = onAmbiguous === "report" ? "at-most-once" : "at-least-once";
  const perDeath = [...dead.values()];
  const { broken, duplicates, counts, unexplained } = judge([...ids.keys()], log, reports, promise);
  const progress = await queue.progress();
  const campaigns = await Promise.all([queue.progress("even"), queue.progress("odd")]);
  const sum = (name: "sent" | "failed" | "unknown") => campaigns.reduce((total, one) => total + one[name], 0);
  const names = ["sent", "failed", "unknown"] as const;
  return {
    lost:
      ids.size - counts.sent - counts.failed - counts.unknown + broken.filter((one) => /never taken/.test(one)).length,
    ...{ broken, duplicates, counts, unfounded, kills: killed.size },
    interrupted: perDeath.reduce((sum, count) => sum + count, 0),
    atOneDeath: Math.max(0, ...perDeath),
    unexplained: unexplained - deaths,
    requests: log.length,
    throttled: log.filter(({ refusal }) => refusal?.includes("Maximum sending rate exceeded")).length,
    ...usage(log, rate),
    progressIsRight:
      names.every((name) => progress[name] === counts[name] && sum(name) === counts[name]) && killed.size === kills,
  };
}

function usage(log: FaultProxy["log"], rate: number) {
  const taken = log.filter((one) => one.taken).sort((a, b) => a.at - b.at);
  const seconds = ((taken.at(-1)?.at ?? 0) - (taken[0]?.at ?? 0)) / 1_000;
  const total = taken.reduce((sum, { recipients }) => sum + recipients, 0);
  let [peak, inside, from] = [0, 0, 0];
  for (const { at, recipients } of taken) {
    inside += recipients;
    for (let first = taken[from]; first !== undefined && first.at <= at - 1_000; first = taken[++from])
      inside -= first.recipients;
    peak = Math.max(peak, inside);
  }
  return { used: total / seconds / rate, peak, seconds };
}
