import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { message, sesV2 } from "mimewright";
import { describe, expect, it } from "vitest";
import { hanging, newPath, open, senderOf, snapshot, taken, until } from "./support.ts";

const MB = 1_048_576;
const address = { from: "ann@example.com", to: ["bob@example.com"] };
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Bytes of a message of exactly this length, with lines of 76 characters. */
function rawOf(length: number): Uint8Array {
  const raw = Buffer.alloc(length, `${"x".repeat(76)}\r\n`);
  raw.write("A: b\r\n\r\n");
  return raw;
}

describe("messages as large as SES takes them", () => {
  it("come back to the byte after a crash", async () => {
    const path = newPath();
    const first = await open({ path, sender: hanging(), concurrency: 1 });
    const content = new Uint8Array(28 * MB).map((_, at) => (at * 7_919) >> 5);
    const mail = message({
      from: "ann@example.com",
      to: "bob@example.com",
      attachments: [{ filename: "a.bin", content }],
    });
    await first.enqueue({ raw: rawOf(99), envelope: address });
    await first.enqueue(mail, { key: "attached" });
    await first.enqueue({ raw: rawOf(sesV2.bytes), envelope: address }, { key: "raw" });
    const sizes: number[] = [];
    const hashes: string[] = [];
    const sender = senderOf(({ mail: { raw } }) => {
      sizes.push(raw.length);
      hashes.push(sha256(raw));
      return taken();
    });
    const outbox = await open({ path: snapshot(path), sender });
    await Promise.all([outbox.wait("attached"), outbox.wait("raw")]);
    const records = await outbox.list({ after: 1 });
    expect(sizes).toEqual(records.map(({ bytes }) => bytes));
    expect(hashes).toEqual(records.map((record) => record.sha256));
    expect(sizes[1]).toBe(sesV2.bytes);
  }, 60_000);

  it("are refused one byte over, before anything is stored", async () => {
    const outbox = await open({ path: newPath(), sender: hanging() });
    const raw = rawOf(sesV2.bytes + 1);
    await expect(outbox.enqueue({ raw, envelope: address })).rejects.toMatchObject({ code: "limit.bytes" });
    expect(await outbox.counts()).toMatchObject({ queued: 0, inflight: 0 });
  });

  it("are in memory as far as 64 MiB go, and alone when one is all there is room for", async () => {
    const raw = rawOf(30 * MB);
    let held = 0;
    let most = 0;
    const sender = senderOf(async ({ mail }) => {
      held += mail.raw.length;
      most = Math.max(most, held);
      await new Promise((resolve) => setTimeout(resolve, 20));
      held -= mail.raw.length;
      return taken();
    });
    const outbox = await open({ path: newPath(), sender });
    await Promise.all(Array.from({ length: 5 }, () => outbox.enqueue({ raw, envelope: address })));
    await Promise.all([1, 2, 3, 4, 5].map((id) => outbox.wait(id)));
    expect(most).toBe(2 * 30 * MB);
  }, 60_000);
});

describe("purge", () => {
  it("gives space back while the outbox is open, in steps, and what is still to be sent stays", async () => {
    const path = newPath();
    const noise = (seed: number) => Buffer.alloc(120_000, createHash("sha512").update(String(seed)).digest());
    const bodies = Array.from({ length: 450 }, (_, at) => Buffer.concat([Buffer.from("A: b\r\n\r\n"), noise(at)]));
    const last = sha256(bodies[449] ?? rawOf(99));
    const sender = senderOf(({ mail }) => (sha256(mail.raw) === last ? new Promise(() => {}) : taken()));
    const outbox = await open({ path, sender });
    await outbox.enqueueAll(bodies.map((raw) => ({ mail: { raw, envelope: address } })));
    await until(async () => (await outbox.counts()).sent === 449);
    expect(statSync(path).size).toBeGreaterThan(50 * 1_000_000);
    expect(await outbox.purge({ state: "sent" })).toBe(449);
    expect(statSync(path).size).toBeLessThan(1_000_000);
    expect(await outbox.counts()).toEqual({ queued: 0, inflight: 1, sent: 0, unknown: 0, dead: 0 });
  }, 60_000);
});
