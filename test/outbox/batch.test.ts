import { message } from "mimewright";
import type { Receipt } from "mimewright/outbox";
import { describe, expect, it } from "vitest";
import { hanging, mailOf, newPath, open, sending } from "./support.ts";

describe("a batch", () => {
  it("is stored as a whole or not at all, and says which entry is wrong", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    await outbox.enqueue(mailOf("zero"), { key: "k" });
    const bad = [{ mail: mailOf("one") }, { mail: mailOf("two"), key: "k" }];
    await expect(outbox.enqueueAll(bad)).rejects.toMatchObject({ code: "outbox.conflict", index: 1 });
    const nobody = message({ from: "a@example.com", text: "x" });
    await expect(outbox.enqueueAll([{ mail: mailOf("one") }, { mail: nobody }])).rejects.toMatchObject({
      path: [1, "to"],
    });
    await outbox.wait(1);
    expect(await outbox.counts()).toEqual({ queued: 0, inflight: 0, sent: 1, unknown: 0, dead: 0 });
    expect(await outbox.enqueueAll([])).toEqual([]);
  });

  it("is read as it is taken in: what its generator throws leaves nothing behind, its keys neither", async () => {
    const outbox = await open({ path: newPath(), sender: sending() });
    function* broken() {
      yield { mail: mailOf("one"), key: "one" };
      throw new Error("the database went away");
    }
    await expect(outbox.enqueueAll(broken())).rejects.toThrow("went away");
    expect(await outbox.counts()).toMatchObject({ queued: 0, inflight: 0, sent: 0 });
    expect((await outbox.enqueue(mailOf("other"), { key: "one" })).replayed).toBe(false);
  });

  it("waits for nobody that waits for it: batches with the same keys in another order, and a key asked for meanwhile", async () => {
    const outbox = await open({ path: newPath(), sender: hanging() });
    const single: Promise<Receipt>[] = [];
    function* entries(names: readonly string[]) {
      for (const name of names) {
        yield { mail: mailOf(name), key: name };
        single.push(outbox.enqueue(mailOf(name), { key: name }));
        yield { mail: mailOf(name), key: name };
      }
    }
    const [a, b] = await Promise.all([
      outbox.enqueueAll(entries(["a", "b", "c"])),
      outbox.enqueueAll(entries(["c", "b", "a"])),
    ]);
    expect(a.map(({ id }) => id)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(b.map(({ id, replayed }) => [id, replayed])).toEqual([3, 3, 2, 2, 1, 1].map((id) => [id, true]));
    expect((await Promise.all(single)).every(({ replayed }) => replayed)).toBe(true);
  });

  it("lets others have their turn between large messages", async () => {
    const outbox = await open({ path: newPath(), sender: hanging() });
    let turns = 0;
    const seen: number[] = [];
    const timer = setInterval(() => turns++, 0);
    function* large() {
      for (let at = 0; at < 4; at++) {
        seen.push(turns);
        yield {
          mail: message({
            ...{ from: "ann@example.com", to: "bob@example.com", text: String(at) },
            attachments: [{ filename: "a.bin", content: new Uint8Array(4_000_000).fill(at) }],
          }),
        };
      }
    }
    await outbox.enqueueAll(large());
    clearInterval(timer);
    expect(new Set(seen).size).toBe(4);
  });
});
