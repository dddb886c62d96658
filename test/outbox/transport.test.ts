// The outbox over a transport that is not SES: a relay with the outcomes of SMTP, made by hand. What the outbox knows of it
// is what its sender says.
import { MessageError, message, render, sesV2 } from "mimewright";
import { inspectOutbox, type OutboxEvent } from "mimewright/outbox";
import { type AttemptOutcome, type MailTransport, type RawCall, type SendHooks, sender } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { mailOf, newPath, open, senderOf, sending, snapshot, taken, until } from "./support.ts";

type Answer = (call: RawCall, hooks: SendHooks) => AttemptOutcome | Promise<AttemptOutcome>;

const sent: AttemptOutcome = { kind: "sent", messageId: "<queued-as-1@relay.example>" };
const later: AttemptOutcome = {
  ...{ kind: "refused", again: "later", scope: "message", answered: true },
  ...{ code: "450", message: "4.2.0 greylisted, try again later" },
};
const never: AttemptOutcome = {
  ...{ kind: "refused", again: "never", scope: "message", answered: true },
  ...{ code: "550", message: "5.1.1 no such user" },
};
const login: AttemptOutcome = {
  ...{ kind: "refused", again: "never", scope: "account" },
  ...{ code: "535", message: "5.7.8 authentication failed" },
};
const lost: AttemptOutcome = { kind: "unknown", cause: { code: "ECONNECTION", message: "lost after DATA" } };

/** A relay that writes only after it was marked. */
function relay(answer: Answer, limits = { ...sesV2, name: "relay" }): MailTransport & { readonly calls: RawCall[] } {
  const calls: RawCall[] = [];
  return {
    ...{ name: "relay.example", limits, fields: new Set() },
    calls,
    async send(call, hooks) {
      await hooks.beforeFirstByte();
      hooks.progress.started("nothing");
      calls.push(call);
      return answer(call, hooks);
    },
  };
}

const overRelay = (transport: MailTransport, concurrency = 16) =>
  sender({ transport, concurrency, retries: { max: 0 } });
const subjectOf = ({ raw }: RawCall) => /Subject: (\w+)/.exec(new TextDecoder().decode(raw))?.[1] ?? "";

/** Heeds its signal and nothing else. */
const silent: Answer = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

describe("an outbox over a relay", () => {
  it.each([
    ["sent", sent, "sent", "<queued-as-1@relay.example>"],
    ["refused never", never, "dead", "550"],
    ["unknown", lost, "unknown", "ECONNECTION"],
  ] as const)("ends a message that is %s", async (_, outcome, state, detail) => {
    const transport = relay(() => outcome);
    const outbox = await open({ path: newPath(), sender: overRelay(transport) });
    await outbox.enqueue(mailOf("one"), { key: "k" });
    expect(JSON.stringify(await outbox.wait("k"))).toContain(detail);
    expect(await outbox.get("k")).toMatchObject({ state, attempts: 1 });
    expect(transport.calls).toHaveLength(1);
  });

  it("sends a message again that is refused later, by its own schedule", async () => {
    const transport = relay(() => (transport.calls.length < 3 ? later : sent));
    const events: OutboxEvent[] = [];
    const outbox = await open({ path: newPath(), sender: overRelay(transport), retries: { base: 1 } });
    outbox.events.on((event) => events.push(event));
    await outbox.enqueue(mailOf("one"), { key: "k" });
    expect(await outbox.wait("k")).toMatchObject({ status: "sent" });
    expect((await outbox.get("k"))?.attempts).toBe(3);
    expect(events.filter(({ type }) => type === "again").map(({ code, wait }) => [code, wait])).toEqual([
      ["450", 1],
      ["450", 2],
    ]);
  });

  it("sends an unknown one again only at least once, with the same bytes", async () => {
    const transport = relay(() => (transport.calls.length === 1 ? lost : sent));
    const outbox = await open({
      ...{ path: newPath(), sender: overRelay(transport), onAmbiguous: "retry", retries: { base: 1 } },
    });
    await outbox.enqueue(mailOf("one"));
    expect((await outbox.wait(1)).status).toBe("sent");
    const [first, second] = transport.calls.map(({ raw }) => Buffer.from(raw).toString("latin1"));
    expect(second).toBe(first);
  });

  it("holds all messages while the relay refuses the login, and ends none of them", async () => {
    let isOver = false;
    const transport = relay(() => (isOver ? sent : login));
    const pauses = { refusal: 20, quota: 20, max: 40 };
    const outbox = await open({ path: newPath(), sender: sender({ transport, pauses }), maxAttempts: 1 });
    await outbox.enqueueAll(Array.from({ length: 40 }, (_, at) => ({ mail: mailOf(`m${at}`) })));
    await until(async () => (await outbox.status()).held.length > 0);
    expect((await outbox.status()).held).toMatchObject([{ code: "535", scope: "account" }]);
    isOver = true;
    await until(async () => (await outbox.counts()).sent === 40);
  });

  it("goes on when the message that tries again is refused alone: the relay looked at it", async () => {
    const answers = [login, never];
    const transport = relay(() => answers.shift() ?? sent);
    const pauses = { refusal: 20, quota: 20, max: 40 };
    const outbox = await open({ path: newPath(), sender: sender({ transport, pauses }), concurrency: 1 });
    await outbox.enqueueAll(Array.from({ length: 5 }, (_, at) => ({ mail: mailOf(`m${at}`) })));
    await until(async () => (await outbox.counts()).sent === 4);
    expect(await outbox.counts()).toMatchObject({ dead: 1, queued: 0 });
  });
});

