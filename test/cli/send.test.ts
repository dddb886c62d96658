import { startLocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { eml, folderWith, hello, helloEml } from "./folder.ts";
import { play, ran, terminal } from "./terminal.ts";

const to = (count: number) => Array.from({ length: count }, (_, at) => `r${at}@example.org`);
const keys = { AWS_ACCESS_KEY_ID: "KEY", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };

describe("mimewright send", () => {
  it.each(["v1", "v2"])("sends files over %s, and tells what SES calls each", async (api) => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "m.json": hello, "m.eml": helloEml });
    const { exit, out, err } = await ran(["send", "m.json", "m.eml", "--endpoint", ses.url, "--client", api], { cwd });
    const ids = ses.inbox.list().map(({ id }) => id);
    expect([exit, err]).toEqual([0, ""]);
    expect(ids).toHaveLength(2);
    expect(out).toMatch(/^m\.json: sent \S+\nm\.eml: sent \S+\n$/);
    for (const id of ids) expect(out).toContain(id);
  });

  it("takes Bcc out of raw bytes, sends to it, and says so", async () => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "m.eml": eml("Bcc: eve@example.net,", " zoe@example.net") + helloEml });
    const { exit, err } = await ran(["send", "m.eml", "--endpoint", ses.url], { cwd });
    const [mail] = ses.inbox.list();
    expect([exit, err]).toEqual([
      0,
      "m.eml: the field Bcc is taken out: its recipients get the mail, and nobody sees them\n",
    ]);
    expect(mail?.recipients).toEqual(["bob@example.org", "eve@example.net", "zoe@example.net"]);
    expect(new TextDecoder().decode(mail?.raw)).not.toMatch(/bcc|eve@|zoe@/i);
  });

  it("sends to the envelope of the command line, and to nobody else", async () => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "m.json": hello, "m.eml": helloEml });
    const args = ["--endpoint", ses.url, "--from", "bounces@example.com", "--to", "zoe@example.net"];
    expect((await ran(["send", "m.json", "m.eml", ...args], { cwd })).exit).toBe(0);
    for (const { source, recipients } of ses.inbox.list()) {
      expect([source, recipients]).toEqual(["bounces@example.com", ["zoe@example.net"]]);
    }
  });

  it("hands over tags and the configuration set", async () => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "m.json": hello });
    const args = ["--tag", "campaign=may", "--tag", "kind=", "--client", "v2"];
    const bad = await ran(["send", "m.json", "--endpoint", ses.url, ...args], { cwd });
    expect([bad.exit, ses.inbox.list().length]).toEqual([1, 0]);
    const good = await ran(["send", "m.json", "--endpoint", ses.url, "--tag", "campaign=may"], { cwd });
    expect(good.exit).toBe(0);
    expect(ses.inbox.list()[0]?.tags).toEqual([{ name: "campaign", value: "may" }]);
  });

  it("refuses more than 50 recipients before the network, and sends groups where that was asked for", async () => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "m.json": { ...hello, to: to(120) } });
    const refused = await ran(["send", "m.json", "--endpoint", ses.url], { cwd });
    expect([refused.exit, refused.err.includes("limit.recipients"), ses.inbox.list().length]).toEqual([1, true, 0]);
    const split = await ran(["send", "m.json", "--endpoint", ses.url, "--split"], { cwd });
    expect([split.exit, ses.inbox.list().length]).toEqual([0, 3]);
    expect(split.out.match(/recipients: sent/g)).toHaveLength(3);
  });

  it("sends nothing in a dry run, and tells what it would send", async () => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "m.json": { ...hello, bcc: "eve@example.net" }, "bad.json": { ...hello, to: "bob@" } });
    const { exit, out, err } = await ran(["send", "m.json", "bad.json", "--dry-run", "--endpoint", ses.url], { cwd });
    expect([exit, ses.inbox.list().length]).toEqual([1, 0]);
    for (const part of [
      "m.json: not sent (dry run)",
      `SendRawEmail to ${ses.url}`,
      "from ann@example.com",
      "eve@example.net",
      "2 recipients, 1 call",
    ]) {
      expect(out).toContain(part);
    }
    expect(err).toContain("bad.json: not sent, error    address.syntax at to");
  });

  it("goes on with the other files when one is refused, and ends with 1", async () => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "bad.json": { ...hello, to: "bob@" }, "m.json": hello });
    const { exit, out, err } = await ran(["send", "bad.json", "m.json", "--endpoint", ses.url], { cwd });
    expect([exit, ses.inbox.list().length]).toEqual([1, 1]);
    expect(out).toMatch(/^m\.json: sent/);
    expect(err).toContain("address.syntax");
  });

  it("tells what SES says no with, and ends with 1", async () => {
    await using ses = await startLocalSes({
      preset: "strict",
      credentials: [{ accessKeyId: "KEY", secretAccessKey: "secret" }],
    });
    const cwd = folderWith({ "m.json": hello });
    const rejected = await ran(["send", "m.json", "--endpoint", ses.url], { cwd, env: keys });
    expect([rejected.exit, rejected.out.startsWith("m.json: failed MessageRejected: ")]).toEqual([1, true]);
    const env = { ...keys, AWS_SECRET_ACCESS_KEY: "other" };
    const unsigned = await ran(["send", "m.json", "--endpoint", ses.url], { cwd, env });
    expect([unsigned.exit, unsigned.out.startsWith("m.json: failed SignatureDoesNotMatch")]).toEqual([1, true]);
    expect(unsigned.out + unsigned.err).not.toContain("other");
  });

  it("waits for its turn when SES throttles", async () => {
    await using ses = await startLocalSes();
    await play(ses.url, { throttle: 2 });
    const cwd = folderWith({ "m.json": hello });
    const { exit } = await ran(["send", "m.json", "--endpoint", ses.url], { cwd });
    expect([exit, ses.inbox.list().length]).toEqual([0, 1]);
  });

  it("ends with 3 when nobody knows, and sends again only where that was asked for", async () => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "m.json": hello });
    await play(ses.url, { dropAfter: 1 });
    const { exit, out } = await ran(["send", "m.json", "--endpoint", ses.url], { cwd });
    expect([exit, ses.inbox.list().length]).toEqual([3, 1]);
    expect(out).toMatch(/^m\.json: unknown \S.* SES may have taken it \(sha256 [0-9a-f]{64}\)\n$/);
    await play(ses.url, { dropAfter: 1 });
    const again = await ran(["send", "m.json", "--endpoint", ses.url, "--retry-unknown"], { cwd });
    expect([again.exit, ses.inbox.list().length]).toEqual([0, 3]);
  });

  it("ends what is in flight as unknown at Ctrl+C, and sends nothing more", async () => {
    await using ses = await startLocalSes();
    await play(ses.url, { latency: 60_000 });
    const { written, ending, io } = terminal({ cwd: folderWith({ "a.json": hello, "b.json": hello }) });
    const running = run(["send", "a.json", "b.json", "--endpoint", ses.url], io);
    setTimeout(() => ending.abort(), 300);
    expect(await running).toBe(3);
    expect(written.out).toMatch(/^a\.json: unknown send\.aborted: /);
    expect(written.err).toBe("interrupted, not sent: b.json\n");
  });

  it("shows a person at a terminal how far it is, in one line that is gone in the end", async () => {
    await using ses = await startLocalSes();
    const cwd = folderWith({ "m.json": hello });
    const seen = await ran(["send", "m.json", "--endpoint", ses.url], { cwd, isTerminal: true, columns: 40 });
    expect(seen.err).toMatch(/^\r\u001b\[2Km\.json: sending/);
    expect(seen.err.endsWith("\r\u001b[2K")).toBe(true);
    expect(seen.err.split("\r\u001b[2K").every((line) => line.length < 40)).toBe(true);
    expect((await ran(["send", "m.json", "--endpoint", ses.url], { cwd })).err).toBe("");
  });

  it.each([
    [["send"], {}, "which file?"],
    [["send", "m.json", "--rate", "fast"], {}, "--rate is a number"],
    [["send", "m.json", "--rate", "-1"], {}, "--rate"],
    [["send", "m.json", "--tag", "x"], {}, "--tag is NAME=VALUE"],
    [["send", "m.json", "--tag", "x=1", "--tag", "x=2"], {}, "--tag x has two values"],
    [["send", "m.json", "--client", "v3"], {}, "--client is v1 or v2"],
    [["send", "m.json", "--endpoint", "ftp://x"], {}, "--endpoint"],
    [["send", "m.json"], { AWS_ACCESS_KEY_ID: "K", AWS_SECRET_ACCESS_KEY: "s" }, "which region?"],
    [
      ["send", "m.json", "--region", "no region"],
      { AWS_ACCESS_KEY_ID: "K", AWS_SECRET_ACCESS_KEY: "s" },
      "region is a name",
    ],
  ])("%j with %j ends with 2 and says why", async (args, env, why) => {
    const { exit, err } = await ran(args, { cwd: folderWith({ "m.json": hello }), env });
    expect([exit, err]).toEqual([2, expect.stringContaining(why)]);
  });
});

