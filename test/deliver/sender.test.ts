import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { MessageError, message, OptionError, sesV1, splitRecipients } from "mimewright";
import { type Sender, SenderClosedError, type SenderEvent, type SendResult, sesSender } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { clients, mail, senderOver } from "../faults/clients.ts";
import { faultyService } from "../faults/service.ts";
import { FakeClock } from "./fake-clock.ts";

const service = faultyService();

const over = (options = {}) => senderOver("http v1", service.proxy.url, options);
const to = (count: number) => Array.from({ length: count }, (_, index) => `r${index}@example.com`);
const many = (count: number) => message({ from: "ann@example.com", to: to(count), subject: "Hi", text: "Hi" });

describe("what is sent", () => {
  it("goes to the envelope and to nobody else; Bcc is not in the bytes", async () => {
    const m = message({
      from: "ann@example.com",
      to: "bob@example.com",
      bcc: "eve@example.com",
      text: "x",
      envelope: { from: "bounce@example.com" },
    });
    expect(await over().send(m)).toMatchObject({ status: "sent", attempts: 1 });
    expect(service.upstream.taken[0]).toMatchObject({
      source: "bounce@example.com",
      recipients: ["bob@example.com", "eve@example.com"],
    });
    expect(service.upstream.taken[0]?.raw.toString("latin1")).not.toContain("eve@");
  });

  it("has the id that SES gave, and the request's", async () => {
    const result = await over().send(mail);
    expect(result).toEqual({
      status: "sent",
      messageId: service.upstream.taken[0]?.id,
      attempts: 1,
      requestId: expect.any(String),
    });
  });

  it("has the same bytes for the same seed and time, whichever sender renders it", async () => {
    const render = { seed: "s", now: () => new Date(0) };
    await over().send(mail, { render });
    await over({ render }).send(mail);
    const [first, second] = service.upstream.taken;
    expect(first?.raw.equals(second?.raw ?? Buffer.alloc(0))).toBe(true);
  });

  it("has the same bytes on every attempt", async () => {
    service.proxy.plan = ({ attempt }) =>
      attempt < 3 ? (["503", "drop-before", "drop-after"] as const)[attempt] : undefined;
    const sender = over({ onAmbiguous: "retry", retries: { base: 1 }, tags: { t: "same-bytes" } });
    expect(await sender.send(mail)).toMatchObject({ status: "sent", attempts: 4 });
    expect(new Set(service.proxy.log.map(({ raw }) => raw.toString("latin1"))).size).toBe(1);
  });

  it("stays unknown when an attempt in doubt is followed by a refusal", async () => {
    service.proxy.plan = ({ attempt }) => (attempt === 0 ? "drop-after" : "rejected");
    const sender = over({ onAmbiguous: "retry", retries: { base: 1 }, tags: { t: "doubt" } });
    expect(await sender.send(mail)).toMatchObject({
      status: "unknown",
      attempts: 2,
      cause: { code: "ECONNRESET" },
      tags: { t: "doubt" },
    });
  });
});

