// A worker over a transport of one's own, in place of a client of SES; and how often a run renders its message.
import { Redis } from "ioredis";
import { type Charset, message, registerCharset, render, sesV2 } from "mimewright";
import { mailQueue, mailWorker } from "mimewright/bullmq";
import type { MailTransport, RawCall } from "mimewright/ses";
import { beforeEach, describe, expect, it } from "vitest";
import { afterwards, mail, queue, redis, until } from "./world.ts";

let attempts: RawCall[] = [];
beforeEach(() => {
  attempts = [];
});

type Outcome = Awaited<ReturnType<MailTransport["send"]>>;

/** A relay that takes what it is told to take. */
function relay(answer: () => Outcome = () => ({ kind: "sent", messageId: "r" })) {
  const transport: MailTransport = {
    ...{ name: "relay", limits: sesV2, fields: new Set() },
    async send(call, hooks) {
      await hooks.beforeFirstByte();
      hooks.progress.started("nothing");
      attempts.push(call);
      return answer();
    },
  };
  return transport;
}

async function openWorker(options: Omit<Parameters<typeof mailWorker>[0], "connection">) {
  const worker = await mailWorker({ connection: redis.url, lock: 1_000, ...options });
  afterwards(() => worker.close({ timeout: 0 }));
  return worker;
}

const refusal = { again: "now", scope: "message", code: "421", message: "try again" } as const;

describe("a worker over a transport", () => {
  it("sends without a client of SES, to the envelope, at no rate where the transport has no quota", async () => {
    for (let index = 0; index < 20; index++) await queue.enqueue({ ...mail(`${index}`), bcc: "hidden@example.com" });
    const worker = await openWorker({ transport: relay() });
    expect(await queue.drain()).toMatchObject({ sent: 20, failed: 0, unknown: 0 });
    expect(worker.counts.rate).toBe(Number.POSITIVE_INFINITY);
    const [first] = attempts;
    expect(first?.recipients).toEqual(["bob@example.com", "hidden@example.com"]);
    expect(Buffer.from(first?.raw ?? []).toString("latin1")).not.toContain("hidden@");
  });

  it("puts the mark on record before the transport writes", async () => {
    const { id } = await queue.enqueue(mail());
    let marked: unknown;
    const client = new Redis(redis.url);
    const inner = relay();
    await openWorker({
      transport: {
        ...inner,
        async send(call, hooks) {
          expect(await client.hget(`bull:mail:${id}`, "mw:attempt")).toBeNull();
          await hooks.beforeFirstByte();
          marked = await client.hget(`bull:mail:${id}`, "mw:attempt");
          return inner.send(call, hooks);
        },
      },
    });
    await queue.drain();
    client.disconnect();
    expect(marked).toEqual(expect.stringMatching(/^\d+-/));
  });

  it("leaves what the transport cannot tell as unknown, and sends it once", async () => {
    const { id } = await queue.enqueue(mail());
    await openWorker({
      transport: relay(() => {
        throw new Error("the connection was lost after DATA");
      }),
    });
    await queue.drain();
    expect(await queue.result(id)).toMatchObject({ status: "unknown", attempts: 1 });
    expect(attempts).toHaveLength(1);
  });

  it("fails a message with a field that the transport does not serve, rather than drop the field", async () => {
    const { id } = await queue.enqueue(mail(), { configurationSet: "news" });
    await openWorker({ transport: relay() });
    await queue.drain();
    expect(await queue.result(id)).toMatchObject({ status: "failed", code: "input.option" });
    expect(attempts).toEqual([]);
  });

  it("holds all workers when the transport says that every message is refused", async () => {
    let isAway = true;
    await queue.enqueue(mail());
    await openWorker({
      pauses: { refusal: 200, max: 400 },
      transport: relay(() =>
        isAway
          ? { kind: "refused", ...refusal, again: "later", scope: "account", code: "535" }
          : { kind: "sent", messageId: "r" },
      ),
    });
    await until(async () => (await queue.status()).held.length === 1);
    expect((await queue.status()).held).toMatchObject([{ code: "535", scope: "account" }]);
    isAway = false;
    expect(await queue.drain()).toMatchObject({ sent: 1, failed: 0 });
  });
});

describe("one run", () => {
  const BODY = "Grüße an alle\r\n";
  const counts = { trees: 0 };
  const counting: Charset = {
    name: "X-QUEUE-COUNTING",
    stateful: false,
    encode(text) {
      if (text === BODY) counts.trees++;
      return new TextEncoder().encode(text);
    },
  };
  registerCharset(counting.name, counting);

  it("renders its message once, whatever the number of its attempts and groups", async () => {
    const to = Array.from({ length: 120 }, (_, index) => `r${index}@example.com`);
    const limits = { ...sesV2, splitRecipients: 200 };
    const wide = await mailQueue({ connection: redis.url, limits: { ...sesV2, recipients: 200 } });
    afterwards(() => wide.close());
    const input = { ...mail(), to, text: BODY, charset: counting.name };
    const { id } = await wide.enqueue(input);
    counts.trees = 0;
    render(message(input));
    const once = counts.trees;
    counts.trees = 0;
    let calls = 0;
    await openWorker({
      transport: relay(() => (++calls <= 2 ? { kind: "refused", ...refusal } : { kind: "sent", messageId: "r" })),
      ...{ split: "envelope", limits, retries: { base: 1, cap: 1 } },
    });
    await queue.drain();
    const result = await queue.result(id);
    expect(result).toMatchObject({ status: "sent", attempts: 5 });
    expect(result?.groups).toHaveLength(3);
    expect(counts.trees).toBe(once);
    expect(new Set(attempts.map(({ raw }) => raw)).size).toBe(1);
  });
});
