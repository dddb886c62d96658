// Kills a process with an outbox again and again, lets it come to its end, and compares what the service took with what
// the outbox says.
import { inspectOutbox } from "mimewright/outbox";
import { draw } from "../faults/faults.ts";
import { type Guarantee, type Judgement, judge, type Reported } from "../faults/judge.ts";
import { startProxy } from "../faults/proxy.ts";
import { startUpstream } from "../faults/upstream.ts";
import { type Job, ownRuntime, type Runtime, start } from "./process.ts";
import { until } from "./support.ts";

export interface KillPlan {
  readonly path: string;
  readonly kills: number;
  readonly messages: number;
  readonly seed: number;
  readonly promise: Guarantee;
  readonly outbox?: object;
  readonly runtime?: Runtime;
}

export interface KillReport extends Judgement {
  readonly kills: number;
  /** Messages whose enqueue() had resolved and that are not in the outbox. */
  readonly lost: readonly string[];
  /** The most messages of which one kill left the fate unknown. */
  readonly mostUnknown: number;
  readonly dead: number;
}

/** Runs the plan. */
export async function killAgainAndAgain(plan: KillPlan): Promise<KillReport> {
  const { path, kills, messages, seed, promise, outbox = {}, runtime = ownRuntime } = plan;
  const upstream = await startUpstream();
  const proxy = await startProxy(upstream.url);
  const onAmbiguous = promise === "at-least-once" ? "retry" : "report";
  const stored = new Set<number>();
  const unknowns: number[] = [0];
  let done = 0;
  const life = async (target: number) => {
    let from = 0;
    while (stored.has(from)) from++;
    const options = { onAmbiguous, retries: { base: 10, cap: 50 }, ...outbox };
    const job: Job = { path, endpoint: proxy.url, from, to: messages, outbox: options, sender: { onAmbiguous } };
    const running = start(job, runtime);
    const before = proxy.log.length;
    let over = false;
    void running.ended.then(() => {
      over = true;
    });
    await until(() => over || (running.told.length > 0 && proxy.log.length - before >= target));
    running.kill();
    await running.ended;
    for (const { type, index, counts, code } of running.told) {
      if (type === "stored" && index !== undefined) stored.add(index);
      if (type === "open" && counts !== undefined) unknowns.push(counts.unknown);
      if (type === "failed" || type === "refused") throw new Error(`the process failed: ${code}`);
    }
  };
  const each = Math.max(2, Math.floor((2 * messages) / kills));
  while (done < kills) {
    await life(1 + Math.floor(draw(`${seed}:${done}`) * each));
    done++;
  }
  await life(Number.POSITIVE_INFINITY);
  await proxy.close();
  await upstream.close();
  const { reports, dead } = await reportsOf(path);
  const tags = Array.from({ length: messages }, (_, index) => `m${index}`);
  const known = new Set(reports.map(({ tag }) => tag));
  const steps = unknowns.slice(1).map((count, index) => count - (unknowns[index] ?? 0));
  return {
    ...judge(tags, proxy.log, reports, promise),
    ...{ kills: done, dead, mostUnknown: Math.max(0, ...steps) },
    lost: tags.filter((tag) => !known.has(tag)),
  };
}

async function reportsOf(path: string): Promise<{ readonly reports: readonly Reported[]; readonly dead: number }> {
  const inspector = await inspectOutbox({ path });
  const reports: Reported[] = [];
  let dead = 0;
  for (let after = 0; ; ) {
    const page = await inspector.list({ after, limit: 1_000 });
    for (const { id, key = "", state, result } of page) {
      after = id;
      if (state === "dead") dead++;
      if (result === undefined || result.status === "partial") continue;
      const messageId = result.status === "sent" ? { messageId: result.messageId } : {};
      reports.push({ tag: key, status: result.status, ...messageId });
    }
    if (page.length === 0) break;
  }
  await inspector.close();
  return { reports, dead };
}
