// Keeps a large message out of the SDK's serialisers, which make several strings of it: they get a short stand-in,
// and the finished body gets the message in its place, in one buffer of the right size. The bytes are the same.
import { encodeBase64 } from "../../mail/octets/base64.ts";
import { isBytes } from "../../mail/octets/kinds.ts";
import type { WireProgress } from "../core/outcome.ts";
import { wireError } from "./errors.ts";
import { property } from "./foreign.ts";
import { payload } from "./http-request.ts";
import { addMiddleware, type Middleware, placeOf, type SdkCommand } from "./sdk-command.ts";
import type { SesApi, WireError, WireWord } from "./wire.ts";

/** Thrown inside the SDK, before anything is written, when its body is not as expected: send again without this. */
export class UnexpectedBody extends Error {
  override readonly name = "UnexpectedBody";
}

/** From this size on it pays. */
export const FAST_FROM = 16_384;

// Hexadecimal text, a multiple of three long: its base64 has neither padding nor characters that a form escapes.
// Edge runtimes give no random values while modules load: it is made when first needed.
let made: Uint8Array | undefined;

function standIn(): Uint8Array {
  made ??= new TextEncoder().encode(
    Array.from(crypto.getRandomValues(new Uint32Array(6)), (word) => word.toString(16).padStart(8, "0")).join(""),
  );
  return made;
}

/** Makes the command write `raw` without serialising it. */
export function addFastBody(command: SdkCommand, api: SesApi, raw: Uint8Array): void {
  const shrink: Middleware = (next) => (args) => next({ ...args, input: withStandIn(api, args.input) });
  const replace: Middleware = (next) => (args) => {
    if (typeof args.request !== "object" || args.request === null) throw new UnexpectedBody();
    Reflect.set(args.request, "body", bodyWith(api, raw, property(args.request, "body")));
    return next(args);
  };
  addMiddleware(command, shrink, STAND_IN);
  addMiddleware(command, replace, BODY);
}

const STAND_IN = placeOf("mimewrightStandIn", "serialize", "high");
const BODY = placeOf("mimewrightBody", "build", "high");
const SKEW = placeOf("mimewrightSkew", "build", "low");

function withStandIn(api: SesApi, input: unknown): object {
  const own = typeof input === "object" && input !== null ? input : {};
  const Data = standIn();
  return api === "v1" ? { ...own, RawMessage: { Data } } : { ...own, Content: { Raw: { Data } } };
}

function bodyWith(api: SesApi, raw: Uint8Array, body: unknown): Uint8Array {
  const text = isBytes(body) ? new TextDecoder().decode(body) : body;
  if (typeof text !== "string") throw new UnexpectedBody();
  const [prefix, suffix, ...more] = text.split(encodeBase64(standIn()));
  if (prefix === undefined || suffix === undefined || more.length > 0) throw new UnexpectedBody();
  return payload(prefix, raw, suffix, api === "v1" ? "form" : "none");
}

// Signs one call of the SDK with the service's time. The client's own idea of the time is not touched.

type Sign = (request: unknown, identity: unknown, properties: unknown) => unknown;

/** @param skew milliseconds that the service's clock is ahead of ours */
export function addSkew(command: SdkCommand, skew: number): void {
  const shift: Middleware = (next, context) => (args) => {
    const scheme = property(property(context, "__smithy_context"), "selectedHttpAuthScheme");
    const signer = property(scheme, "signer");
    const sign = property(signer, "sign");
    if (typeof scheme === "object" && scheme !== null && isSign(sign)) {
      // The scheme belongs to this call; the signer to the client, so it is wrapped and not changed.
      Reflect.set(scheme, "signer", { sign: shifted(sign.bind(signer), skew) });
    }
    return next(args);
  };
  addMiddleware(command, shift, SKEW);
}

function isSign(value: unknown): value is Sign {
  return typeof value === "function";
}

function shifted(sign: Sign, skew: number): Sign {
  return (request, identity, properties) => {
    const config = property(properties, "config");
    if (typeof config !== "object" || config === null) return sign(request, identity, properties);
    const own: unknown = Object.create(config, { systemClockOffset: { value: skew, writable: true } });
    return sign(request, identity, { ...Object(properties), config: own });
  };
}

// What a client says that does not run the command's middleware: a fake in a test, or something of the user's own.

/** The output of a command. Without a MessageId it proves nothing. */
export function wordOf(output: unknown): WireWord {
  const messageId = property(output, "MessageId");
  const status = property(property(output, "$metadata"), "httpStatusCode");
  return {
    ...{ kind: "word", status: typeof status === "number" ? status : 200, code: "send.response" },
    text: "the client gave no message id",
    ...(typeof messageId === "string" ? { messageId } : {}),
  };
}

/** An error of the service as the SDK throws it; any other leaves open what was written. */
export function foreignError(error: unknown, progress: WireProgress): WireWord | WireError {
  const status = property(property(error, "$metadata"), "httpStatusCode");
  if (typeof status !== "number") {
    progress.started("nothing");
    return wireError(error, "wire");
  }
  const text = property(error, "message");
  const name = property(error, "name");
  return {
    ...{ kind: "word", status, code: typeof name === "string" ? name : "Unknown" },
    text: typeof text === "string" ? text : "",
  };
}
