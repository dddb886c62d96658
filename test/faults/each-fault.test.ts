import { createServer } from "node:net";
import type { SesSenderOptions } from "mimewright/ses";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeClock } from "../deliver/fake-clock.ts";
import { type ClientName, clientNames, mail, senderOver } from "./clients.ts";
import type { ConnectionFault, RequestFault } from "./faults.ts";
import { type FaultProxy, startProxy } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

let upstream: Upstream;
let proxy: FaultProxy;

beforeAll(async () => {
  upstream = await startUpstream();
  proxy = await startProxy(upstream.url);
});
afterAll(async () => {
  await proxy.close();
  await upstream.close();
});

const quick = { retries: { max: 2, base: 1 } };

async function once(name: ClientName, endpoint: string, options: Partial<SesSenderOptions> = {}) {
  const sender = senderOver(name, endpoint, { ...quick, ...options });
  const result = await sender.send(mail, { tags: { t: `${name}-${proxy.log.length}`.replace(" ", "-") } });
  await sender.close();
  return result;
}

const unknown: readonly RequestFault[] = [
  ...(["drop-before", "drop-after", "hang-before", "hang-after", "slow-response", "500", "500-taken"] as const),
  ...(["502", "504", "unknown-5xx", "503-unknown", "trunc-xml", "trunc-close", "empty", "html", "no-id"] as const),
];
// The deadline passes as soon as nothing more will come, however long the request took to arrive.
const silent: ReadonlySet<RequestFault> = new Set(["hang-before", "hang-after", "slow-response"]);
const again: Partial<Record<RequestFault, string>> = {
  "503": "ServiceUnavailable",
  "429": "TooManyRequestsException",
  "throttle-rate": "Throttling",
};
const stop: Partial<Record<RequestFault, string>> = {
  rejected: "MessageRejected",
  "unknown-4xx": "SomethingNew",
  redirect: "send.redirect",
};

const refusedToAll: Partial<Record<RequestFault, string>> = {
  denied: "AccessDenied",
  signature: "SignatureDoesNotMatch",
};

describe.each(clientNames)("%s", (name) => {
  it.each(unknown)("%s is unknown, and is not repeated", async (fault) => {
    proxy.plan = () => fault;
    const before = proxy.log.length;
    const clock = new FakeClock();
    proxy.onSilence = () => void clock.advance(60_000);
    const result = await once(name, proxy.url, silent.has(fault) ? { clock } : {});
    expect(result).toMatchObject({ status: "unknown", attempts: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(result).toMatchObject({ ownMessageId: expect.stringMatching(/^<.+@example\.com>$/) });
    expect(proxy.log.length - before).toBe(1);
  });

  it.each(Object.entries(again))("%s is a definite no that is tried again", async (fault, code) => {
    proxy.plan = ({ attempt }) => (attempt < 2 ? (fault as RequestFault) : undefined);
    expect(await once(name, proxy.url)).toMatchObject({ status: "sent", attempts: 3 });
    proxy.plan = () => fault as RequestFault;
    expect(await once(name, proxy.url)).toMatchObject({ status: "failed", code, retryable: true, attempts: 3 });
  });

  it.each(Object.entries(stop))("%s is a definite no that stays", async (fault, code) => {
    proxy.plan = () => fault as RequestFault;
    const result = await once(name, proxy.url);
    expect(result).toMatchObject({ status: "failed", code, retryable: false, attempts: 1 });
    expect(JSON.stringify(result)).not.toContain("a@example.com");
  });

  it.each(Object.entries(refusedToAll))("%s is a definite no to every message, and passes", async (fault, code) => {
    proxy.plan = () => fault as RequestFault;
    const result = await once(name, proxy.url);
    expect(result).toMatchObject({ status: "failed", code, retryable: true, scope: "account", attempts: 1 });
    expect(result).toMatchObject({ retryAfter: 5_000 });
  });

  it("the daily quota is a definite no that stops the sender", async () => {
    proxy.plan = () => "throttle-daily";
    const sender = senderOver(name, proxy.url, quick);
    const before = proxy.log.length;
    const first = await sender.send(mail, { tags: { t: "daily" } });
    expect(first).toMatchObject({ status: "failed", code: "send.quota", retryable: true, attempts: 1 });
    expect(first).toMatchObject({ cause: { code: "Throttling" } });
    const second = await sender.send(mail, { tags: { t: "daily" } });
    expect(second).toMatchObject({ status: "failed", code: "send.quota", attempts: 0 });
    expect(proxy.log.length - before).toBe(1);
    await sender.close();
  });

  it("a refused connection is tried again, twice as often as a refusal, then failed", async () => {
    const result = await once(name, await closedPort());
    expect(result).toMatchObject({ status: "failed", code: "send.connection", retryable: true, attempts: 5 });
    expect(result).toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  it("a name that does not resolve is tried again, then failed", async () => {
    const result = await once(name, "http://nothing.invalid");
    expect(result).toMatchObject({ status: "failed", code: "send.connection", retryable: true });
  });

  it("a connection that is reset after bytes were handed to it is unknown", async () => {
    proxy.plan = () => undefined;
    await onNewConnections("head-reset");
    const before = upstream.taken.length;
    expect(await once(name, proxy.url)).toMatchObject({ status: "unknown", attempts: 1 });
    proxy.connectionPlan = () => undefined;
    expect(upstream.taken.length).toBe(before);
  });

  it("a connection that is never served is unknown at the deadline", async () => {
    await onNewConnections("accept-hang");
    const result = await once(name, proxy.url, { deadlines: { firstByte: 150 } });
    proxy.connectionPlan = () => undefined;
    expect(result).toMatchObject({ status: "unknown", cause: { code: "send.deadline" } });
  });
});

// fetch does not show its socket: what it cannot prove unsent stays unknown.
describe.each(clientNames.filter((name) => !name.startsWith("fetch")))("%s sees its socket", (name) => {
  it("a TLS handshake that fails is a definite no: no byte of the request was written", async () => {
    const server = createServer((socket) => socket.end("not TLS"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const result = await once(name, `https://127.0.0.1:${port}`);
    server.close();
    expect(result).toMatchObject({ status: "failed", code: "send.connection", retryable: true, attempts: 3 });
  });

  it("a TLS handshake that hangs is a definite no at the deadline", async () => {
    const sockets = new Set<import("node:net").Socket>();
    const server = createServer((socket) => sockets.add(socket.on("error", () => {})));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const result = await once(name, `https://127.0.0.1:${port}`, { deadlines: { connect: 150 } });
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(result).toMatchObject({ status: "failed", retryable: true });
  });
});

async function onNewConnections(fault: ConnectionFault): Promise<void> {
  proxy.connectionPlan = () => fault;
  for (const socket of proxy.sockets) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
