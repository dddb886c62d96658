import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GetSendQuotaCommand, SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { message } from "mimewright";
import { sendRawEmailInput } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { readServeOptions } from "../../src/cli/serve.ts";
import { terminal } from "./terminal.ts";

async function urlOf(written: { readonly out: string }): Promise<string> {
  for (;;) {
    const url = /http:\/\/\S+/.exec(written.out)?.[0];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const clientOf = (endpoint: string, accessKeyId = "LOCAL", secretAccessKey = "local") =>
  new SESClient({ region: "us-east-1", endpoint, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } });

describe("mimewright serve", () => {
  it("serves real clients until it is ended, and keeps messages in the folder", async () => {
    const dir = mkdtempSync(join(tmpdir(), "mimewright-serve-"));
    const { written, ending, io } = terminal();
    const running = run(["serve", "--port", "0", "--dir", dir], io);
    const client = clientOf(await urlOf(written));
    const m = message({ from: "ann@example.com", to: "bob@example.com", text: "Hello" });
    const { MessageId } = await client.send(new SendRawEmailCommand(await sendRawEmailInput(m)));
    client.destroy();
    ending.abort();
    expect(await running).toBe(0);
    expect(readdirSync(join(dir, "new")).join()).toContain(String(MessageId));
    rmSync(dir, { recursive: true });
  });

  it("takes the keys it is told and no others in the strict preset", async () => {
    const { written, ending, io } = terminal();
    const running = run(["serve", "--port", "0", "--preset", "strict", "--credentials", "KEY:se:cret"], io);
    const url = await urlOf(written);
    const good = clientOf(url, "KEY", "se:cret");
    const bad = clientOf(url, "KEY", "other");
    await expect(good.send(new GetSendQuotaCommand({}))).resolves.toMatchObject({ Max24HourSend: 200 });
    await expect(bad.send(new GetSendQuotaCommand({}))).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    good.destroy();
    bad.destroy();
    ending.abort();
    await running;
  });

  it("has one switch for each strictness", () => {
    const on = [
      "--auto-verify",
      "--any-sender",
      "--sandbox",
      "--seven-bit",
      "--signatures",
      "--clock-window",
      "--action-throttle",
    ];
    const switches = ["autoVerify", "anySender", "sandbox", "sevenBit", "signatures", "clockWindow", "actionThrottle"];
    expect(readServeOptions(on)).toMatchObject(Object.fromEntries(switches.map((name) => [name, true])));
    const off = on.map((name) => name.replace("--", "--no-"));
    expect(readServeOptions(off)).toMatchObject(Object.fromEntries(switches.map((name) => [name, false])));
    expect(readServeOptions([])).toEqual({ port: 8025 });
  });

  it("listens for others when asked to, says so, and answers to the names it is given", async () => {
    const { written, ending, io } = terminal();
    const running = run(
      ["serve", "--port", "0", "--host", "0.0.0.0", "--allow-host", "mail", "--preset", "verified"],
      io,
    );
    const url = await urlOf(written);
    expect(written.out).toMatch(/^Amazon SES endpoint and inbox: http:\/\/127\.0\.0\.1:\d+\n/);
    expect(written.err).toMatch(
      /^mimewright serve: warning: the SES endpoint listens on 0\.0\.0\.0, port \d+: everyone who reaches it/,
    );
    const { settings } = await (await fetch(`${url}/_local/state`)).json();
    expect(settings).toMatchObject({ preset: "verified", autoVerify: true, anySender: false });
    ending.abort();
    expect(await running).toBe(0);
  });

  it("warns of nothing on loopback", async () => {
    const { written, ending, io } = terminal();
    const running = run(["serve", "--port", "0"], io);
    await urlOf(written);
    ending.abort();
    await running;
    expect(written.err).toBe("");
  });

  it("reads the names and the address that links begin with", () => {
    const args = [
      "--allow-host",
      "mail",
      "--allow-host=*.localhost.localstack.cloud",
      "--public-url",
      "http://localhost:1",
    ];
    expect(readServeOptions(args)).toEqual({
      port: 8025,
      allowHosts: ["mail", "*.localhost.localstack.cloud"],
      publicUrl: "http://localhost:1",
    });
  });

  it("reads rate and quota, -1 included", () => {
    expect(readServeOptions(["--send-rate", "14", "--daily-quota", "-1"])).toMatchObject({
      sendRate: 14,
      dailyQuota: -1,
    });
    expect(readServeOptions(["--send-rate=-1"])).toMatchObject({ sendRate: -1 });
  });

  it.each([
    [["--preset", "lax"], "--preset: expected easy, verified or strict"],
    [["--port", "x"], "--port: expected a whole number"],
    [["--port", "70000"], "--port: expected a whole number"],
    [["--preset", "verify"], "--preset: expected easy, verified or strict"],
    [["--host", "0.0.0.0:8025"], "at host: expected an IP address or a host name without port"],
    [["--host", "*"], "0.0.0.0 listens on every IPv4 address"],
    [["--host", "127.1"], "at host: expected an IP address"],
    [["--allow-host", "http://mail"], "at allowHosts[0]: expected a host name such as mail"],
    [["--allow-host", "*"], "* alone would let web pages of others in"],
    [["--public-url", "mail:8025"], "at publicUrl: expected an http or https URL"],
    [["--send-rate", "fast"], "--send-rate: expected a number"],
    [["--credentials", "KEY"], "--credentials: expected ID:SECRET"],
    [["--colour"], "--colour"],
  ])("refuses %j with exit code 2 and says why", async (args, why) => {
    const { written, io } = terminal();
    expect(await run(["serve", ...args], io)).toBe(2);
    expect(written.err).toContain(why);
    expect(written.err).not.toContain("    at ");
  });
});

describe("mimewright", () => {
  it.each([[[]], [["--help"]], [["help"]]])("tells its commands for %j", async (args) => {
    const { written, io } = terminal();
    expect(await run(args, io)).toBe(0);
    expect(written.out).toContain("serve");
  });

  it("tells its version, and the options of a command", async () => {
    const { written, io } = terminal();
    expect(await run(["--version"], io)).toBe(0);
    expect(written.out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await run(["serve", "--help"], io)).toBe(0);
    expect(written.out).toContain("--credentials");
  });

  it("knows no other command", async () => {
    const { written, io } = terminal();
    expect(await run(["fly"], io)).toBe(2);
    expect(written.err).toContain('unknown command "fly"');
  });

  it("runs as a process, and ends on SIGTERM with exit code 0", async () => {
    const bin = fileURLToPath(new URL("../../dist/cli/bin.js", import.meta.url));
    expect(existsSync(bin), "npm test builds dist first").toBe(true);
    const child = spawn(process.execPath, [bin, "serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const written = { out: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      written.out += chunk.toString();
    });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    expect((await fetch(await urlOf(written))).status).toBe(200);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });
});
