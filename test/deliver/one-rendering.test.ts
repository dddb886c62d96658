// A charset of the test's own counts: a body is encoded once for each tree that is made, a subject once for each head
// that is written. What the clock is asked for is counted too.
import { type Charset, check, checkLimits, message, registerCharset, render, sesV1, sesV2 } from "mimewright";
import { sesTransport, toNodemailer } from "mimewright/nodemailer";
import { rawMessage, type SesSenderOptions, sendRawEmailInput, sesSender } from "mimewright/ses";
import { createTransport } from "nodemailer";
import { beforeEach, describe, expect, it } from "vitest";
import { entryOf, pack } from "../../src/deliver/outbox/packing.ts";

const BODY = "Grüße an alle\r\n";
const counts = { trees: 0, heads: 0, clock: 0 };

const counting: Charset = {
  name: "X-COUNTING",
  stateful: false,
  encode(text) {
    if (text === BODY) counts.trees++;
    else if (text.startsWith("Köln")) counts.heads++;
    return new TextEncoder().encode(text);
  },
};
registerCharset(counting.name, counting);

const now = () => {
  counts.clock++;
  return new Date(0);
};

const input = (recipients = 1) => ({
  from: "ann@example.com",
  to: Array.from({ length: recipients }, (_, index) => `r${index}@example.com`),
  subject: "Köln",
  text: BODY,
  charset: counting.name,
});

class SendRawEmailCommand {
  readonly middlewareStack = { add: () => {} };
  readonly input: { readonly RawMessage: { readonly Data: Uint8Array } };
  constructor(input: { readonly RawMessage: { readonly Data: Uint8Array } }) {
    this.input = input;
  }
}

const sent: Buffer[] = [];
function senderOptions(answer: (call: number) => unknown = () => ({ MessageId: "0100" })): SesSenderOptions {
  const client = {
    async send(command: object) {
      if (command instanceof SendRawEmailCommand) sent.push(Buffer.from(command.input.RawMessage.Data));
      return answer(sent.length);
    },
  };
  return { client, commands: { SendRawEmailCommand }, split: "envelope", render: { now } };
}

function throttled(): never {
  throw Object.assign(new Error("Maximum sending rate exceeded."), {
    name: "Throttling",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  });
}

// What a check at the door costs is not what a send costs.
let headsOfOne = 0;
function reset() {
  Object.assign(counts, { trees: 0, heads: 0, clock: 0 });
  sent.length = 0;
}
beforeEach(() => {
  const m = message(input());
  reset();
  render(m);
  headsOfOne = counts.heads;
  reset();
});

const once = (clock: number) => ({ trees: 1, heads: headsOfOne, clock });

describe("one message is rendered once", () => {
  it("by a send, for its checks, its size and its bytes", async () => {
    const m = message(input());
    reset();
    expect((await sesSender(senderOptions()).send(m)).status).toBe("sent");
    expect(counts).toEqual(once(1));
  });

  it("for 1,000 recipients in groups, which all get the same bytes", async () => {
    const m = message(input(1_000));
    reset();
    const result = await sesSender(senderOptions()).send(m);
    expect(result.groups).toHaveLength(20);
    expect(counts).toEqual(once(1));
    expect(new Set(sent.map((raw) => raw.toString("latin1"))).size).toBe(1);
  });

  it("for all attempts", async () => {
    const m = message(input());
    reset();
    const options = senderOptions((call) => (call < 3 ? throttled() : { MessageId: "0100" }));
    const result = await sesSender({ ...options, retries: { base: 1, cap: 1 } }).send(m);
    expect(result).toMatchObject({ status: "sent", attempts: 3 });
    expect(counts).toEqual(once(1));
  });

  it("not once more when it is rendered already, whoever sends it", async () => {
    const mail = render(message(input()), { now });
    reset();
    const sender = sesSender(senderOptions());
    await sender.send(mail);
    await sender.trySend(mail);
    for await (const { status } of sender.sendAll([mail, mail])) expect(status).toBe("sent");
    await rawMessage(mail);
    await sendRawEmailInput(mail);
    checkLimits(mail, sesV1);
    toNodemailer(mail);
    expect(counts).toEqual({ trees: 0, heads: 0, clock: 0 });
    expect(new Set(sent.map((raw) => raw.toString("latin1"))).size).toBe(1);
  });

  it("again for a resume, from the data of the result, which may have been stored as JSON meanwhile", async () => {
    const m = message(input(100));
    reset();
    const first = sesSender({ ...senderOptions((call) => (call === 1 ? refused() : { MessageId: "0100" })) });
    const earlier = await first.send(m);
    expect(earlier.status).toBe("partial");
    expect(counts).toEqual(once(1));
    const stored = JSON.parse(JSON.stringify(earlier));
    expect((await sesSender(senderOptions()).resume(m, stored)).status).toBe("sent");
    expect(counts).toEqual({ trees: 2, heads: 2 * headsOfOne, clock: 1 });
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((raw) => raw.toString("latin1"))).size).toBe(1);
  });

  it("never again for a resume of what was rendered", async () => {
    const mail = render(message(input(100)));
    reset();
    const first = sesSender(senderOptions((call) => (call === 1 ? refused() : { MessageId: "0100" })));
    const earlier = await first.send(mail);
    expect((await first.resume(mail, earlier)).status).toBe("sent");
    expect(counts.trees).toBe(0);
    expect(new Set(sent.map((raw) => raw.toString("latin1"))).size).toBe(1);
  });

  it("by rawMessage, sendRawEmailInput, checkLimits, toNodemailer, and by check() with limits", async () => {
    const m = message(input());
    for (const work of [
      () => rawMessage(m, { now }),
      () => sendRawEmailInput(m, { now }),
      () => checkLimits(m, sesV1),
      () => toNodemailer(m, { now }),
    ]) {
      reset();
      await work();
      expect(counts).toMatchObject({ trees: 1, heads: headsOfOne });
    }
    reset();
    check(input());
    const alone = { ...counts };
    reset();
    check(input(), sesV1);
    expect(counts).toMatchObject({ trees: alone.trees + 1, heads: alone.heads + headsOfOne });
  });

  it("by the transport of nodemailer, which returns the bytes that it sent", async () => {
    const { charset: _, ...given } = input();
    const options = { ...senderOptions(), compose: "mimewright", returnRaw: true } as const;
    const info = await createTransport(sesTransport(options)).sendMail(given);
    expect(counts.clock).toBe(1);
    const raw: unknown = Reflect.get(info, "raw");
    expect(raw instanceof Uint8Array && sent[0]?.equals(raw)).toBe(true);
  });

  it("by an outbox, which stores what is rendered already as it is", async () => {
    const settings = { limits: sesV2, split: "envelope", render: {} } as const;
    const rendering = { createdAt: 0, seed: "s" };
    const m = message(input());
    reset();
    const stored = await entryOf(pack(m, {}, settings, rendering), "key", rendering);
    expect(counts).toEqual(once(0));
    const mail = render(m, { seed: "other" });
    reset();
    const other = await entryOf(pack(mail, {}, settings, rendering), "key", rendering);
    expect(counts).toEqual({ trees: 0, heads: 0, clock: 0 });
    expect(stored).toMatchObject({ seed: "s", bytes: mail.bytes });
    // Its seed is not that of the outbox: under the key only the same rendering is the same message.
    expect(other).toMatchObject({ seed: undefined, ownMessageId: mail.messageId });
  });
});

function refused(): never {
  throw Object.assign(new Error("Email address is not verified."), {
    name: "MessageRejected",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  });
}
