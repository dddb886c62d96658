// Which Host names the endpoint answers to, on loopback and beyond it, over real connections.
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { SESClient, VerifyEmailIdentityCommand } from "@aws-sdk/client-ses";
import { type LocalSes, startLocalSes } from "mimewright/local";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bareHost, hostRules, isAllowedHost, ownHost } from "../../../src/local/http/hosts.ts";
import { start } from "../support/helpers.ts";

const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});

function startOpen(allowHosts: readonly string[] = [], host = "0.0.0.0"): Promise<LocalSes> {
  return start({ host, allowHosts });
}

afterEach(() => void warned.mockClear());

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request to the endpoint's port with any Host field, at an address of choice. */
function ask({ url }: LocalSes, { path = "/_local/messages", method = "GET", headers = {}, body }: Asked, at?: string) {
  const { port } = new URL(url);
  return new Promise<Answered>((resolve, reject) => {
    const asking = request({ host: at ?? "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }));
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

const statusOf = async (ses: LocalSes, host: string) => (await ask(ses, { headers: { host } })).status;

describe("an endpoint that listens beyond loopback", () => {
  it("is asked for by host, says where this machine reaches it, and warns once", async () => {
    const ses = await startOpen();
    expect(ses.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(warned.mock.calls.map(([message]) => message)).toEqual([
      `the SES endpoint listens on 0.0.0.0, port ${new URL(ses.url).port}: everyone who reaches it can read and delete its mail, and send more`,
    ]);
  });

  it.each([
    "localhost:8025",
    "LOCALHOST",
    "localhost.:32768",
    "127.0.0.1:1",
    "[::1]:8025",
    "inbox.localhost",
    "10.1.2.3:8025",
    "192.168.0.1",
    "0.0.0.0:8025",
    "[fd00::1]:8025",
    "[::ffff:10.1.2.3]",
    hostname(),
  ])("answers to %s: loopback, addresses, its own name", async (host) => {
    expect(await statusOf(await startOpen(), host)).toBe(200);
  });

  it.each([
    "evil.example",
    "evil.example:8025",
    "mail",
    "mail.",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "evil.example@127.0.0.1",
    "user:word@localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "[::1",
    "[::1%25lo]",
    "[]:80",
    "localhost:x",
    "localhost:8025:1",
    "localhost, evil.example",
  ])("does not answer to %j", async (host) => {
    const ses = await startOpen(["ses"]);
    for (const path of ["/", "/_local/messages", "/_local/state", "/_local/events", "/_local/health", "/verify"]) {
      expect((await ask(ses, { path, headers: { host } })).status, path).toBe(403);
    }
    const reset = { path: "/_local/reset", method: "POST", headers: { host }, body: "{}" };
    expect((await ask(ses, reset)).status).toBe(403);
  });

  it("answers to the names that are allowed, whatever their case and port", async () => {
    const ses = await startOpen(["mail", "SES.example.com:8025", "*.localhost.localstack.cloud"]);
    const good = [
      "mail",
      "Mail:8025",
      "mail.:80",
      "ses.example.com",
      "SES.EXAMPLE.COM:1",
      "email.us-east-1.localhost.localstack.cloud:4566",
    ];
    for (const host of good) expect(await statusOf(ses, host), host).toBe(200);
    const bad = [
      "mail2",
      "xmail",
      "a.mail",
      "example.com",
      "localhost.localstack.cloud.evil.example",
      "evillocalhost.localstack.cloud",
    ];
    for (const host of bad) expect(await statusOf(ses, host), host).toBe(403);
  });

  it("says which name to allow", async () => {
    const { body } = await ask(await startOpen(), { headers: { host: "mail:8025" } });
    expect(JSON.parse(body)).toEqual({
      error:
        'This inbox does not answer to the host name "mail:8025": open it as 127.0.0.1 or localhost, or start the endpoint with --allow-host mail (allowHosts: ["mail"]).',
    });
  });

  it("takes the SES protocol from programs by any name", async () => {
    const ses = await startOpen();
    const body = "Action=GetSendQuota&Version=2010-12-01";
    const headers = { host: "mail:8025", "content-type": "application/x-www-form-urlencoded" };
    expect((await ask(ses, { path: "/", method: "POST", headers, body })).status).toBe(200);
    expect((await ask(ses, { path: "/v2/email/account", headers: { host: "mail:8025" } })).status).toBe(200);
  });

  it("refuses the SES protocol to web pages: an image of a page comes without origin and site", async () => {
    const ses = await startOpen(["mail"]);
    const path = "/?Action=VerifyEmailIdentity&EmailAddress=eve%40example.net&Version=2010-12-01";
    const browser = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", host: "10.1.2.3:8025" };
    expect((await ask(ses, { path, headers: browser })).status).toBe(403);
    expect((await ask(ses, { path, headers: { ...browser, host: "evil.example" } })).status).toBe(403);
    expect(
      (await ask(ses, { path, headers: { ...browser, host: "localhost", "sec-fetch-site": "none" } })).status,
    ).toBe(200);
    expect((await ask(ses, { path, headers: { host: "mail", "user-agent": "Boto/2.49.0" } })).status).toBe(200);
  });

  it("lets its own page change things by an allowed name, and the pages of others not", async () => {
    const ses = await startOpen(["mail"]);
    const reset = { path: "/_local/reset", method: "POST", body: "{}" };
    const by = async (origin: string) => (await ask(ses, { ...reset, headers: { host: "mail:8025", origin } })).status;
    expect(await by("http://mail:8025")).toBe(200);
    expect(await by("https://mail:8025")).toBe(200);
    for (const origin of ["http://mail", "http://evil.example", "null", "http://localhost:8025"]) {
      expect(await by(origin), origin).toBe(403);
    }
  });

  it("is reached at other addresses of this machine, by IPv4 and IPv6", async () => {
    const four = await startOpen();
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one !== undefined && !one.internal && one.family === "IPv4");
    for (const address of ["127.0.0.2", ...others.map((one) => one?.address ?? "")]) {
      const { port } = new URL(four.url);
      const answer = await ask(four, { path: "/_local/health", headers: { host: `${address}:${port}` } }, address);
      expect([answer.status, answer.body]).toEqual([200, '{"status":"ok"}\n']);
    }
    const six = await startOpen([], "::");
    expect(six.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${six.url}/_local/health`)).status).toBe(200);
  });

  it("answers HTTP/1.0 without a Host field, which no browser sends", async () => {
    const { port } = new URL((await startOpen()).url);
    const got = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(Number(port), "127.0.0.1", () => socket.write("GET /_local/health HTTP/1.0\r\n\r\n"));
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
    });
    expect(got).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("an endpoint on loopback", () => {
  it("answers to a name that is allowed, and to no address beyond loopback", async () => {
    const ses = await start({ allowHosts: ["mail.test"] });
    expect(await statusOf(ses, "mail.test:8025")).toBe(200);
    for (const host of [
      "10.1.2.3",
      "0.0.0.0",
      "[::2]",
      hostname().includes(".") ? hostname() : `${hostname()}.example`,
    ]) {
      expect(await statusOf(ses, host), host).toBe(403);
    }
  });

  it("is no listener on other addresses, and warns of nothing", async () => {
    const ses = await start();
    expect(warned).not.toHaveBeenCalled();
    await expect(ask(ses, {}, "127.0.0.2")).rejects.toThrow("ECONNREFUSED");
  });
});

describe("links in verification mails", () => {
  const verify = "Action=VerifyEmailIdentity&EmailAddress=ann%40example.com&Version=2010-12-01";
  const headers = { "content-type": "application/x-www-form-urlencoded" };

  async function linkFor(ses: LocalSes, host: string): Promise<string> {
    await ask(ses, { path: "/", method: "POST", headers: { ...headers, host }, body: verify });
    const [mail] = ses.inbox.list({ kind: "verification", latest: true });
    return /http\S+/.exec(Buffer.from(mail?.raw ?? []).toString())?.[0] ?? "";
  }

  it("begin with the address that the client used, through a forwarded port too", async () => {
    const ses = await start({ autoVerify: false, allowHosts: ["mail"] });
    expect(await linkFor(ses, "localhost:32768")).toMatch(/^http:\/\/localhost:32768\/verify\?/);
    expect(await linkFor(ses, "mail:8025")).toMatch(/^http:\/\/mail:8025\/verify\?/);
  });

  it("never begin with a name that is not allowed", async () => {
    const ses = await start({ autoVerify: false });
    expect((await linkFor(ses, "evil.example")).startsWith(`${ses.url}/verify?`)).toBe(true);
  });

  it("begin with publicUrl where it is given, and its host is answered", async () => {
    const ses = await start({ autoVerify: false, publicUrl: "https://inbox.example.com/" });
    expect(await linkFor(ses, "localhost:8025")).toMatch(/^https:\/\/inbox\.example\.com\/verify\?/);
    expect(await statusOf(ses, "inbox.example.com")).toBe(200);
  });

  it("work for clients of the SDK that use another name", async () => {
    const ses = await start({ autoVerify: false });
    const endpoint = ses.url.replace("127.0.0.1", "localhost");
    const client = new SESClient({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "K", secretAccessKey: "s" },
    });
    await client.send(new VerifyEmailIdentityCommand({ EmailAddress: "ann@example.com" }));
    client.destroy();
    const [mail] = ses.inbox.list({ kind: "verification" });
    const link = /http\S+/.exec(Buffer.from(mail?.raw ?? []).toString())?.[0] ?? "";
    expect(link.startsWith(`${endpoint}/verify?`)).toBe(true);
    expect((await fetch(link)).status).toBe(200);
  });
});

describe("host names", () => {
  it.each([
    ["LOCALHOST.:80", "localhost"],
    ["[FD00::1]:80", "fd00::1"],
    ["::1", "::1"],
    ["my_service:8025", "my_service"],
    ["a..b", undefined],
    ["-a", undefined],
    ["a b", undefined],
    [`${"a".repeat(64)}.example`, undefined],
    ["ex\u00e4mple", undefined],
  ])("of %s are read as %s", (host, name) => {
    expect(bareHost(host)).toBe(name);
  });

  it("are compared in time that grows with their length", () => {
    const rules = hostRules("0.0.0.0", ["*.example.com"], "box");
    expect(isAllowedHost(`${"a.".repeat(200_000)}example.com`, rules)).toBe(false);
    expect(isAllowedHost(`[${":".repeat(200_000)}]`, rules)).toBe(false);
  });

  it("that mean every address are reached at loopback", () => {
    expect([
      ownHost("0.0.0.0"),
      ownHost("::"),
      ownHost("0:0:0:0:0:0:0:0"),
      ownHost("::1"),
      ownHost("10.0.0.1"),
    ]).toEqual(["127.0.0.1", "::1", "::1", "::1", "10.0.0.1"]);
  });
});

it("an address that this machine does not have is an error of the system", async () => {
  await expect(startLocalSes({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
});