describe("what never was a send", () => {
  it("rejects before anything goes out", async () => {
    const sender = over();
    const refused = [
      [message({ from: "a@example.com", text: "x" }), "envelope.empty"],
      [many(51), "limit.recipients"],
      [
        message({
          from: "a@example.com",
          to: "b@example.com",
          attachments: [{ filename: "a.bin", content: new Uint8Array(8_000_000) }],
        }),
        "limit.bytes",
      ],
    ] as const;
    for (const [m, code] of refused) await expect(sender.send(m)).rejects.toMatchObject({ name: "MessageError", code });
    await expect(sender.send(mail, { tags: { "a b": "c" } })).rejects.toMatchObject({ code: "limit.tag" });
    await expect(sender.send(mail, { configurationSet: "x".repeat(65) })).rejects.toMatchObject({
      code: "limit.configuration-set",
    });
    await expect(sender.send(mail, { tenantName: "x" })).rejects.toMatchObject({ code: "input.option" });
    expect(service.proxy.log).toEqual([]);
  });

  it("takes 50 recipients", async () => {
    expect(await over().send(many(50))).toMatchObject({ status: "sent" });
  });

  it("rejects raw bytes with an envelope that could say more than addresses", async () => {
    const raw = new TextEncoder().encode("From: a@example.com\r\n\r\nx");
    for (const bad of ["", "a", "a b@example.com", "a@example.com\r\nX: y", "ä@example.com"]) {
      await expect(over().sendRaw({ raw, envelope: { from: "a@example.com", to: [bad] } })).rejects.toBeInstanceOf(
        MessageError,
      );
    }
  });

  it("rejects raw mail that is not one, and an envelope with recipients where they are not read", async () => {
    const raw = new TextEncoder().encode("From: a@example.com\r\nTo: b@example.com\r\n\r\nx");
    const envelope = { from: "a@example.com", to: ["b@example.com"] };
    for (const [bad, ...path] of [
      [{ raw, envelop: envelope }, "envelope"],
      [{ raw, envelope: { ...envelope, cc: ["c@example.com"] } }, "envelope", "cc"],
      [{ raw, envelope: { ...envelope, bcc: "c@example.com" } }, "envelope", "bcc"],
      [{ raw, envelope: { ...envelope, to: "b@example.com" } }, "envelope", "to"],
      [{ raw, envelope: { ...envelope, to: [undefined, "b@example.com"] } }, "envelope", "to"],
      [{ raw, envelope: { to: envelope.to } }, "envelope", "from"],
      [{ raw: "From: a@example.com", envelope }, "raw"],
      [null],
      [raw, "raw"],
    ]) {
      const sending = over().sendRaw(bad as never);
      await expect(sending).rejects.toMatchObject({ name: "MessageError", path });
    }
    expect(service.proxy.log).toHaveLength(0);
  });

  it("tells of a content that cannot be read as it is", async () => {
    const broken = { open: () => Promise.reject(new RangeError("gone")) };
    const m = message({
      from: "a@example.com",
      to: "b@example.com",
      attachments: [{ filename: "a.bin", content: broken }],
    });
    const sender = over({ concurrency: 1 });
    await expect(sender.send(m)).rejects.toBeInstanceOf(RangeError);
    expect(await sender.send(mail)).toMatchObject({ status: "sent" });
  });

  it.each([null, "a=b", 7, ["a"], new Map([["a", "b"]])])(
    "refuses tags that are no object of names: %o",
    async (bad) => {
      const tags = bad as unknown as Record<string, string>;
      await expect(over().send(mail, { tags })).rejects.toMatchObject({ name: "OptionError", path: ["tags"] });
    },
  );

  it("refuses unusable options, all of them at once", () => {
    const client = clients["http v1"](service.proxy.url);
    const bad = { rate: 0, concurrency: 0, share: 0.5, deadlines: { total: Number.POSITIVE_INFINITY } };
    const paths = [["rate"], ["concurrency"], ["share"], ["deadlines", "total"]];
    const issues = paths.map((path) => expect.objectContaining({ code: "input.option", path }));
    expect(() => sesSender({ client, ...bad })).toThrow(expect.objectContaining({ name: "OptionError", issues }));
    expect(() => sesSender(Object.assign({ client }, { retry: 3 }))).toThrow(TypeError);
    expect(() => sesSender({ client: Object.create(null) })).toThrow(TypeError);
    expect(() => sesSender({ client, commands: { SendRawEmail: Object } as never })).toThrow(/SendRawEmailCommand/);
  });
});

