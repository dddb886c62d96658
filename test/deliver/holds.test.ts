// After a refusal that every message would get: nothing is tried, then one message is, and its outcome decides.
import { message } from "mimewright";
import { type SdkClient, type SenderEvent, type SendResult, type SesSenderOptions, sesSender } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { pausesOf } from "../../src/deliver/core/options.ts";
import { FakeClock, settle } from "./fake-clock.ts";

const mail = message({ from: "ann@example.com", to: "bob@example.com", subject: "Hello", text: "Hello.\n" });

type Answer = "taken" | "silence" | readonly [status: number, code: string, text: string];
const EXPIRED = [403, "ExpiredToken", "The security token included in the request is expired"] as const;
const DAY = [400, "LimitExceededException", "Daily message quota exceeded."] as const;
const SET = [400, "SendingPausedException", "Sending is paused for configuration set news"] as const;
const REJECTED = [400, "MessageRejected", "Email address is not verified."] as const;
const RESET = [500, "InternalFailure", ""] as const;

/** A client that is none of the SDK's: what it says is all there is to see. */
function world(options: Partial<SesSenderOptions> = {}) {
  const clock = new FakeClock();
  const calls: { set: string | undefined; end: (answer: Answer) => void }[] = [];
  let answer: Answer = "taken";
  const client: SdkClient & { readonly config: object } = {
    config: { serviceId: "SESv2" },
    send: (command) =>
      new Promise((resolve, reject) => {
        const end = (said: Answer) => {
          if (said === "taken") resolve({ MessageId: `id-${calls.length}`, $metadata: { httpStatusCode: 200 } });
          else if (said !== "silence") {
            const [status, name, text] = said;
            reject(Object.assign(new Error(text), { name, $metadata: { httpStatusCode: status } }));
          }
        };
        const { input } = command as { input?: { ConfigurationSetName?: string } };
        calls.push({ set: input?.ConfigurationSetName, end });
        end(answer);
      }),
  };
  const events: SenderEvent[] = [];
  const sender = sesSender({ client, clock, random: () => 0, ...options });
  sender.events.on((event) => events.push(event));
  const send = async (more: Parameters<typeof sender.send>[1] = {}): Promise<SendResult> => {
    const sending = sender.send(mail, more);
    await settle();
    return sending;
  };
  const types = () => events.map(({ type }) => type).filter((type) => type === "paused" || type === "resumed");
  const says = (next: Answer) => {
    answer = next;
  };
  return { clock, calls, events, sender, send, types, says };
}

