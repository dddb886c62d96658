// The requests of both APIs: a form for v1, JSON for v2. The message's base64 is written straight into the body.

import { encodeBase64 } from "../../mail/octets/base64.ts";
import type { RawCall } from "../core/transport.ts";
import type { OutgoingRequest } from "./exchange.ts";
import { v1Parameters, v2Parameters } from "./parameters.ts";
import type { SesApi } from "./wire.ts";

const VERSION = "2010-12-01";

// A stand-in for the message while the small rest is serialised. What holds the content is last, so the last of
// them is the message's, whatever the names of others hold.
const PLACE = "\u0000";

/** The call that sends a message, not signed yet. */
export function sendRequest(api: SesApi, base: URL, call: RawCall): OutgoingRequest {
  if (api === "v1") {
    const { RawMessage, ...rest } = v1Parameters(call, call.raw);
    const head = form({ Action: "SendRawEmail", Version: VERSION, ...rest });
    return post(new URL(base), FORM, payload(`${head}&RawMessage.Data=`, RawMessage.Data, "", "form"));
  }
  const json = JSON.stringify(v2Parameters(call, PLACE));
  const place = JSON.stringify(PLACE).slice(1, -1);
  const at = json.lastIndexOf(place);
  const [head, tail] = [json.slice(0, at), json.slice(at + place.length)];
  return post(under(base, "v2/email/outbound-emails"), JSON_TYPE, payload(head, call.raw, tail, "none"));
}

/** The call that asks for the quota. */
export function quotaRequest(api: SesApi, base: URL): OutgoingRequest {
  if (api === "v2") return { method: "GET", url: under(base, "v2/email/account"), headers: {} };
  return post(
    new URL(base),
    FORM,
    payload(form({ Action: "GetSendQuota", Version: VERSION }), new Uint8Array(0), "", "none"),
  );
}

const FORM = "application/x-www-form-urlencoded; charset=utf-8";
const JSON_TYPE = "application/json";

function post(url: URL, type: string, body: Uint8Array<ArrayBuffer>): OutgoingRequest {
  return { method: "POST", url, headers: { "content-type": type, "content-length": String(body.length) }, body };
}

function under(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${path}`;
  return url;
}

// The Query protocol: members of a list are numbered from 1.
function form(values: Readonly<Record<string, unknown>>): string {
  const pairs: string[] = [];
  const add = (name: string, value: unknown): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) add(`${name}.member.${index + 1}`, item);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) add(`${name}.${key}`, item);
    } else if (value !== undefined) pairs.push(`${escaped(name)}=${escaped(String(value))}`);
  };
  for (const [name, value] of Object.entries(values)) add(name, value);
  return pairs.join("&");
}

// RFC 3986 s2.3: what encodeURIComponent leaves alone beyond the unreserved characters.
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

// The body of a call in one buffer: what precedes the message, its base64, what follows.

/** How base64 is in the body: as it is (JSON), or with `+`, `/` and `=` escaped (a form). */
export type Escaping = "none" | "form";

// A multiple of three, so that blocks join without padding; small enough that its text stays in the cache.
const BLOCK = 49_152;
const encoder = new TextEncoder();
const ESCAPED = ["+", "/", "="];

/**
 * Joins `prefix`, the base64 of `raw` and `suffix`, as UTF-8.
 *
 * @example
 * payload("RawMessage.Data=", raw, "&Action=SendRawEmail", "form");
 */
export function payload(prefix: string, raw: Uint8Array, suffix: string, escaping: Escaping): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(prefix);
  const tail = encoder.encode(suffix);
  const plain = head.length + 4 * Math.ceil(raw.length / 3) + tail.length;
  let target = new Uint8Array(plain + (escaping === "form" ? SPARE : 0));
  target.set(head);
  let to = head.length;
  let escapes = 0;
  for (let at = 0; at < raw.length; at += BLOCK) {
    const text = encodeBase64(raw.subarray(at, at + BLOCK));
    const written = escaping === "form" && needsEscape(text) ? encodeURIComponent(text) : text;
    escapes += written.length - text.length;
    if (plain + escapes > target.length) {
      const done = Math.min(1, (at + BLOCK) / raw.length);
      target = grown(target, to, plain + SPARE + Math.ceil((1.25 * escapes) / done));
    }
    to += encoder.encodeInto(written, target.subarray(to)).written;
  }
  target.set(tail, to);
  return target.subarray(0, to + tail.length);
}

// A 7-bit message has next to no escapes, since ASCII rarely has their bits: room for a few costs less than to encode
// all of it twice to count them.
const SPARE = 4_096;

function grown(bytes: Uint8Array, used: number, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes.subarray(0, used));
  return larger;
}

function needsEscape(text: string): boolean {
  return ESCAPED.some((character) => text.includes(character));
}
