// Where requests go, by options and by variables, and what is said when nobody is there.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SESClient } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { message } from "mimewright";
import { type SdkClient, type SesHttpClient, type SesSenderOptions, sesHttpClient, sesSender } from "mimewright/ses";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { endpointVariable } from "../../src/deliver/ses/endpoints.ts";
import { connectionReason } from "../../src/deliver/ses/errors.ts";
import { goodAnswer } from "../faults/upstream.ts";

const m = message({ from: "ann@example.com", to: "bob@example.com", text: "x" });
const region = "eu-west-1";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

const clients: Readonly<Record<string, (endpoint?: string) => SdkClient | SesHttpClient>> = {
  "sdk v1": (endpoint) => new SESClient({ region, credentials, maxAttempts: 1, ...(endpoint ? { endpoint } : {}) }),
  "sdk v2": (endpoint) => new SESv2Client({ region, credentials, maxAttempts: 1, ...(endpoint ? { endpoint } : {}) }),
  "http v1": (endpoint) => sesHttpClient({ region, credentials, ...(endpoint ? { endpoint } : {}) }),
  "http v2": (endpoint) => sesHttpClient({ region, credentials, api: "v2", ...(endpoint ? { endpoint } : {}) }),
  fetch: (endpoint) => sesHttpClient({ region, credentials, transport: "fetch", ...(endpoint ? { endpoint } : {}) }),
};
const send = (client: SdkClient | SesHttpClient, options: Partial<SesSenderOptions> = {}) =>
  sesSender({ client, retries: { base: 1 }, ...options }).send(m);

function serve(): Promise<{ readonly server: Server; readonly url: string; readonly paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      paths.push(request.url ?? "");
      response.end(goodAnswer(request.url?.startsWith("/v2") ? "v2" : "v1", "id-1"));
    });
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      resolve({ server, paths, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    }),
  );
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function closedPort(): Promise<number> {
  const { server } = await serve();
  const { port } = server.address() as AddressInfo;
  await stop(server);
  return port;
}

describe("variables of the environment", () => {
  const NAMES = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SES", "AWS_ENDPOINT_URL_SESV2"];
  const ALL = [...NAMES, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];
  const before = new Map<string, string | undefined>();
  let here: Awaited<ReturnType<typeof serve>>;
  let other: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    [here, other] = await Promise.all([serve(), serve()]);
  });
  afterAll(() => Promise.all([stop(here.server), stop(other.server)]));
  beforeEach(() => {
    for (const name of ALL) {
      before.set(name, process.env[name]);
      delete process.env[name];
    }
    here.paths.length = 0;
    other.paths.length = 0;
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it.each(Object.keys(clients))("redirect %s: the API's own before the common one", async (name) => {
    const own = name.endsWith("v2") ? "AWS_ENDPOINT_URL_SESV2" : "AWS_ENDPOINT_URL_SES";
    process.env[own] = here.url;
    process.env.AWS_ENDPOINT_URL = other.url;
    expect(await send(clients[name]?.() as SdkClient)).toMatchObject({ status: "sent" });
    expect([here.paths.length, other.paths.length]).toEqual([1, 0]);
    process.env[own] = "";
    expect(await send(clients[name]?.() as SdkClient)).toMatchObject({ status: "sent" });
    expect([here.paths.length, other.paths.length]).toEqual([1, 1]);
  });

  it.each(Object.keys(clients))("give way to the endpoint that %s is given", async (name) => {
    for (const variable of NAMES) process.env[variable] = other.url;
    expect(await send(clients[name]?.(here.url) as SdkClient)).toMatchObject({ status: "sent" });
    expect([here.paths.length, other.paths.length]).toEqual([1, 0]);
  });

  it("of one API do not redirect the other", () => {
    const v1 = { AWS_ENDPOINT_URL_SES: "http://a" };
    const v2 = { AWS_ENDPOINT_URL_SESV2: "http://b" };
    expect([endpointVariable("v1", v1)?.value, endpointVariable("v2", v1)]).toEqual(["http://a", undefined]);
    expect([endpointVariable("v1", v2), endpointVariable("v2", v2)?.value]).toEqual([undefined, "http://b"]);
  });

  it("are not read when AWS_IGNORE_CONFIGURED_ENDPOINT_URLS says so", () => {
    const url = { AWS_ENDPOINT_URL: "http://a", AWS_ENDPOINT_URL_SES: "http://b" };
    const ignoring = (value: string) => ({ ...url, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: value });
    expect(endpointVariable("v1", ignoring("true"))).toBeUndefined();
    for (const value of ["false", ""]) expect(endpointVariable("v1", ignoring(value))?.value).toBe("http://b");
    expect(() => endpointVariable("v1", ignoring("yes"))).toThrow(/true or false/);
  });

  it("that hold no address are named", () => {
    process.env.AWS_ENDPOINT_URL_SES = "127.0.0.1:8025";
    expect(() => clients["http v1"]?.()).toThrow(/^AWS_ENDPOINT_URL_SES is an http or https address/);
  });
});