describe("a refusal of the account", () => {
  it("is the answer to every send until the wait is over, without a call", async () => {
    const { calls, clock, send, says, events } = world();
    says(EXPIRED);
    const first = await send();
    expect(first).toMatchObject({
      code: "ExpiredToken",
      retryable: true,
      scope: "account",
      attempts: 1,
      retryAfter: 5_000,
    });
    await clock.advance(1_000.4);
    const [, , message] = EXPIRED;
    const held = await send();
    expect(held).toEqual({
      ...{ status: "failed", code: "ExpiredToken", message, retryable: true, scope: "account", attempts: 0 },
      retryAfter: 4_000,
      rendering: expect.any(Object),
    });
    expect(calls).toHaveLength(1);
    expect(events.find(({ type }) => type === "paused")).toMatchObject({
      ...{ code: "ExpiredToken", message, scope: "account", retryAfter: 5_000 },
    });
  });

  it.each([
    ["one under", 4_999, 0],
    ["at", 5_000, 1],
    ["one over", 5_001, 1],
  ])("lets one message try %s the wait", async (_, ms, tried) => {
    const { calls, clock, send, says } = world();
    says(EXPIRED);
    await send();
    await clock.advance(ms);
    says("taken");
    expect((await send()).status).toBe(tried === 1 ? "sent" : "failed");
    expect(calls).toHaveLength(1 + tried);
  });

  it("doubles the wait each time, up to five minutes, and begins anew afterwards", async () => {
    const { clock, send, says, types } = world();
    const waits: (number | undefined)[] = [];
    says(EXPIRED);
    for (let time = 0; time < 9; time++) {
      const result = await send();
      const wait = result.status === "failed" ? result.retryAfter : undefined;
      waits.push(wait);
      await clock.advance(wait ?? 0);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1_000));
    says("taken");
    expect((await send()).status).toBe("sent");
    expect(types()).toEqual([...Array(9).fill("paused"), "resumed"]);
    says(EXPIRED);
    expect(await send()).toMatchObject({ retryAfter: 5_000 });
  });

  it("is met once by those in flight together: that does not lengthen the wait", async () => {
    const { calls, send, types, says } = world();
    says("silence");
    const sends = Array.from({ length: 40 }, () => send());
    await settle();
    expect(calls).toHaveLength(16);
    says(EXPIRED);
    for (const { end } of calls) end(EXPIRED);
    for (const result of await Promise.all(sends))
      expect(result).toMatchObject({ scope: "account", retryAfter: 5_000 });
    expect(calls).toHaveLength(16);
    expect(types()).toEqual(["paused"]);
  });

  it("is tried by one while the others wait for what becomes of it", async () => {
    const { calls, clock, send, says } = world();
    says(EXPIRED);
    await send();
    await clock.advance(5_000);
    says("silence");
    const sends = Array.from({ length: 10 }, () => send());
    await settle();
    expect(calls).toHaveLength(2);
    says("taken");
    calls[1]?.end("taken");
    for (const result of await Promise.all(sends)) expect(result.status).toBe("sent");
    expect(calls).toHaveLength(11);
  });

  it("that the one who tries is refused too is the answer to those who wait", async () => {
    const { calls, clock, send, says } = world();
    says(EXPIRED);
    await send();
    await clock.advance(5_000);
    says("silence");
    const sends = Array.from({ length: 10 }, () => send());
    await settle();
    calls[1]?.end(EXPIRED);
    const results = await Promise.all(sends);
    for (const result of results) expect(result).toMatchObject({ status: "failed", retryAfter: 10_000 });
    expect(results.filter(({ attempts }) => attempts === 1)).toHaveLength(1);
    expect(calls).toHaveLength(2);
  });

  it("is over when the one who tries is refused alone", async () => {
    const { clock, send, says, types } = world();
    says(EXPIRED);
    await send();
    await clock.advance(5_000);
    says(REJECTED);
    expect(await send()).toMatchObject({ code: "MessageRejected", retryable: false });
    expect(types()).toEqual(["paused", "resumed"]);
  });

  it("is tried by the next one when nobody knows what became of the one who tried", async () => {
    const { calls, clock, send, says, types } = world();
    says(EXPIRED);
    await send();
    await clock.advance(5_000);
    says("silence");
    const [first, second] = [send(), send()];
    await settle();
    expect(calls).toHaveLength(2);
    says("taken");
    calls[1]?.end(RESET);
    expect((await first).status).toBe("unknown");
    expect((await second).status).toBe("sent");
    expect(types()).toEqual(["paused", "resumed"]);
  });

  it("keeps nobody who waits beyond the signal, the deadline or the end of the sender", async () => {
    const { calls, clock, send, says, sender } = world({ deadlines: { firstByte: 90_000, total: 20_000 } });
    says(EXPIRED);
    await send();
    await clock.advance(5_000);
    says("silence");
    void send();
    const abort = new AbortController();
    const [aborted, late] = [send({ signal: abort.signal }), send()];
    await settle();
    abort.abort();
    expect(await aborted).toMatchObject({ status: "failed", code: "send.aborted", attempts: 0 });
    // The other attempt ends at its deadline; whoever tries after it has one of its own.
    await clock.advance(40_000);
    expect(calls.length).toBeLessThanOrEqual(3);
    expect(["failed", "unknown"]).toContain((await late).status);
    const last = send();
    void sender.close({ timeout: 0 });
    await clock.advance(0);
    expect((await last).status).not.toBe("sent");
    expect(clock.timers).toBe(0);
  });

  it("stops a run: nothing more is taken, what was taken is given back", async () => {
    const { calls, sender, says } = world({ concurrency: 4 });
    says(EXPIRED);
    let pulled = 0;
    function* mails() {
      for (;;) {
        pulled++;
        yield mail;
      }
    }
    const results: SendResult[] = [];
    let stopped = false;
    const onProgress = (progress: { readonly stopped: boolean }) => {
      stopped = progress.stopped;
    };
    for await (const result of sender.sendAll(mails(), { onProgress })) results.push(result);
    expect(results).toHaveLength(pulled);
    expect(pulled).toBeLessThanOrEqual(4);
    expect(calls.length).toBeLessThanOrEqual(4);
    expect(stopped).toBe(true);
  });
});

