// A client for SES without the SDK: two calls of each API, signed with SigV4. Small, for edge runtimes and cold starts.
import { AwsV4Signer } from "aws4fetch";
import { oneOf, type Reader, readObject, refuse, shapeOf } from "../../given.ts";
import { errorIssue, IssueList, OptionError } from "../../issues.ts";
import type { CallField } from "../core/call-fields.ts";
import { isOfSdk } from "./client-error.ts";
import { endpointVariable, environment } from "./endpoints.ts";
import { wireError } from "./errors.ts";
import { type Exchange, fetchExchange, type OutgoingRequest } from "./exchange.ts";
import { property } from "./foreign.ts";
import { quotaRequest, sendRequest } from "./http-request.ts";
import { isNode, nodeExchange } from "./node-http.ts";
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
  /**
   * Address of the service. When absent: that of AWS_ENDPOINT_URL_SES (v1) or AWS_ENDPOINT_URL_SESV2 (v2), then that of
   * AWS_ENDPOINT_URL, as in the SDK, then that of the region. `endpoint_url` of the shared configuration file is not read.
   */
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

const WIRE = Symbol("wire");

/** The way to SES behind a client of ours; undefined for any other. */
export function wireOf(client: object): Wire | undefined {
  return hasWire(client) ? client[WIRE] : undefined;
}

function hasWire(client: object): client is { readonly [WIRE]: Wire } {
  return Object.hasOwn(client, WIRE);
}

/**
 * A client for SES that needs no SDK.
 *
 * @throws OptionError with every option that is unusable; for an unusable endpoint in the environment, with its name
 * @example
 * const client = sesHttpClient({ region: "eu-west-1", credentials: { accessKeyId, secretAccessKey } });
 * const sender = sesSender({ client });
 */
export function sesHttpClient(options: SesHttpClientOptions): SesHttpClient {
  const { region, api } = checked(options);
  // What the caller does to the options later, for another client say, does not reach this one.
  const wire = httpWire({ ...options }, api);
  // Not enumerable: it is neither printed nor compared.
  return Object.freeze(Object.defineProperty({ api, region }, WIRE, { value: wire }));
}

function checked(options: SesHttpClientOptions): { readonly region: string; readonly api: SesApi } {
  const list = new IssueList();
  const { region, credentials, api = "v1" } = readObject<SesHttpClientOptions>(options, SHAPE, list.root) ?? {};
  const isRead = list.issues.every(({ path }) => path.length > 0);
  if (isRead && options.region === undefined)
    list.root.at("region").error("input.option", "give region, as in eu-west-1");
  if (isRead && options.credentials === undefined) list.root.at("credentials").error("input.option", GIVE_KEYS);
  list.throwIfErrors(OptionError);
  if (region === undefined || credentials === undefined) throw new TypeError("there is no region, or no credentials");
  return { region, api };
}

const GIVE_KEYS = "give credentials: { accessKeyId, secretAccessKey }, or a function that gives them";

const readRegion: Reader<string> = (value, place) =>
  typeof value === "string" && /^[a-z0-9-]{1,40}$/.test(value)
    ? value
    : place.error("input.option", "region is a name such as eu-west-1");

// What it gives is looked at when it is asked.
const readKeys: Reader<SesHttpClientOptions["credentials"]> = (value, place) =>
  isKeys(value) ? value : place.error("input.option", GIVE_KEYS);

function isKeys(value: unknown): value is SesHttpClientOptions["credentials"] {
  if (typeof value !== "object" || value === null) return typeof value === "function";
  // Keys of other names would be missed with the first send alone.
  return "accessKeyId" in value || Object.keys(value).length === 0;
}

const atLeastOne: Reader<number> = (value, place) =>
  typeof value === "number" && value >= 1 ? value : refuse(value, "a number, 1 or more", place);

const readEndpoint: Reader<string | URL> = (value, place) =>
  typeof value === "string" || value instanceof URL
    ? value
    : refuse(value, "an http or https address, such as http://127.0.0.1:8025", place);

