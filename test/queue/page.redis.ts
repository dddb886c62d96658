// docs/queue.md against a Redis: its blocks are run one after the other, then its command lines.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { terminal } from "../cli/terminal.ts";
import { testPages } from "../docs/run-blocks.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const page = new URL("../../docs/queue.md", import.meta.url);
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
  process.env.REDIS_URL = redis.url;
});
afterAll(async () => {
  delete process.env.REDIS_URL;
  await redis.close();
});

testPages(["docs/queue.md"]);

// With MIMEWRIGHT_UPDATE=1 what is printed is written into the page, to be looked at before it is committed.
it("shows what the command prints about the queue that the blocks left", async () => {
  const text = readFileSync(page, "utf8");
  const [, shown = ""] = /^```console\n([\s\S]*?)^```$/m.exec(text) ?? [];
  const commands = [...shown.matchAll(/^\$ npx mimewright (.+)$/gm)].map(([, command = ""]) => command);
  expect(commands).not.toHaveLength(0);
  let printed = "";
  for (const command of commands) {
    const { io, written } = terminal({ env: { REDIS_URL: redis.url } });
    expect(await run(command.split(" "), io)).toBe(0);
    printed += `$ npx mimewright ${command}\n${written.out}${written.err}`;
  }
  if (process.env.MIMEWRIGHT_UPDATE) writeFileSync(page, text.replace(shown, printed));
  else expect(withoutRate(printed)).toBe(withoutRate(shown));
});

// How fast it was says how fast this machine is.
function withoutRate(text: string): string {
  return text.replace(/[\d.,]+\/s.*$/gm, "RATE");
}
