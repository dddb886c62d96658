// docs/outbox.md: its blocks run as those of every page, and its console is a transcript over an outbox as the page
// describes it. Hashes and ids are masked on both sides.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { message } from "mimewright";
import { expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { terminal } from "../cli/terminal.ts";
import { newPath, open, refusal, senderOf, taken } from "../outbox/support.ts";
import { testPages } from "./run-blocks.ts";

testPages(["docs/outbox.md"]);

async function exampleOutbox(): Promise<string> {
  const path = newPath();
  const sender = senderOf(({ mail: { raw } }, index) => {
    if (index === 0) return taken();
    const sha256 = createHash("sha256").update(raw).digest("hex");
    const cause = { code: "ECONNRESET", message: "the connection broke" };
    return index === 1 ? { status: "unknown", attempts: 1, cause, sha256 } : refusal("MessageRejected", "never");
  });
  const clock = { wall: () => Date.UTC(2025, 10, 24, 5, 6, 7) };
  const outbox = await open({ path, sender, concurrency: 1, clock });
  for (const number of [4711, 4712, 4713]) {
    const mail = message({
      from: "shop@example.com",
      to: "ann@example.org",
      subject: `Invoice ${number}`,
      text: "Thanks!",
    });
    const { id } = await outbox.enqueue(mail, { key: `invoice-${number}`, tags: { kind: "invoice" } });
    await outbox.wait(id);
  }
  await outbox.close();
  return path;
}

const masked = (text: string) =>
  text
    .replace(/\b[0-9a-f]{64}\b/g, "SHA")
    .replace(/<[0-9a-f]{32}@/g, "<ID@")
    .replace(/ +$/gm, "");

it("docs/outbox.md shows what the commands print", async () => {
  const page = readFileSync(new URL("../../docs/outbox.md", import.meta.url), "utf8");
  const [, shown = ""] = /^```console\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const path = await exampleOutbox();
  const commands = [...shown.matchAll(/^\$ npx mimewright (.+)$/gm)].map(([, command = ""]) => command);
  let printed = "";
  for (const command of commands) {
    const { written, io } = terminal({ cwd: dirname(path) });
    await run(command.replace("mail.outbox", basename(path)).split(" "), io);
    printed += `$ npx mimewright ${command}\n${written.out}${written.err}`;
  }
  expect(commands.length).toBeGreaterThan(3);
  expect(masked(printed)).toBe(masked(shown));
});

it("docs/outbox.md names every file and every option of the command", async () => {
  const page = readFileSync(new URL("../../docs/outbox.md", import.meta.url), "utf8");
  const { help } = (await import("../../src/cli/outbox.ts")).outbox;
  for (const suffix of ["-wal", "-shm", "-mark", "-owner"]) expect(page).toContain(`${suffix}\``);
  for (const [option] of help.matchAll(/--[a-z][a-z-]+/g)) expect(page).toContain(option);
});
