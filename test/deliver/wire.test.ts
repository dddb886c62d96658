import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { GetSendQuotaCommand, SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import fc from "fast-check";
import { message } from "mimewright";
import { type SendResult, sesHttpClient, sesSender } from "mimewright/ses";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RawCall } from "../../src/deliver/core/transport.ts";
import { xmlLeaves } from "../../src/deliver/ses/answer.ts";
import { payload } from "../../src/deliver/ses/http-request.ts";
import { isNode } from "../../src/deliver/ses/node-http.ts";
import { v1Parameters, v2Parameters } from "../../src/deliver/ses/parameters.ts";
import { addFastBody, FAST_FROM } from "../../src/deliver/ses/sdk-call.ts";
import { goodAnswer } from "../faults/upstream.ts";
import { FakeClock } from "./fake-clock.ts";

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const received: Received[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { method = "", url = "", headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks) });
    response.end(goodAnswer(url.startsWith("/v2") ? "v2" : "v1", "id-1"));
  });
});
let endpoint = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  received.length = 0;
});

const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey };
const region = "us-east-1";
const v1 = () => new SESClient({ endpoint, region, credentials });
const v2 = () => new SESv2Client({ endpoint, region, credentials });

const call = (raw: Uint8Array): RawCall => ({
  raw,
  source: "ann+x@example.com",
  recipients: ["bob@example.com", "o'neil!(x)*@example.com"],
  fields: { configurationSet: "set", tags: { a: "1", b: "2" }, sourceArn: "arn:aws:ses:us-east-1:1:identity/x" },
});
const random = (length: number) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = (at * 2_654_435_761) >>> 23;
  return bytes;
};

describe("the payload", () => {
  it("has the base64 of the message between what stands around it, escaped as a form wants it", () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 300 }), fc.string(), (before, raw, after) => {
        const base64 = Buffer.from(raw).toString("base64");
        const text = (escaping: "none" | "form") => Buffer.from(payload(before, raw, after, escaping)).toString();
        expect(text("none")).toBe(Buffer.from(before + base64 + after).toString());
        expect(text("form")).toBe(Buffer.from(before + encodeURIComponent(base64) + after).toString());
      }),
    );
  });

  it("is right over several blocks", () => {
    const raw = random(200_000);
    const expected = encodeURIComponent(Buffer.from(raw).toString("base64"));
    expect(Buffer.from(payload("a=", raw, "&b", "form")).toString()).toBe(`a=${expected}&b`);
  });
});

describe("the payload of octets that are nothing but escapes", () => {
  it.each([4_000, 100_000, 300_001])("finds room for them: %i octets", (size) => {
    const raw = new Uint8Array(size).fill(0xff);
    const expected = encodeURIComponent(Buffer.from(raw).toString("base64"));
    expect(Buffer.from(payload("a=", raw, "&b", "form")).toString() === `a=${expected}&b`).toBe(true);
  });

  it("finds it too when they all stand at the end", () => {
    const raw = new Uint8Array(200_000).fill(0xff, 150_000);
    const expected = encodeURIComponent(Buffer.from(raw).toString("base64"));
    expect(Buffer.from(payload("", raw, "", "form")).toString() === expected).toBe(true);
  });
});

