import { message } from "mimewright";
import { inspectOutbox, type OutboxEvent } from "mimewright/outbox";
import { describe, expect, it } from "vitest";
import { mailOf, newPath, open, refusal, senderOf, taken, textOf } from "./support.ts";

describe("what does not go out at once", () => {
  it("goes out later: a no that may pass", async () => {
    const sender = senderOf((_, index) => (index < 2 ? refusal("send.connection", "later") : taken()));
    const outbox = await open({ path: newPath(), sender, retries: { base: 5 } });
    await outbox.enqueue(mailOf("one"), { key: "k" });
    expect(await outbox.wait("k")).toEqual(taken());
    expect((await outbox.get("k"))?.attempts).toBe(3);
    expect(new Set(sender.calls.map(({ mail }) => textOf(mail))).size).toBe(1);
  });

  it("ends dead, with its cause, and lets the others pass", async () => {
    const sender = senderOf(({ mail }) =>
      textOf(mail).includes("poison") ? refusal("send.connection", "later") : taken(),
    );
    const outbox = await open({ path: newPath(), sender, concurrency: 1, maxAttempts: 3, retries: { base: 1 } });
    await outbox.enqueue(mailOf("poison"), { key: "p" });
    await outbox.enqueueAll(["a", "b", "c"].map((name) => ({ mail: mailOf(name), key: name })));
    expect(await outbox.wait("c")).toEqual(taken());
    expect(await outbox.wait("p")).toMatchObject({ status: "failed", code: "send.connection" });
    expect(await outbox.get("p")).toMatchObject({ state: "dead", attempts: 3 });
  });

  it("rests while the day's quota is used up, without spending attempts", async () => {
    const quota = { ...refusal("send.quota", "later"), retryAfter: 60 };
    const sender = senderOf((_, index) => (index === 0 ? quota : taken()));
    const outbox = await open({ path: newPath(), sender, concurrency: 1, maxAttempts: 1 });
    const types: string[] = [];
    outbox.events.on(({ type }) => types.push(type));
    await outbox.enqueueAll([{ mail: mailOf("a") }, { mail: mailOf("b") }]);
    await Promise.all([outbox.wait(1), outbox.wait(2)]);
    expect(types).toContain("paused");
    expect(await outbox.counts()).toMatchObject({ sent: 2 });
  });

  it("stays when the sender is closed, as if it had not been begun", async () => {
    const path = newPath();
    const sender = senderOf(() => ({ ...refusal("send.closed", "later"), attempts: 0 }) as ReturnType<typeof taken>);
    const outbox = await open({ path, sender });
    const stalled = new Promise<OutboxEvent>((resolve) =>
      outbox.events.on((event) => event.type === "stalled" && resolve(event)),
    );
    await outbox.enqueue(mailOf("one"));
    expect((await stalled).code).toBe("send.closed");
    await outbox.close();
    const other = await inspectOutbox({ path });
    expect(await other.get(1)).toMatchObject({ state: "queued", attempts: 0 });
    await other.close();
  });
});

describe("a sender that does what no sender may", () => {
  it("leaves a doubt: nobody knows how far it came", async () => {
    const sender = senderOf(() => {
      throw new Error("socket of bob@example.com broke");
    });
    const outbox = await open({ path: newPath(), sender });
    await outbox.enqueue(mailOf("one"), { key: "k", tags: { a: "b" } });
    const result = await outbox.wait("k");
    expect(result).toMatchObject({ status: "unknown", cause: { code: "send.client" }, tags: { a: "b" } });
    expect(JSON.stringify(result)).not.toContain("bob@");
  });

  it("does not end the line: a message that it refuses by throwing is dead, and the next one goes out", async () => {
    const sender = senderOf(({ mail }) => {
      if (textOf(mail).includes("poison")) message({ from: "nobody" });
      return taken();
    });
    const outbox = await open({ path: newPath(), sender, concurrency: 1 });
    await outbox.enqueueAll(["poison", "next"].map((name) => ({ mail: mailOf(name), key: name })));
    expect((await outbox.wait("next")).status).toBe("sent");
    expect(await outbox.get("poison")).toMatchObject({ state: "dead", result: { status: "failed" } });
  });
});

describe("what waits for its next attempt", () => {
  it("gets its turn although new messages never leave a place free", async () => {
    let failed = false;
    const seen: string[] = [];
    const sender = senderOf(async ({ mail }) => {
      const subject = /Subject: (\w+)/.exec(textOf(mail))?.[1] ?? "";
      seen.push(subject);
      if (subject === "late" && !failed) {
        failed = true;
        return refusal("send.connection", "later");
      }
      if (!seen.slice(1).includes("late")) void outbox.enqueue(mailOf("new"));
      await new Promise((resolve) => setTimeout(resolve, 3));
      return taken();
    });
    // The time of day goes on with every message: it is due again after five of them, on a slow machine too.
    const clock = { wall: () => 1_000_000 + seen.length };
    const outbox = await open({ path: newPath(), sender, concurrency: 1, retries: { base: 5 }, clock });
    await outbox.enqueueAll([{ mail: mailOf("late"), key: "late" }, { mail: mailOf("new") }, { mail: mailOf("new") }]);
    expect((await outbox.wait("late")).status).toBe("sent");
    expect(seen.filter((subject) => subject === "new").length).toBeGreaterThan(2);
  });
});
