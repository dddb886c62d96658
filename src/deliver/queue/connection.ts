// Redis or Valkey: the packages that speak with it, connections that outlive its restarts (a command that was not answered
// is given again), scripts, and how long one waits for its answer.
import { createHash } from "node:crypto";
import type { Redis, RedisOptions } from "ioredis";
import { type Reader, refuse } from "../../given.ts";
import { isError } from "../../mail/octets/kinds.ts";
import { isOptions } from "../../options/plain.ts";

/** Codes of a {@link QueueError}; docs/errors.md says what they mean. */
export const queueCodes = ["queue.closed", "queue.key", "queue.peer", "queue.refused", "queue.timeout"] as const;

/** One of {@link queueCodes}. */
export type QueueErrorCode = (typeof queueCodes)[number];

/** Thrown by a queue. Holds no part of a message, and no credential. */
export class QueueError extends Error {
  override readonly name = "QueueError";
  readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const INSTALL = "npm install bullmq ioredis";

/** Whoever loads a peer in vain throws this. A peer that is there and broken has its own error to tell. */
export function missing(name: string, cause: unknown): unknown {
  if (!isMissing(cause)) return cause;
  return new QueueError("queue.peer", `${name} is not installed: ${INSTALL}`, { cause });
}

// As Node says it of import and of require(), which bundles make of it; of another class on other runtimes.
function isMissing(error: unknown): boolean {
  if (typeof error !== "object" || error === null || !("code" in error)) return false;
  return error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND";
}

/** Tells that a peer is of a release that lacks what is used. @throws QueueError `queue.peer` */
export function demand(has: boolean, needed: string): void {
  if (!has) throw new QueueError("queue.peer", `${needed} or newer is needed: ${INSTALL}`);
}

/** Of BullMQ, what queues and workers use. */
export interface Bullmq {
  readonly Queue: typeof import("bullmq").Queue;
  readonly Worker: typeof import("bullmq").Worker;
  readonly WaitingError: typeof import("bullmq").WaitingError;
  readonly DelayedError: typeof import("bullmq").DelayedError;
  readonly UnrecoverableError: typeof import("bullmq").UnrecoverableError;
}

// Each import is in its own try: bundlers let a package be absent only there.

/** BullMQ. @throws QueueError `queue.peer` that says what to install */
export async function loadBullmq(): Promise<Bullmq> {
  try {
    const found = await import("bullmq");
    demand("RedisQueueBackend" in found, "bullmq 6");
    return found;
  } catch (error) {
    throw missing("bullmq", error);
  }
}

/** The client of Redis that BullMQ uses. @throws QueueError `queue.peer` */
export async function loadIoredis() {
  try {
    const found = await import("ioredis");
    demand(typeof found.Redis === "function", "ioredis 5.2.5");
    return found;
  } catch (error) {
    throw missing("ioredis", error);
  }
}

/** Where Redis is: a URL (`redis://`, `rediss://`), or options of ioredis, Sentinel's included. Not a cluster. */
export type QueueConnection = string | RedisSettings;

/** Options of ioredis; these are the usual ones, the others are passed on as they are. */
export interface RedisSettings {
  readonly host?: string;
  readonly port?: number;
  readonly db?: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: object;
  readonly [option: string]: unknown;
}

const DEFAULT_URL = "redis://127.0.0.1:6379";
const RECONNECT_AT_MOST = 1_000;

/** Opens a connection. Commands that come before it is open wait for it. */
export async function connect(to: QueueConnection = DEFAULT_URL): Promise<Redis> {
  const { Redis: Client } = await loadIoredis();
  const lasting: RedisOptions = {
    // Commands wait for a Redis that is away, however long; who waits for them has own deadlines.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(50 * times, RECONNECT_AT_MOST),
  };
  const client =
    typeof to === "string" ? new Client(to, lasting) : new Client({ host: "127.0.0.1", ...to, ...lasting });
  // Without a listener each failed attempt to connect would be printed; commands tell their own errors.
  client.on("error", () => {});
  return client;
}

/** Reads where Redis is. What is wrong with a URL is reported without it: there may be a password in it. */
export const connectionOption: Reader<QueueConnection> = (value, place) => {
  if (isSettings(value) || (typeof value === "string" && isUrlOfRedis(value))) return value;
  return refuse(value, "a URL redis:// or rediss://, or options of ioredis", place);
};

function isSettings(value: unknown): value is RedisSettings {
  return isOptions(value);
}

function isUrlOfRedis(text: string): boolean {
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  return protocol === "redis:" || protocol === "rediss:";
}

/** A script that Redis runs in one go. */
export type Script = (client: Redis, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** Makes a script callable: by its hash, and by its text where Redis does not know it (yet, or after a restart). */
export function script(lua: string): Script {
  const hash = createHash("sha1").update(lua).digest("hex");
  return async (client, keys, args) => {
    try {
      return await client.evalsha(hash, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(isError(error) && error.message.startsWith("NOSCRIPT"))) throw error;
      return client.eval(lua, keys.length, ...keys, ...args);
    }
  };
}

/** Waits for commands. */
export class Confirmations {
  readonly #timeout: number;
  // One set rather than a signal: thousands may wait at once.
  readonly #waiting = new Set<(error: QueueError) => void>();
  #isOver = false;

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * What the command gives.
   *
   * @throws QueueError `queue.refused`; `queue.timeout` or `queue.closed`, after which it may be carried out all the same
   */
  wait<T>(command: () => Promise<T>): Promise<T> {
    if (this.#isOver) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      const late = () => reject(new QueueError("queue.timeout", `Redis did not confirm within ${this.#timeout} ms`));
      const timer = setTimeout(late, this.#timeout);
      this.#waiting.add(reject);
      command()
        .then(resolve, (error: unknown) => reject(withoutContent(error)))
        .finally(() => {
          clearTimeout(timer);
          this.#waiting.delete(reject);
        });
    });
  }

  /** There are no more waiters. */
  end(): void {
    this.#isOver = true;
    for (const reject of this.#waiting) reject(closed());
    this.#waiting.clear();
  }
}

// ioredis hangs the command that was refused onto its error, and with it addresses and bodies.
function withoutContent(error: unknown): unknown {
  if (!(isError(error) && error.name === "ReplyError")) return error;
  const [word = ""] = /^[A-Z]+/.exec(error.message) ?? [];
  return new QueueError("queue.refused", `Redis refused the command${word === "" ? "" : `: ${word}`}`);
}

function closed(): QueueError {
  return new QueueError("queue.closed", "the queue is closed");
}