describe("mimewright quota", () => {
  it.each(["v1", "v2"])("tells what may be sent and what is left over %s", async (api) => {
    await using ses = await startLocalSes({ sendRate: 14, dailyQuota: 50_000 });
    const cwd = folderWith({ "m.json": hello });
    await ran(["send", "m.json", "--endpoint", ses.url], { cwd });
    const { exit, out } = await ran(["quota", "--endpoint", ses.url, "--client", api]);
    expect([exit, out]).toEqual([
      0,
      "in 24 hours  50,000 recipients\nused         1\nleft         49,999\nper second   14\n",
    ]);
    const json = await ran(["quota", "--endpoint", ses.url, "--client", api, "--json"]);
    expect(JSON.parse(json.out)).toEqual({ max24Hour: 50_000, used: 1, left: 49_999, maxRate: 14 });
  });

  it("says that an account has no limit", async () => {
    await using ses = await startLocalSes();
    const { out } = await ran(["quota", "--endpoint", ses.url]);
    expect(out).toContain("in 24 hours  unlimited recipients");
  });

  it("ends with 1 when the service does not tell it", async () => {
    await using ses = await startLocalSes({ preset: "strict" });
    const { exit, err } = await ran(["quota", "--endpoint", ses.url], { env: keys });
    expect([exit, err]).toEqual([1, expect.stringContaining("did not tell it")]);
  });
});
