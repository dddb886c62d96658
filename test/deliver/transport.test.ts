// What a sender does with a transport of somebody's own: the vocabulary of outcomes, the mark before the first byte, and
// what a transport may leave open.
import { message, OptionError, sesV2 } from "mimewright";
import {
  type AttemptOutcome,
  type AttemptRefused,
  type MailTransport,
  type SenderOptions,
  type SendHooks,
  sender,
} from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { FakeClock } from "./fake-clock.ts";

const mail = message({ from: "ann@example.com", to: ["bob@example.com", "cy@example.com"], text: "x" });
const REFUSED = { kind: "refused", scope: "message", code: "421", message: "not now" } as const;
const SENT: AttemptOutcome = { kind: "sent", messageId: "id-1" };

type Send = (hooks: SendHooks, attempt: number) => Promise<AttemptOutcome>;

function transportOf(send: Send, own: Partial<MailTransport> = {}) {
  let calls = 0;
  const transport: MailTransport = {
    ...{ name: "the relay", limits: { ...sesV2, name: "relay" }, fields: new Set() },
    send: (_, hooks) => send(hooks, ++calls),
    ...own,
  };
  return transport;
}

const over = (send: Send, options: Partial<SenderOptions> = {}) =>
  sender({ transport: transportOf(send), retries: { base: 0 }, ...options });

const refuse = (more: Partial<AttemptRefused>): AttemptRefused => ({ ...REFUSED, again: "never", ...more });

