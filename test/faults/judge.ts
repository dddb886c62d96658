// Compares what the service took with what a client reported. The only question is who knows the truth.
import { ambiguousFaults } from "./faults.ts";
import type { Logged } from "./proxy.ts";

/** What a client said about one message. */
export interface Reported {
  readonly tag: string;
  readonly status: "sent" | "failed" | "unknown";
  readonly messageId?: string;
}

export type Guarantee = "at-most-once" | "at-least-once";

export interface Judgement {
  /** Broken promises, one line each; empty when the client told the truth. */
  readonly broken: readonly string[];
  readonly duplicates: number;
  /** `unknown` without an ambiguous fault in the log: caused by the connection alone. */
  readonly unexplained: number;
  readonly counts: Readonly<Record<Reported["status"], number>>;
}

/** Judges a client over the messages it was given. */
export function judge(
  tags: readonly string[],
  log: readonly Logged[],
  reports: readonly Reported[],
  promise: Guarantee,
): Judgement {
  const broken: string[] = [];
  const attempts = groupBy(log);
  const told = groupBy(reports);
  let duplicates = 0;
  let unexplained = 0;
  const counts = { sent: 0, failed: 0, unknown: 0 };
  for (const tag of new Set([...tags, ...attempts.keys(), ...told.keys()])) {
    const own = [...(attempts.get(tag) ?? [])].sort((a, b) => a.attempt - b.attempt);
    const said = told.get(tag) ?? [];
    const taken = own.filter((one) => one.taken);
    const [report] = said;
    if (said.length !== 1 || report === undefined) {
      broken.push(`${tag}: ${said.length} reports`);
      continue;
    }
    counts[report.status]++;
    duplicates += Math.max(0, taken.length - 1);
    const doubtful = own.some((one) => isAmbiguous(one));
    if (report.status === "sent") {
      if (taken.length === 0) broken.push(`${tag}: sent, never taken`);
      else if (!taken.some((one) => one.id === report.messageId)) broken.push(`${tag}: sent with an id nobody gave`);
    }
    if (report.status === "failed" && taken.length > 0) broken.push(`${tag}: failed, and taken`);
    if (report.status === "unknown" && !doubtful) unexplained++;
    if (promise === "at-most-once" && taken.length > 1) broken.push(`${tag}: taken ${taken.length} times`);
    if (promise === "at-least-once") broken.push(...groundless(tag, own));
  }
  return { broken, duplicates, unexplained, counts };
}

// Another attempt after one that was taken needs a doubt in between.
function groundless(tag: string, own: readonly Logged[]): readonly string[] {
  const found: string[] = [];
  for (const [index, one] of own.entries()) {
    if (one.taken && !isAmbiguous(one) && index < own.length - 1) found.push(`${tag}: sent again without a doubt`);
  }
  return found;
}

function isAmbiguous({ fault }: Logged): boolean {
  return fault !== undefined && ambiguousFaults.has(fault);
}

function groupBy<T extends { readonly tag: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(item.tag, [...(groups.get(item.tag) ?? []), item]);
  return groups;
}
