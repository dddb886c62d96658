import { describe, expect, it } from "vitest";
import { mailOf, newPath, open, refusal, senderOf, sending, taken, textOf, until } from "./support.ts";

const HOUR = 3_600_000;

describe("a clock that was set back", () => {
  it("holds up nothing at the next opening: neither what is new nor what waits for its next attempt", async () => {
    const path = newPath();
    const later = senderOf(({ mail }) =>
      textOf(mail).includes("again") ? refusal("send.connection", "later") : new Promise(() => {}),
    );
    const before = { clock: { wall: () => 10 * HOUR }, retries: { base: 40 } };
    const first = await open({ path, sender: later, concurrency: 1, ...before });
    await first.enqueueAll(["again", "stuck", "new"].map((name) => ({ mail: mailOf(name), key: name })));
    await until(async () => (await first.get("stuck"))?.state === "inflight");
    await first.close({ timeout: 0 });
    const sender = sending();
    const start = Date.now();
    const after = { wall: () => 5 * HOUR + Date.now() - start };
    const outbox = await open({ path, sender, clock: after });
    await Promise.all([outbox.wait("again"), outbox.wait("new")]);
    expect(await outbox.counts()).toMatchObject({ sent: 2, unknown: 1 });
  });

  it("holds up nothing while the outbox is open", async () => {
    const start = Date.now();
    let step = 0;
    const clock = { wall: () => Date.now() - step };
    const sender = senderOf((_, index) => {
      if (index > 0) return taken();
      step = Date.now() - start + HOUR;
      return refusal("send.connection", "later");
    });
    const outbox = await open({ path: newPath(), sender, clock, retries: { base: 30 } });
    await outbox.enqueue(mailOf("one"));
    expect(await outbox.wait(1)).toEqual(taken());
  });

  it("does not lengthen the rest that the day's quota asked for", async () => {
    let step = 0;
    const clock = { wall: () => Date.now() - step };
    const quota = { ...refusal("send.quota", "later"), retryAfter: 50 };
    const sender = senderOf((_, index) => (index === 0 ? quota : taken()));
    const outbox = await open({ path: newPath(), sender, clock });
    outbox.events.on(({ type }) => {
      if (type === "paused") step = HOUR;
    });
    await outbox.enqueue(mailOf("one"));
    expect(await outbox.wait(1)).toEqual(taken());
  });

  it("goes on to count crashes one after the other: at least once, what was in flight goes out at once", async () => {
    const path = newPath();
    const never = senderOf(() => new Promise(() => {}));
    const first = await open({ path, sender: never, onAmbiguous: "retry", clock: { wall: () => 10 * HOUR } });
    await first.enqueue(mailOf("one"));
    await until(async () => (await first.counts()).inflight === 1);
    await first.close({ timeout: 0 });
    const outbox = await open({ path, sender: sending(), onAmbiguous: "retry", clock: { wall: () => 5 * HOUR } });
    expect((await outbox.wait(1)).status).toBe("sent");
  });
});
