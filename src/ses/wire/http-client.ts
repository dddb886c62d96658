// A client for SES without the SDK: two calls of each API, signed with SigV4. Small, for edge runtimes and cold starts.

import { AwsV4Signer } from "aws4fetch";
import { checkOptions, optionNames } from "../../given.ts";
import { wireError } from "./errors.ts";
import { type Exchange, fetchExchange, type SignedRequest } from "./exchange.ts";
import { quotaRequest, sendRequest } from "./http-request.ts";
import { nodeExchange } from "./node-exchange.ts";
import { isNode } from "./runtime.ts";
import type { AttemptOptions, SesApi, Wire, WireOutcome } from "./wire.ts";

/** Keys of AWS. A session token belongs to temporary ones. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Options of {@link sesHttpClient}. */
export interface SesHttpClientOptions {
  /** As in `eu-west-1`. */
  readonly region: string;
  /** Keys, or a function that gives them; it is asked before every call, and keeps its own cache. */
  readonly credentials: Credentials | (() => Credentials | Promise<Credentials>);
  /** Address of the service. That of the region when absent. */
  readonly endpoint?: string | URL;
  /** `v1` (SendRawEmail, 10 MB) when absent; `v2` takes 40 MB. */
  readonly api?: SesApi;
  /**
   * `node` uses Node's own http modules, where it is seen whether a byte was written; `fetch` works everywhere, and
   * every failure without an answer is `unknown` unless its code proves otherwise. `node` on Node when absent.
   */
  readonly transport?: "node" | "fetch";
  /** Connections open at once, with `node`. 128 when absent. */
  readonly maxSockets?: number;
}

/** A client to give to `sesSender({ client })`. Holds no readable credentials. */
export interface SesHttpClient {
  readonly api: SesApi;
  readonly region: string;
}

const wires = new WeakMap<object, Wire>();

/** The way to SES behind a client of ours; undefined for any other. */
export function wireOf(client: object): Wire | undefined {
  return wires.get(client);
}

const NAMES = optionNames("region credentials endpoint api transport maxSockets");

/**
 * A client for SES that needs no SDK.
 *
 * @throws TypeError when region or endpoint is unusable
 * @example
 * const client = sesHttpClient({ region: "eu-west-1", credentials: { accessKeyId, secretAccessKey } });
 * const sender = sesSender({ client });
 */
export function sesHttpClient(options: SesHttpClientOptions): SesHttpClient {
  const { region, api = "v1" } = checkOptions(options, NAMES);
  if (!/^[a-z0-9-]{1,40}$/.test(region)) throw new TypeError("region is a name such as eu-west-1");
  const client: SesHttpClient = Object.freeze({ api, region });
  // What the caller does to the options later, for another client say, does not reach this one.
  wires.set(client, httpWire({ ...options }, api));
  return client;
}

const SERVICE = "ses";
const MOST_KEYS = 4;

function httpWire(options: SesHttpClientOptions, api: SesApi): Wire {
  const base = endpointOf(options);
  const keys = new Map<string, ArrayBuffer>();
  let exchange: Promise<Exchange> | undefined;
  const open = () => (exchange ??= openExchange(options));
  const call = async (request: SignedRequest, attempt: AttemptOptions): Promise<WireOutcome> => {
    let ready: { readonly signed: SignedRequest; readonly way: Exchange };
    try {
      ready = { signed: await sign(request, options, keys, attempt.skew ?? 0), way: await open() };
    } catch (error) {
      return wireError(error, "client");
    }
    if (attempt.signal.aborted) return wireError(attempt.signal.reason, "abort");
    return ready.way.request(ready.signed, attempt);
  };
  return {
    api,
    send: (raw, attempt) => call(sendRequest(api, base, raw), attempt),
    quota: (attempt) => call(quotaRequest(api, base), attempt),
    region: () => Promise.resolve(options.region),
    close() {
      exchange?.then((way) => way.close()).catch(() => undefined);
    },
  };
}

function openExchange({ transport, maxSockets = 128 }: SesHttpClientOptions): Promise<Exchange> {
  const node = transport === "node" || (transport === undefined && isNode());
  return node ? nodeExchange(maxSockets) : Promise.resolve(fetchExchange());
}

function endpointOf({ endpoint, region }: SesHttpClientOptions): URL {
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const url = new URL(endpoint ?? `https://email.${region}.${suffix}`);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new TypeError("endpoint is an http(s) address");
  return url;
}

async function sign(
  request: SignedRequest,
  { credentials, region }: SesHttpClientOptions,
  cache: Map<string, ArrayBuffer>,
  skew: number,
): Promise<SignedRequest> {
  const { accessKeyId, secretAccessKey, sessionToken } = await readCredentials(credentials);
  // One for each day and each secret: what is over is not kept, since temporary secrets change by the hour.
  if (cache.size >= MOST_KEYS) cache.clear();
  const datetime = new Date(Date.now() + skew).toISOString().replace(/[:-]|\.\d{3}/g, "");
  const { headers } = await new AwsV4Signer({
    ...{ method: request.method, url: request.url.href, headers: { ...request.headers } },
    ...{ accessKeyId, secretAccessKey, service: SERVICE, region, cache, datetime },
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(request.body === undefined ? {} : { body: request.body }),
  }).sign();
  return { ...request, headers: Object.fromEntries(headers) };
}

async function readCredentials(given: SesHttpClientOptions["credentials"]): Promise<Credentials> {
  // What a provider throws is not passed on: it may hold what it tried.
  const ask = async (): Promise<unknown> => (typeof given === "function" ? given() : given);
  const found = await ask().catch(() => undefined);
  if (isCredentials(found)) return found;
  throw new CredentialsProviderError();
}

function isCredentials(value: unknown): value is Credentials {
  if (typeof value !== "object" || value === null) return false;
  return "accessKeyId" in value && "secretAccessKey" in value && typeof value.secretAccessKey === "string";
}

/** The SDK's name for it, so that both clients' failures are told alike. */
class CredentialsProviderError extends Error {
  override readonly name = "CredentialsProviderError";
}
