// A refusal that every message would get: nothing is dead for it, and all go out when it is over.
import { inspectOutbox, type OutboxEvent, type OutboxOptions } from "mimewright/outbox";
import { type SendResult, sesHttpClient, sesSender } from "mimewright/ses";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AnswerServer, refusals, startAnswerServer } from "../faults/answer-server.ts";
import { mailOf, newPath, open, senderOf, taken, textOf, until } from "./support.ts";

let server: AnswerServer;

beforeEach(async () => {
  server = await startAnswerServer();
});
afterEach(() => server.close());

const names = Array.from({ length: 300 }, (_, index) => `m${index}`);
const pauses = { refusal: 60, quota: 60, max: 240 };

function overHttp(more: Partial<Parameters<typeof sesSender>[0]> = {}) {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
  return sesSender({
    client: sesHttpClient({ endpoint: server.url, region: "us-east-1", credentials, api: "v2" }),
    pauses,
    ...more,
  });
}

async function opened(options: Omit<OutboxOptions, "path">) {
  const path = newPath();
  const outbox = await open({ path, ...options });
  const events: OutboxEvent[] = [];
  outbox.events.on((event) => events.push(event));
  return { path, outbox, events };
}

describe("a refusal of the account", () => {
  it.each(refusals)("%s (%i) ends none of 300 messages, and all go out afterwards: %s", async (code, status, text) => {
    server.refusal = { code, status, text };
    const { outbox, events } = await opened({ sender: overHttp(), maxAttempts: 1 });
    await outbox.enqueueAll(names.map((name) => ({ mail: mailOf(name) })));
    // The first refusals, and two messages that tried again.
    await until(() => events.filter(({ type }) => type === "paused").length >= 3);
    const state = await outbox.status();
    const told = text.startsWith("Daily") ? "send.quota" : code;
    expect(state.counts).toMatchObject({ sent: 0, dead: 0, unknown: 0 });
    expect(state.held).toMatchObject([{ code: told, message: text, scope: "account" }]);
    expect(server.refused.length).toBeLessThan(32);
    server.refusal = undefined;
    await until(async () => (await outbox.counts()).sent === 300);
    expect(new Set(server.taken).size).toBe(300);
    expect(server.taken).toHaveLength(300);
    expect((await outbox.status()).held).toEqual([]);
    expect(events.find(({ type }) => type === "paused")).toMatchObject({ code: told, message: text, scope: "account" });
    expect(events.find(({ type }) => type === "resumed")).toMatchObject({ code: told, scope: "account" });
    expect((await outbox.list({ limit: 300 })).every(({ attempts }) => attempts === 1)).toBe(true);
  });

  it("may be the client's own: without a region nothing is dead, and all go out with the next sender", async () => {
    const told = { code: "send.client", message: "Region is missing", retryable: false, attempts: 1 } as const;
    const sender = senderOf(() => ({ status: "failed", ...told, scope: "account", retryAfter: 60 }));
    const { path, outbox } = await opened({ sender, maxAttempts: 1 });
    await outbox.enqueueAll(names.map((name) => ({ mail: mailOf(name) })));
    await until(async () => (await outbox.status()).held.length > 0);
    expect((await outbox.status()).held).toMatchObject([{ code: "send.client", scope: "account" }]);
    expect(await outbox.close()).toMatchObject({ dead: 0, sent: 0, unknown: 0 });
    const next = await open({ path, sender: overHttp() });
    await until(async () => (await next.counts()).sent === 300);
    expect(new Set(server.taken).size).toBe(300);
  });

  it.each([1, 2, 16])("is asked about by one message at a time, with concurrency %i", async (concurrency) => {
    server.refusal = { code: "ExpiredToken", status: 403, text: "expired" };
    const { outbox, events } = await opened({ sender: overHttp(), concurrency });
    await outbox.enqueueAll(names.map((name) => ({ mail: mailOf(name) })));
    const pausesSeen = () => events.filter(({ type }) => type === "paused").length;
    await until(() => pausesSeen() >= 3);
    expect(server.refused.length).toBeLessThanOrEqual(concurrency + pausesSeen());
    server.refusal = undefined;
    await until(async () => (await outbox.counts()).sent === 300);
  });

  it("is kept to over a sender that keeps no hold of its own", async () => {
    let isOver = false;
    const no = (code: string): SendResult => ({
      ...{ status: "failed", code, message: "no", retryable: false, attempts: 1, scope: "account", retryAfter: 30 },
    });
    const sender = senderOf(() => (isOver ? taken() : no("UnrecognizedClientException")));
    const { outbox, events } = await opened({ sender, maxAttempts: 1 });
    await outbox.enqueueAll(names.map((name) => ({ mail: mailOf(name) })));
    await until(() => events.filter(({ type }) => type === "paused").length >= 3);
    const calls = sender.calls.length;
    expect(calls).toBeLessThanOrEqual(16 + 3);
    isOver = true;
    await until(async () => (await outbox.counts()).sent === 300);
    expect(sender.calls).toHaveLength(calls + 300);
  });

  it("waits five seconds at first when the sender does not know how long", async () => {
    const sender = senderOf(() => ({
      ...{ status: "failed", code: "ExpiredToken", message: "expired", retryable: true, attempts: 1, scope: "account" },
    }));
    const { outbox, events } = await opened({ sender, concurrency: 1 });
    await outbox.enqueue(mailOf("one"));
    await until(() => events.some(({ type }) => type === "paused"));
    expect(events.find(({ type }) => type === "paused")).toMatchObject({ wait: 5_000 });
    const [held] = (await outbox.status()).held;
    expect((held?.until ?? 0) - (held?.since ?? 0)).toBe(5_000);
    expect(await outbox.get(1)).toMatchObject({ state: "queued", attempts: 0 });
  });

  it("ends at the wait by the clock that the outbox has", async () => {
    let step = 0;
    const clock = { wall: () => Date.now() + step };
    let calls = 0;
    const sender = senderOf(() => {
      const after = { retryAfter: 3_600_000 };
      return calls++ === 0
        ? {
            status: "failed",
            code: "send.quota",
            message: "-",
            retryable: true,
            attempts: 1,
            scope: "account",
            ...after,
          }
        : taken();
    });
    const { outbox, events } = await opened({ sender, clock, concurrency: 1 });
    await outbox.enqueueAll([{ mail: mailOf("a") }, { mail: mailOf("b") }]);
    await until(() => events.some(({ type }) => type === "paused"));
    expect((await outbox.counts()).queued).toBe(2);
    step = 3_600_000;
    await until(async () => (await outbox.counts()).sent === 2);
  });

  it("does not outlive a restart: one message tries at once, and the others wait for it", async () => {
    const path = newPath();
    server.refusal = { code: "InvalidClientTokenId", status: 403, text: "invalid" };
    const first = await open({ path, sender: overHttp({ pauses: { refusal: 300_000 } }) });
    await first.enqueueAll(names.map((name) => ({ mail: mailOf(name) })));
    await until(async () => (await first.status()).held.length === 1 && (await first.counts()).inflight === 0);
    await first.close();
    const inspector = await inspectOutbox({ path });
    expect((await inspector.status()).held).toMatchObject([{ code: "InvalidClientTokenId", scope: "account" }]);
    await inspector.close();
    const before = server.refused.length;
    const second = await open({ path, sender: overHttp({ pauses: { refusal: 300_000 } }) });
    await until(() => server.refused.length > before);
    await until(async () => (await second.counts()).inflight === 0);
    expect(server.refused).toHaveLength(before + 1);
    await second.close();
  });
});

