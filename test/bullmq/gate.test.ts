import { describe, expect, it } from "vitest";
import { Gate } from "../../src/bullmq/gate.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Who came in, in order; each stays until its function is called. */
async function inside(gate: Gate, count: number) {
  const leave: (() => void)[] = [];
  for (let index = 0; index < count; index++) {
    void gate.enter().then((out) => {
      if (out !== undefined) leave[index] = out;
    });
  }
  await turn();
  return leave;
}

describe("the gate", () => {
  it("lets in as many as it has places, and the next when one leaves, first come, first served", async () => {
    const leave = await inside(new Gate(2), 4);
    expect(Object.keys(leave)).toEqual(["0", "1"]);
    leave[1]?.();
    await turn();
    expect(Object.keys(leave)).toEqual(["0", "1", "2"]);
  });

  it("gives a place once, however often somebody leaves", async () => {
    const leave = await inside(new Gate(1), 3);
    for (let time = 0; time < 3; time++) leave[0]?.();
    await turn();
    expect(Object.keys(leave)).toEqual(["0", "1"]);
  });

  it("lets go of who gives up, before and while it waits, and their place to nobody", async () => {
    const gate = new Gate(1);
    expect(await gate.enter(AbortSignal.abort())).toBeUndefined();
    const out = await gate.enter();
    const controller = new AbortController();
    const waiting = gate.enter(controller.signal);
    controller.abort();
    expect(await waiting).toBeUndefined();
    out?.();
    expect(await gate.enter(controller.signal)).toBeUndefined();
    expect(await gate.enter()).toBeTypeOf("function");
  });
});