describe.each(Object.entries(clients))("an endpoint on this machine that is not running, with %s", (_name, make) => {
  it.each(["127.0.0.1", "localhost", "127.8.0.1"])("is reported at once: %s", async (host) => {
    const endpoint = `http://${host}:${await closedPort()}`;
    expect(await send(make(endpoint))).toMatchObject({
      ...{ status: "failed", code: "send.connection", retryable: true, attempts: 1 },
      message: `nothing listens at ${endpoint}; is \`npx mimewright serve\` running?`,
      cause: { code: "ECONNREFUSED" },
    });
  });

  it("is waited for when that was asked for", async () => {
    const endpoint = `http://127.0.0.1:${await closedPort()}`;
    expect(await send(make(endpoint), { retries: { max: 2, base: 1 } })).toMatchObject({ attempts: 5 });
    expect(await send(make(endpoint), { retries: { loopback: 3, base: 1 } })).toMatchObject({ attempts: 4 });
  });

  it("is waited for when it has answered before: it is starting again", async () => {
    const { server, url } = await serve();
    const sender = sesSender({ client: make(url), retries: { base: 1 } });
    expect(await sender.send(m)).toMatchObject({ status: "sent", attempts: 1 });
    await stop(server);
    expect(await sender.send(m)).toMatchObject({ status: "failed", code: "send.connection", attempts: 11 });
  });

  it("elsewhere is named", async () => {
    const result = await send(make("http://nothing.invalid:8025"), { retries: { max: 0 } });
    expect(result).toMatchObject({
      ...{ status: "failed", code: "send.connection", retryable: true },
      message: "the connection to http://nothing.invalid:8025 failed",
    });
  });
});

describe("what refused a connection", () => {
  const refused = (address: string, port: number) =>
    Object.assign(new Error("x"), { code: "ECONNREFUSED", address, port });
  const reason = (error: unknown, url: string) => connectionReason(error, "ECONNREFUSED", new URL(url));

  it.each([
    ["http://[::1]:8025", refused("::1", 8025)],
    ["http://ses.localhost:8025", refused("::1", 8025)],
    ["http://mail.example:8025", refused("127.0.0.1", 8025)],
    ["http://mail.example", refused("127.0.0.1", 80)],
    ["http://0.0.0.0:8025", refused("0.0.0.0", 8025)],
    ["http://localhost:8025", new AggregateError([refused("::1", 8025), refused("127.0.0.1", 8025)], "")],
  ])("is this machine: %s", (url, error) => {
    const message = `nothing listens at ${url}; is \`npx mimewright serve\` running?`;
    expect(reason(error, url)).toEqual({ message, absent: true });
  });

  it("is named where it is a proxy, or what a name resolved to", () => {
    const message = "the connection to https://email.eu-west-1.amazonaws.com failed, refused by ";
    const url = "https://email.eu-west-1.amazonaws.com";
    expect(reason(refused("127.0.0.1", 3128), url)).toEqual({ message: `${message}127.0.0.1:3128` });
    expect(reason(refused("2001:db8::1", 443), url)).toEqual({ message: `${message}[2001:db8::1]:443` });
  });

  it("shows neither user nor path of an endpoint", () => {
    expect(reason(refused("192.0.2.1", 80), "http://ann:secret@192.0.2.1/path?key=1").message).toBe(
      "the connection to http://192.0.2.1 failed",
    );
  });
});
