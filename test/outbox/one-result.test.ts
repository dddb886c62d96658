// Sender, outbox and queue say the same of the same: one type of result, judged in one place.
import type { MailQueue, MailWorkerEvent, Unsaved } from "mimewright/bullmq";
import type { Outbox, Receipt } from "mimewright/outbox";
import type { SendAllResult, Sender, SendResult } from "mimewright/ses";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { Slots } from "../../src/deliver/core/line.ts";
import type { Ledger } from "../../src/deliver/queue/ledger.ts";
import { type RunFrame, runJob } from "../../src/deliver/queue/run-job.ts";
import { render } from "../../src/mail/render/render.ts";
import { mail, senderOver } from "../faults/clients.ts";
import type { RequestFault } from "../faults/faults.ts";
import { type FaultProxy, startProxy } from "../faults/proxy.ts";
import { startUpstream, type Upstream } from "../faults/upstream.ts";
import { newPath, open } from "./support.ts";

let upstream: Upstream;
let proxy: FaultProxy;

beforeAll(async () => {
  upstream = await startUpstream();
  proxy = await startProxy(upstream.url);
});
afterAll(async () => {
  await proxy.close();
  await upstream.close();
});

const overSender = () => senderOver("http v1", proxy.url, { retries: { max: 1, base: 1 } });

async function bySender(): Promise<SendResult | undefined> {
  const sender = overSender();
  for await (const result of sender.sendAll([mail])) return result;
  return undefined;
}

async function byOutbox(): Promise<SendResult> {
  const outbox = await open({ path: newPath(), sender: overSender(), maxAttempts: 1 });
  await outbox.enqueue(mail, { key: "k" });
  return outbox.wait("k");
}

/** The run of a job; what it would put into Redis it keeps. */
async function byQueue(): Promise<SendResult | undefined> {
  const sender = overSender();
  const ledger: Ledger = {
    look: async () => ({ tries: 0 }),
    tried: async () => 1,
    ready: async () => 1,
    begin: async () => "go",
    settle: async () => "done",
    back: async () => 1,
  };
  const state = { rate: 1, level: 0 };
  const budget: RunFrame["budget"] = {
    take: async () => ({ kind: "go" }),
    halve: async () => {},
    limited: false,
    state,
  };
  const end = await runJob(
    {
      ...{ id: "1", lock: "l", attempt: "a", stalls: 0, data: { v: 1, m: {}, n: 1 } },
      rendering: { seed: "s", now: () => new Date(0) },
    },
    {
      holds: { refused: async () => 0, tried: async () => {} },
      ...{ ledger, budget, onAmbiguous: "report", runs: 1, deaths: 1, suspects: new Slots(1), calls: new Slots(16) },
      render: async () => render(mail),
      maxBytes: 1_000_000,
      send: (m, _job, { rate, beforeFirstByte }) => sender.send(m, { rate, beforeFirstByte }),
    },
  );
  return end.kind === "outcome" ? end.result : undefined;
}

// What differs from send to send: ids, and the hash of bytes with another boundary.
function withoutIds(result: SendResult | undefined): Readonly<Record<string, unknown>> {
  const {
    messageId,
    requestId,
    sha256,
    ownMessageId,
    mail: _,
    index,
    // How a message was rendered is part of the sender's result; what the outbox hands over are raw bytes.
    rendering,
    ...rest
  }: Record<string, unknown> = { ...result };
  return { ...rest, has: [messageId, sha256, ownMessageId].map((one) => typeof one) };
}

describe("sender, outbox and queue", () => {
  it("have one type of result", () => {
    expectTypeOf<SendAllResult>().toExtend<SendResult>();
    expectTypeOf<Awaited<ReturnType<Sender["send"]>>>().toEqualTypeOf<SendResult>();
    expectTypeOf<Awaited<ReturnType<Outbox["wait"]>>>().toEqualTypeOf<SendResult>();
    expectTypeOf<NonNullable<Receipt["result"]>>().toEqualTypeOf<SendResult>();
    expectTypeOf<NonNullable<Awaited<ReturnType<MailQueue["result"]>>>>().toEqualTypeOf<SendResult>();
    expectTypeOf<NonNullable<MailWorkerEvent["result"]>>().toEqualTypeOf<SendResult>();
    expectTypeOf<Unsaved["result"]>().toEqualTypeOf<SendResult>();
  });

  it.each<readonly [RequestFault | undefined, SendResult["status"]]>([
    [undefined, "sent"],
    ["rejected", "failed"],
    ["redirect", "failed"],
    ["503", "failed"],
    ["drop-before", "unknown"],
    ["drop-after", "unknown"],
    ["500-taken", "unknown"],
    ["trunc-xml", "unknown"],
    ["no-id", "unknown"],
  ])("say the same when the service answers with %s: %s", async (fault, status) => {
    proxy.plan = () => fault;
    const [sender, outbox, queue] = [await bySender(), await byOutbox(), await byQueue()];
    expect(sender?.status).toBe(status);
    expect(withoutIds(outbox)).toEqual(withoutIds(sender));
    expect(withoutIds(queue)).toEqual(withoutIds(sender));
  });
});
