import { statSync } from "node:fs";
import { MessageError, message, OptionError } from "mimewright";
import { inspectOutbox, OutboxError, type OutboxEvent, openOutbox } from "mimewright/outbox";
import { describe, expect, it } from "vitest";
import { doubtful, hanging, mailOf, newPath, open, senderOf, sending, taken, textOf, until } from "./support.ts";

describe("a message in the outbox", () => {
  it("is on the disk when enqueue resolves, and goes out", async () => {
    const sender = sending();
    const outbox = await open({ path: newPath(), sender });
    const receipt = await outbox.enqueue(mailOf("one"), { key: "k1", tags: { campaign: "spring" } });
    expect(receipt).toEqual({ id: 1, key: "k1", state: "queued", replayed: false });
    expect(await outbox.wait("k1")).toEqual(taken("id-0"));
    const [call] = sender.calls;
    expect(call?.mail.envelope).toEqual({ from: "ann@example.com", to: ["bob@example.com"] });
    expect(call?.options.tags).toEqual({ campaign: "spring" });
    expect(call && textOf(call.mail)).toContain("Subject: one\r\n");
  });

  it("is marked as in flight on the disk before the sender gets it", async () => {
    const path = newPath();
    const seen: (string | undefined)[] = [];
    const sender = senderOf(async () => {
      const other = await inspectOutbox({ path });
      seen.push((await other.get(1))?.state);
      await other.close();
      return taken();
    });
    const outbox = await open({ path, sender });
    await outbox.enqueue(mailOf("one"));
    await outbox.wait(1);
    expect(seen).toEqual(["inflight"]);
  });

  it("may be raw bytes, which go out as they are", async () => {
    const sender = sending();
    const outbox = await open({ path: newPath(), sender });
    const raw = new TextEncoder().encode("From: a@example.com\r\n\r\nHello\r\n");
    const { id } = await outbox.enqueue({ raw, envelope: { from: "a@example.com", to: ["b@example.com"] } });
    raw.fill(0);
    await outbox.wait(id);
    expect(sender.calls[0] && textOf(sender.calls[0].mail)).toBe("From: a@example.com\r\n\r\nHello\r\n");
  });

  it("is refused before it is stored when no sender could send it", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    const nobody = message({ from: "a@example.com", subject: "x", text: "x" });
    await expect(outbox.enqueue(nobody)).rejects.toThrow(MessageError);
    await expect(outbox.enqueue(mailOf("x"), { tags: { "not a word": "x" } })).rejects.toMatchObject({
      code: "limit.tag",
    });
    expect((await outbox.counts()).queued).toBe(0);
  });

  it("survives a restart while it waits", async () => {
    const path = newPath();
    const idle = await open({ path, sender: hanging(), concurrency: 1 });
    await idle.enqueueAll([{ mail: mailOf("one") }, { mail: mailOf("two") }, { mail: mailOf("three") }]);
    await until(async () => (await idle.counts()).inflight === 1);
    // The one in flight has its time first, and is then in doubt; the others were never begun.
    expect(await idle.close({ timeout: 20 })).toMatchObject({ queued: 2, unknown: 1 });
    const sender = sending();
    const outbox = await open({ path, sender });
    await outbox.wait(3);
    expect(sender.calls.map(({ mail }) => /Subject: (\w+)/.exec(textOf(mail))?.[1])).toEqual(["two", "three"]);
  });
});