describe("the fast body", () => {
  const sizes = [0, 1, 2, 3, FAST_FROM, 100_001];

  it.each(sizes)("is the stock serialiser's, byte for byte: %i bytes over v1", async (size) => {
    const raw = random(size);
    await v1().send(new SendRawEmailCommand(v1Parameters(call(raw), raw)));
    const fast = new SendRawEmailCommand(v1Parameters(call(raw), raw));
    addFastBody(fast, "v1", raw);
    await v1().send(fast);
    expect(received[1]?.body.equals(received[0]?.body ?? Buffer.alloc(0))).toBe(true);
    expect(received[1]?.headers["content-length"]).toBe(received[0]?.headers["content-length"]);
  });

  it.each(sizes)("is the stock serialiser's, byte for byte: %i bytes over v2", async (size) => {
    const raw = random(size);
    await v2().send(new SendEmailCommand(v2Parameters(call(raw), raw)));
    const fast = new SendEmailCommand(v2Parameters(call(raw), raw));
    addFastBody(fast, "v2", raw);
    await v2().send(fast);
    expect(received[1]?.body.equals(received[0]?.body ?? Buffer.alloc(0))).toBe(true);
  });

  it("gives way to the stock serialiser when the body is not as expected", async () => {
    const client = v1();
    // Somebody's own middleware that writes the body in another form: the stand-in cannot be found in it.
    client.middlewareStack.add(
      (next) => async (args) => {
        const { request } = args as { request: { body: unknown } };
        if (typeof request.body === "string") request.body = [request.body];
        return next(args);
      },
      { step: "serialize", priority: "low", name: "listBody" },
    );
    client.middlewareStack.add(
      (next) => async (args) => {
        const { request } = args as { request: { body: unknown } };
        if (Array.isArray(request.body)) request.body = request.body.join("");
        return next(args);
      },
      { step: "build", priority: "low", name: "joinBody" },
    );
    const big = message({ from: "a@example.com", to: "b@example.com", text: "x".repeat(FAST_FROM) });
    const sender = sesSender({ client });
    expect(await sender.send(big)).toMatchObject({ status: "sent", attempts: 1 });
    expect(received).toHaveLength(1);
    expect(new URLSearchParams(received[0]?.body.toString()).get("RawMessage.Data")?.length).toBeGreaterThan(FAST_FROM);
  });

  it("shows the user's own middleware the whole message", async () => {
    const client = v1();
    let seen = 0;
    client.middlewareStack.add(
      (next) => async (args) => {
        const { input } = args as { input: { RawMessage: { Data: Uint8Array } } };
        seen = input.RawMessage.Data.length;
        return next(args);
      },
      { step: "initialize", name: "archive" },
    );
    const big = message({ from: "a@example.com", to: "b@example.com", text: "x".repeat(FAST_FROM) });
    await sesSender({ client }).send(big);
    expect(seen).toBeGreaterThan(FAST_FROM);
  });
});

