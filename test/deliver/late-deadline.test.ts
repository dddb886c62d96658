// A process that was stopped beyond a deadline looks at its sockets before it decides: the answer may lie in one.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { attempt } from "../../src/deliver/core/attempt.ts";
import { Lifetime } from "../../src/deliver/core/lifetime.ts";
import type { SendHooks } from "../../src/deliver/core/transport.ts";
import type { WireOutcome } from "../../src/deliver/ses/wire.ts";
import { goodAnswer } from "../faults/upstream.ts";
import { build } from "../local/support/build.ts";
import { settle } from "./fake-clock.ts";

/** A clock whose timers come as late as it is told, all of them before anything else. */
class FrozenClock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  now = () => this.#now;
  wall = () => this.#now;
  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }
  /** Time goes on without anything running, then what is due runs at once. */
  wake(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

const deadlines = { connect: 5_000, firstByte: 30_000, total: 60_000 };
const ANSWER: WireOutcome = { kind: "answer", status: 200, headers: {} };

function start(make: (hooks: SendHooks) => Promise<WireOutcome>) {
  const clock = new FrozenClock();
  const life = new Lifetime(clock, undefined);
  life.begin(deadlines.total);
  return { clock, life, done: attempt(make, { clock, deadlines, life }) };
}

describe("after a freeze of an hour", () => {
  it("an answer that lies in the socket counts", async () => {
    let arrive = () => {};
    const { clock, done } = start(({ progress }) => {
      progress.started("whole");
      progress.connected();
      return new Promise((resolve) => {
        arrive = () => {
          progress.answered();
          setImmediate(() => resolve(ANSWER));
        };
      });
    });
    clock.wake(3_600_000);
    // The loop comes to its sockets after its timers.
    setImmediate(arrive);
    expect(await done).toEqual({ kind: "done", value: ANSWER, written: "some" });
  });

  it("a connection that stands meanwhile gets its time for the answer", async () => {
    let connect = () => {};
    const { clock, life, done } = start(({ progress }) => {
      progress.started("whole");
      connect = () => progress.connected();
      return new Promise(() => {});
    });
    clock.wake(20_000);
    setImmediate(connect);
    await settle();
    await settle();
    await settle();
    let over = false;
    void done.then(() => {
      over = true;
    });
    await settle();
    expect(over).toBe(false);
    life.stop("send.aborted");
    expect((await done).written).toBe("some");
  });

  it("silence is silence", async () => {
    const { clock, done } = start(({ progress }) => {
      progress.started("whole");
      progress.connected();
      return new Promise(() => {});
    });
    clock.wake(3_600_000);
    expect(await done).toMatchObject({ kind: "stopped", code: "send.deadline", written: "some" });
  });

  it("a call that is over is not stopped any more", async () => {
    const clock = new FrozenClock();
    const life = new Lifetime(clock, undefined);
    life.begin(60_000);
    clock.wake(3_600_000);
    life.end();
    await settle();
    await settle();
    await settle();
    expect(life.code).toBeUndefined();
  });
});

// What the kernel says of a process: "T" is stopped.
async function stateOf({ pid }: ChildProcess): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
}

let compiled = "";
beforeAll(async () => {
  compiled = await build();
}, 120_000);

const linux = process.platform === "linux";

// Linux shows when a process has stopped; elsewhere the rule above is tested without one.
describe.runIf(linux).concurrent.each(["sdk v1", "sdk v2", "http v1"] as const)(
  "a process with the client %s",
  (kind) => {
    it("that was stopped beyond its deadlines reports what the service answered meanwhile", async ({ expect }) => {
      let child: ChildProcess | undefined;
      let requests = 0;
      const server = createServer((request, response) => {
        request.resume();
        request.on("end", async () => {
          const api = kind === "sdk v2" ? "v2" : "v1";
          if (requests++ === 0) return void response.end(goodAnswer(api, "id-first"));
          if (child === undefined) return;
          child.kill("SIGSTOP");
          while ((await stateOf(child)) !== "T") await new Promise(setImmediate);
          response.end(goodAnswer(api, "id-frozen"));
          // Longer than every deadline; how much longer does not matter.
          setTimeout(() => child?.kill("SIGCONT"), 4_500);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const worker = new URL("./frozen-worker.mjs", import.meta.url);
      child = fork(worker, [compiled, kind, endpoint], { execArgv: [], stdio: "ignore" });
      const [result] = await once(child, "message");
      server.closeAllConnections();
      server.close();
      expect(result).toMatchObject({ status: "sent", messageId: "id-frozen", attempts: 1 });
    });
  },
);