describe("a sender over a transport", () => {
  it("tries again what is refused now, and gives up with the retries", async () => {
    const often = over(async (_, attempt) => (attempt < 4 ? refuse({ again: "now" }) : SENT));
    expect(await often.send(mail)).toMatchObject({ status: "sent", messageId: "id-1", attempts: 4 });
    const never = over(async () => refuse({ again: "now" }), { retries: { max: 2, base: 0 } });
    expect(await never.send(mail)).toMatchObject({ status: "failed", code: "421", retryable: true, attempts: 3 });
  });

  it("reports at once what is refused later or never", async () => {
    const later = over(async () => refuse({ again: "later", retryAfter: 1_500.5 }));
    expect(await later.send(mail)).toMatchObject({ status: "failed", retryable: true, retryAfter: 1_501, attempts: 1 });
    const never = over(async () => refuse({ again: "never" }));
    expect(await never.send(mail)).toMatchObject({ status: "failed", retryable: false, attempts: 1 });
  });

  it("holds up all messages after a refusal of the account, for as long as the service says", async () => {
    const clock = new FakeClock();
    let calls = 0;
    const relay = over(
      async () => (++calls === 1 ? refuse({ again: "later", scope: "account", retryAfter: 7_000 }) : SENT),
      { clock },
    );
    expect(await relay.send(mail)).toMatchObject({ scope: "account", retryAfter: 7_000 });
    await clock.advance(6_000);
    expect(await relay.send(mail)).toMatchObject({ status: "failed", retryAfter: 1_000, attempts: 0 });
    await clock.advance(1_000);
    expect(await relay.send(mail)).toMatchObject({ status: "sent" });
    expect(calls).toBe(2);
  });

  it("makes one more attempt at once after a correction, and one only", async () => {
    const skewed = refuse({ again: "now", scope: "account", corrected: true, code: "RequestExpired" });
    const once = over(async (_, attempt) => (attempt === 1 ? skewed : SENT));
    expect(await once.send(mail)).toMatchObject({ status: "sent", attempts: 2 });
    const always = over(async () => skewed);
    expect(await always.send(mail)).toMatchObject({ status: "failed", scope: "account", attempts: 2 });
  });

  it("reports what is unknown, and sends it again only when it is asked to", async () => {
    const lost: Send = async () => ({ kind: "unknown", cause: { code: "ECONNRESET", message: "lost after DATA" } });
    expect(await over(lost).send(mail)).toMatchObject({
      status: "unknown",
      attempts: 1,
      cause: { code: "ECONNRESET" },
    });
    const again = over(lost, { onAmbiguous: "retry", retries: { ambiguous: 2, base: 0 } });
    expect(await again.send(mail)).toMatchObject({ status: "unknown", attempts: 3 });
  });

  it("takes an error of the transport for a no while nothing was written, and for unknown afterwards", async () => {
    const before = over(async () => Promise.reject(new Error("secret of bob@example.com")));
    const failed = await before.send(mail);
    expect(failed).toMatchObject({ status: "failed", code: "send.client", retryable: false });
    expect(JSON.stringify(failed)).not.toMatch(/secret/);
    const after = over(async ({ progress }) => {
      progress.started("nothing");
      throw new Error("broken");
    });
    expect(await after.send(mail)).toMatchObject({ status: "unknown", cause: { code: "send.client" } });
  });

  it("ends at its deadline even when the transport does not, by what it wrote until then", async () => {
    for (const [started, status] of [
      [false, "failed"],
      [true, "unknown"],
    ] as const) {
      const clock = new FakeClock();
      const silent = over(
        ({ progress }) => {
          if (started) progress.started("nothing");
          return new Promise(() => {});
        },
        { clock },
      );
      const sending = silent.send(mail);
      await clock.advance(60_000);
      expect(await sending).toMatchObject({ status });
    }
  });

  it("refuses fields that the transport does not serve, at the maker and at a send", async () => {
    const transport = transportOf(async () => SENT, { unserved: new Map([["tags", "use the field X-Tags"]]) });
    expect(() => sender({ transport, configurationSet: "news" })).toThrow(OptionError);
    expect(() => sender({ transport, configurationSet: "news" })).toThrow(/the relay does not know this option/);
    await expect(sender({ transport }).send(mail, { tags: { a: "b" } })).rejects.toMatchObject({
      ...{ name: "MessageError", path: ["tags"] },
      message: expect.stringContaining("use the field X-Tags"),
    });
  });

  it("cannot take its rate from a transport without a quota", () => {
    const transport = transportOf(async () => SENT);
    expect(() => sender({ transport, rate: "quota" })).toThrow(/at rate: the relay has no quota/);
    expect(() => sender({} as never)).toThrow(/at transport: there is no transport/);
    expect(() => sender({ transport: { send: () => {} } as never })).toThrow(/at transport: expected a transport/);
  });

  it("sends from the null reverse-path where the transport takes it", async () => {
    const bounce = {
      raw: new TextEncoder().encode("From: a@example.com\r\n\r\nx"),
      envelope: { from: "", to: ["b@example.com"] },
    };
    const limits = { ...sesV2, name: "relay", nullSender: true };
    const relay = sender({ transport: transportOf(async () => SENT, { limits }) });
    expect(await relay.sendRaw(bounce)).toMatchObject({ status: "sent" });
    await expect(over(async () => SENT).sendRaw(bounce)).rejects.toMatchObject({ code: "envelope.null" });
  });
});

