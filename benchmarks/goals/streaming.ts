// Streaming one large attachment: throughput, and memory that must not grow with the message. Fresh processes, in turns.
import { differences } from "../equal.ts";
import { quantile } from "../harness.ts";
import { inFreshProcess } from "../processes.ts";
import { streamed, streamedContent, streamers } from "../streaming.job.ts";
import { atMost, formatNumber, plainRow, type RowGroup, timesFaster } from "./row.ts";

const RUNS = 3;
const MB = 1024 * 1024;
const CHECKED = 3_000_001;
const OWN = "mimewright";
const LENT = "mimewright, lent chunks";
const RIVAL = "nodemailer";

/** Throughput against nodemailer's, and what memory grows by. */
export const streaming: RowGroup = {
  name: "streaming",
  async *measure({ streamBytes }) {
    const right = await readsBack();
    const found = new Map(streamers.map((name) => [name, { rates: [] as number[], peaks: [] as number[] }]));
    for (let run = 0; run < RUNS; run++) {
      for (const [name, { rates, peaks }] of found) {
        const { ms = Number.NaN, peak = Number.NaN } = await inFreshProcess("stream", name, String(streamBytes));
        rates.push(streamBytes / MB / (ms / 1000));
        peaks.push(peak / MB);
      }
    }
    const rate = (name: string) => quantile(found.get(name)?.rates ?? [], 0.5);
    const growth = (name: string) => quantile(found.get(name)?.peaks ?? [], 0.5);
    const size = `${(streamBytes / MB).toLocaleString("en-US")} MB`;
    const megabytes = (name: string) => `${growth(name).toFixed(1)} MB`;
    yield {
      ...plainRow({
        title: `streaming ${size}`,
        goal: timesFaster(3.5),
        ...{ found: rate(OWN) / rate(RIVAL), own: `${rate(OWN).toFixed(0)} MB/s` },
        beside: [
          [RIVAL, `${rate(RIVAL).toFixed(0)} MB/s`],
          ["lent chunks", `${formatNumber(rate(LENT) / rate(RIVAL))}x`],
        ],
      }),
      right,
    };
    for (const [name, title, most] of [
      [OWN, "memory that streaming adds", 16],
      [LENT, "memory that streaming adds, lent chunks", 6],
    ] as const) {
      const beside = [[RIVAL, megabytes(RIVAL)]] as const;
      yield plainRow({ title, goal: atMost(most, " MB"), found: growth(name), own: megabytes(name), beside });
    }
  },
};

async function readsBack(): Promise<boolean> {
  const letter = {
    from: { name: "", address: "ann@example.com" },
    to: [{ name: "", address: "bob@example.org" }],
    ...{ subject: "One large file", text: "See the file.\r\n" },
    enclosures: [{ filename: "a.bin", type: "application/octet-stream", content: streamedContent(CHECKED) }],
  };
  for (const name of [OWN, LENT]) {
    if ((await differences(letter, await streamed(name, CHECKED))).length > 0) return false;
  }
  return true;
}