describe("more than 50 recipients", () => {
  it("go in groups of 50 with the same bytes when that was asked for", async () => {
    const result = await over({ split: "envelope" }).send(many(120));
    expect(service.upstream.taken.map(({ recipients }) => recipients.length).sort()).toEqual([20, 50, 50]);
    expect(new Set(service.upstream.taken.map(({ raw }) => raw.toString())).size).toBe(1);
    expect(result).toMatchObject({ status: "sent", attempts: 3 });
    expect(result.groups?.flatMap(({ recipients }) => recipients)).toEqual(to(120));
  });

  it.each(["rejected", "drop-before", "drop-after", "throttle-daily", "503"] as const)(
    "are told apart when one group meets %s, and a resume sends just that group",
    async (fault) => {
      let calls = 0;
      service.proxy.plan = () => (calls++ >= 19 ? fault : undefined);
      const sender = over({ split: "envelope", concurrency: 1, retries: { max: 0 } });
      const m = many(1_000);
      const result = await sender.send(m);
      expect(result.status).toBe("partial");
      const missing = (result.groups ?? []).filter((group) => group.result.status !== "sent");
      expect(missing).toHaveLength(1);
      expect(missing[0]?.result.status).toBe(fault.startsWith("drop") ? "unknown" : "failed");
      service.proxy.plan = () => undefined;
      service.proxy.log.length = 0;
      const fresh = over({ split: "envelope" });
      const resumed = await fresh.resume(m, result);
      expect(resumed.status).toBe("sent");
      expect(resumed.groups).toHaveLength(20);
      expect(service.proxy.log.map(({ recipients }) => recipients)).toEqual([50]);
      expect(await fresh.resume(m, resumed)).toBe(resumed);
    },
  );

  it("go in no group without anybody in it: SES would send that to the recipients of the fields", async () => {
    const raw = new TextEncoder().encode("From: a@example.com\r\n\r\nx");
    const both = [
      (limits: never) => over({ limits, split: "envelope" }).send(many(3)),
      (limits: never) =>
        over({ limits, split: "envelope" }).sendRaw({ raw, envelope: { from: "a@example.com", to: to(3) } }),
    ];
    const withRecipients = (recipients: unknown) => ({ ...sesV1, recipients });
    for (const send of both) {
      for (const recipients of [0, 0.5]) {
        await expect(send({ ...sesV1, recipients } as never)).rejects.toMatchObject({ name: "MessageError" });
      }
      for (const limits of [{ bytes: 1 }, "sesV1", ...[Number.NaN, undefined, "2", -1].map(withRecipients)]) {
        expect(() => send(limits as never)).toThrow(OptionError);
      }
    }
    expect(service.proxy.log).toHaveLength(0);
    await over({ limits: { ...sesV1, recipients: 2 }, split: "envelope" }).send(many(3));
    expect(service.upstream.taken.map(({ recipients }) => recipients.length).sort()).toEqual([1, 2]);
  });

  it("are resumed for recipients of the message alone", async () => {
    service.proxy.plan = () => "rejected";
    const sender = over({ split: "envelope" });
    const failed = await sender.send(many(51));
    const other = message({ from: "ann@example.com", to: "bob@example.com", text: "Not for all of them" });
    await expect(sender.resume(other, failed)).rejects.toThrow(RangeError);
    expect(service.upstream.taken).toEqual([]);
  });

  it("have the same bytes when they are resumed by the sender that began", async () => {
    let calls = 0;
    service.proxy.plan = () => (calls++ === 1 ? "503" : undefined);
    const sender = over({ split: "envelope", concurrency: 1, retries: { max: 0 } });
    const m = many(120);
    const result = await sender.send(m);
    expect((await sender.resume(m, result)).status).toBe("sent");
    expect(service.proxy.log).toHaveLength(4);
    expect(new Set(service.proxy.log.map(({ raw }) => raw.toString())).size).toBe(1);
  });

  it("share the rate of their send", async () => {
    const clock = new FakeClock();
    const sending = over({ clock, split: "envelope" }).send(many(120), { rate: 50 });
    for (const count of [1, 2, 3]) {
      await expect.poll(() => service.upstream.taken.length).toBe(count);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(service.upstream.taken).toHaveLength(count);
      await clock.advance(1_100);
    }
    expect((await sending).status).toBe("sent");
  });

  it.each([0, -1, Number.NaN])("are not sent at a rate of %d", async (rate) => {
    await expect(over({ split: "envelope" }).send(many(120), { rate })).rejects.toMatchObject({
      name: "OptionError",
      path: ["rate"],
    });
    expect(service.upstream.taken).toHaveLength(0);
  });

  it("may be split by hand as well", async () => {
    const sender = over();
    for (const group of splitRecipients(many(60), 50))
      expect(await sender.send(group.message)).toMatchObject({ status: "sent" });
    expect(service.upstream.taken.map(({ recipients }) => recipients.length)).toEqual([50, 10]);
  });
});

