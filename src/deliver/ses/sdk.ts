// The way to SES through a client of the AWS SDK v3: its credentials, region, endpoint, serialisation and signature,
// its connections; but one attempt only, and an answer that we read ourselves.

import type { View, WireProgress } from "../core/outcome.ts";
import type { RawCall } from "../core/transport.ts";
import { readMessageId, readQuota } from "./answer.ts";
import { refusalByStatus } from "./classification.ts";
import type { Peer } from "./errors.ts";
import { Answered, wireError } from "./errors.ts";
import { answerOf, flatHeaders } from "./exchange.ts";
import { property } from "./foreign.ts";
import { afterPoll, requestWatcher } from "./node-http.ts";
import { v1Parameters, v2Parameters } from "./parameters.ts";
import { addFastBody, addSkew, FAST_FROM, foreignError, UnexpectedBody, wordOf } from "./sdk-call.ts";
import {
  addMiddleware,
  apiOf,
  isOfOtherApi,
  loadCommands,
  type Middleware,
  type MiddlewarePlace,
  makeCommand,
  placeOf,
  type SdkClient,
  type SdkCommand,
  type SdkCommands,
} from "./sdk-command.ts";
import type { AttemptOptions, SesApi, Wire, WireAnswer, WireOutcome } from "./wire.ts";

/** Ends the SDK's own handling of a call that we have read already. No retry strategy takes it for a passing fault. */
class AttemptOver extends Error {
  override readonly name = "AttemptOver";
  constructor() {
    super("one attempt was made; retries are the sender's");
  }
}

/** The way to SES behind a client of the SDK, which stays as it is. */
export function sdkWire(client: SdkClient, given: SdkCommands = {}): Wire {
  const api = apiOf(client, given);
  let loaded: Promise<object> | undefined;
  const commandOf = async (name: keyof SdkCommands, input: object) => {
    if (given[name] !== undefined) return makeCommand(given, name, input);
    loaded ??= loadCommands(api);
    return makeCommand(await loaded, name, input);
  };
  const way = { client, api, trusted: { fastBody: true }, answered: new Answered(), commandOf };
  return {
    api,
    send: (raw, options) => sendOnce(way, raw, options),
    quota: (options) => {
      const name = api === "v1" ? "GetSendQuotaCommand" : "GetAccountCommand";
      return call(
        way,
        options,
        () => commandOf(name, {}),
        (answer) => readQuota(api, answer) !== undefined,
      );
    },
    region: () => regionOf(client),
    close() {},
  };
}

interface SdkWay {
  readonly client: SdkClient;
  readonly api: SesApi;
  readonly trusted: { fastBody: boolean };
  readonly answered: Answered;
  readonly commandOf: (name: keyof SdkCommands, input: object) => Promise<SdkCommand>;
}

function sendOnce(way: SdkWay, raw: RawCall, options: AttemptOptions): Promise<WireOutcome> {
  const { api, trusted, commandOf } = way;
  const made = async () => {
    const command =
      api === "v1"
        ? await commandOf("SendRawEmailCommand", v1Parameters(raw, raw.raw))
        : await commandOf("SendEmailCommand", v2Parameters(raw, raw.raw));
    if (trusted.fastBody && raw.raw.length >= FAST_FROM) addFastBody(command, api, raw.raw);
    return command;
  };
  return call(way, options, made, (answer) => readMessageId(api, answer) !== undefined);
}

// The mark is made before the client gets the command: what a stand-in writes, and when, is unknown.
async function call(
  way: SdkWay,
  options: AttemptOptions,
  made: () => Promise<SdkCommand>,
  isGood: (answer: WireAnswer) => boolean,
): Promise<WireOutcome> {
  let command: SdkCommand;
  try {
    command = await made();
  } catch (error) {
    return wireError(error, "client");
  }
  await options.beforeFirstByte();
  try {
    return await run(way, command, options, isGood);
  } catch (error) {
    if (!(error instanceof UnexpectedBody)) return wireError(error, "client");
    // Nothing was written yet. An SDK that serialises otherwise does so for every message.
    way.trusted.fastBody = false;
    return call(way, options, made, isGood);
  }
}

// Settles as soon as the wire has an outcome: what the SDK makes of it does not matter, and is not waited for.
function run(
  way: SdkWay,
  command: SdkCommand,
  options: AttemptOptions,
  isGood: (answer: WireAnswer) => boolean,
): Promise<WireOutcome> {
  return new Promise((resolve, reject) => {
    addMiddleware(command, attemptOnce(way, options, isGood, resolve), ATTEMPT);
    if (options.skew !== undefined) addSkew(command, options.skew);
    const entered = addSign(command, ENTRY);
    const serialised = addSign(command, SERIALISED);
    const sending = async () => way.client.send(command, { abortSignal: options.signal });
    // Reached only when the SDK failed on its own, before the request or after our outcome.
    sending().then(
      (output) => resolve(wordOf(output)),
      (error: unknown) => {
        if (error instanceof UnexpectedBody) reject(error);
        else if (!entered()) resolve(foreignError(error, options.progress));
        else resolve(wireError(error, "client", { serialised: serialised() }));
      },
    );
  });
}