describe("a refusal of one message", () => {
  it("ends that one only among 300", async () => {
    const no: SendResult = { status: "failed", code: "MessageRejected", message: "no", retryable: false, attempts: 1 };
    const sender = senderOf(({ mail }) => (/^Subject: m77\r$/m.test(textOf(mail)) ? no : taken()));
    const { outbox, events } = await opened({ sender });
    await outbox.enqueueAll(names.map((name) => ({ mail: mailOf(name) })));
    await until(async () => (await outbox.counts()).queued + (await outbox.counts()).inflight === 0);
    expect(await outbox.counts()).toMatchObject({ sent: 299, dead: 1 });
    expect(events.some(({ type }) => type === "paused")).toBe(false);
  });

  it("that is the one to try lets the others go: the service looked at it", async () => {
    let calls = 0;
    const answers: SendResult[] = [
      {
        status: "failed",
        code: "ExpiredToken",
        message: "-",
        retryable: true,
        attempts: 1,
        scope: "account",
        retryAfter: 20,
      },
      { status: "failed", code: "MessageRejected", message: "no", retryable: false, attempts: 1 },
    ];
    const sender = senderOf(() => answers[calls++] ?? taken());
    const { outbox, events } = await opened({ sender, concurrency: 1 });
    await outbox.enqueueAll(names.slice(0, 10).map((name) => ({ mail: mailOf(name) })));
    await until(async () => (await outbox.counts()).sent === 9);
    expect(await outbox.counts()).toMatchObject({ dead: 1 });
    expect(events.filter(({ type }) => type === "resumed")).toHaveLength(1);
  });
});