describe("the line", () => {
  it("sends what was given to it, whatever becomes of the caller's own objects meanwhile", async () => {
    const tags: Record<string, string> = { t: "first" };
    const app: Record<string, string> = { t: "shop" };
    const sender = over({ concurrency: 1, tags: app });
    const sends = [sender.send(mail, { tags }), sender.send(mail, { tags }), sender.send(mail)];
    tags.t = "no tag: at all";
    app.t = "other";
    await Promise.all(sends);
    expect(service.upstream.taken.map(({ tag }) => tag)).toEqual(["first", "first", "shop"]);
  });

  it("lets so many in flight, and lets trySend go away", async () => {
    service.proxy.plan = () => "hang-before";
    const clock = new FakeClock();
    const sender = over({ clock, concurrency: 2, queue: { count: 1 } });
    const sends = [sender.trySend(mail), sender.trySend(mail), sender.trySend(mail)];
    expect(sends.every((one) => one !== undefined)).toBe(true);
    expect(sender.trySend(mail)).toBeUndefined();
    await expect.poll(() => service.proxy.log.length).toBe(2);
    expect(sender.counts).toMatchObject({ inFlight: 2, queued: 1 });
    await clock.advance(30_000);
    await expect.poll(() => service.proxy.log.length).toBe(3);
    await clock.advance(30_000);
    expect((await Promise.all(sends)).map((one) => one?.status)).toEqual(["unknown", "unknown", "unknown"]);
  });
});

describe("an abort", () => {
  it("may be of one signal for a thousand sends: one listener, and none afterwards", async () => {
    const warnings: unknown[] = [];
    const onWarning = (warning: Error) => warning.name.startsWith("MaxListeners") && warnings.push(warning);
    process.on("warning", onWarning);
    const abort = new AbortController();
    const sender = over({ concurrency: 1, queue: { count: 2_000 } });
    service.proxy.plan = () => "hang-before";
    const sends = Array.from({ length: 1_000 }, () => sender.send(mail, { signal: abort.signal }));
    await expect.poll(() => service.proxy.log.length).toBe(1);
    expect(getEventListeners(abort.signal, "abort")).toHaveLength(1);
    abort.abort();
    const statuses = (await Promise.all(sends)).map(({ status }) => status);
    expect(statuses.filter((status) => status === "failed")).toHaveLength(999);
    const another = new AbortController();
    service.proxy.plan = () => undefined;
    await Promise.all([mail, mail].map((m) => sender.send(m, { signal: another.signal })));
    expect(getEventListeners(another.signal, "abort")).toHaveLength(0);
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });

  it("in line is failed, after the write unknown", async () => {
    service.proxy.plan = () => "hang-before";
    const sender = over({ concurrency: 1 });
    const first = new AbortController();
    const second = new AbortController();
    const flying = sender.send(mail, { signal: first.signal });
    const waiting = sender.send(mail, { signal: second.signal });
    await expect.poll(() => service.proxy.log.length).toBe(1);
    second.abort();
    expect(await waiting).toMatchObject({ status: "failed", code: "send.aborted", retryable: false, attempts: 0 });
    first.abort();
    expect(await flying).toMatchObject({ status: "unknown", cause: { code: "send.aborted" }, attempts: 1 });
    expect(await sender.send(mail, { signal: AbortSignal.abort() })).toMatchObject({
      status: "failed",
      code: "send.aborted",
    });
  });

  it("ends the wait for a retry, and for the rate", async () => {
    service.proxy.plan = () => "503";
    const slow = over({ retries: { base: 60_000, cap: 60_000 }, random: () => 0.99 });
    const controller = new AbortController();
    const waiting = slow.send(mail, { signal: controller.signal });
    await new Promise<void>((resolve) => slow.events.on(({ type }) => type === "retry" && resolve()));
    controller.abort();
    expect(await waiting).toMatchObject({ status: "failed", code: "send.aborted", attempts: 1 });
    service.proxy.plan = () => undefined;
    const paced = over({ rate: 1 });
    await paced.send(many(50));
    const later = new AbortController();
    const held = paced.send(mail, { signal: later.signal });
    later.abort();
    expect(await held).toMatchObject({ status: "failed", code: "send.aborted", attempts: 0 });
  });
});

