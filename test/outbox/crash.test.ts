import { type OutboxOptions, openOutbox } from "mimewright/outbox";
import { describe, expect, it } from "vitest";
import { hanging, mailOf, newPath, open, senderOf, sending, snapshot, taken, textOf, until } from "./support.ts";

/** What a crash leaves while so many messages are in flight. */
async function crashed(count: number, options: Partial<OutboxOptions> = {}, path = newPath()): Promise<string> {
  const outbox = await open({ path, sender: hanging(), ...options });
  await outbox.enqueueAll(
    Array.from({ length: count }, (_, at) => ({ mail: mailOf(`m${at}`), key: `m${at}`, tags: { t: `m${at}` } })),
  );
  await until(async () => (await outbox.counts()).inflight === Math.min(count, options.concurrency ?? 16));
  return snapshot(path);
}

describe("after a crash", () => {
  it("at most once: what was in flight is unknown, with what it can be found by, and the rest goes out", async () => {
    const path = await crashed(3, { concurrency: 1 });
    const sender = sending();
    const outbox = await open({ path, sender });
    await Promise.all([outbox.wait(2), outbox.wait(3)]);
    const record = await outbox.get("m0");
    expect(record).toMatchObject({ state: "unknown", crashes: 1 });
    expect(record?.result).toEqual({
      status: "unknown",
      attempts: 1,
      cause: { code: "outbox.crashed", message: "the process ended while the message was in flight" },
      sha256: record?.sha256,
      ownMessageId: record?.ownMessageId,
      tags: { t: "m0" },
    });
    expect(sender.calls).toHaveLength(2);
  });

  it("at least once: what was in flight goes out again, with the same bytes", async () => {
    const path = newPath();
    const before: string[] = [];
    const stuck = senderOf(({ mail }) => {
      before.push(textOf(mail));
      return new Promise(() => {});
    });
    const copy = await crashed(1, { onAmbiguous: "retry", sender: stuck }, path);
    const sender = sending();
    const outbox = await open({ path: copy, sender, onAmbiguous: "retry" });
    await outbox.wait(1);
    expect(sender.calls.map(({ mail }) => textOf(mail))).toEqual(before);
  });

  it("at least once: a message whose process ended twice is dead, and blocks nobody", async () => {
    const once = await crashed(2, { concurrency: 1, onAmbiguous: "retry" });
    const again = await open({ path: once, sender: hanging(), concurrency: 1, onAmbiguous: "retry" });
    await until(async () => (await again.counts()).inflight === 1);
    const outbox = await open({ path: snapshot(once), sender: sending(), onAmbiguous: "retry" });
    expect(await outbox.wait(2)).toEqual(taken("id-0"));
    expect(await outbox.get(1)).toMatchObject({ state: "dead", crashes: 2, result: { status: "unknown" } });
  });

  it("sends those that were in flight at a crash one at a time, beside the others", async () => {
    const path = await crashed(20, { concurrency: 4, onAmbiguous: "retry" });
    const inflight: string[] = [];
    const sender = senderOf(({ mail }) => {
      inflight.push(/Subject: (\w+)/.exec(textOf(mail))?.[1] ?? "");
      return new Promise(() => {});
    });
    await open({ path, sender, concurrency: 8, onAmbiguous: "retry" });
    await until(() => inflight.length === 8);
    expect(inflight.filter((name) => ["m0", "m1", "m2", "m3"].includes(name))).toHaveLength(1);
  });
});

describe("one owner at a time", () => {
  it("is refused to a second one in the same process, and given after the first has closed", async () => {
    const path = newPath();
    const outbox = await open({ path, sender: sending() });
    await expect(openOutbox({ path, sender: sending() })).rejects.toMatchObject({ code: "outbox.owned" });
    await outbox.enqueue(mailOf("one"));
    await outbox.close();
    const next = await open({ path, sender: sending() });
    expect((await next.list()).length).toBe(1);
  });

  it("is refused by another name of the same file, too", async () => {
    const path = newPath();
    await open({ path, sender: sending() });
    const other = path.replace("/mail.outbox", "/./mail.outbox");
    await expect(openOutbox({ path: other, sender: sending() })).rejects.toMatchObject({ code: "outbox.owned" });
  });
});
