import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startLocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { folderWith, hello } from "./folder.ts";
import { play } from "./terminal.ts";

const bin = fileURLToPath(new URL("../../dist/cli/bin.js", import.meta.url));
const env = { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: "K", AWS_SECRET_ACCESS_KEY: "s", AWS_REGION: "eu-west-1" };

interface Ended {
  readonly exit: unknown;
  readonly out: Buffer;
  readonly err: string;
}

function command(args: readonly string[], cwd: string, input = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env, encoding: "buffer" } as const;
    const child = execFile(process.execPath, [bin, ...args], options, (error, out, err) => {
      resolve({ exit: error === null ? 0 : error.code, out, err: err.toString() });
    });
    child.stdin?.end(input);
  });
}

describe("mimewright as a process", () => {
  it("writes octets to a pipe as they are, and takes a message from one", async () => {
    const cwd = folderWith({ "m.json": hello });
    const composed = await command(
      ["compose", "-", "--seed", "s", "--date", "2026-11-01T09:00:00Z"],
      cwd,
      JSON.stringify(hello),
    );
    expect(composed).toMatchObject({ exit: 0, err: "" });
    expect(composed.out.includes("\r\nSubject: =?")).toBe(true);
    const tree = await command(["tree", "-"], cwd, composed.out.toString("latin1"));
    expect([tree.exit, tree.out.toString()]).toEqual([0, expect.stringContaining("text/plain")]);
  });

  it.each([
    [["check", "m.json"], 0],
    [["check", "bad.json"], 1],
    [["check", "none.json"], 2],
    [["fly"], 2],
  ])("%j ends with %i", async (args, exit) => {
    const cwd = folderWith({ "m.json": hello, "bad.json": { ...hello, to: "bob@" } });
    expect((await command(args, cwd)).exit).toBe(exit);
  });

  it("minds no reader that leaves early", async () => {
    const text = "A line that is not short at all.\n".repeat(200_000);
    const cwd = folderWith({ "m.json": { ...hello, text } });
    const child = spawn(process.execPath, [bin, "compose", "m.json"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code, signal] = await once(child, "exit");
    expect([code, signal, err]).toEqual([0, null, ""]);
  });

  it("ends a send at SIGINT, and tells that nobody knows what became of it", async () => {
    await using ses = await startLocalSes();
    await play(ses.url, { latency: 60_000 });
    const cwd = folderWith({ "m.json": hello });
    const args = [bin, "send", "m.json", "--endpoint", ses.url];
    const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    // Long enough for the message to be on its way on any machine: the outcome is the same later on.
    setTimeout(() => child.kill("SIGINT"), 3_000);
    const [code] = await once(child, "exit");
    expect([code, out]).toEqual([3, expect.stringMatching(/^m\.json: unknown send\.aborted/)]);
  });
});
