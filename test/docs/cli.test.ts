// Every command line of the page is run, in one folder, and says what the page shows.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalSes, startLocalSes } from "mimewright/local";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { folderWith } from "../cli/folder.ts";
import { ran, terminal } from "../cli/terminal.ts";

const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
const shownEndpoint = "http://127.0.0.1:8025";
let ses: LocalSes;

beforeAll(async () => {
  ses = await startLocalSes({ dailyQuota: 200, sendRate: 1 });
});
afterAll(() => ses.close());

/** Blocks of a language in the order of the page, with the file name in brackets behind it. */
function* blocks(): Generator<{ readonly language: string; readonly file: string | undefined; readonly text: string }> {
  for (const [, language = "", file, text = ""] of page.matchAll(/^```(\w+)(?: \[(\S+)\])?\n([\s\S]*?)^```$/gm)) {
    yield { language, file, text };
  }
}

/** Command lines of a console block, each with what it prints. */
function transcript(text: string) {
  return text
    .split(/^\$ /m)
    .filter((part) => part !== "")
    .map((part) => {
      const [line = "", ...output] = part.split("\n");
      return { line, output: output.join("\n") };
    });
}

// What differs from run to run: the port, and the ids that the endpoint gives.
const normal = (text: string) =>
  text.replaceAll(ses.url, shownEndpoint).replace(/sent [0-9a-f]{8}\S*/g, "sent 0100019f-…-000000");

async function serve(args: readonly string[]): Promise<string> {
  const { written, ending, io } = terminal();
  const running = run(
    args.map((arg) => (arg === "8025" ? "0" : arg)),
    io,
  );
  while (!written.out.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 10));
  ending.abort();
  await running;
  return written.out.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:8025");
}

describe("docs/cli.md", () => {
  it("shows command lines with what they really print", async () => {
    const cwd = folderWith({});
    let exit = 0;
    let count = 0;
    for (const { language, file, text } of blocks()) {
      if (file !== undefined) writeFileSync(join(cwd, file), text);
      if (language !== "console") continue;
      for (const { line, output } of transcript(text)) {
        count++;
        const args = line.replace("npx mimewright ", "").replaceAll(shownEndpoint, ses.url).split(" ");
        if (line === "echo $?") {
          expect(`${exit}\n`).toBe(output);
        } else if (args[0] === "serve") {
          expect(await serve(args), line).toBe(output);
        } else {
          const done = await ran(args, { cwd });
          exit = done.exit;
          expect(normal(done.out) + done.err, line).toBe(output);
        }
      }
    }
    expect(count).toBeGreaterThan(10);
  });

  it("names every command and every exit code", async () => {
    const { out } = await ran(["--help"]);
    const commands = [...out.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name);
    expect(commands).toContain("serve");
    for (const name of commands) expect(page).toContain(`| \`${name}\` |`);
    for (const code of out.matchAll(/\b(\d+) (?:done|errors|a command|nobody|interrupted)/g)) {
      expect(page).toContain(`| ${code[1]} |`);
    }
  });
});
