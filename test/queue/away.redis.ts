import { type ChildProcess, fork } from "node:child_process";
import { type AddressInfo, connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { afterwards, mail, openQueue, openWorker, pause, proxy, queue, redis, until, upstream } from "./world.ts";

const PROCESS = fileURLToPath(new URL("worker-process.mjs", import.meta.url));

/** A line over which answers take so many milliseconds. */
async function slowLine(port: number, ms: number) {
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    near.pipe(far);
    far.on("data", (chunk) => setTimeout(() => near.write(chunk), ms));
    for (const socket of [near, far]) socket.on("error", () => {});
    near.on("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, close: async () => void server.close() };
}

describe("while Redis is away", () => {
  it("an outcome waits for it, and is recorded as what it is", async () => {
    await openWorker();
    proxy.plan = () => "hang-before";
    const { id } = await queue.enqueue(mail());
    await until(() => proxy.sockets.size > 0 && proxy.log.length === 1);
    await redis.kill();
    for (const socket of proxy.sockets) socket.destroy();
    await pause(300);
    await redis.start();
    await until(async () => (await queue.result(id)) !== undefined);
    expect(await queue.result(id)).toMatchObject({
      status: "unknown",
      cause: { code: expect.not.stringContaining("send.") },
    });
    expect(proxy.log).toHaveLength(1);
  });

  it("a worker closes in time, and gives what it could not record", async () => {
    const worker = await openWorker();
    proxy.plan = () => "hang-before";
    const { id } = await queue.enqueue(mail());
    await until(() => proxy.log.length === 1);
    await redis.kill();
    const { unsaved } = await worker.close({ timeout: 500 });
    expect(unsaved).toMatchObject([{ id, result: { status: "unknown", cause: { code: "send.closed" } } }]);
    await redis.start();
    // In Redis the mark is all there is: the next worker says unknown too, and sends nothing.
    await openWorker();
    await until(async () => (await queue.result(id)) !== undefined);
    expect(await queue.result(id)).toMatchObject({ status: "unknown", cause: { code: "send.interrupted" } });
    expect(proxy.log).toHaveLength(1);
  });

  it("a worker waits for it, and begins when it is there", async () => {
    const { id } = await queue.enqueue(mail());
    await redis.kill();
    await openWorker({ rate: "quota" });
    await pause(500);
    await redis.start();
    await until(async () => (await queue.result(id)) !== undefined);
    expect(await queue.result(id)).toMatchObject({ status: "sent" });
  });

  it("enqueueing tells that it was not confirmed; the key makes it safe to try again", async () => {
    const quick = await openQueue({ timeout: 300 });
    await quick.progress();
    await redis.kill();
    await expect(quick.enqueue(mail(), { key: "k" })).rejects.toMatchObject({ code: "queue.timeout" });
    await redis.start();
    await until(async () => {
      const again = await quick.enqueue(mail(), { key: "k" }).catch(() => undefined);
      return again !== undefined;
    });
    await openWorker();
    await until(async () => (await queue.progress()).sent === 1);
    expect(await queue.progress()).toMatchObject({ messages: 1, sent: 1, queued: 0 });
    expect(upstream.taken).toHaveLength(1);
  });
});

describe("closing", () => {
  it("gives back what waits for the rate, and loses nothing", async () => {
    const worker = await openWorker({ rate: 1, concurrency: 8 });
    for (let count = 0; count < 6; count++) await queue.enqueue(mail());
    await until(() => proxy.log.length >= 1);
    expect(await worker.close({ timeout: 1_000 })).toEqual({ unsaved: [] });
    const { jobs, progress } = await queue.status();
    expect(jobs).toMatchObject({ waiting: 6 - progress.sent, active: 0, delayed: 0 });
    expect(proxy.log).toHaveLength(progress.sent);
  });

  it("is refused nothing twice, and a closed queue says that it is closed", async () => {
    await queue.close();
    await queue.close();
    await expect(queue.enqueue(mail())).rejects.toMatchObject({ code: "queue.closed" });
  });
});

describe("a message over which workers die", () => {
  it("is out of the way after so many deaths, never sent, and the others go out", async () => {
    // The others wait for the rate when one dies, all but the one that may be on its way.
    const options = JSON.stringify({ rate: 4, lock: 1_000, deaths: 2, isPoisoned: true });
    let child: ChildProcess;
    let deaths = 0;
    const start = () => {
      child = fork(PROCESS, [redis.url, proxy.url, options]);
      child.once("exit", () => {
        deaths++;
        if (!isOver) start();
      });
    };
    let isOver = false;
    afterwards(async () => {
      isOver = true;
      child.kill("SIGKILL");
    });
    const { id } = await queue.enqueue({ ...mail("poison"), attachments: [{ filename: "a", ref: "x" }] });
    for (let count = 0; count < 8; count++) await queue.enqueue(mail(`other ${count}`));
    start();
    await queue.drain();
    expect(await queue.result(id)).toMatchObject({ status: "failed", code: "send.poison", attempts: 0 });
    // One that could have been anybody's, and two of its own.
    expect(deaths).toBe(3);
    const { failed, sent, unknown } = await queue.progress();
    expect([failed, sent + unknown]).toEqual([1, 8]);
    expect(unknown).toBeLessThanOrEqual(deaths);
  });
});

describe("a worker whose event loop stands still", () => {
  it("is given up, says the truth afterwards, and nothing is sent twice", async () => {
    const options = JSON.stringify({ rate: "unlimited", lock: 1_000 });
    const line = await slowLine(proxy.port, 500);
    const child: ChildProcess = fork(PROCESS, [redis.url, line.url, options]);
    afterwards(() => line.close());
    afterwards(async () => child.kill("SIGKILL"));
    const told: { type: string; code?: string }[] = [];
    child.on("message", (event: { type: string }) => told.push(event));
    await until(() => told.some(({ type }) => type === "ready"));
    proxy.plan = ({ attempt }) => {
      // Its request is here, the answer is on its way: it stands still before it hears that.
      if (attempt === 0) child.send(6_000);
      return undefined;
    };
    const { id } = await queue.enqueue(mail(), { tags: { t: "still" } });
    await until(() => proxy.log.length === 1);
    await openWorker();
    await until(async () => (await queue.result(id)) !== undefined);
    expect(await queue.result(id)).toMatchObject({ status: "unknown", cause: { code: "send.interrupted" } });
    await until(() => told.some(({ type }) => type === "corrected"));
    expect(await queue.result(id)).toMatchObject({ status: "sent", messageId: upstream.taken[0]?.id });
    expect(await queue.progress()).toMatchObject({ messages: 1, sent: 1, unknown: 0 });
    expect(upstream.taken).toHaveLength(1);
  });
});
