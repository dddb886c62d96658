// Streaming: throughput, and memory that must not grow with the message. Fresh processes, in turns.
import type { Bench } from "./bench.ts";
import { differences } from "./equal.ts";
import { printTable, quantile } from "./harness.ts";
import { inFreshProcess } from "./processes.ts";
import { streamed, streamedContent, streamers } from "./streaming.job.ts";

const RUNS = 3;
const MB = 1024 * 1024;
const CHECKED = 3_000_001;

export const streaming: Bench = {
  name: "streaming",
  title: "streaming one large attachment",
  async run({ streamBytes }) {
    const content = streamedContent(CHECKED);
    const letter = {
      from: { name: "", address: "ann@example.com" },
      to: [{ name: "", address: "bob@example.org" }],
      ...{ subject: "One large file", text: "See the file.\r\n" },
      enclosures: [{ filename: "a.bin", type: "application/octet-stream", content }],
    };
    let equal = true;
    const speeds = new Map<string, { rates: number[]; peaks: number[] }>();
    for (const name of streamers) {
      speeds.set(name, { rates: [], peaks: [] });
      const differs = await differences(letter, await streamed(name, CHECKED));
      if (differs.length > 0) console.log(`  - ${name}: NOT the same message: ${differs.join(", ")}`);
      equal &&= name !== "mimewright" || differs.length === 0;
    }
    for (let run = 0; run < RUNS; run++) {
      for (const [name, { rates, peaks }] of speeds) {
        const { ms = Number.NaN, peak = Number.NaN } = await inFreshProcess("stream", name, String(streamBytes));
        rates.push(streamBytes / MB / (ms / 1000));
        peaks.push(peak);
      }
    }
    const ours = quantile(speeds.get("mimewright")?.rates ?? [], 0.5);
    const rows = [...speeds].map(([name, { rates, peaks }]) => {
      const rate = quantile(rates, 0.5);
      const grown = `${(quantile(peaks, 0.5) / MB).toFixed(1)} MB`;
      return [name, `${rate.toFixed(0)} MB/s`, (ours / rate).toFixed(2), grown];
    });
    printTable([[`${streamBytes / MB} MB`, "throughput", "time x ours", "memory growth"], ...rows]);
    console.log("  - the other rivals compose in memory only");
    return equal;
  },
};