describe("a key", () => {
  it("stands for one message: the same again gives the same receipt and result", async () => {
    const sender = sending();
    const outbox = await open({ path: newPath(), sender });
    await outbox.enqueue(mailOf("one"), { key: "k" });
    const result = await outbox.wait("k");
    expect(await outbox.enqueue(mailOf("one"), { key: "k" })).toEqual({
      id: 1,
      key: "k",
      state: "sent",
      replayed: true,
      result,
    });
    expect(sender.calls).toHaveLength(1);
  });

  it("does so after a restart, and for attachments and html", async () => {
    const path = newPath();
    const rich = () =>
      message({
        ...{ from: "ann@example.com", to: "bob@example.com", text: "x", html: "<p>x</p>" },
        attachments: [{ filename: "a.bin", content: new Uint8Array(60_000).fill(7) }],
      });
    const first = await open({ path, sender: sending() });
    await first.enqueue(rich(), { key: "k" });
    await first.wait("k");
    await first.close();
    const second = await open({ path, sender: sending() });
    expect(await second.enqueue(rich(), { key: "k" })).toMatchObject({ replayed: true, state: "sent" });
  });

  it.each([
    ["another text", mailOf("two"), {}],
    [
      "another envelope under the same bytes",
      message({
        from: "ann@example.com",
        to: "bob@example.com",
        bcc: "eve@example.com",
        subject: "one",
        text: "Hello.\n",
      }),
      {},
    ],
    ["other fields of the call", mailOf("one"), { tags: { a: "b" } }],
  ])("refuses another message: %s", async (_, other, fields) => {
    const outbox = await open({ path: newPath(), sender: sending() });
    await outbox.enqueue(mailOf("one"), { key: "k" });
    await expect(outbox.enqueue(other, { key: "k", ...fields })).rejects.toMatchObject({ code: "outbox.conflict" });
  });

  it("holds for messages that come at the same time, and within a batch", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    const [a, b, c] = await Promise.all([
      outbox.enqueue(mailOf("one"), { key: "k" }),
      outbox.enqueue(mailOf("one"), { key: "k" }),
      outbox.enqueueAll([
        { mail: mailOf("one"), key: "k" },
        { mail: mailOf("two"), key: "k2" },
        { mail: mailOf("two"), key: "k2" },
      ]),
    ]);
    expect([a.id, b.id, ...c.map(({ id }) => id)]).toEqual([1, 1, 1, 2, 2]);
    expect([a.replayed, b.replayed, ...c.map(({ replayed }) => replayed)]).toEqual([false, true, true, false, true]);
  });

  it("is 1 to 512 characters", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    await expect(outbox.enqueue(mailOf("x"), { key: "" })).rejects.toThrow(OptionError);
    await expect(outbox.enqueue(mailOf("x"), { key: "k".repeat(513) })).rejects.toThrow(OptionError);
    expect((await outbox.enqueue(mailOf("x"), { key: "k".repeat(512) })).replayed).toBe(false);
  });
});

describe("retry and purge", () => {
  it("sends what is unknown or dead again, with the same bytes, and nothing else", async () => {
    const sender = senderOf((_, index) => (index === 0 ? doubtful() : taken()));
    const outbox = await open({ path: newPath(), sender });
    await outbox.enqueue(mailOf("one"), { key: "k" });
    expect((await outbox.wait("k")).status).toBe("unknown");
    await outbox.retry("k");
    expect(await outbox.wait("k")).toEqual(taken());
    const [a, b] = sender.calls.map(({ mail }) => textOf(mail));
    expect(a).toBe(b);
    await expect(outbox.retry("k")).rejects.toMatchObject({ code: "outbox.record" });
    await expect(outbox.retry(99)).rejects.toMatchObject({ code: "outbox.record" });
  });

  it("retries a split message for the groups that are not sent", async () => {
    const group = (to: string, result: ReturnType<typeof taken>) => ({ recipients: [to], result }) as never;
    const parts = [group("a@example.com", taken()), group("b@example.com", doubtful())];
    const sender = senderOf((_, index) =>
      index === 0 ? { status: "partial", attempts: 2, groups: parts } : taken("id-b"),
    );
    const outbox = await open({ path: newPath(), sender });
    await outbox.enqueue(mailOf("one", "a@example.com, b@example.com"));
    expect((await outbox.wait(1)).status).toBe("partial");
    await outbox.retry(1);
    expect((await outbox.wait(1)).status).toBe("sent");
    expect(sender.calls[1]?.mail.envelope.to).toEqual(["b@example.com"]);
  });

  it("purges by state and age, frees the keys, and never what is still to be sent", async () => {
    let now = 1_000_000;
    const clock = { wall: () => now };
    const outbox = await open({ path: newPath(), sender: sending(), clock });
    await outbox.enqueueAll([{ mail: mailOf("a"), key: "a" }, { mail: mailOf("b") }]);
    await Promise.all([outbox.wait(1), outbox.wait(2)]);
    now += 5_000;
    expect(await outbox.purge({ state: "sent", olderThan: 5_001 })).toBe(0);
    expect(await outbox.purge({ state: "sent", olderThan: 5_000 })).toBe(2);
    expect(await outbox.counts()).toMatchObject({ sent: 0 });
    expect(await outbox.enqueue(mailOf("a"), { key: "a" })).toMatchObject({ id: 3, replayed: false });
    await expect(outbox.purge({ state: "queued" } as never)).rejects.toThrow(OptionError);
  });

  it("keeps no bytes of what was sent, and those of what may be sent again", async () => {
    const sender = senderOf((_, index) => (index === 0 ? taken() : doubtful()));
    const outbox = await open({ path: newPath(), sender, concurrency: 1 });
    await outbox.enqueueAll([{ mail: mailOf("a") }, { mail: mailOf("b") }]);
    await outbox.wait(2);
    expect(await outbox.raw(1)).toBeUndefined();
    expect(new TextDecoder().decode(await outbox.raw(2))).toContain("Subject: b");
  });
});