describe("what the sender says of its transport", () => {
  it("gives the limits, unless the outbox or the sender has its own", async () => {
    const tight = { ...sesV2, name: "tight", recipients: 1 };
    const two = mailOf("two", "a@example.com, b@example.com");
    const byTransport = await open({ path: newPath(), sender: overRelay(relay(() => sent, tight)) });
    await expect(byTransport.enqueue(two)).rejects.toMatchObject({ code: "limit.recipients" });
    const bySender = await open({ path: newPath(), sender: sender({ transport: relay(() => sent), limits: tight }) });
    await expect(bySender.enqueue(two)).rejects.toMatchObject({ code: "limit.recipients" });
    const own = await open({
      path: newPath(),
      sender: overRelay(relay(() => sent, tight)),
      limits: sesV2,
      split: "envelope",
    });
    expect((await own.enqueue(two)).state).toBe("queued");
  });

  it("refuses a field of the call that it does not serve, when the message is stored", async () => {
    const outbox = await open({ path: newPath(), sender: overRelay(relay(() => sent)) });
    const error = await outbox.enqueue(mailOf("one"), { tags: { a: "b" } }).catch((one: unknown) => one);
    expect(error instanceof MessageError && error.issues).toMatchObject([{ path: ["tags"] }]);
    expect(String(error)).toContain("relay.example");
    expect((await outbox.counts()).queued).toBe(0);
  });

  it("is unknown of an object with sendRaw alone: then every field may be given, and sesV2 is the limit", async () => {
    const stand = sending();
    const outbox = await open({ path: newPath(), sender: stand });
    await outbox.enqueue(mailOf("one"), { tenantName: "t", key: "k" });
    await outbox.wait("k");
    expect(stand.calls[0]?.options).toMatchObject({ tenantName: "t" });
  });
});