describe("a configuration set that is paused", () => {
  it("holds its own messages, and no others", async () => {
    const paused: SendResult = {
      ...{ status: "failed", code: "ConfigurationSetSendingPausedException", retryable: true, attempts: 1 },
      ...{ message: "Sending is paused for configuration set news", scope: "configuration-set", retryAfter: 150 },
    };
    let isOver = false;
    let tries = 0;
    const sender = senderOf(({ options }) => {
      if (options.configurationSet !== "news" || isOver) return taken();
      tries++;
      return paused;
    });
    const { outbox, events } = await opened({ sender, concurrency: 4, maxAttempts: 1 });
    const entries = names.map((name, at) => ({
      ...{ mail: mailOf(name), key: name, configurationSet: at % 2 === 0 ? "news" : "receipts" },
    }));
    await outbox.enqueueAll(entries);
    await until(async () => (await outbox.counts()).sent === 150);
    expect(tries).toBeLessThan(8 + events.filter(({ type }) => type === "paused").length);
    expect(await outbox.counts()).toMatchObject({ dead: 0 });
    const { held } = await outbox.status();
    expect(held).toMatchObject([{ scope: "configuration-set", configurationSet: "news" }]);
    isOver = true;
    await until(async () => (await outbox.counts()).sent === 300);
    expect((await outbox.status()).held).toEqual([]);
  });
});

describe("times that are stored", () => {
  it("are whole: a fraction stalls nothing", async () => {
    const clock = { wall: () => Date.now() + 0.25 };
    let calls = 0;
    const answers: SendResult[] = [
      { status: "failed", code: "send.quota", message: "-", retryable: true, attempts: 0, retryAfter: 12.345678 },
      { status: "failed", code: "send.connection", message: "-", retryable: true, attempts: 1 },
      {
        status: "failed",
        code: "Expired",
        message: "-",
        retryable: true,
        attempts: 1,
        scope: "account",
        retryAfter: 0.5,
      },
      {
        ...{ status: "failed", code: "Expired", message: "-", retryable: true, attempts: 1, scope: "account" },
        retryAfter: Number.NaN,
      },
    ];
    const sender = senderOf(() => answers[calls++] ?? taken());
    const { path, outbox, events } = await opened({ sender, clock, concurrency: 1, retries: { base: 3.3, cap: 7.7 } });
    await outbox.enqueueAll([{ mail: mailOf("a") }, { mail: mailOf("b") }]);
    await Promise.all([outbox.wait(1), outbox.wait(2)]);
    expect(events.some(({ type }) => type === "stalled")).toBe(false);
    expect(await outbox.close()).toMatchObject({ sent: 2, inflight: 0 });
    const inspector = await inspectOutbox({ path });
    for (const { dueAt, createdAt, changedAt } of await inspector.list()) {
      expect([dueAt, createdAt, changedAt].every(Number.isSafeInteger)).toBe(true);
    }
    await inspector.close();
  });

  it("come with an outcome that cannot be written down as a doubt, not as a message in flight for ever", async () => {
    const strange: unknown[] = [undefined, { status: "sent", messageId: 1n }, { status: "fine" }];
    const sender = senderOf((_, index) => strange[index] as SendResult);
    const { outbox } = await opened({ sender, concurrency: 1 });
    await outbox.enqueueAll(strange.map((_, at) => ({ mail: mailOf(`s${at}`) })));
    await until(async () => (await outbox.counts()).unknown === 3);
    expect((await outbox.get(1))?.result).toMatchObject({ cause: { code: "send.client" } });
  });
});