describe("looking at an outbox", () => {
  it("lists pages of records by state", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    await outbox.enqueueAll(["a", "b", "c"].map((name) => ({ mail: mailOf(name), key: name })));
    await Promise.all([1, 2, 3].map((id) => outbox.wait(id)));
    expect((await outbox.list({ limit: 2 })).map(({ key }) => key)).toEqual(["a", "b"]);
    expect((await outbox.list({ after: 2, state: "sent" })).map(({ key }) => key)).toEqual(["c"]);
    expect(await outbox.list({ state: "dead" })).toEqual([]);
    await expect(outbox.list({ limit: 0 })).rejects.toThrow(OptionError);
  });

  it("tells every change of state with counts, and neither address nor key", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    const events: OutboxEvent[] = [];
    outbox.events.on((event) => events.push(event));
    outbox.events.on(() => {
      throw new Error("whoever listens");
    });
    await outbox.enqueue(mailOf("one"), { key: "secret-key" });
    await outbox.wait(1);
    await outbox.close();
    expect(events.map(({ type }) => type)).toEqual(["queued", "inflight", "sent", "closed"]);
    expect(events[1]?.counts).toEqual({ queued: 0, inflight: 1, sent: 0, unknown: 0, dead: 0 });
    expect(JSON.stringify(events)).not.toMatch(/@|secret/);
  });

  it("has files that nobody else may read, from the first moment on", async () => {
    const path = newPath();
    const outbox = await open({ path, sender: hanging() });
    await outbox.enqueue(mailOf("one"));
    for (const suffix of ["", "-wal", "-shm", "-owner", "-mark"]) {
      expect((statSync(`${path}${suffix}`).mode & 0o777).toString(8), suffix).toBe("600");
    }
  });
});

describe("the end", () => {
  it("closes once, with what is left, and takes nothing afterwards", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    const { id } = await outbox.enqueue(mailOf("one"));
    await outbox.wait(id);
    const [a, b] = await Promise.all([outbox.close(), outbox.close()]);
    expect(a).toEqual({ queued: 0, inflight: 0, sent: 1, unknown: 0, dead: 0 });
    expect(b).toBe(a);
    await expect(outbox.enqueue(mailOf("two"))).rejects.toMatchObject({ code: "outbox.closed" });
    await expect(outbox.counts()).rejects.toThrow(OutboxError);
  });

  it("stores what was being taken in, and lets go of those who wait", async () => {
    const path = newPath();
    const outbox = await open({ path, sender: hanging(), concurrency: 1 });
    await outbox.enqueue(mailOf("zero"));
    await until(async () => (await outbox.counts()).inflight === 1);
    const waiting = outbox.wait(1).catch((error: OutboxError) => error.code);
    const taking = outbox.enqueue(mailOf("one"));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(outbox.wait(1, { signal })).rejects.toThrow("enough");
    await outbox.close({ timeout: 0 });
    expect((await taking).id).toBe(2);
    expect(await waiting).toMatchObject({ status: "unknown" });
    const other = await inspectOutbox({ path });
    expect(await other.counts()).toMatchObject({ queued: 1, unknown: 1 });
    await other.close();
  });

  it("gives what is in flight the time it is told to, however long", async () => {
    const sender = senderOf(() => new Promise((resolve) => setTimeout(() => resolve(taken()), 50)));
    const outbox = await open({ path: newPath(), sender });
    await outbox.enqueue(mailOf("one"));
    await until(async () => (await outbox.counts()).inflight === 1);
    await expect(outbox.close({ timeout: Number.NaN })).rejects.toThrow(OptionError);
    expect(await outbox.close({ timeout: Number.POSITIVE_INFINITY })).toMatchObject({ sent: 1, unknown: 0 });
  });

  it("does not wait for a sender that never settles; the next opening sees the doubt", async () => {
    const path = newPath();
    const outbox = await open({ path, sender: senderOf(() => new Promise(() => {})) });
    await outbox.enqueue(mailOf("one"));
    await until(async () => (await outbox.counts()).inflight === 1);
    expect(await outbox.close({ timeout: 0 })).toMatchObject({ inflight: 1 });
    const next = await open({ path, sender: sending() });
    expect(await next.result(1)).toMatchObject({ status: "unknown", cause: { code: "outbox.crashed" } });
  });
});

describe("a call of an outbox with what it does not take", () => {
  it("a reference that is no id and no key is an OptionError, not one of the database", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    const { get, raw, retry, result, wait } = outbox;
    for (const call of [get, raw, retry, result, wait]) {
      await expect(Reflect.apply(call, outbox, [{ state: "dead" }])).rejects.toThrow(
        "input.option at ref: expected the id or the key of a message; got an object",
      );
    }
  });

  it("a client or a transport in place of a sender: the sender that it takes", async () => {
    const opening = Reflect.apply(openOutbox, undefined, [{ path: newPath(), client: {}, transport: {} }]);
    await expect(opening).rejects.toThrow(
      /use sender: sesSender\(\{ client \}\).*use sender: sender\(\{ transport \}\)/s,
    );
  });
});