describe("the mark before the first byte", () => {
  /** A transport that writes after the mark. */
  const writing = (log: string[], outcome: (attempt: number) => AttemptOutcome = () => SENT): Send => {
    return async ({ beforeFirstByte, progress }, attempt) => {
      await beforeFirstByte();
      progress.started("nothing");
      log.push(`write ${attempt}`);
      return outcome(attempt);
    };
  };

  it("is made before every attempt and told who gets it", async () => {
    const log: string[] = [];
    const relay = over(writing(log, (attempt) => (attempt === 1 ? refuse({ again: "now" }) : SENT)));
    const beforeFirstByte = async ({ attempt, recipients }: { attempt: number; recipients: readonly string[] }) => {
      await Promise.resolve();
      log.push(`mark ${attempt} ${recipients.length}`);
    };
    expect(await relay.send(mail, { beforeFirstByte })).toMatchObject({ status: "sent", attempts: 2 });
    expect(log).toEqual(["mark 1 2", "write 1", "mark 2 2", "write 2"]);
  });

  it("that cannot be made lets nothing be sent", async () => {
    const log: string[] = [];
    const beforeFirstByte = () => Promise.reject(new Error("disk full"));
    const result = await over(writing(log)).send(mail, { beforeFirstByte });
    expect(result).toMatchObject({ status: "failed", code: "send.aborted", retryable: false });
    expect(log).toEqual([]);
  });

  it("that comes after the end of the attempt lets nothing be sent", async () => {
    const log: string[] = [];
    const aborter = new AbortController();
    let made = () => {};
    const beforeFirstByte = () =>
      new Promise<void>((resolve) => {
        made = resolve;
      });
    const sending = over(writing(log)).send(mail, { beforeFirstByte, signal: aborter.signal });
    await new Promise(setImmediate);
    aborter.abort();
    expect(await sending).toMatchObject({ status: "failed", code: "send.aborted" });
    made();
    await new Promise(setImmediate);
    expect(log).toEqual([]);
  });
});

describe("a transport that breaks its contract", () => {
  const made = (value: unknown) => over(async () => value as AttemptOutcome).send(mail);
  const fault = { again: "never", code: "550", message: "no" };

  it.each<[what: string, value: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "ok"],
    ["an empty object", {}],
    ["a kind that does not exist", { kind: "delivered", messageId: "1" }],
    ["sent without an id", { kind: "sent" }],
    ["sent with an empty id", { kind: "sent", messageId: "" }],
    ["sent with a number as its id", { kind: "sent", messageId: 5 }],
    ["unknown without a cause", { kind: "unknown", cause: null }],
    ["refused without more", { kind: "refused" }],
    ["refused again sometimes", { ...REFUSED, again: "sometimes" }],
    ["refused for the world", { ...REFUSED, again: "later", scope: "world" }],
    ["refused recipients that are no list", { ...SENT, refused: "bob@example.com" }],
    ["a refused recipient that is null", { ...SENT, refused: [null] }],
    ["a refused recipient who is not in the call", { ...SENT, refused: [{ ...fault, recipient: "eve@example.com" }] }],
  ])("makes the message unknown by %s: it may have been taken", async (_, value) => {
    const relay = over(async () => value as AttemptOutcome, { onAmbiguous: "report" });
    expect(await relay.send(mail)).toMatchObject({
      status: "unknown",
      attempts: 1,
      cause: { code: "send.response", message: expect.any(String) },
    });
    expect(relay.counts).toMatchObject({ sent: 0, failed: 0, unknown: 1, inFlight: 0 });
    expect(await relay.close()).toEqual({ left: [] });
  });

  it("has its outcome read once, and what throws when it is read is unknown", async () => {
    let asked = 0;
    const flips = {
      get kind() {
        return asked++ === 0 ? "sent" : "refused";
      },
      messageId: "id-1",
    };
    expect(await made(flips)).toMatchObject({ status: "sent", messageId: "id-1" });
    const throws = {
      get kind() {
        throw new Error("no");
      },
    };
    expect(await made(throws)).toMatchObject({ status: "unknown" });
  });

  it("names a recipient in one group, and by the first reason, when it refuses him twice", async () => {
    const twice = ["first", "second"].map((message) => ({ ...fault, message, recipient: "bob@example.com" }));
    const result = await made({ ...SENT, refused: twice });
    expect(result.groups?.map(({ recipients }) => recipients)).toEqual([["cy@example.com"], ["bob@example.com"]]);
    expect(result.groups?.[1]?.result).toMatchObject({ message: "first" });
  });

  it("ignores a wait that is no number", async () => {
    for (const retryAfter of [Number.NaN, -5, "5", {}]) {
      const result = await made({ ...REFUSED, again: "later", retryAfter });
      expect(result).toMatchObject({ status: "failed", code: "421" });
      expect(result).not.toHaveProperty("retryAfter");
    }
  });

  it("that throws at once counts as one that rejects, and an outcome without a promise as the outcome", async () => {
    const throws = (start: boolean) =>
      over((({ progress }: SendHooks) => {
        if (start) progress.started("nothing");
        throw new Error("at once");
      }) as Send);
    expect(await throws(false).send(mail)).toMatchObject({ status: "failed", code: "send.client", retryable: false });
    expect(await throws(true).send(mail)).toMatchObject({ status: "unknown", cause: { code: "send.client" } });
    expect(await over((() => SENT) as unknown as Send).send(mail)).toMatchObject({ status: "sent" });
  });

  it("gets no mark after its outcome was told", async () => {
    let late: Promise<void> | undefined;
    let marks = 0;
    const relay = over(async ({ beforeFirstByte }) => {
      late = new Promise((resolve) => setTimeout(resolve, 1)).then(beforeFirstByte);
      return SENT;
    });
    expect(await relay.send(mail, { beforeFirstByte: () => void marks++ })).toMatchObject({ status: "sent" });
    await expect(late).rejects.toMatchObject({ name: "AbortError" });
    expect(marks).toBe(0);
  });

  it("does not end the process when it leaves the mark that fails unawaited", async () => {
    const relay = over(async ({ beforeFirstByte }) => {
      void beforeFirstByte();
      return SENT;
    });
    const beforeFirstByte = () => Promise.reject(new Error("no disk"));
    expect(await relay.send(mail, { beforeFirstByte })).toMatchObject({ status: "sent" });
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("stops nothing by an answer about the quota that is none", async () => {
    for (const answer of [undefined, null, "much", {}, { numbers: null }, { numbers: { maxRate: Number.NaN } }]) {
      const transport = transportOf(async () => SENT, { quota: async () => answer as never });
      const relay = sender({ transport, quota: {} });
      expect(await relay.quota()).not.toHaveProperty("maxRate");
      expect(await relay.send(mail)).toMatchObject({ status: "sent" });
    }
  });

  it("is refused as a transport without limits or a name", () => {
    for (const missing of ["name", "limits", "send", "fields"]) {
      const transport = { ...transportOf(async () => SENT), [missing]: undefined };
      expect(() => sender({ transport: transport as never })).toThrow(OptionError);
    }
  });
});