// A multi-region endpoint wants signatures of SigV4a, which are not made here.
const NO_ENDPOINT_ID =
  "sesHttpClient cannot sign for a multi-region endpoint (endpointId): " +
  "give client: new SESv2Client({}), with @aws-sdk/signature-v4a installed";

const SHAPE = shapeOf<SesHttpClientOptions>(
  {
    region: readRegion,
    credentials: readKeys,
    endpoint: readEndpoint,
    api: oneOf("v1", "v2"),
    transport: oneOf("node", "fetch"),
    maxSockets: atLeastOne,
  },
  { hints: new Map([["endpointId", NO_ENDPOINT_ID]]) },
);

const SERVICE = "ses";
const MOST_KEYS = 4;

function httpWire(options: SesHttpClientOptions, api: SesApi): Wire {
  const base = endpointOf(options, api);
  const keys = new Map<string, ArrayBuffer>();
  let exchange: Promise<Exchange> | undefined;
  const open = () => (exchange ??= openExchange(options));
  const call = async (request: OutgoingRequest, attempt: AttemptOptions): Promise<WireOutcome> => {
    let ready: { readonly signed: OutgoingRequest; readonly way: Exchange };
    try {
      ready = { signed: await sign(request, options, keys, attempt.skew ?? 0), way: await open() };
    } catch (error) {
      return wireError(error, "client");
    }
    await attempt.beforeFirstByte();
    if (attempt.signal.aborted) return wireError(attempt.signal.reason, "abort");
    return ready.way.request(ready.signed, attempt);
  };
  return {
    api,
    send: (raw, attempt) => call(sendRequest(api, base, raw), attempt),
    quota: (attempt) => call(quotaRequest(api, base), attempt),
    unserved: UNSERVED,
    region: () => Promise.resolve(options.region),
    close() {
      exchange?.then((way) => way.close()).catch(() => undefined);
    },
  };
}

const UNSERVED: ReadonlyMap<CallField, string> = new Map([["endpointId", NO_ENDPOINT_ID]]);

function openExchange({ transport, maxSockets = 128 }: SesHttpClientOptions): Promise<Exchange> {
  const node = transport === "node" || (transport === undefined && isNode());
  return node ? nodeExchange(maxSockets) : Promise.resolve(fetchExchange());
}

function endpointOf({ endpoint, region }: SesHttpClientOptions, api: SesApi): URL {
  if (endpoint !== undefined) return httpUrl(endpoint, "endpoint");
  const found = endpointVariable(api, environment());
  if (found !== undefined) return httpUrl(found.value, found.name);
  return new URL(`https://email.${region}.${region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"}`);
}

function httpUrl(given: string | URL, name: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  const what = `${name} is an http or https address, such as http://127.0.0.1:8025`;
  throw new OptionError([errorIssue("input.option", [name], what)]);
}

async function sign(
  request: OutgoingRequest,
  { credentials, region }: SesHttpClientOptions,
  cache: Map<string, ArrayBuffer>,
  skew: number,
): Promise<OutgoingRequest> {
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
  const found: unknown = typeof given === "function" ? await askProvider(given) : given;
  if (isCredentials(found)) return found;
  throw new CredentialsProviderError("the credentials are missing accessKeyId or secretAccessKey");
}

async function askProvider(provider: () => Credentials | Promise<Credentials>): Promise<unknown> {
  try {
    return await provider();
  } catch (error) {
    if (isOfSdk(error)) throw error;
    // What any other function throws is not passed on: it may hold what it tried. It may succeed the next time.
    throw new CredentialsProviderError("the function that gives the credentials failed");
  }
}

function isCredentials(value: unknown): value is Credentials {
  return ["accessKeyId", "secretAccessKey"].every((key) => {
    const found = property(value, key);
    return typeof found === "string" && found !== "";
  });
}

/** The SDK's name for it, so that both clients' failures are reported alike. */
class CredentialsProviderError extends Error {
  override readonly name = "CredentialsProviderError";
}
