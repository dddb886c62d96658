// `send` and `quota` against the embedded endpoint, in both APIs.
import { once } from "node:events";
import { createServer } from "node:http";
import { type LocalSes, type LocalSesOptions, startLocalSes } from "mimewright/local";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../../src/cli/main.ts";
import { eml, folder, HEAD, INPUT } from "./folder.ts";
import { ran, terminal } from "./terminal.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "KEY", AWS_SECRET_ACCESS_KEY: "secret" };
const FILES = {
  "m.eml": eml(HEAD),
  "m.json": INPUT,
  "bcc.eml": eml(["Bcc: eve@example.com,", "\tzoe@example.com", ...HEAD, "BCC: mallory@example.com"]),
  "bad.eml": eml([...HEAD, ...HEAD]),
  "big.eml": `${eml(HEAD, "")}${"0123456789\r\n".repeat(900_000)}`,
};

async function start(options: LocalSesOptions = {}): Promise<LocalSes> {
  const ses = await startLocalSes(options);
  onTestFinished(() => ses.close());
  return ses;
}

function many(count: number): object {
  return { ...INPUT, to: Array.from({ length: count }, (_, index) => `bob${index}@example.com`) };
}

/** A service that takes requests and never answers. */
async function silent() {
  const server = createServer();
  const asked = new Promise<void>((done) => server.on("request", (request) => request.resume().on("end", done)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, asked };
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe.each(["v1", "v2"])("mimewright send --client %s", (api) => {
  const sendTo = (ses: LocalSes, args: readonly string[], more: object = {}) =>
    ran(["send", ...args, "--endpoint", ses.url, "--region", "eu-west-1", "--client", api], {
      cwd: folder({ ...FILES, "many.json": many(120) }),
      ...more,
    });

  it("sends an .eml and JSON, and tells the id of each", async () => {
    const ses = await start();
    const { exit, out, err } = await sendTo(ses, ["m.eml", "m.json"]);
    const [one, other] = ses.inbox.list();
    expect({ exit, out, err }).toEqual({
      exit: 0,
      out: `m.eml: sent ${one?.id}\nm.json: sent ${other?.id}\n`,
      err: "",
    });
    expect(text(one?.raw)).toBe(FILES["m.eml"]);
    expect([one?.region, one?.recipients]).toEqual(["eu-west-1", ["bob@example.com"]]);
  });

  it("sends what comes in on the standard input", async () => {
    const ses = await start();
    expect((await sendTo(ses, ["-"], { stdin: FILES["m.eml"] })).exit).toBe(0);
    expect(ses.inbox.list()).toHaveLength(1);
  });

  it("takes every Bcc out of the bytes, says so, and sends to its addresses", async () => {
    const ses = await start();
    const { exit, err } = await sendTo(ses, ["bcc.eml"]);
    const [mail] = ses.inbox.list();
    expect(exit).toBe(0);
    expect(err).toBe("bcc.eml: the Bcc field is removed; its recipients still get the mail\n");
    expect(text(mail?.raw)).toBe(FILES["m.eml"]);
    expect(mail?.recipients).toEqual(["bob@example.com", "eve@example.com", "zoe@example.com", "mallory@example.com"]);
  });

  it("writes no Bcc of JSON either", async () => {
    const ses = await start();
    const cwd = folder({ "b.json": { ...INPUT, bcc: "eve@example.com" } });
    expect((await sendTo(ses, ["b.json"], { cwd })).exit).toBe(0);
    const [mail] = ses.inbox.list();
    expect(mail?.recipients).toEqual(["bob@example.com", "eve@example.com"]);
    expect(text(mail?.raw)).not.toMatch(/eve@|^bcc/im);
  });

  it("sends to others, and from others, when it is told", async () => {
    const ses = await start();
    const args = [
      "bcc.eml",
      "m.json",
      "--from",
      "bounces@example.com",
      "--to",
      "zoe@example.com",
      "--to",
      "eve@example.com",
    ];
    const { err } = await sendTo(ses, args);
    expect(err).toContain("the Bcc field is removed; its recipients do not get the mail: --to is given");
    // Over v2 the author stays the message's own: only bounces go to others.
    for (const { recipients, feedbackTo } of ses.inbox.list()) {
      expect({ recipients, feedbackTo }).toEqual({
        recipients: ["zoe@example.com", "eve@example.com"],
        feedbackTo: "bounces@example.com",
      });
    }
  });

  it("tells what it would send, and sends nothing, with --dry-run", async () => {
    const ses = await start();
    const { exit, out } = await sendTo(ses, ["bcc.eml", "--dry-run"]);
    expect(exit).toBe(0);
    expect(out).toBe(
      `bcc.eml: not sent (dry run)
  ${api === "v1" ? "SendRawEmail" : "SendEmail (v2)"} to ${ses.url}
  from ann@example.com
  to   bob@example.com
       eve@example.com
       zoe@example.com
       mallory@example.com
  ${FILES["m.eml"].length} bytes, 4 recipients, 1 call
`,
    );
    expect(ses.inbox.list()).toEqual([]);
  });

  it("refuses what has errors before the network, and sends the others", async () => {
    const ses = await start();
    const { exit, out, err } = await sendTo(ses, ["bad.eml", "m.eml"]);
    expect(exit).toBe(1);
    expect(err).toMatch(/^bad\.eml: not sent\nerror {4}header\.repeated /);
    expect(out).toMatch(/^m\.eml: sent /);
    expect(ses.inbox.list()).toHaveLength(1);
    expect((await sendTo(ses, ["bad.eml", "--dry-run"])).exit).toBe(1);
  });

  it("goes on behind a file that cannot be read, exit code 2", async () => {
    const ses = await start();
    const { exit, err } = await sendTo(ses, ["nope.eml", "m.eml"]);
    expect(exit).toBe(2);
    expect(err).toBe("mimewright send: nope.eml: no such file\n");
    expect(ses.inbox.list()).toHaveLength(1);
    expect((await sendTo(ses, ["nope.eml", "m.eml", "--dry-run"])).exit).toBe(2);
  });

  it("refuses more than 50 recipients, or sends them in several calls", async () => {
    const ses = await start();
    const refused = await sendTo(ses, ["many.json"]);
    expect(refused.exit).toBe(1);
    expect(refused.err).toContain("limit.recipients");
    expect((await sendTo(ses, ["many.json", "--split", "--dry-run"])).out).toContain("120 recipients, 3 calls");
    const { exit, out } = await sendTo(ses, ["many.json", "--split"]);
    expect(exit).toBe(0);
    expect(out).toMatch(
      /^many\.json: sent\n {2}50 recipients: sent \S+\n {2}50 recipients: sent \S+\n {2}20 recipients: sent/,
    );
    // Calls run side by side: which is taken first is chance.
    const taken = ses.inbox.list().map(({ recipients }) => recipients.length);
    expect(taken.sort((a, b) => b - a)).toEqual([50, 50, 20]);
  });

  it("names those who did not get it when a part fails", async () => {
    const ses = await start();
    const action = api === "v1" ? "SendRawEmail" : "v2 SendEmail";
    ses.inbox.faults({ errors: 1, errorCode: "MessageRejected", actions: [action] });
    const { exit, out } = await sendTo(ses, ["many.json", "--split"]);
    expect(exit).toBe(1);
    expect(out).toMatch(/^many\.json: partial\n/);
    expect(out).toContain("recipients: failed MessageRejected: ");
    expect(out.match(/^ {4}bob\d+@example\.com$/gm)?.length).toBeOneOf([50, 20]);
  });

  it("sends tags and the configuration set", async () => {
    const ses = await start();
    const { exit } = await sendTo(ses, ["m.eml", "--tag", "kind=test", "--tag", "x=1", "--configuration-set", "set"]);
    expect(exit).toBe(0);
    const [mail] = ses.inbox.list();
    expect(mail?.tags).toEqual([
      { name: "kind", value: "test" },
      { name: "x", value: "1" },
    ]);
    expect(mail?.configurationSet).toBe("set");
  });

  it.each([
    [["--tag", "a b=c"], "limit.tag"],
    [["--configuration-set", "a b"], "limit.configuration-set"],
    [["--from", "ann"], "address"],
    [["--to", "bob@@example.com"], "address"],
  ])("refuses %j before the network, in a dry run too", async (args, code) => {
    const ses = await start();
    for (const more of [[], ["--dry-run"]]) {
      const { exit, err } = await sendTo(ses, ["m.eml", ...args, ...more]);
      expect({ exit, out: ses.inbox.list() }).toEqual({ exit: 1, out: [] });
      expect(err).toContain(code);
    }
  });

  it("keeps a rate, or that of the account", async () => {
    const ses = await start({ sendRate: 50, dailyQuota: 1_000 });
    expect((await sendTo(ses, ["m.eml", "m.json", "--rate", "25"])).exit).toBe(0);
    expect((await sendTo(ses, ["m.eml", "m.json", "--rate", "quota"])).exit).toBe(0);
    expect(ses.inbox.list()).toHaveLength(4);
  });

  it("does not pass the daily quota with --rate quota", async () => {
    const ses = await start({ sendRate: 50, dailyQuota: 1 });
    const { exit, out } = await sendTo(ses, ["m.eml", "m.json", "--rate", "quota"]);
    expect(exit).toBe(1);
    expect(out).toMatch(/^m\.eml: sent .*\nm\.json: failed send\.quota/);
  });

  it("waits out throttling, and shows that to a person only", async () => {
    const ses = await start();
    ses.inbox.faults({ throttle: 2 });
    const seen = await sendTo(ses, ["m.eml"], { isTerminal: true });
    expect(seen.exit).toBe(0);
    expect(seen.err).toContain("m.eml: throttled");
    expect(seen.err.endsWith("\r\u001b[2K")).toBe(true);
    expect(seen.out).not.toContain("\r");
    ses.inbox.faults({ throttle: 1 });
    expect((await sendTo(ses, ["m.eml"])).err).toBe("");
  });

  it("tells that SES may have it when the answer is lost: exit code 3, and never twice", async () => {
    const ses = await start();
    ses.inbox.faults({ dropAfter: 1 });
    const { exit, out } = await sendTo(ses, ["m.eml", "m.json"]);
    expect(exit).toBe(3);
    expect(out).toMatch(/^m\.eml: unknown .*SES may have taken it \(sha256 [0-9a-f]{64}\)\nm\.json: sent /);
    expect(ses.inbox.list()).toHaveLength(2);
  });

  it("sends what is unknown again when it is told", async () => {
    const ses = await start();
    ses.inbox.faults({ dropAfter: 1 });
    expect((await sendTo(ses, ["m.eml", "--retry-unknown"])).exit).toBe(0);
    expect(ses.inbox.list()).toHaveLength(2);
  });

  it("is told by the service that the keys are wrong: exit code 1", async () => {
    const ses = await start({ preset: "strict", credentials: [{ accessKeyId: "KEY", secretAccessKey: "secret" }] });
    await ses.inbox.verify("example.com", { region: "eu-west-1" });
    const bad = await sendTo(ses, ["m.eml"], { env: { ...KEYS, AWS_SECRET_ACCESS_KEY: "wrong-key-of-a-test" } });
    expect(bad.exit).toBe(1);
    expect(bad.out).toMatch(/^m\.eml: failed (SignatureDoesNotMatch|InvalidSignatureException)/);
    expect(bad.out + bad.err).not.toContain("wrong-key-of-a-test");
    expect((await sendTo(ses, ["m.eml"], { env: KEYS })).exit).toBe(0);
  });

  it("ends what is in flight with Ctrl+C as unknown, and names what it did not send", async () => {
    const { url, asked } = await silent();
    const { io, ending, written } = terminal({ cwd: folder(FILES) });
    const running = run(["send", "m.eml", "m.json", "--endpoint", url, "--client", api], io);
    await asked;
    ending.abort();
    expect(await running).toBe(3);
    expect(written.out).toMatch(/^m\.eml: unknown send\.aborted/);
    expect(written.err).toBe("interrupted, not sent: m.json\n");
  });

  it("ends with 1 when it was ended before anything was on its way", async () => {
    const ses = await start();
    const { io, ending } = terminal({ cwd: folder(FILES) });
    ending.abort();
    expect(await run(["send", "m.eml", "--endpoint", ses.url, "--client", api], io)).toBe(1);
    expect(ses.inbox.list()).toEqual([]);
  });
});

describe("the limit of a mail", () => {
  it("is that of the API: 10 MB are too much for v1 before the network, and not for v2", async () => {
    const ses = await start();
    const cwd = folder(FILES);
    const send = (api: string) => ran(["send", "big.eml", "--endpoint", ses.url, "--client", api], { cwd });
    const refused = await send("v1");
    expect(refused.exit).toBe(1);
    expect(refused.err).toContain("limit.bytes");
    expect(ses.inbox.list()).toEqual([]);
    expect((await send("v2")).exit).toBe(0);
  });
});

describe("the service", () => {
  const files = { "m.eml": eml(HEAD) };
  const plan = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    ran(["send", "m.eml", "--dry-run", ...args], { cwd: folder(files), env });

  it.each([
    [["--endpoint", "http://127.0.0.1:8025/"], {}, "SendRawEmail to http://127.0.0.1:8025\n"],
    [["--region", "eu-west-1"], {}, "SendRawEmail to SES in eu-west-1\n"],
    [[], { AWS_REGION: "eu-west-1" }, "to SES in eu-west-1\n"],
    [[], { AWS_DEFAULT_REGION: "eu-west-1", AWS_REGION: "" }, "to SES in eu-west-1\n"],
    [[], { AWS_ENDPOINT_URL: "http://localhost:1" }, "to http://localhost:1\n"],
    [
      [],
      { AWS_ENDPOINT_URL: "http://localhost:1", AWS_ENDPOINT_URL_SES: "http://localhost:2" },
      "to http://localhost:2\n",
    ],
    [["--client", "v2"], { AWS_ENDPOINT_URL_SESV2: "http://localhost:3" }, "SendEmail (v2) to http://localhost:3\n"],
    [["--client", "v2"], {}, "SendEmail (v2) to SES in the region of the AWS profile\n"],
  ])("for %j with %j", async (args, env, line) => {
    const { exit, out } = await plan(args, env);
    expect(exit).toBe(0);
    expect(out).toContain(line);
  });

  it.each([
    [["--endpoint", "file:///etc"], "--endpoint (or AWS_ENDPOINT_URL): expected an http or https URL"],
    [["--endpoint", "127.0.0.1:8025"], "--endpoint"],
    [["--client", "v3"], "--client: expected v1 or v2"],
    [["--rate", "0"], "--rate: expected a number"],
    [["--rate", "fast"], "--rate: expected a number"],
    [["--tag", "kind"], "--tag: expected NAME=VALUE"],
    [["--tag", "=x"], "--tag: expected NAME=VALUE"],
    [["--tag", "a=1", "--tag", "a=2"], "--tag: a has two values"],
  ])("refuses %j", async (args, why) => {
    const { exit, err } = await plan(args);
    expect(exit).toBe(2);
    expect(err).toContain(why);
  });

  it("has to be somewhere", async () => {
    const { exit, err } = await ran(["send", "m.eml"], { cwd: folder(files), env: KEYS });
    expect(exit).toBe(2);
    expect(err).toContain("no region: give --region");
  });

  it("that is not there is a failure that may pass", async () => {
    const { exit, out } = await ran(["send", "m.eml", "--endpoint", "http://127.0.0.1:9"], { cwd: folder(files) });
    expect(exit).toBe(1);
    const why = "nothing listens at http://127.0.0.1:9; is `npx mimewright serve` running? (ECONNREFUSED)";
    expect(out).toContain(`failed send.connection: ${why}; may succeed later`);
  });
});

describe.each(["v1", "v2"])("mimewright quota --client %s", (api) => {
  const ask = (ses: LocalSes, args: readonly string[] = [], env: Readonly<Record<string, string>> = KEYS) =>
    ran(["quota", "--endpoint", ses.url, "--client", api, ...args], { env });

  it("tells what may be sent, and what is left of it", async () => {
    const ses = await start({ sendRate: 14, dailyQuota: 50_000 });
    await ran(["send", "m.eml", "--endpoint", ses.url], { cwd: folder({ "m.eml": eml(HEAD) }), env: KEYS });
    expect(await ask(ses)).toMatchObject({
      exit: 0,
      err: "",
      out: "in 24 hours  50,000 recipients\nused         1\nleft         49,999\nper second   14\n",
    });
  });

  it("tells programs the same, null for no limit", async () => {
    const limited = await start({ sendRate: 14, dailyQuota: 50_000 });
    expect(JSON.parse((await ask(limited, ["--json"])).out)).toEqual({
      max24Hour: 50_000,
      used: 0,
      left: 50_000,
      maxRate: 14,
    });
    const free = await start();
    expect((await ask(free)).out).toContain("unlimited");
    expect(JSON.parse((await ask(free, ["--json"])).out)).toMatchObject({ max24Hour: null, left: null });
  });

  it("tells why the service does not tell it: exit code 1", async () => {
    const ses = await start({ preset: "strict", credentials: [{ accessKeyId: "KEY", secretAccessKey: "other" }] });
    const { exit, out, err } = await ask(ses);
    expect({ exit, out }).toEqual({ exit: 1, out: "" });
    expect(err).toMatch(
      /^mimewright quota: the service did not report a quota \((SignatureDoesNotMatch|InvalidSignatureException)\)\n$/,
    );
  });

  it("ends with 130 when it is ended before the answer", async () => {
    const { url, asked } = await silent();
    const { io, ending } = terminal({ env: KEYS });
    const running = run(["quota", "--endpoint", url, "--client", api], io);
    await asked;
    ending.abort();
    expect(await running).toBe(130);
  });
});