const ATTEMPT = placeOf("mimewrightAttempt", "deserialize", "low");
const ENTRY = placeOf("mimewrightEntry", "initialize", "high");
const SERIALISED = placeOf("mimewrightSerialised", "serialize", "low");

// Whether the command's middleware has come so far. If it is not run at all, the client is not the SDK's.
function addSign(command: SdkCommand, place: MiddlewarePlace): () => boolean {
  let passed = false;
  const pass: Middleware = (next) => (args) => {
    passed = true;
    return next(args);
  };
  addMiddleware(command, pass, place);
  return () => passed;
}

/** The client turns the commands of one API into requests of the other. */
class OtherApi extends TypeError {
  override readonly name = "OtherApi";
  readonly code = "send.client";
}

const OTHER_API = {
  v1: "this client speaks API v2: give new SESv2Client({}) itself, or commands: { SendEmailCommand, GetAccountCommand }",
  v2: "this client speaks API v1: give new SESClient({}) itself, or commands: { SendRawEmailCommand, GetSendQuotaCommand }",
} as const;

// The innermost step, next to the connection.
function attemptOnce(
  { client, api, answered }: SdkWay,
  { signal, progress }: AttemptOptions,
  isGood: (answer: WireAnswer) => boolean,
  resolve: (outcome: WireOutcome) => void,
): Middleware {
  let used = false;
  return (next) => async (args) => {
    if (used) throw new AttemptOver();
    used = true;
    if (isOfOtherApi(api, args.request)) {
      resolve(wireError(new OtherApi(OTHER_API[api]), "client"));
      throw new AttemptOver();
    }
    const watch = await requestWatcher();
    if (watch !== undefined) await afterPoll();
    if (signal.aborted) throw new AttemptOver();
    progress.started(watch === undefined ? "nothing" : viewOf(client));
    const request = () => (watch ? watch(progress, () => next(args)) : next(args));
    const { seen, result } = await exchange(progress, request, (error) =>
      answered.connectionError(error, peerOf(args.request)),
    );
    if (seen.kind === "answer") answered.note();
    resolve(seen);
    // A good answer goes on through the client's own middleware; its body has been read, and is there as bytes.
    if (seen.kind === "answer" && isSuccess(seen) && isGood(seen)) return result;
    throw new AttemptOver();
  };
}

// Of the SDK's own handler for HTTP/1.1 it is known that all it writes goes through Node's http module, at once or when
// its agent has a socket. Another one that calls itself so may wait, or write in another way.
function viewOf(client: SdkClient): View {
  const handler = property(property(client, "config"), "requestHandler");
  if (property(property(handler, "metadata"), "handlerProtocol") !== "http/1.1") return "nothing";
  const own = property(property(handler, "constructor"), "name") === "NodeHttpHandler";
  return own && !Object.hasOwn(Object(handler), "handle") ? "whole" : "shown";
}

function isSuccess({ status }: WireAnswer): boolean {
  return status >= 200 && status < 300;
}

interface Exchanged {
  readonly seen: WireOutcome;
  readonly result?: unknown;
}

async function exchange(
  progress: WireProgress,
  request: () => Promise<unknown>,
  failed: (error: unknown) => WireOutcome,
): Promise<Exchanged> {
  try {
    const result = await request();
    const response = property(result, "response");
    const status = property(response, "statusCode");
    if (typeof response !== "object" || response === null || typeof status !== "number")
      throw new TypeError("no response");
    progress.answered(refusalByStatus(status));
    const seen = await answerOf(status, headersOf(response), property(response, "body"));
    Reflect.set(response, "body", seen.body ?? new Uint8Array(0));
    return { seen, result };
  } catch (error) {
    progress.failed();
    return { seen: failed(error) };
  }
}

function peerOf(request: unknown): Peer | undefined {
  const [protocol, hostname] = [property(request, "protocol"), property(request, "hostname")];
  const port = property(request, "port");
  if (typeof protocol !== "string" || typeof hostname !== "string") return undefined;
  return { protocol, hostname, port: typeof port === "number" ? port : undefined };
}

function headersOf(response: object): Readonly<Record<string, string>> {
  const headers = property(response, "headers");
  if (typeof headers !== "object" || headers === null) return {};
  return flatHeaders(Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])));
}

async function regionOf(client: SdkClient): Promise<string | undefined> {
  try {
    const region = property(property(client, "config"), "region");
    const value: unknown = typeof region === "function" ? await region() : region;
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
