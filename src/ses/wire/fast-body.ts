// Keeps a large message out of the SDK's serialisers, which make several strings of it: they get a short stand-in,
// and the finished body gets the message in its place, in one buffer of the right size. The bytes are the same.

import { encodeBase64 } from "../../encoding/base64.ts";
import { isBytes } from "../../encoding/kinds.ts";
import { payload } from "./payload.ts";
import { addMiddleware, type Middleware, property, type SdkCommand } from "./sdk-command.ts";
import type { SesApi } from "./wire.ts";

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
  addMiddleware(command, shrink, { name: "mimewrightStandIn", step: "serialize", priority: "high" });
  addMiddleware(command, replace, { name: "mimewrightBody", step: "build", priority: "high" });
}

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