describe("the used-up day", () => {
  it("rests five minutes, whatever code it came with", async () => {
    const { clock, send, says, calls } = world();
    says(DAY);
    expect(await send()).toMatchObject({ code: "send.quota", scope: "account", retryAfter: 300_000 });
    await clock.advance(299_999);
    expect(await send()).toMatchObject({ code: "send.quota", attempts: 0, retryAfter: 1 });
    await clock.advance(1);
    says("taken");
    expect((await send()).status).toBe("sent");
    expect(calls).toHaveLength(2);
  });

  it("that turns into another refusal waits as that one does", async () => {
    const { clock, send, says } = world();
    says(DAY);
    await send();
    await clock.advance(300_000);
    says(EXPIRED);
    expect(await send()).toMatchObject({ code: "ExpiredToken", retryAfter: 5_000 });
  });
});

describe("a configuration set that is paused", () => {
  it("holds sends under it, and no others", async () => {
    const { calls, clock, send, says, events } = world();
    says(SET);
    expect(await send({ configurationSet: "news" })).toMatchObject({ scope: "configuration-set", retryAfter: 5_000 });
    says("taken");
    expect(await send({ configurationSet: "news" })).toMatchObject({ attempts: 0, scope: "configuration-set" });
    expect((await send({ configurationSet: "receipts" })).status).toBe("sent");
    expect((await send()).status).toBe("sent");
    expect(events.find(({ type }) => type === "paused")).toMatchObject({ configurationSet: "news" });
    await clock.advance(5_000);
    expect((await send({ configurationSet: "news" })).status).toBe("sent");
    expect(calls.map(({ set }) => set)).toEqual(["news", "receipts", undefined, "news"]);
  });

  it("that is the sender's own holds the identity's mail without a name", async () => {
    const { send, says } = world();
    says(SET);
    await send();
    says("taken");
    expect(await send()).toMatchObject({ attempts: 0, scope: "configuration-set" });
    expect((await send({ configurationSet: "receipts" })).status).toBe("sent");
  });

  it("shows that the account is accepted again", async () => {
    const { clock, send, says, types } = world();
    says(EXPIRED);
    await send();
    await clock.advance(5_000);
    says(SET);
    await send({ configurationSet: "news" });
    says("taken");
    expect((await send({ configurationSet: "receipts" })).status).toBe("sent");
    expect(types()).toEqual(["paused", "resumed", "paused"]);
  });
});

describe("the waits", () => {
  it("are options", async () => {
    const { clock, send, says } = world({ pauses: { refusal: 100, quota: 700, max: 700 } });
    says(EXPIRED);
    expect(await send()).toMatchObject({ retryAfter: 100 });
    await clock.advance(100);
    says(DAY);
    expect(await send()).toMatchObject({ retryAfter: 700 });
  });

  it("have defaults that keep to what is given", () => {
    expect(pausesOf({})).toEqual({ refusal: 5_000, quota: 300_000, max: 300_000 });
    expect(pausesOf({ max: 1_000 })).toEqual({ refusal: 1_000, quota: 1_000, max: 1_000 });
    expect(pausesOf({ quota: 600_000 })).toEqual({ refusal: 5_000, quota: 600_000, max: 600_000 });
  });

  it.each([
    [{ refusal: 0 }, "refusal"],
    [{ quota: Number.POSITIVE_INFINITY }, "quota"],
    [{ max: Number.NaN }, "max"],
    [{ refusal: 2_000, max: 1_999 }, "max"],
    [{ max: 1_000, ...{ refusel: 1 } }, "refusel"],
  ])("are refused when they are none: %j", (pauses, key) => {
    const path = ["pauses", key];
    expect(() => world({ pauses })).toThrow(expect.objectContaining({ name: "OptionError", path }));
  });
});
