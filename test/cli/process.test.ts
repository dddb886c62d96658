// The command as a process of its own: exit codes, closed pipes, full disks, signals.
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startLocalSes } from "mimewright/local";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { program } from "./browsers.ts";
import { eml, folder, HEAD, INPUT } from "./folder.ts";

const BIN = fileURLToPath(new URL("../../dist/cli/bin.js", import.meta.url));
const BAD = eml([...HEAD, "Bcc: eve@example.com"]);

beforeAll(() => {
  expect(existsSync(BIN), "npm test builds dist first").toBe(true);
});

/** Starts the command; nothing of the surroundings reaches it but the path. */
function start(args: readonly string[], options: SpawnOptions & { readonly cwd: string }) {
  const env = { PATH: process.env.PATH, ...options.env };
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "pipe", "pipe"], ...options, env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [out, err] = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : Promise.resolve("")));
  const ended = once(child, "exit").then(async ([code, signal]) => ({ code, signal, out: await out, err: await err }));
  return { child, ended };
}

/** Runs a line of a shell, with the command as `mimewright`. */
async function shell(line: string, cwd: string) {
  const script = `mimewright() { "${process.execPath}" "${BIN}" "$@"; }; ${line}`;
  const child = spawn("sh", ["-c", script], {
    cwd,
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[code], out, err] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  return { code, out, err };
}

describe("exit codes", () => {
  const cwd = () =>
    folder({
      "good.eml": eml(HEAD),
      "bad.eml": BAD,
      "other.eml": eml(HEAD, "Other\n"),
      "m.json": INPUT,
      "bad.json": {},
    });

  it.each([
    [["--version"], 0],
    [["check", "good.eml"], 0],
    [["check", "bad.eml"], 1],
    [["check", "nope.eml"], 2],
    [["tree", "good.eml"], 0],
    [["diff", "good.eml", "good.eml"], 0],
    [["diff", "good.eml", "other.eml"], 1],
    [["compose", "m.json", "-o", "out.eml"], 0],
    [["compose", "bad.json"], 1],
    [["send", "good.eml"], 2],
    [["send", "good.eml", "--dry-run", "--region", "eu-west-1"], 0],
    [["fly"], 2],
  ])("of %j: %i", async (args, code) => {
    expect(await start(args, { cwd: cwd() }).ended).toMatchObject({ code, signal: null });
  });
});

describe("pipes", () => {
  const big = { ...INPUT, attachments: [{ filename: "big.bin", content: "x".repeat(4_000_000) }] };

  it("that close early are no fault, and leave no trace on the error stream", async () => {
    const cwd = folder({ "m.json": big, "bad.eml": BAD });
    expect(await shell("mimewright compose m.json | head -1", cwd)).toEqual({
      code: 0,
      out: "From: Ann <ann@example.com>\r\n",
      err: "",
    });
    const many = Array.from({ length: 200 }, () => "bad.eml").join(" ");
    expect(await shell(`mimewright check ${many} | head -1`, cwd)).toMatchObject({
      out: "bad.eml: 1 error\n",
      err: "",
    });
  });

  it("that close early hide no exit code", async () => {
    const cwd = folder({ "bad.eml": BAD });
    const many = Array.from({ length: 2_000 }, () => "bad.eml").join(" ");
    const { out } = await shell(`{ mimewright check ${many}; echo "exit $?" >&2; } 2>code | head -1; cat code`, cwd);
    expect(out).toBe("bad.eml: 1 error\nexit 1\n");
  });

  it("carry a message from one command to the next", async () => {
    const cwd = folder({ "m.json": INPUT });
    expect(await shell("mimewright compose m.json | mimewright tree -", cwd)).toMatchObject({
      code: 0,
      out: "text/plain, 7 bytes\n",
    });
    expect((await shell("mimewright check - < m.json", cwd)).out).toBe("-: no issues\n");
  });

  it("get neither colours nor a progress line", async () => {
    await using ses = await startLocalSes();
    const cwd = folder({ "good.eml": eml(HEAD), "bad.eml": BAD });
    const sent = await start(["send", "good.eml", "--endpoint", ses.url], { cwd }).ended;
    expect(sent).toMatchObject({ code: 0, out: expect.stringMatching(/^good\.eml: sent \S+\n$/), err: "" });
    expect((await start(["check", "bad.eml"], { cwd }).ended).out).not.toContain("\u001b");
    const forced = await start(["check", "bad.eml"], { cwd, env: { FORCE_COLOR: "1" } }).ended;
    expect(forced.out).toContain("\u001b[31merror");
  });
});

describe("Ctrl+C", () => {
  it("ends a command that waits for the standard input: exit code 130", async () => {
    const { child, ended } = start(["check", "-"], { cwd: folder(), stdio: ["pipe", "pipe", "pipe"] });
    // More than a pipe holds: it is taken when the process reads.
    const taken = new Promise((done) => child.stdin?.write(`${eml(HEAD)}${"x".repeat(1_000_000)}`, done));
    await taken;
    child.kill("SIGINT");
    expect(await ended).toEqual({ code: 130, signal: null, out: "", err: "" });
  });

  it("in the middle of a send is told as unknown: exit code 3, and the rest is not sent", async () => {
    const server = createServer();
    const asked = new Promise<void>((done) => server.on("request", (request) => request.resume().on("end", done)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    const endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const cwd = folder({ "a.eml": eml(HEAD), "b.eml": eml(HEAD) });
    const { child, ended } = start(["send", "a.eml", "b.eml", "--endpoint", endpoint], { cwd });
    await asked;
    child.kill("SIGINT");
    const { code, out, err } = await ended;
    server.closeAllConnections();
    server.close();
    expect(code).toBe(3);
    expect(out).toMatch(/^a\.eml: unknown send\.aborted: .* \(sha256 [0-9a-f]{64}\)\n$/);
    expect(err).toBe("interrupted, not sent: b.eml\n");
  });

  it("ends preview as it should: exit code 0", async () => {
    const { child, ended } = start(["preview", "m.eml"], { cwd: folder({ "m.eml": eml(HEAD) }) });
    await once(child.stdout ?? child, "data");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 0, signal: null, err: "" });
  });

  it("ends the browser too, and takes no picture: exit code 130", async () => {
    const started = join(folder(), "started");
    const script = `require("node:fs").writeFileSync(${JSON.stringify(started)}, ""); setTimeout(() => {}, 60_000)`;
    const cwd = folder({ "m.eml": eml(HEAD) });
    const env = { MIMEWRIGHT_CHROMIUM: program(script) };
    const { child, ended } = start(["preview", "m.eml", "--png", "x.png"], { cwd, env });
    while (!existsSync(started)) await new Promise((done) => setTimeout(done, 20));
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, out: "", err: "" });
    expect(readdirSync(cwd)).toEqual(["m.eml"]);
  });
});

describe("files", () => {
  it("are whole or not there when the process is killed while it writes", async () => {
    const cwd = folder({
      "m.json": { ...INPUT, attachments: [{ file: "big.bin" }] },
      "big.bin": Buffer.alloc(30_000_000),
    });
    const { child, ended } = start(["compose", "m.json", "-o", "out.eml"], { cwd });
    while (!readdirSync(cwd).some((name) => name.endsWith(".tmp")) && child.exitCode === null) {
      await new Promise((done) => setTimeout(done, 1));
    }
    child.kill("SIGKILL");
    await ended;
    const there = existsSync(join(cwd, "out.eml")) ? readFileSync(join(cwd, "out.eml"), "latin1") : "--";
    expect(there.trimEnd().endsWith("--")).toBe(true);
  });
});
