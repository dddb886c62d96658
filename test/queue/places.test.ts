// The places of a worker, and that of messages after a death: slots of the sender, one for each message.
import { describe, expect, it } from "vitest";
import { Slots } from "../../src/deliver/core/line.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Who came in, in order; each stays until its function is called. */
async function inside(slots: Slots, count: number) {
  const leave: (() => void)[] = [];
  for (let index = 0; index < count; index++) {
    void slots.take(1).then((out) => {
      if (out !== undefined) leave[index] = out;
    });
  }
  await turn();
  return leave;
}

describe("places", () => {
  it("lets in as many as it has places, and the next when one leaves, first come, first served", async () => {
    const leave = await inside(new Slots(2), 4);
    expect(Object.keys(leave)).toEqual(["0", "1"]);
    leave[1]?.();
    await turn();
    expect(Object.keys(leave)).toEqual(["0", "1", "2"]);
  });

  it("gives a place once, however often somebody leaves", async () => {
    const leave = await inside(new Slots(1), 3);
    for (let time = 0; time < 3; time++) leave[0]?.();
    await turn();
    expect(Object.keys(leave)).toEqual(["0", "1"]);
  });

  it("lets go of who gives up, before and while it waits, and their place to nobody", async () => {
    const slots = new Slots(1);
    expect(await slots.take(1, AbortSignal.abort())).toBeUndefined();
    const out = await slots.take(1);
    const controller = new AbortController();
    const waiting = slots.take(1, controller.signal);
    controller.abort();
    expect(await waiting).toBeUndefined();
    out?.();
    expect(await slots.take(1, controller.signal)).toBeUndefined();
    expect(await slots.take(1)).toBeTypeOf("function");
  });
});
