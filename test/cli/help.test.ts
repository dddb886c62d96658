import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ran } from "./terminal.ts";

describe("help", () => {
  const COMMANDS = ["compose", "check", "tree", "diff", "preview", "send", "quota", "serve"];

  it.each([[["--help"]], ...COMMANDS.map((name) => [[name, "--help"]])])("of %j fits a terminal", async (args) => {
    const { exit, out } = await ran(args);
    expect(exit).toBe(0);
    expect(out).toMatch(/^mimewright /);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(out).toContain("Exit codes: 0 ");
  });

  it.each(COMMANDS)("of %s is what help says, and -h", async (name) => {
    const { out } = await ran(["help", name]);
    expect((await ran([name, "x", "-h"])).out).toBe(out);
  });

  it("tells every option that a command takes", async () => {
    for (const name of COMMANDS) {
      const source = readFileSync(new URL(`../../src/cli/${name}.ts`, import.meta.url), "utf8");
      const declared = [...source.matchAll(/^ {6}"?([a-z][a-z-]*)"?: \{ type: "(?:string|boolean)"/gm)];
      const { out } = await ran([name, "--help"]);
      for (const [, option] of declared) expect(out, name).toContain(`--${option}`);
    }
  });

  it("is not asked for by a file of that name", async () => {
    expect(await ran(["tree", "--", "--help"])).toMatchObject({ exit: 2, out: "" });
  });

  it("of no command is a fault", async () => {
    const { exit, err } = await ran(["help", "fly\u001b[2J"]);
    expect(exit).toBe(2);
    expect(err).toContain('there is no command "fly\\u001b[2J"');
  });
});
