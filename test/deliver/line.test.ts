import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WaitingLine } from "../../src/deliver/core/line.ts";
import { settle } from "./fake-clock.ts";

/** A line before a budget that is filled by hand. */
function world() {
  let budget = 0;
  const line = new WaitingLine<true>((weight) => {
    if (weight > budget) return undefined;
    budget -= weight;
    return true;
  });
  const fill = (more: number) => {
    budget += more;
    line.advance();
  };
  return { line, fill };
}

describe("the waiting line", () => {
  it("lets pass in the order of arrival, whatever the weights", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), async (weights) => {
        const { line, fill } = world();
        const passed: number[] = [];
        for (const [index, weight] of weights.entries()) void line.enter(weight).then(() => passed.push(index));
        for (let turn = 0; turn < 200; turn++) fill(1);
        await settle();
        expect(passed).toEqual(weights.map((_, index) => index));
        expect([line.size, line.weight]).toEqual([0, 0]);
      }),
      { numRuns: 20 },
    );
  });

  it("does not let somebody light overtake somebody heavy", async () => {
    const { line, fill } = world();
    const passed: string[] = [];
    void line.enter(5).then(() => passed.push("heavy"));
    void line.enter(1).then(() => passed.push("light"));
    fill(4);
    await settle();
    expect(passed).toEqual([]);
    fill(2);
    await settle();
    expect(passed).toEqual(["heavy", "light"]);
  });

  it("lets the others pass when the first one leaves", async () => {
    const { line, fill } = world();
    const heavy = new AbortController();
    const first = line.enter(5, heavy.signal);
    const second = line.enter(1);
    fill(1);
    expect([...line.weights()]).toEqual([5, 1]);
    heavy.abort();
    expect(await first).toBeUndefined();
    expect(await second).toBe(true);
    expect(line.size).toBe(0);
  });

  it("takes nobody whose signal is aborted", async () => {
    const { line, fill } = world();
    fill(9);
    expect(await line.enter(1, AbortSignal.abort())).toBeUndefined();
    expect(line.size).toBe(0);
  });
});
