// One letter with one large attachment, composed once in this process.
import { letterWithFiles } from "./letter.ts";
import { peakOf } from "./peak.ts";
import type { Measured } from "./processes.ts";
import type { Rival } from "./rivals/rival.ts";

// Only the one that is measured is loaded.
const LOADERS = new Map<string, () => Promise<Rival>>([
  ["mimewright", async () => (await import("./rivals/mimewright.ts")).mimewright],
  ["mimewright, bytes lent", async () => (await import("./rivals/mimewright.ts")).mimewrightLent],
  ["mimewright, lent, into", async () => (await import("./rivals/mimewright.ts")).mimewrightInto],
  ["nodemailer", async () => (await import("./rivals/nodemailer.ts")).nodemailer],
  ["mimetext", async () => (await import("./rivals/mimetext.ts")).mimetext],
  ["emailjs-mime-builder", async () => (await import("./rivals/emailjs-mime-builder.ts")).emailjs],
  ["@upyo/smtp", async () => (await import("./rivals/upyo.ts")).upyo],
]);

/** Names of the libraries that can be measured. */
export const memoryRivals: readonly string[] = [...LOADERS.keys()];

/** Peak and output, in bytes. */
export async function measureComposing(name: string, size: number): Promise<Measured> {
  const rival = await LOADERS.get(name)?.();
  const warm = rival?.prepare(letterWithFiles(1, 100_000));
  const job = rival?.prepare(letterWithFiles(1, size));
  if (warm === undefined || job === undefined) throw new Error(`${name} cannot do it`);
  for (let count = 0; count < 20; count++) await warm();
  const { peak, result } = await peakOf(job);
  return { peak, bytes: result.length };
}
