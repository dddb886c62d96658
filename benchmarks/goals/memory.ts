// Peak memory of composing one attachment, over the size of the output. A fresh process for every run.
import { quantile } from "../harness.ts";
import { memoryRivals } from "../memory.job.ts";
import { inFreshProcess } from "../processes.ts";
import { atMost, formatNumber, plainRow, type RowGroup } from "./row.ts";

const MB = 1024 * 1024;
const RUNS = 3;

const own = [
  ["mimewright", "bytes copied", 1.35],
  ["mimewright, bytes lent", "bytes lent", 1.02],
  ["mimewright, lent, into", "lent, `into`", 0.05],
] as const;

const sizes = [
  { megabytes: 10, rivals: memoryRivals.filter((name) => !name.startsWith("mimewright")) },
  { megabytes: 100, rivals: ["nodemailer"] },
];

/** For 10 and 100 MB. */
export const memory: RowGroup = {
  name: "memory",
  async *measure() {
    for (const { megabytes, rivals } of sizes) {
      const names = [...own.map(([name]) => name), ...rivals];
      const shares = new Map<string, number[]>(names.map((name) => [name, []]));
      for (let run = 0; run < RUNS; run++) {
        for (const [name, found] of shares) {
          const { peak = Number.NaN, bytes = 1 } = await inFreshProcess("compose", name, String(megabytes * MB));
          found.push(peak / bytes);
        }
      }
      const middle = (name: string) => quantile(shares.get(name) ?? [], 0.5);
      const beside = rivals.map((name) => [name, formatNumber(middle(name))] as const);
      for (const [name, how, most] of own) {
        const title = `peak memory over output, ${megabytes} MB, ${how}`;
        const found = middle(name);
        // The rivals once, beside the first.
        const others = name === "mimewright" ? beside : [];
        yield plainRow({ title, goal: atMost(most), found, own: formatNumber(found), beside: others });
      }
    }
  },
};
