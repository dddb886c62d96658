// One attachment that comes from a stream, written as a stream and counted.
import { Readable } from "node:stream";
import { message, toChunks } from "mimewright";
import MailComposer from "nodemailer/lib/mail-composer";
import { noise } from "./letter.ts";
import { peakOf } from "./peak.ts";
import type { Measured } from "./processes.ts";

const CHUNK = noise(64 * 1024);
const WARM_UP = 32 * 1024 * 1024;

// The source allocates nothing, so that what grows is the library's.
function* chunks(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
}

type Streaming = (size: number) => AsyncIterable<Uint8Array>;

const PEOPLE = { from: "ann@example.com", to: "bob@example.org", subject: "One large file", text: "See the file.\r\n" };

function largeMessage(size: number) {
  return message({ ...PEOPLE, attachments: [{ filename: "a.bin", content: { size, open: () => chunks(size) } }] });
}

const WAYS = new Map<string, Streaming>([
  ["mimewright", (size) => toChunks(largeMessage(size))],
  ["mimewright, lent chunks", (size) => toChunks(largeMessage(size), { chunks: "lent" })],
  [
    "nodemailer",
    (size) => {
      const content = Readable.from(chunks(size), { objectMode: false });
      const mail = new MailComposer({ ...PEOPLE, attachments: [{ filename: "a.bin", content }] });
      return mail.compile().createReadStream();
    },
  ],
]);

/** Names of the libraries that stream. */
export const streamers: readonly string[] = [...WAYS.keys()];

/** The message as it is streamed, in memory. */
export async function streamed(name: string, size: number): Promise<Uint8Array> {
  const way = WAYS.get(name);
  const parts: Uint8Array[] = [];
  if (way !== undefined) for await (const chunk of way(size)) parts.push(chunk.slice());
  return Buffer.concat(parts);
}

/** The content that `streamed` attaches. */
export function streamedContent(size: number): Uint8Array {
  return Buffer.concat([...chunks(size)]);
}

/** Milliseconds, octets written and peak memory in bytes, after a warm-up. */
export async function measureStreaming(name: string, size: number): Promise<Measured> {
  const way = WAYS.get(name);
  if (way === undefined) throw new Error(`${name} does not stream`);
  await count(way(WARM_UP));
  const { peak, result } = await peakOf(async () => {
    const start = performance.now();
    const bytes = await count(way(size));
    return { bytes, ms: performance.now() - start };
  });
  return { ...result, peak };
}

async function count(stream: AsyncIterable<Uint8Array>): Promise<number> {
  let octets = 0;
  for await (const chunk of stream) octets += chunk.length;
  return octets;
}
