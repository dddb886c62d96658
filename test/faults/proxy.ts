// Stands between a client and the service, on loopback, and does to requests what networks and services do.
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type ConnectionFault, type FaultPlan, type RequestFault, takenFaults } from "./faults.ts";
import { type Call, errorAnswer, goodAnswer, readCall } from "./upstream.ts";

/** What happened to one attempt. */
export interface Logged {
  readonly tag: string;
  readonly attempt: number;
  readonly fault: RequestFault | undefined;
  readonly taken: boolean;
  /** The id that the service gave, when it took the message. */
  readonly id: string | undefined;
  /** What the service itself said when it refused. */
  readonly refusal?: string | undefined;
  readonly recipients: number;
  readonly at: number;
  readonly raw: Buffer;
  /** The date of its signature, milliseconds since 1970. */
  readonly signedAt: number;
}

export interface FaultProxy {
  readonly url: string;
  readonly port: number;
  readonly log: Logged[];
  plan: FaultPlan;
  /** By number of the connection, from 0. */
  connectionPlan: (connection: number) => ConnectionFault | undefined;
  /** What the Date field of answers says; undefined is the true time. */
  date: (() => Date) | undefined;
  /** Answers close their connection: every attempt makes one of its own. */
  closing: boolean;
  /** Called when an attempt gets nothing more, and only the client can end it. */
  onSilence: (tag: string) => void;
  /** Milliseconds between what was taken and a good answer. */
  latency: number;
  readonly sockets: Set<Socket>;
  /** Bytes of endless answers that were handed out. */
  flooded: number;
  close(): Promise<void>;
}

export async function startProxy(upstream: string, plan: FaultPlan = () => undefined, onPort = 0): Promise<FaultProxy> {
  const attempts = new Map<string, number>();
  let connections = 0;
  const doomed = new WeakSet<Socket>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => {});
    request.on("end", () => {
      if (doomed.has(request.socket)) return;
      handle(proxy, attempts, upstream, request, response, Buffer.concat(chunks)).catch(() => request.socket.destroy());
    });
  });
  const proxy: FaultProxy = {
    ...{ url: "", port: 0, log: [], plan, connectionPlan: () => undefined, date: undefined },
    ...{ sockets: new Set<Socket>(), flooded: 0, latency: 0, closing: false, onSilence: () => {} },
    async close() {
      for (const socket of proxy.sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("connection", (socket: Socket) => {
    proxy.sockets.add(socket);
    socket.on("close", () => proxy.sockets.delete(socket));
    socket.on("error", () => {});
    const fault = proxy.connectionPlan(connections++);
    if (fault === "accept-reset") socket.resetAndDestroy();
    // Paused for good: the kernel takes the bytes, nobody reads them.
    if (fault === "accept-hang") socket.on("data", () => {}).pause();
    if (fault === "head-reset") {
      doomed.add(socket);
      socket.on("data", () => socket.resetAndDestroy());
    }
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(onPort, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, { url: `http://127.0.0.1:${port}`, port });
}

async function handle(
  proxy: FaultProxy,
  attempts: Map<string, number>,
  upstream: string,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const path = request.url ?? "/";
  if (proxy.closing) response.setHeader("connection", "close");
  if (proxy.date !== undefined) response.setHeader("date", proxy.date().toUTCString());
  if (path.endsWith("/account") || body.includes("Action=GetSendQuota")) {
    const passed = await forward(upstream, request, body);
    response.writeHead(passed.status, { "content-type": "text/xml" }).end(passed.body);
    return;
  }
  const call = readCall(path, body.toString("latin1"));
  const attempt = attempts.get(call.tag) ?? 0;
  attempts.set(call.tag, attempt + 1);
  const fault = proxy.plan({ tag: call.tag, attempt });
  const isPassed = fault === undefined || takenFaults.has(fault);
  // The place in the log is that of arrival, whatever the service does later.
  const entry = { tag: call.tag, attempt, fault, recipients: call.recipients.length, at: performance.now() };
  const passed = isPassed ? await forward(upstream, request, body) : undefined;
  const taken = passed?.status === 200;
  const refusal = passed === undefined || taken ? undefined : passed.body;
  const id = passed && (/<MessageId>([^<]+)</.exec(passed.body)?.[1] ?? /"MessageId":"([^"]+)"/.exec(passed.body)?.[1]);
  proxy.log.push({ ...entry, taken, refusal, id, raw: call.raw, signedAt: signatureDate(request) });
  if (proxy.latency > 0) await new Promise((resolve) => setTimeout(resolve, proxy.latency));
  if (fault === undefined && passed !== undefined) {
    response.writeHead(passed.status, { "content-type": "text/xml" }).end(passed.body);
  }
  if (fault !== undefined) misbehave(proxy, fault, call, response, passed?.body ?? goodAnswer(call.api, "never-given"));
}

function signatureDate({ headers }: IncomingMessage): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers["x-amz-date"]));
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (parts ?? []).slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function forward(upstream: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const own = { method: method ?? "POST", headers: { ...headers, host: "upstream" } };
    const request = httpRequest(new URL(url ?? "/", upstream), own, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject).end(body);
  });
}

