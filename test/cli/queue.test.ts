import type { QueueProgress } from "mimewright/bullmq";
import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { duration, progressLine } from "../../src/cli/queue.ts";
import { ran, terminal } from "./terminal.ts";

const progress: QueueProgress = {
  ...{ messages: 10_000, sent: 1_234, failed: 2, unknown: 1, partial: 0, queued: 8_763 },
  ...{ recipients: 20_000, recipientsLeft: 17_000, rate: 98.4, timeLeft: 172_700 },
};
const plain = (_: string, text: string) => text;

describe("the line of a queue", () => {
  it("says what is sent, failed, unknown and queued, the rate and the time left", () => {
    expect(progressLine(progress, plain)).toBe("sent 1,234  failed 2  unknown 1  queued 8,763  98/s  2 min 53 s left");
  });

  it("says no time where nothing moves or nothing is left, and partial ones where there are some", () => {
    const { timeLeft: _, ...still } = { ...progress, rate: 0, partial: 3 };
    expect(progressLine(still, plain)).toBe("sent 1,234  failed 2  unknown 1  partial 3  queued 8,763  0.0/s");
    expect(progressLine({ ...progress, queued: 0 }, plain)).not.toContain("left");
  });

  it("paints what people should look at", () => {
    const marked = progressLine(progress, (look, text) => `<${look}>${text}`);
    expect(marked).toContain("<red>failed 2  <yellow>unknown 1");
    expect(progressLine({ ...progress, failed: 0, unknown: 0 }, (look) => `<${look}>`)).toContain(
      "failed 0  unknown 0",
    );
  });

  it("says durations in their two largest units", () => {
    const of = [1, 59_001, 61_000, 3_599_000, 3_661_000, 172_800_000].map(duration);
    expect(of).toEqual(["1 s", "1 min 0 s", "1 min 1 s", "59 min 59 s", "1 h 1 min", "2 d 0 h"]);
  });
});

describe("mimewright queue", () => {
  it("has a help that fits a terminal and tells every option", async () => {
    const { exit, out } = await ran(["queue", "--help"]);
    expect(exit).toBe(0);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    for (const option of ["redis", "queue", "prefix", "campaign", "watch", "json"])
      expect(out).toContain(`--${option}`);
    expect(out).toContain("Exit codes:\n  0    done");
  });

  it.each([[], ["list"], ["status", "more"], ["status", "--colour"]])("refuses %j", async (...args) => {
    const { io, written } = terminal();
    expect(await run(["queue", ...args], io)).toBe(2);
    expect(written.err).toMatch(/^mimewright queue: /);
  });

  it("refuses a URL that is none of Redis, and a name, without telling a password", async () => {
    const { io, written } = terminal();
    expect(await run(["queue", "status", "--redis", "http://:secret@127.0.0.1"], io)).toBe(2);
    expect(await run(["queue", "status", "--queue", "a:b"], io)).toBe(2);
    expect(written.err).not.toContain("secret");
  });

  it("says so when Redis does not answer", async () => {
    const { io, written } = terminal();
    expect(await run(["queue", "status", "--redis", "redis://:secret@127.0.0.1:1"], io)).toBe(2);
    expect(written.err).toBe(
      "mimewright queue: Redis did not confirm within 5000 ms: is it running at 127.0.0.1:1? --redis or REDIS_URL names another server\n",
    );
  });
});
