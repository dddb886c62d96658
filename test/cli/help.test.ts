import { describe, expect, it } from "vitest";
import { flagNames } from "../../src/cli/args.ts";
import { callFieldNames } from "../../src/deliver/core/call-fields.ts";
import { ran } from "./terminal.ts";

describe("help", () => {
  const COMMANDS = ["compose", "check", "tree", "diff", "preview", "send", "quota", "serve", "queue", "outbox"];

  it.each([[["--help"]], ...COMMANDS.map((name) => [[name, "--help"]])])("of %j fits a terminal", async (args) => {
    const { exit, out } = await ran(args);
    expect(exit).toBe(0);
    expect(out).toMatch(/^mimewright /);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(out).toContain("Exit codes:\n  0    done");
  });

  it.each(COMMANDS)("of %s is what help says, and -h", async (name) => {
    const { out } = await ran(["help", name]);
    expect((await ran([name, "x", "-h"])).out).toBe(out);
  });

  it("lists every flag that a command takes", async () => {
    const commands = [
      ...[(await import("../../src/cli/compose.ts")).compose, (await import("../../src/cli/check.ts")).check],
      ...[(await import("../../src/cli/inspect.ts")).diff, (await import("../../src/cli/preview/preview.ts")).preview],
      ...[(await import("../../src/cli/send.ts")).send, (await import("../../src/cli/quota.ts")).quota],
      ...[(await import("../../src/cli/serve.ts")).serve, (await import("../../src/cli/outbox.ts")).outbox],
      (await import("../../src/cli/queue.ts")).queue,
    ];
    for (const { flags, help } of commands) {
      expect(flagNames(flags).length).toBeGreaterThan(0);
      for (const flag of flagNames(flags)) expect(help).toMatch(new RegExp(`--${flag}\\b`));
    }
  });

  it("of send has a flag for each field of a call", async () => {
    const { flags } = (await import("../../src/cli/send.ts")).send;
    for (const field of callFieldNames) expect(Object.keys(flags)).toContain(field);
  });

  it("is not asked for by a file of that name", async () => {
    expect(await ran(["tree", "--", "--help"])).toMatchObject({ exit: 2, out: "" });
  });

  it("of an unknown command is a usage error", async () => {
    const { exit, err } = await ran(["help", "fly\u001b[2J"]);
    expect(exit).toBe(2);
    expect(err).toContain('unknown command "fly\\u001b[2J"');
  });
});
