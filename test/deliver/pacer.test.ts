import { type Pacer, sesSender } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { clients, mail, senderOver } from "../faults/clients.ts";
import { faultyService } from "../faults/service.ts";

const service = faultyService();

function pacerOf(take: Pacer["take"]) {
  const seen = { taken: [] as number[], throttled: 0 };
  const pacer: Pacer = {
    limited: true,
    state: { rate: 7, level: 3 },
    take(recipients, signal) {
      seen.taken.push(recipients);
      return take(recipients, signal);
    },
    throttled: () => seen.throttled++,
  };
  return { pacer, seen };
}

const quick = { retries: { base: 1, cap: 5 } };

describe("a pacer of one's own", () => {
  it("is asked before every attempt, and told of refusals because of the rate", async () => {
    const { pacer, seen } = pacerOf(async () => true);
    service.proxy.plan = ({ attempt }) => (["throttle-rate", "503"] as const)[attempt];
    const sender = senderOver("http v1", service.proxy.url, { ...quick, rate: pacer });
    expect(await sender.send(mail)).toMatchObject({ status: "sent", attempts: 3 });
    expect(seen).toEqual({ taken: [1, 1, 1], throttled: 1 });
    expect(sender.counts).toMatchObject({ rate: 7, level: 3 });
  });

  it("stands for one send in place of the sender's rate", async () => {
    const { pacer, seen } = pacerOf(async () => true);
    const sender = senderOver("http v1", service.proxy.url, { rate: 100 });
    await sender.send(mail, { rate: pacer });
    await sender.send(mail);
    expect(seen.taken).toEqual([1]);
  });

  it("calls a send off before a byte is written", async () => {
    const { pacer } = pacerOf(async () => false);
    const result = await senderOver("http v1", service.proxy.url).send(mail, { rate: pacer });
    expect(result).toMatchObject({ status: "failed", code: "send.aborted", retryable: false, attempts: 0 });
    expect(service.proxy.log).toEqual([]);
  });

  it("cannot undo a doubt: what may have been taken stays unknown", async () => {
    let asked = 0;
    const { pacer } = pacerOf(async () => asked++ === 0);
    service.proxy.plan = () => "drop-after";
    const sender = senderOver("http v1", service.proxy.url, { ...quick, onAmbiguous: "retry", rate: pacer });
    expect(await sender.send(mail)).toMatchObject({ status: "unknown", attempts: 1 });
  });

  it("hears through its signal that the sender closes", async () => {
    const { pacer } = pacerOf(
      (_, signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(false), { once: true })),
    );
    const sender = senderOver("http v1", service.proxy.url, { rate: pacer });
    const sending = sender.send(mail);
    const { left } = await sender.close();
    expect(await sending).toMatchObject({ status: "failed", code: "send.closed", retryable: true });
    expect(left).toHaveLength(1);
  });

  it("is refused with a share, and when it is none", () => {
    const { pacer } = pacerOf(async () => true);
    const client = clients["http v1"](service.proxy.url);
    expect(() => sesSender({ client, rate: pacer, share: 2 })).toThrow(TypeError);
    expect(() => sesSender({ client, rate: {} as Pacer })).toThrow(TypeError);
  });
});
