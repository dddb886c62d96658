// Starts the endpoint: storage, state, handler, server, and one object to hold them.
import { restore } from "./account/accounts.ts";
import { createHandler } from "./handler.ts";
import { listen } from "./http/server.ts";
import { keepMessage, keepNotification } from "./inbox/store.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import type { LocalState, Storage } from "./model/state.ts";
import { exposureOf, type LocalSesOptions, type LocalSetup, readLocalOptions } from "./options.ts";
import { noFaults } from "./protocol/faults.ts";
import { openStorage } from "./storage/open.ts";

/** An endpoint that runs. */
export interface LocalSes {
  /** What clients on this machine take as their endpoint, such as `http://127.0.0.1:40125`. */
  readonly url: string;
  readonly inbox: Inbox;
  /** Answers a request without the network. Rejects only when a fault drops the connection. */
  readonly handler: (request: Request) => Promise<Response>;
  /** Stops listening and closes the storage. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an Amazon SES endpoint on this machine: the 18 actions of the 2015 reference of API v1 (today's service has
 * 71), sending over v2, an inbox page at its address. Mail goes nowhere but into the inbox.
 *
 * With a `host` beyond loopback a process warning says that others can reach it.
 *
 * @throws OptionError (as a rejection), with every issue, for options that cannot be used
 * @example
 * await using ses = await startLocalSes();
 * const client = new SESClient({ endpoint: ses.url, region: "us-east-1", credentials });
 * const mail = await ses.inbox.waitFor({ to: "bob@example.com" }, { timeout: 1_000 });
 */
export async function startLocalSes(options: LocalSesOptions = {}): Promise<LocalSes> {
  return startWith(options, (warning) => process.emitWarning(warning, { code: "MIMEWRIGHT_LOCAL_HOST" }));
}

/** As {@link startLocalSes}; `warn` is called where others can reach the endpoint. */
export async function startWith(options: LocalSesOptions, warn: (warning: string) => void): Promise<LocalSes> {
  const setup = readLocalOptions(options);
  const { host, port, dir, settings } = setup;
  const storage = await openStorage(dir, { loadBytes: settings.inboxBytes });
  try {
    const ending = new AbortController();
    const state = await openState(setup, storage, ending.signal);
    const handler = createHandler(state);
    const server = await listen(handler, { host, port });
    state.url = server.url;
    const exposure = exposureOf(host, server.port);
    if (exposure !== undefined) warn(exposure);
    const close = once(async () => {
      await server.close();
      ending.abort();
      await storage.close();
    });
    return { url: server.url, inbox: createInbox(state), handler, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** The state an endpoint begins with. */
export async function openState(
  { settings, now, random }: Pick<LocalSetup, "settings" | "now" | "random">,
  storage: Storage,
  ended: AbortSignal = new AbortController().signal,
): Promise<LocalState> {
  const state: LocalState = {
    settings,
    limits: { ...settings.limits },
    now,
    random,
    storage,
    accounts: new Map(),
    messages: new Map(),
    inboxSize: 0,
    notifications: [],
    faults: noFaults(),
    listeners: new Set(),
    url: "http://127.0.0.1",
    ended,
  };
  const kept = await storage.load();
  if (kept.state !== undefined) restore(state, kept.state);
  for (const message of kept.messages) keepMessage(state, message);
  for (const notification of kept.notifications) keepNotification(state, notification);
  return state;
}