const plain: Partial<Record<RequestFault, readonly [number, string, string]>> = {
  "500": [500, "InternalFailure", "try again"],
  "500-taken": [500, "InternalFailure", "try again"],
  "502": [502, "BadGateway", "bad gateway"],
  "504": [504, "GatewayTimeout", "timeout"],
  "unknown-5xx": [599, "SomethingNew", "?"],
  "503": [503, "ServiceUnavailable", "unavailable"],
  "503-unknown": [503, "SomethingNew", "?"],
  "429": [429, "TooManyRequestsException", "Maximum sending rate exceeded."],
  "throttle-rate": [400, "Throttling", "Maximum sending rate exceeded."],
  "throttle-daily": [400, "Throttling", "Daily message quota exceeded."],
  expired: [400, "RequestExpired", "Request has expired."],
  rejected: [400, "MessageRejected", "Email address is not verified: a@example.com"],
  denied: [403, "AccessDenied", "not authorized"],
  signature: [403, "SignatureDoesNotMatch", "The request signature we calculated does not match"],
  "unknown-4xx": [418, "SomethingNew", "?"],
};

function misbehave(
  proxy: FaultProxy,
  fault: RequestFault,
  { api, tag }: Call,
  response: ServerResponse,
  good: string,
): void {
  const answer = plain[fault];
  if (answer !== undefined) {
    response.writeHead(answer[0], { "content-type": "text/xml" }).end(errorAnswer(api, answer[1], answer[2]));
    return;
  }
  const whole = { "content-type": "text/xml", "content-length": good.length };
  switch (fault) {
    case "drop-before":
    case "drop-after":
      response.socket?.resetAndDestroy();
      return;
    case "slow-response":
      response.writeHead(200, whole).write(good.slice(0, 8), () => proxy.onSilence(tag));
      return;
    case "redirect":
      response.writeHead(307, { location: "http://127.0.0.1:1/elsewhere" }).end();
      return;
    case "trunc-xml":
      response.writeHead(200).end(good.slice(0, -9));
      return;
    case "trunc-close":
      response.writeHead(200, whole).write(good.slice(0, -9), () => response.socket?.destroy());
      return;
    case "empty":
      response.writeHead(200).end();
      return;
    case "html":
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<html><body>Welcome to the hotel WiFi</body></html>");
      return;
    case "huge-200":
      flood(proxy, response);
      return;
    case "no-id":
      response.writeHead(200).end(good.replace(/MessageId/g, "Nothing"));
      return;
    default:
      // hang-before, hang-after
      proxy.onSilence(tag);
      return;
  }
}

const HUGE = 64 * 1024 * 1024;

function flood(proxy: FaultProxy, response: ServerResponse): void {
  const block = Buffer.alloc(65_536, 0x61);
  let left = HUGE;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= block.length;
      proxy.flooded += block.length;
      if (!response.write(block)) return void response.once("drain", more);
    }
    response.end();
  };
  response.writeHead(200, { "content-type": "text/xml" });
  more();
}