describe("the words of others at a sender", () => {
  const relay = over(async () => SENT);

  it("a transporter of nodemailer as transport: the way to make one of it", () => {
    const wrong = () => Reflect.apply(sender, undefined, [{ transport: { sendMail() {} } }]);
    expect(wrong).toThrow(
      "input.option at transport: a transporter of nodemailer is no transport (give smtpTransport(transporter))",
    );
  });

  it("resume, split and envelope as options of one send: where they belong", async () => {
    const wrong = Reflect.apply(relay.send, relay, [mail, { resume: {}, split: "envelope", envelope: {} }]);
    await expect(wrong).rejects.toThrow(
      /call sender\.resume\(message, result\).*option of the sender.*belongs to the message/s,
    );
  });

  it("a single message given to sendAll: send() takes it", async () => {
    const run = async (one: unknown) => {
      for await (const _ of Reflect.apply(relay.sendAll, relay, [one]));
    };
    for (const one of [mail, undefined]) {
      await expect(run(one)).rejects.toThrow(OptionError);
      await expect(run(one)).rejects.toThrow(
        "input.option at messages: expected an iterable of messages (give one message to send())",
      );
    }
  });
});

describe("resume", () => {
  it("sends nothing for what is no result of a send", async () => {
    let calls = 0;
    const relay = over(async () => {
      calls++;
      return SENT;
    });
    for (const earlier of [undefined, {}, "sent", { status: "done" }, mail]) {
      const wrong = Reflect.apply(relay.resume, relay, [mail, earlier]);
      await expect(wrong).rejects.toThrow(
        "input.option at earlier: expected the result of an earlier send (give what send() gave)",
      );
    }
    expect(calls).toBe(0);
  });
});