describe("the mark before the first byte", () => {
  it("is on the disk when the first byte may leave, and not while the message waits at the sender", async () => {
    const path = newPath();
    const transport = relay(silent);
    const outbox = await open({ path, sender: overRelay(transport, 2), concurrency: 10 });
    await outbox.enqueueAll(Array.from({ length: 10 }, (_, at) => ({ mail: mailOf(`m${at}`), key: `m${at}` })));
    await until(() => transport.calls.length === 2);
    const begun = transport.calls.map(subjectOf);
    const inspector = await inspectOutbox({ path });
    expect(await inspector.counts()).toMatchObject({ queued: 8, inflight: 2 });
    expect((await inspector.list({ state: "inflight" })).map(({ key }) => key).sort()).toEqual(begun.sort());
    await inspector.close();
    expect(await outbox.counts()).toMatchObject({ queued: 8, inflight: 2 });
  });

  it("is what a crash leaves in doubt: the others are in line, untouched, and go out", async () => {
    const path = newPath();
    const transport = relay(silent);
    const stuck = await open({ path, sender: overRelay(transport, 2), concurrency: 10 });
    await stuck.enqueueAll(Array.from({ length: 10 }, (_, at) => ({ mail: mailOf(`m${at}`), key: `m${at}` })));
    await until(() => transport.calls.length === 2);
    const begun = transport.calls.map(subjectOf);
    const next = relay(() => sent);
    const outbox = await open({ path: snapshot(path), sender: overRelay(next) });
    await until(async () => (await outbox.counts()).sent === 8);
    expect(await outbox.counts()).toMatchObject({ unknown: 2, queued: 0, dead: 0 });
    expect((await outbox.list({ state: "unknown" })).map(({ key }) => key).sort()).toEqual(begun.sort());
    expect(next.calls.map(subjectOf)).not.toEqual(expect.arrayContaining(begun));
    expect(
      (await outbox.list({ state: "sent" })).every(({ attempts, crashes }) => attempts === 1 && crashes === 0),
    ).toBe(true);
  });

  it("is not made for what waits when the outbox is closed: that stays in line at once", async () => {
    const path = newPath();
    const transport = relay(silent);
    const outbox = await open({ path, sender: overRelay(transport, 1), concurrency: 10 });
    await outbox.enqueueAll(Array.from({ length: 10 }, (_, at) => ({ mail: mailOf(`m${at}`) })));
    await until(() => transport.calls.length === 1);
    expect(await outbox.close({ timeout: 20 })).toMatchObject({ queued: 9, inflight: 0, unknown: 1 });
    expect(transport.calls).toHaveLength(1);
    const inspector = await inspectOutbox({ path });
    const waiting = await inspector.list({ state: "queued" });
    expect(waiting.every(({ attempts, result }) => attempts === 0 && result === undefined)).toBe(true);
    await inspector.close();
  });

  it("counts one attempt when the send is refused before it, as well as after it", async () => {
    const refused: AttemptOutcome = {
      ...{ kind: "refused", again: "later", scope: "message", unreached: "away" },
      ...{ code: "send.connection", message: "connect ECONNREFUSED" },
    };
    let calls = 0;
    const transport: MailTransport = {
      ...{ name: "relay", limits: sesV2, fields: new Set() },
      // Never reached: there is no byte to mark.
      async send() {
        calls++;
        return refused;
      },
    };
    const outbox = await open({ path: newPath(), sender: overRelay(transport), retries: { base: 1 }, maxAttempts: 3 });
    await outbox.enqueue(mailOf("one"), { key: "k" });
    expect(await outbox.wait("k")).toMatchObject({ status: "failed", code: "send.connection" });
    expect(await outbox.get("k")).toMatchObject({ state: "dead", attempts: 3 });
    expect(calls).toBe(3);
  });

  it("comes first for a sender that does not say what it sends over", async () => {
    const path = newPath();
    const seen: (string | undefined)[] = [];
    const stand = senderOf(async ({ options }) => {
      expect(options.beforeFirstByte).toBeUndefined();
      const other = await inspectOutbox({ path });
      seen.push((await other.get(1))?.state);
      await other.close();
      return taken();
    });
    const outbox = await open({ path, sender: stand });
    await outbox.enqueue(mailOf("one"));
    await outbox.wait(1);
    expect(seen).toEqual(["inflight"]);
  });

  it("comes first again after a transport did not wait for it", async () => {
    const path = newPath();
    const seen: (string | undefined)[] = [];
    const careless: MailTransport = {
      ...{ name: "careless", limits: sesV2, fields: new Set() },
      async send() {
        const other = await inspectOutbox({ path });
        seen.push((await other.get(seen.length + 1))?.state);
        await other.close();
        return sent;
      },
    };
    const outbox = await open({ path, sender: sender({ transport: careless }), concurrency: 1 });
    await outbox.enqueueAll([{ mail: mailOf("a") }, { mail: mailOf("b") }]);
    await Promise.all([outbox.wait(1), outbox.wait(2)]);
    expect(seen).toEqual(["queued", "inflight"]);
  });
});

describe("what is stored of a message", () => {
  it("has the Message-ID of what was rendered, and of raw bytes as the reader finds it", async () => {
    const outbox = await open({ path: newPath(), sender: overRelay(relay(() => sent)) });
    const mail = render(message({ from: "ann@example.com", to: "bob@example.com", text: "x" }));
    const raw = Buffer.from("From: a@example.com\r\nmessage-id:\r\n <a.b@example.com>\r\n\r\nHello\r\n");
    await outbox.enqueue(mail);
    await outbox.enqueue({ raw, envelope: { from: "a@example.com", to: ["b@example.com"] } });
    expect((await outbox.list()).map(({ ownMessageId }) => ownMessageId)).toEqual([
      mail.messageId,
      "<a.b@example.com>",
    ]);
  });
});