describe("the clock", () => {
  it.each(["sdk v1", "http v1", "sdk v2"] as const)("is corrected once over %s, and kept corrected", async (name) => {
    const offset = 900_000;
    service.proxy.date = () => new Date(Date.now() + offset);
    const signed: number[] = [];
    service.proxy.plan = ({ attempt }) => (attempt === 0 ? "expired" : undefined);
    const sender = senderOver(name, service.proxy.url, { tags: { t: `clock-${name.replace(" ", "-")}` } });
    expect(await sender.send(mail)).toMatchObject({ status: "sent", attempts: 2 });
    signed.push(...service.proxy.log.map(({ signedAt }) => signedAt));
    const [before = 0, after = 0] = signed;
    expect(after - before).toBeGreaterThan(offset - 5_000);
    service.proxy.plan = () => "expired";
    expect(await sender.send(mail)).toMatchObject({
      status: "failed",
      code: "RequestExpired",
      retryable: true,
      scope: "account",
      attempts: 2,
    });
    service.proxy.date = undefined;
  });
});

describe("the quota", () => {
  it("is asked for once by many, and gives the rate", async () => {
    const sender = over({ rate: "quota" });
    await Promise.all(Array.from({ length: 5 }, () => sender.send(mail)));
    expect(service.upstream.quotaCalls).toBe(1);
    expect(sender.counts.rate).toBe(100);
    expect(await sender.quota()).toEqual({ max24Hour: 200, maxRate: 100, used: 5, left: 195 });
  });

  it("is shared between senders", async () => {
    const sender = over({ rate: "quota", share: 4 });
    await sender.send(mail);
    expect(sender.counts.rate).toBe(25);
  });

  it("is kept: what does not fit is refused here", async () => {
    service.upstream.quota = { max24Hour: 200, maxRate: 100, sent: 180 };
    const sender = over({ rate: "quota", quota: { reserve: 10 } });
    expect(await sender.send(many(11))).toMatchObject({
      status: "failed",
      code: "send.quota",
      retryable: true,
      attempts: 0,
    });
    expect(await sender.send(many(10))).toMatchObject({ status: "sent" });
    expect(service.upstream.taken).toHaveLength(1);
  });

  it("is kept by calls in flight together", async () => {
    service.upstream.quota = { max24Hour: 200, maxRate: 100, sent: 180 };
    const sender = over({ quota: { reserve: 10 } });
    const results = await Promise.all(Array.from({ length: 30 }, () => sender.send(mail)));
    expect(results.filter(({ status }) => status === "sent")).toHaveLength(10);
    expect(results.filter((result) => result.status === "failed" && result.code === "send.quota")).toHaveLength(20);
    expect(service.upstream.taken).toHaveLength(10);
    expect(await sender.quota()).toMatchObject({ used: 190, left: 10 });
  });

  it("is used up exactly, though the service counted while calls were under way", async () => {
    // The service counts what it has taken.
    service.upstream.quota = {
      max24Hour: 20,
      maxRate: 100,
      get sent() {
        return service.upstream.taken.length;
      },
    };
    const clock = new FakeClock();
    const long = { connect: 3_600_000, firstByte: 3_600_000, total: 3_600_000 };
    const sender = over({ clock, quota: { reserve: 2 }, deadlines: long, concurrency: 8 });
    await sender.send(mail);
    service.proxy.latency = 200;
    const flying = Array.from({ length: 5 }, () => sender.send(mail));
    while (service.upstream.taken.length < 6) await new Promise(setImmediate);
    await clock.advance(61_000);
    await sender.quota();
    await Promise.all(flying);
    service.proxy.latency = 0;
    const results = await Promise.all(Array.from({ length: 20 }, () => sender.send(mail)));
    expect(results.filter(({ status }) => status === "sent")).toHaveLength(12);
    for (const result of results.slice(12)) expect(result).toMatchObject({ status: "failed", code: "send.quota" });
    expect(await sender.quota()).toMatchObject({ used: 18, left: 2 });
  });

  it("has back what a refusal did not use", async () => {
    service.upstream.quota = { max24Hour: 200, maxRate: 100, sent: 199 };
    const sender = over({ quota: {}, retries: { max: 0 } });
    service.proxy.plan = () => "rejected";
    expect(await sender.send(mail)).toMatchObject({ code: "MessageRejected" });
    service.proxy.plan = () => undefined;
    expect(await sender.send(mail)).toMatchObject({ status: "sent" });
    expect(await sender.send(mail)).toMatchObject({ code: "send.quota" });
  });

  it("that is used up is told to those who wait for the rate, too", async () => {
    const clock = new FakeClock();
    const sender = over({ clock, rate: 1, concurrency: 3, retries: { max: 0 } });
    service.proxy.plan = () => "throttle-daily";
    const sends = [mail, mail, mail].map((m) => sender.send(m));
    await sends[0];
    for (let second = 0; second < 4; second++) await clock.advance(1_000);
    for (const result of await Promise.all(sends)) expect(result).toMatchObject({ code: "send.quota" });
    expect(service.proxy.log).toHaveLength(1);
  });

  it("may be forbidden: then the rate is the least, and nothing is refused", async () => {
    service.upstream.quota = undefined;
    const sender = over({ rate: "quota" });
    expect(await sender.send(mail)).toMatchObject({ status: "sent" });
    expect(await sender.quota()).toEqual({});
    expect(sender.counts.rate).toBe(1);
  });

  it.each(["sdk v1", "sdk v2", "http v2"] as const)("is read over %s", async (name) => {
    expect(await senderOver(name, service.proxy.url).quota()).toEqual({
      max24Hour: 200,
      maxRate: 100,
      used: 0,
      left: 200,
    });
  });
});

