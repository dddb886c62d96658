// docs/cli.md is a transcript: its files are written into a folder, its command lines are run there one after the
// other, and what they print is compared with what the page shows. Ids, hashes and ports are masked on both sides.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { folder } from "../cli/folder.ts";
import { ran } from "../cli/terminal.ts";
import { chromiumPath } from "../local/support/browser.ts";

const root = new URL("../../", import.meta.url);
const BIN = fileURLToPath(new URL("dist/cli/bin.js", root));
const page = readFileSync(new URL("docs/cli.md", root), "utf8");

interface Step {
  readonly line: number;
  readonly command: string;
  readonly output: string;
}

// A block of the page: a file, named by a comment above it, or a console.
const BLOCKS = /(?:<!-- file: (\S+) -->\n)?^```(\w+)\n([\s\S]*?)^```$/gm;

function stepsOf(block: string, first: number): readonly Step[] {
  const steps: { line: number; command: string; output: string }[] = [];
  for (const [index, text] of block.split("\n").slice(0, -1).entries()) {
    const last = steps.at(-1);
    if (text.startsWith("$ ")) steps.push({ line: first + index, command: text.slice(2), output: "" });
    else if (last?.command.endsWith("\\")) last.command += `\n${text}`;
    else if (last !== undefined) last.output += `${text}\n`;
  }
  return steps;
}

function masked(printed: string): string {
  return printed
    .replace(/[0-9a-f]{16}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-000000/g, "ID")
    .replace(/sha256 [0-9a-f]{64}/g, "sha256 SHA")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replaceAll("\r\n", "\n");
}

const CHROMIUM = await chromiumPath();

/** A shell in a folder where `npx mimewright` is the command that was built. */
function openShell(cwd: string) {
  const tools = join(cwd, ".tools");
  mkdirSync(tools);
  writeFileSync(join(tools, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(join(tools, "npx"), 0o755);
  symlinkSync(fileURLToPath(new URL("node_modules", root)), join(cwd, "node_modules"));
  const env = { PATH: `${tools}:${process.env.PATH}`, MIMEWRIGHT_CHROMIUM: CHROMIUM };
  const state = { exit: 0, serving: "127.0.0.1:8025" };
  const start = (command: string): ChildProcess =>
    spawn("sh", ["-c", `(exit ${state.exit}); ${command}`], { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  return {
    async run({ command }: Step): Promise<string> {
      // The port that the page shows may be taken here.
      const here = command.replaceAll("127.0.0.1:8025", state.serving);
      const child = start(`{ ${here}\n} 2>&1`);
      const [printed, [code]] = await Promise.all([child.stdout ? text(child.stdout) : "", once(child, "exit")]);
      state.exit = Number(code);
      return printed;
    },
    /** Starts what goes on in the background; what it prints at once. */
    async leave({ command }: Step): Promise<string> {
      const own = command.replace(/ &$/, "").replace(" serve", " serve --port 0");
      const child = start(`exec ${own}`);
      onTestFinished(() => void child.kill());
      const [line] = await once(child.stdout ?? child, "data");
      state.serving = /serve/.test(own) ? (/127\.0\.0\.1:\d+/.exec(String(line))?.[0] ?? "") : state.serving;
      return String(line);
    },
  };
}

// With MIMEWRIGHT_UPDATE=1 what is printed is written into the page, to be looked at before it is committed.
const isUpdate = (process.env.MIMEWRIGHT_UPDATE ?? "") !== "";

it("docs/cli.md shows what the commands print", async () => {
  const cwd = folder();
  const shell = openShell(cwd);
  const written: string[] = [];
  let done = 0;
  for (const match of page.matchAll(BLOCKS)) {
    const [, file, language, body = ""] = match;
    // The lines of a mail end with CRLF, which a page has no way to show.
    if (file !== undefined)
      writeFileSync(join(cwd, file), file.endsWith(".eml") ? body.replaceAll("\n", "\r\n") : body);
    if (language !== "console") continue;
    for (const step of stepsOf(body, page.slice(0, match.index).split("\n").length + 1)) {
      const printed = await (step.command.endsWith(" &") ? shell.leave(step) : shell.run(step));
      if (!isUpdate) expect(masked(printed), `line ${step.line}: ${step.command}`).toBe(masked(step.output));
      written.push(`$ ${step.command}\n${printed.replaceAll("\r\n", "\n")}`);
      done++;
    }
    written.push("```\n");
  }
  expect(done).toBeGreaterThan(20);
  if (isUpdate) writeFileSync(new URL("docs/cli.md", root), updated(written.join("").split("```\n")));
}, 120_000);

function updated(consoles: readonly string[]): string {
  const left = [...consoles];
  return page.replace(/^```console\n[\s\S]*?^```$/gm, () => `\`\`\`console\n${left.shift()}\`\`\``);
}

it("docs/cli.md shows every command and every option", async () => {
  for (const command of ["compose", "check", "tree", "diff", "preview", "send", "quota", "serve", "queue", "outbox"]) {
    const { out } = await ran([command, "--help"]);
    expect(page).toContain(`\n## ${command}\n`);
    for (const [option] of out.matchAll(/--[a-z][a-z-]+/g)) expect(page, command).toContain(option);
  }
}, 120_000);
