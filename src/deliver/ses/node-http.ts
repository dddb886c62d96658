// One signed request out, one answer in, over Node's http and https, where a written byte can be seen.

import type { AsyncLocalStorage } from "node:async_hooks";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { WireProgress } from "../core/outcome.ts";
import { refusalByStatus } from "./classification.ts";
import { Answered, wireError } from "./errors.ts";
import { answerOf, type Exchange, flatHeaders } from "./exchange.ts";

// Below the 5 s that many servers keep an idle connection: ours is closed first, so that no request meets a closing one.
const IDLE_MS = 4_000;

/** Requests by Node's own modules, loaded when the first is made. @param maxSockets connections open at once */
export async function nodeExchange(maxSockets: number): Promise<Exchange> {
  const [http, https] = await Promise.all([import("node:http"), import("node:https")]);
  const options = { keepAlive: true, maxSockets, timeout: IDLE_MS, scheduling: "lifo" } as const;
  const agents = { "http:": new http.Agent(options), "https:": new https.Agent(options) };
  const seen = new Answered();
  return {
    async request({ method, url, headers, body }, { signal, progress }) {
      await afterPoll();
      if (signal.aborted) return wireError(signal.reason, "abort");
      progress.started("whole");
      const make = url.protocol === "http:" ? http.request : https.request;
      const agent = url.protocol === "http:" ? agents["http:"] : agents["https:"];
      try {
        const request = make(url, { method, headers, agent, signal });
        const answered = response(request);
        watchRequest(request, progress);
        request.end(body);
        const message = await answered;
        const status = message.statusCode ?? 0;
        progress.answered(refusalByStatus(status));
        seen.note();
        return await answerOf(status, flatHeaders(message.headers), message);
      } catch (error) {
        return seen.connectionError(error, url);
      }
    },
    close() {
      // Idle ones only: another sender may have calls under way on the same client.
      for (const agent of Object.values(agents)) {
        for (const idle of Object.values(agent.freeSockets)) for (const socket of idle ?? []) socket.destroy();
      }
    },
  };
}

function response(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    // Errors after the answer belong to its body, which reports them itself; unheard they would end the process.
    request.on("error", reject);
  });
}

// Watches requests of Node's http module, our own and those of an SDK: has a byte reached the socket?

/**
 * Notes in the progress when the request's connection is open. Node buffers what is written to a socket that is still
 * connecting, or still in its TLS handshake: until then not one byte has left.
 */
export function watchRequest(request: ClientRequest, progress: WireProgress): void {
  progress.found();
  const onSocket = (socket: Socket) => {
    if (isOpen(socket)) {
      progress.connected();
      // Node flushes the request after this event, as one write, and in this turn.
      if (!("encrypted" in socket)) process.nextTick(() => refusedAtOnce(socket) && progress.refused());
      return;
    }
    const event = "encrypted" in socket ? "secureConnect" : "connect";
    const onOpen = () => progress.connected();
    socket.once(event, onOpen);
    request.once("close", () => socket.removeListener(event, onOpen));
  };
  if (request.socket) onSocket(request.socket);
  else request.once("socket", onSocket);
}

// An error of the write within the turn that made it is the answer of the kernel, which then took none of it: what is
// written in part goes on later. Of a connection in TLS that cannot be said.
function refusedAtOnce({ errored }: Socket): boolean {
  return errored !== null && "syscall" in errored && errored.syscall === "write";
}

function isOpen(socket: Socket): boolean {
  if (socket.connecting) return false;
  return !("secureConnecting" in socket && socket.secureConnecting === true);
}

let turn: Promise<void> = Promise.resolve();

/**
 * Lets the event loop look at the sockets once. An idle connection that the server has closed meanwhile is then known
 * to be closed, and not written to. One caller after another: what each finds is fresh when it writes.
 */
export function afterPoll(): Promise<void> {
  turn = turn.then(poll);
  return turn;
}

// Between two immediates the loop always polls; after one alone it may not have, when called from a poll itself.
function poll(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** Runs a call of foreign code and watches the request that it makes, if it makes one by Node's http module. */
export type Watcher = <T>(progress: WireProgress, run: () => Promise<T>) => Promise<T>;

let watcher: Promise<Watcher | undefined> | undefined;

/** The watcher of this runtime; undefined where there is none. */
export function requestWatcher(): Promise<Watcher | undefined> {
  watcher ??= isNode() ? makeWatcher().catch(() => undefined) : Promise.resolve(undefined);
  return watcher;
}

async function makeWatcher(): Promise<Watcher> {
  const [{ AsyncLocalStorage: Storage }, { subscribe, unsubscribe }] = await Promise.all([
    import("node:async_hooks"),
    import("node:diagnostics_channel"),
  ]);
  const storage: AsyncLocalStorage<WireProgress> = new Storage();
  let running = 0;
  const onStart = (message: unknown) => {
    const progress = storage.getStore();
    if (progress !== undefined && isStart(message)) watchRequest(message.request, progress);
  };
  return async (progress, run) => {
    // Requests of the whole process pass the channel: listen only while one of ours is under way.
    if (running++ === 0) subscribe(CHANNEL, onStart);
    try {
      return await storage.run(progress, run);
    } finally {
      if (--running === 0) unsubscribe(CHANNEL, onStart);
    }
  };
}

// Published when the request is complete, before any of it is handed to a socket.
const CHANNEL = "http.client.request.start";

function isStart(message: unknown): message is { readonly request: ClientRequest } {
  return typeof message === "object" && message !== null && "request" in message;
}

// Which runtime this is, as far as sending cares: only where sockets are Node's own can an attempt be watched.

/** What is looked at. */
export interface Host {
  readonly process?: {
    readonly release?: { readonly name?: string };
    readonly versions?: Readonly<Record<string, string | undefined>>;
  };
  readonly navigator?: { readonly userAgent?: string };
}

/** True on Node itself, false on runtimes that resemble it: their `node:http` may hide when a byte is written. */
export function isNode(host: Host = globalThis): boolean {
  const { process, navigator } = host;
  if (process?.release?.name !== "node" || process.versions === undefined) return false;
  if (process.versions.bun !== undefined || process.versions.deno !== undefined) return false;
  // "Mozilla/5.0": a browser that a test runner imitates, or Electron's. Below both is Node.
  return navigator?.userAgent === undefined || /^(?:Node\.js|Mozilla\/)/.test(navigator.userAgent);
}
