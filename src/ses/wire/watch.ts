// Watches requests of Node's http module, our own and those of an SDK: has a byte reached the socket?
import type { AsyncLocalStorage } from "node:async_hooks";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { isNode } from "./runtime.ts";
import type { Sight } from "./sight.ts";

/**
 * Notes in the sight when the request's connection stands. Node buffers what is written to a socket that is still
 * connecting, or still in its TLS handshake: until then not one byte has left.
 */
export function watchRequest(request: ClientRequest, sight: Sight): void {
  sight.found();
  const onSocket = (socket: Socket) => {
    if (isOpen(socket)) {
      sight.connected();
      // Node flushes the request after this event, as one write, and in this turn.
      if (!("encrypted" in socket)) process.nextTick(() => refusedAtOnce(socket) && sight.refused());
      return;
    }
    const event = "encrypted" in socket ? "secureConnect" : "connect";
    const onOpen = () => sight.connected();
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
export type Watcher = <T>(sight: Sight, run: () => Promise<T>) => Promise<T>;

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
  const storage: AsyncLocalStorage<Sight> = new Storage();
  let running = 0;
  const onStart = (message: unknown) => {
    const sight = storage.getStore();
    if (sight !== undefined && isStart(message)) watchRequest(message.request, sight);
  };
  return async (sight, run) => {
    // Requests of the whole process pass the channel: listen only while one of ours is under way.
    if (running++ === 0) subscribe(CHANNEL, onStart);
    try {
      return await storage.run(sight, run);
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
