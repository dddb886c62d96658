// Connections to Redis or Valkey that outlive its restarts: a command that was not answered is given again.

import { createHash } from "node:crypto";
import type { Redis, RedisOptions } from "ioredis";
import { isError } from "../encoding/kinds.ts";
import { type Reader, refuse } from "../given.ts";
import { isOptions } from "../options/plain.ts";
import { loadIoredis } from "./peers.ts";

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

/** Opens a connection. Commands that come before it stands wait for it. */
export async function connect(to: QueueConnection = DEFAULT_URL): Promise<Redis> {
  const { Redis: Client } = await loadIoredis();
  const lasting: RedisOptions = {
    // Commands wait for a Redis that is away, however long; who waits for them has deadlines of its own.
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