describe("the client of the SDK", () => {
  it("is left as it was", async () => {
    const client = v1();
    const before = client.middlewareStack.identify();
    const handler = client.config.requestHandler;
    const attempts = await client.config.maxAttempts();
    await sesSender({ client }).send(message({ from: "a@example.com", to: "b@example.com", text: "x".repeat(30_000) }));
    expect(client.middlewareStack.identify()).toEqual(before);
    expect(client.config.requestHandler).toBe(handler);
    expect(await client.config.maxAttempts()).toBe(attempts);
    await client.send(new GetSendQuotaCommand({})).catch(() => undefined);
    expect(received).toHaveLength(2);
  });

  it("may come with its commands, for bundlers", async () => {
    const sender = sesSender({ client: v1(), commands: { SendRawEmailCommand } });
    expect(await sender.send(message({ from: "a@example.com", to: "b@example.com", text: "x" }))).toMatchObject({
      status: "sent",
    });
  });

  it("fails for good without a region, before anything is written", async () => {
    const client = new SESClient({
      endpoint,
      credentials,
      region: (): Promise<string> => Promise.reject(new Error("Region is missing")),
    });
    const result = await sesSender({ client }).send(message({ from: "a@example.com", to: "b@example.com", text: "x" }));
    expect(result).toMatchObject({ status: "failed", code: "send.client", retryable: false, attempts: 1 });
    expect(received).toEqual([]);
  });

  it.each([
    ["a reset", Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })],
    ["no address", new Error("fetch failed", { cause: Object.assign(new Error("x"), { code: "ENOTFOUND" }) })],
    ["a timeout", Object.assign(new Error("x"), { name: "TimeoutError" })],
    ["no token", Object.assign(new Error("x"), { name: "TokenProviderError" })],
    ["throttling", Object.assign(new Error("x"), { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } })],
    [
      "a server's fault",
      Object.assign(new Error("x"), { name: "InternalFailure", $metadata: { httpStatusCode: 500 } }),
    ],
  ])("may have its credentials later, after %s on the way to them", async (_, error) => {
    const asked: boolean[] = [];
    const client = new SESClient({
      ...{ endpoint, region, maxAttempts: 1 },
      credentials: () => {
        asked.push(true);
        return asked.length < 3 ? Promise.reject(error) : Promise.resolve(credentials);
      },
    });
    const sender = sesSender({ client, retries: { base: 1 } });
    const result = await sender.send(message({ from: "a@example.com", to: "b@example.com", text: "x" }));
    expect(result).toMatchObject({ status: "sent" });
    expect(received).toHaveLength(1);
  });

  it("has no credentials for good where that was said", async () => {
    const denied = Object.assign(new Error("x"), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    const client = new SESClient({ endpoint, region, credentials: () => Promise.reject(denied) });
    const result = await sesSender({ client }).send(message({ from: "a@example.com", to: "b@example.com", text: "x" }));
    expect(result).toMatchObject({ status: "failed", code: "send.credentials", retryable: false, attempts: 1 });
    expect(result).toMatchObject({ cause: { code: "AccessDenied" } });
  });

  it("may use another handler: what it wrote is then not known", async () => {
    const handler = { handle: () => Promise.reject(new Error("socket hang up")), metadata: { handlerProtocol: "h2" } };
    const client = new SESClient({ endpoint, region, credentials, requestHandler: handler });
    const result = await sesSender({ client }).send(message({ from: "a@example.com", to: "b@example.com", text: "x" }));
    expect(result).toMatchObject({ status: "unknown" });
  });

  // Each calls itself one of HTTP/1.1, as the SDK's own does, and lets a deadline and an abort pass unheard.
  it.each([
    ["waits before it writes by Node's http", byNode],
    ["writes by fetch", byFetch],
  ])("may use a handler that %s: sent once, and unknown", async (_, write) => {
    const done: Promise<object>[] = [];
    let goOn = () => {};
    const later = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const handle = (request: Written) => {
      const answer = later.then(() => write(request));
      done.push(answer);
      return answer;
    };
    const requestHandler = { handle, metadata: { handlerProtocol: "http/1.1" } };
    const client = new SESClient({ endpoint, region, credentials, requestHandler });
    const clock = new FakeClock();
    const deadlines = { connect: 50, firstByte: 100, total: 1_000 };
    const sender = sesSender({ client, clock, deadlines, retries: { base: 1 } });
    const sending = sender.send(message({ from: "a@example.com", to: "b@example.com", text: "x" }));
    await expect.poll(() => done.length).toBe(1);
    await clock.advance(100);
    expect(await sending).toMatchObject({ status: "unknown", attempts: 1, cause: { code: "send.deadline" } });
    goOn();
    await Promise.allSettled(done);
    expect(received).toHaveLength(1);
  });

  it("is unsent while it waits for a socket of the SDK's own handler", async () => {
    let arrived = 0;
    const hanging = createServer(() => arrived++);
    await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
    const client = new SESClient({
      ...{ endpoint: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`, region, credentials },
      requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: 1 }) },
    });
    const clock = new FakeClock();
    const deadlines = { connect: 50, firstByte: 30_000, total: 60_000 };
    const sender = sesSender({ client, clock, deadlines, retries: { max: 1, base: 1 } });
    const m = message({ from: "a@example.com", to: "b@example.com", text: "x" });
    const results: SendResult[] = [];
    const sending = Promise.all([m, m].map(async (one) => results.push(await sender.send(one))));
    await expect.poll(() => arrived).toBe(1);
    while (results.length === 0) await clock.advance(1);
    expect(results[0]).toMatchObject({ status: "failed", retryable: true, attempts: 2 });
    await clock.advance(60_000);
    await sending;
    expect(results[1]).toMatchObject({ status: "unknown" });
    expect(arrived).toBe(1);
    client.destroy();
    hanging.closeAllConnections();
    hanging.close();
  });

  it("is given the time of an answer, not of a connection, by a handler that shows no request", async () => {
    let asked = false;
    let goOn = () => {};
    const later = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const handle = (request: Written) => {
      asked = true;
      return later.then(() => byFetch(request));
    };
    const requestHandler = { handle, metadata: { handlerProtocol: "http/1.1" } };
    const client = new SESClient({ endpoint, region, credentials, requestHandler });
    const clock = new FakeClock();
    const sender = sesSender({ client, clock, deadlines: { connect: 50, firstByte: 30_000 } });
    const sending = sender.send(message({ from: "a@example.com", to: "b@example.com", text: "x" }));
    await expect.poll(() => asked).toBe(true);
    await clock.advance(29_000);
    goOn();
    expect(await sending).toMatchObject({ status: "sent", attempts: 1 });
  });
});

interface Written {
  readonly body: string;
  readonly headers: Record<string, string>;
}

async function byNode({ body, headers }: Written): Promise<object> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(endpoint, { method: "POST", headers }, resolve).on("error", reject).end(body);
  });
  return { response: { statusCode: response.statusCode, headers: {}, body: response } };
}

async function byFetch({ body, headers }: Written): Promise<object> {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": headers["content-type"] ?? "" },
    body,
  });
  return { response: { statusCode: answer.status, headers: {}, body: answer.body } };
}

describe("a client that runs no middleware, such as a fake in a test", () => {
  const m = message({ from: "a@example.com", to: "b@example.com", text: "x" });
  const fake = (send: () => Promise<unknown>) => sesSender({ client: { send }, retries: { max: 0 } });

  it("is taken at its word: an id is a send", async () => {
    expect(await fake(async () => ({ MessageId: "id-7" })).send(m)).toMatchObject({
      status: "sent",
      messageId: "id-7",
    });
    expect(await fake(async () => ({})).send(m)).toMatchObject({ status: "unknown", cause: { code: "send.response" } });
  });

  it("fails as the SDK does: by the service's code, or nobody knows", async () => {
    const refusal = Object.assign(new Error("no a@example.com"), {
      name: "MessageRejected",
      $metadata: { httpStatusCode: 400 },
    });
    const refused = await fake(() => Promise.reject(refusal)).send(m);
    expect(refused).toMatchObject({
      status: "failed",
      code: "MessageRejected",
      message: "no [address]",
      retryable: false,
    });
    expect(await fake(() => Promise.reject(new Error("?"))).send(m)).toMatchObject({ status: "unknown" });
  });
});

describe("our own client", () => {
  const m = message({ from: "a@example.com", to: "b@example.com", text: "x" });

  it("puts the message in its own place, whatever stands in the names beside it", async () => {
    const raw = new TextEncoder().encode("From: a@example.com\r\n\r\nx");
    const names = ["\u0000", "\\u0000"];
    for (const tenantName of names) {
      const client = sesHttpClient({ endpoint, region, api: "v2", credentials });
      await sesSender({ client, tenantName }).sendRaw({
        raw,
        envelope: { from: "a@example.com", to: ["b@example.com"] },
      });
    }
    for (const [index, TenantName] of names.entries()) {
      const Raw = { Data: Buffer.from(raw).toString("base64") };
      expect(JSON.parse(received[index]?.body.toString() ?? "")).toMatchObject({ TenantName, Content: { Raw } });
    }
  });

  it.each(["v1", "v2"] as const)("signs %s as the SDK does", async (api) => {
    const client = sesHttpClient({
      endpoint,
      region,
      api,
      credentials: async () => ({ ...credentials, sessionToken: "token" }),
    });
    await sesSender({ client }).send(m);
    const got = received[0];
    if (got === undefined) throw new Error("nothing came");
    const sdk = new SESClient({ endpoint, region, credentials: { ...credentials, sessionToken: "token" } });
    const signer = await sdk.config.signer({
      name: "sigv4",
      signingName: "ses",
      signingRegion: region,
      properties: {},
    });
    // The SDK also signs a field with the hash of the body; the hash itself is in every signature.
    Reflect.set(signer, "applyChecksum", false);
    const date = String(got.headers["x-amz-date"]);
    const signingDate = new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
    const { host } = new URL(endpoint);
    const request = {
      method: "POST",
      protocol: "http:",
      hostname: host,
      path: got.url,
      query: {},
      headers: { host },
      body: got.body,
    };
    const signed = await signer.sign(request, { signingDate });
    expect(got.headers.authorization).toBe(signed.headers.authorization);
  });

  it.each([{ transport: "nod" }, { transport: "" }, { maxSockets: 0 }, { maxSockets: Number.NaN }])(
    "refuses %j, which it does not know",
    (bad) => {
      expect(() => sesHttpClient({ endpoint, region, credentials, ...bad } as never)).toThrow(Object.keys(bad)[0]);
    },
  );

  it("stays what it was when its options are used for another one", async () => {
    const options = { endpoint, region: "eu-west-1", credentials };
    const first = sesHttpClient(options);
    options.region = "us-west-2";
    expect((await sesSender({ client: first }).send(m)).status).toBe("sent");
    expect(received[0]?.headers.authorization).toContain("/eu-west-1/ses/");
    expect(await sesSender({ client: first }).region()).toBe("eu-west-1");
  });

  it("shows its credentials to nobody", async () => {
    const { inspect } = await import("node:util");
    const client = sesHttpClient({ endpoint, region, credentials });
    const sender = sesSender({ client });
    for (const value of [client, sender]) {
      expect(inspect(value, { depth: 20, showHidden: true })).not.toContain(secretAccessKey);
      expect(JSON.stringify(value) ?? "").not.toContain(secretAccessKey);
    }
  });

  it("asks a failing provider again, and says no more than that it failed", async () => {
    let asked = 0;
    const provider = () => {
      asked++;
      throw new Error(`no ${secretAccessKey}`);
    };
    const client = sesHttpClient({ endpoint, region, credentials: provider });
    const result = await sesSender({ client, retries: { max: 2, base: 1 } }).send(m);
    expect(result).toMatchObject({
      status: "failed",
      retryable: true,
      attempts: 3,
      cause: { code: "CredentialsProviderError" },
    });
    expect(asked).toBe(3);
    expect(JSON.stringify(result)).not.toContain(secretAccessKey);
  });

  it("knows the address of its region", () => {
    expect(() => sesHttpClient({ region: "evil.example/", credentials })).toThrow(TypeError);
    expect(() => sesHttpClient({ region, credentials, endpoint: "ftp://x" })).toThrow(TypeError);
    expect(sesHttpClient({ region: "eu-west-1", credentials })).toEqual({ api: "v1", region: "eu-west-1" });
  });

  it("watches sockets on Node only", () => {
    const process = { release: { name: "node" }, versions: { node: "22" } };
    expect(isNode({ process })).toBe(true);
    expect(isNode({ process, navigator: { userAgent: "Node.js/22" } })).toBe(true);
    expect(isNode({ process, navigator: { userAgent: "Mozilla/5.0 (linux) jsdom/26.1.0" } })).toBe(true);
    expect(isNode({ process, navigator: { userAgent: "Cloudflare-Workers" } })).toBe(false);
    expect(isNode({ navigator: { userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/142" } })).toBe(false);
    expect(isNode({ process: { ...process, versions: { node: "22", bun: "1" } } })).toBe(false);
    expect(isNode({})).toBe(false);
  });
});

describe("answers in XML", () => {
  it("are read leaf by leaf", () => {
    const xml = '<?xml version="1.0"?>\n<A xmlns="x"><B><C>1 &lt; 2 &#65;</C><C>3</C></B><D/></A>\n';
    expect([...(xmlLeaves(xml) ?? [])]).toEqual([
      ["A/B/C", "1 < 2 A"],
      ["A/D", ""],
    ]);
  });

  it.each([
    "",
    "<A>",
    "<A></B>",
    "<A/><B/>",
    "x<A/>",
    "<A/>x",
    "<A>&nope;</A>",
    "<!DOCTYPE a><A/>",
    "<A><!-- --></A>",
    "<A",
  ])("that are not whole are refused: %s", (xml) => expect(xmlLeaves(xml)).toBeUndefined());

  it("of any shape end", () => {
    fc.assert(fc.property(fc.string(), (text) => void xmlLeaves(`<A>${text}</A>`)));
    expect(xmlLeaves("<A>".repeat(100_000))).toBeUndefined();
  });
});