describe("sendAll", () => {
  it("takes as many as may be in flight, and gives each result its place", async () => {
    let taken = 0;
    let most = 0;
    let done = 0;
    async function* mails() {
      for (; taken < 40; taken++) {
        most = Math.max(most, taken - done);
        yield mail;
      }
    }
    const places: number[] = [];
    for await (const result of over().sendAll(mails(), { concurrency: 4 })) {
      done++;
      expect(result.status).toBe("sent");
      places.push(result.index);
    }
    expect(places.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(most).toBeLessThanOrEqual(4);
  });

  it("goes on after a message that cannot be sent", async () => {
    const bad = message({ from: "a@example.com", text: "x" });
    const results: SendResult[] = [];
    for await (const result of over().sendAll([mail, bad, mail])) results.push(result);
    expect(results.map(({ status }) => status).sort()).toEqual(["failed", "sent", "sent"]);
    expect(results.find(({ status }) => status === "failed")).toMatchObject({ code: "envelope.empty", attempts: 0 });
  });

  it("stops when the daily quota is used up, and says what was taken", async () => {
    let calls = 0;
    service.proxy.plan = () => (calls++ < 5 ? undefined : "throttle-daily");
    let pulled = 0;
    function* mails() {
      for (;;) {
        pulled++;
        yield mail;
      }
    }
    const results: SendResult[] = [];
    const progress: { stopped: boolean; taken: number; sent: number; failed: number }[] = [];
    const run = over({ concurrency: 3 }).sendAll(mails(), { onProgress: (one) => progress.push(one) });
    for await (const result of run) results.push(result);
    expect(results.filter(({ status }) => status === "sent")).toHaveLength(5);
    expect(results).toHaveLength(pulled);
    expect(progress.at(-1)).toMatchObject({ stopped: true, taken: pulled, sent: 5, failed: pulled - 5 });
  });

  it("ends with what its source throws, after the results", async () => {
    function* mails() {
      yield mail;
      throw new RangeError("no more");
    }
    const results: SendResult[] = [];
    const run = async () => {
      for await (const result of over().sendAll(mails())) results.push(result);
    };
    await expect(run()).rejects.toBeInstanceOf(RangeError);
    expect(results.map(({ status }) => status)).toEqual(["sent"]);
  });

  it("closes its source when the reader has enough", async () => {
    let closed = false;
    function* mails() {
      try {
        for (;;) yield mail;
      } finally {
        closed = true;
      }
    }
    for await (const _ of over().sendAll(mails())) break;
    expect(closed).toBe(true);
  });

  it.each([
    ["an abort", (_: Sender, abort: AbortController) => abort.abort()],
    ["the end of the sender", (sender: Sender) => void sender.close()],
  ])("takes nothing more after %s, and gives back what was taken", async (_, stop) => {
    const sender = over({ concurrency: 3 });
    const abort = new AbortController();
    let pulled = 0;
    let closed = false;
    function* mails() {
      try {
        for (;;) {
          pulled++;
          yield mail;
        }
      } finally {
        closed = true;
      }
    }
    const results: SendResult[] = [];
    const progress: { stopped: boolean; taken: number }[] = [];
    const options = { signal: abort.signal, onProgress: (one: (typeof progress)[number]) => progress.push(one) };
    for await (const result of sender.sendAll(mails(), options)) {
      results.push(result);
      if (results.length === 5) stop(sender, abort);
      if (results.length > 100) throw new Error("it goes on");
    }
    expect(results).toHaveLength(pulled);
    expect(progress.at(-1)).toMatchObject({ stopped: true, taken: pulled });
    expect(closed).toBe(true);
  });

  it("takes nothing at all with a signal that is aborted already", async () => {
    let pulled = 0;
    function* mails() {
      for (;;) {
        pulled++;
        yield mail;
      }
    }
    for await (const _ of over().sendAll(mails(), { signal: AbortSignal.abort() })) break;
    expect(pulled).toBe(0);
  });

  it("may be aborted by its own source", async () => {
    const abort = new AbortController();
    function* mails() {
      yield mail;
      abort.abort();
      yield mail;
    }
    const codes: unknown[] = [];
    for await (const result of over().sendAll(mails(), { signal: abort.signal })) codes.push(result.status);
    expect(codes.at(-1)).toBe("failed");
    expect(codes).toHaveLength(2);
  });

  it("waits for no source after an abort, or when its reader leaves, and sends nothing that comes late", async () => {
    for (const how of ["abort", "leave"]) {
      const abort = new AbortController();
      let give = () => {};
      async function* mails() {
        yield mail;
        await new Promise<void>((resolve) => {
          give = resolve;
        });
        yield mail;
      }
      service.upstream.taken.length = 0;
      for await (const result of over().sendAll(mails(), { signal: abort.signal })) {
        expect(result.status).toBe("sent");
        if (how === "leave") break;
        await new Promise((resolve) => setTimeout(resolve, 20));
        abort.abort();
      }
      give();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(service.upstream.taken).toHaveLength(1);
    }
  });

  it("keeps the quota too, when its own rate comes from it", async () => {
    service.upstream.quota = { max24Hour: 10, maxRate: 100, sent: 8 };
    const results: SendResult[] = [];
    for await (const result of over({ concurrency: 1 }).sendAll(Array(5).fill(mail), { rate: "quota" }))
      results.push(result);
    expect(results.map(({ status }) => status)).toEqual(["sent", "sent", "failed"]);
    expect(results[2]).toMatchObject({ code: "send.quota", attempts: 0 });
  });

  it("may have a rate of its own", async () => {
    const results: SendResult[] = [];
    for await (const result of over().sendAll([mail, mail], { rate: "quota", concurrency: 2 })) results.push(result);
    expect(results).toHaveLength(2);
    expect(service.upstream.quotaCalls).toBe(1);
  });

  it("keeps one rate of its own over all of the messages", async () => {
    const clock = new FakeClock();
    const sent: string[] = [];
    const run = (async () => {
      const results = over({ clock, concurrency: 3 }).sendAll([mail, mail, mail], { rate: 1 });
      for await (const { status } of results) sent.push(status);
    })();
    for (const count of [1, 2, 3]) {
      await expect.poll(() => sent.length).toBe(count);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(service.upstream.taken).toHaveLength(count);
      await clock.advance(1_100);
    }
    await run;
    expect(sent).toEqual(["sent", "sent", "sent"]);
  });

  it("gives results that resume with the same bytes", async () => {
    let calls = 0;
    service.proxy.plan = () => (calls++ === 1 ? "503" : undefined);
    const sender = over({ split: "envelope", concurrency: 1, retries: { max: 0 } });
    for await (const result of sender.sendAll([many(120)])) {
      expect((await sender.resume(result.mail, result)).status).toBe("sent");
    }
    expect(service.proxy.log).toHaveLength(4);
    expect(new Set(service.proxy.log.map(({ raw }) => raw.toString())).size).toBe(1);
  });

  it("prints no mail with its results", async () => {
    for await (const result of over().sendAll([mail])) {
      expect(inspect(result, { depth: 9 })).not.toContain("Hello");
      expect(result.mail).toBe(mail);
    }
  });
});

describe("close", () => {
  it("gives back what was in line, lets what flies land, and takes nothing more", async () => {
    service.proxy.plan = () => "hang-before";
    const clock = new FakeClock();
    const sender = over({ clock, concurrency: 4 });
    const sends = Array.from({ length: 40 }, () => sender.send(mail));
    await expect.poll(() => service.proxy.log.length).toBe(4);
    const closing = sender.close({ timeout: 40_000 });
    await clock.advance(30_000);
    const { left } = await closing;
    const results = await Promise.all(sends);
    expect(results.filter(({ status }) => status === "unknown")).toHaveLength(4);
    expect(left).toHaveLength(36);
    for (const { item, result } of left) {
      expect(item).toBe(mail);
      expect(result).toMatchObject({ status: "failed", code: "send.closed", retryable: true, attempts: 0 });
    }
    await expect(sender.send(mail)).rejects.toBeInstanceOf(SenderClosedError);
    expect(() => sender.trySend(mail)).toThrow(SenderClosedError);
    expect(await sender.close()).toEqual({ left });
  });

  it("stops what does not land in time: as unknown, when bytes were written", async () => {
    service.proxy.plan = () => "hang-before";
    const sender = over();
    const flying = sender.send(mail);
    await expect.poll(() => service.proxy.log.length).toBe(1);
    await sender.close({ timeout: 50 });
    expect(await flying).toMatchObject({ status: "unknown", cause: { code: "send.closed" } });
  });

  it("leaves no timer behind", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const sender = over({ rate: 1 });
    await sender.send(mail);
    const held = sender.send(mail);
    await sender.close();
    expect(await held).toMatchObject({ code: "send.closed" });
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it("takes a timeout without an end", async () => {
    const sender = over();
    expect(await sender.close({ timeout: Number.POSITIVE_INFINITY })).toEqual({ left: [] });
  });

  it.each([Number.NaN, -1])("refuses a timeout of %d, and closes nothing", async (timeout) => {
    const sender = over();
    await expect(sender.close({ timeout })).rejects.toThrow(OptionError);
    expect(await sender.send(mail)).toMatchObject({ status: "sent" });
  });

  it("comes with await using", async () => {
    const sender = over();
    await sender[Symbol.asyncDispose]();
    await expect(sender.send(mail)).rejects.toBeInstanceOf(SenderClosedError);
  });
});

describe("events", () => {
  it("tell every change with counts, and nothing of the mail", async () => {
    let calls = 0;
    service.proxy.plan = () => (calls++ === 0 ? "throttle-rate" : undefined);
    const sender = over({ retries: { base: 1 } });
    const events: SenderEvent[] = [];
    const off = sender.events.on((event) => events.push(event));
    sender.events.on(() => {
      throw new Error("a listener that fails");
    });
    expect(await sender.send(mail)).toMatchObject({ status: "sent", attempts: 2 });
    off();
    await sender.close();
    expect(events.map(({ type }) => type)).toEqual(["queued", "started", "throttled", "retry", "sent"]);
    expect(events.at(-1)?.counts).toMatchObject({ sent: 1, throttled: 1, retries: 1, failed: 0, unknown: 0 });
    expect(inspect(events, { depth: 9 })).not.toMatch(/Hello|@/);
  });
});
