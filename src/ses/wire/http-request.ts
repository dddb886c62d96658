// The requests of both APIs: a form for v1, JSON for v2. The message's base64 is written straight into the body.
import type { SignedRequest } from "./exchange.ts";
import { v1Parameters, v2Parameters } from "./parameters.ts";
import { payload } from "./payload.ts";
import type { RawSend, SesApi } from "./wire.ts";

const VERSION = "2010-12-01";

// A stand-in for the message while the small rest is serialised. What holds the content stands last, so the last of
// them is the message's, whatever the names of others hold.
const PLACE = "\u0000";

/** The call that sends a message, not signed yet. */
export function sendRequest(api: SesApi, base: URL, call: RawSend): SignedRequest {
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
export function quotaRequest(api: SesApi, base: URL): SignedRequest {
  if (api === "v2") return { method: "GET", url: under(base, "v2/email/account"), headers: {} };
  return post(
    new URL(base),
    FORM,
    payload(form({ Action: "GetSendQuota", Version: VERSION }), new Uint8Array(0), "", "none"),
  );
}

const FORM = "application/x-www-form-urlencoded; charset=utf-8";
const JSON_TYPE = "application/json";

function post(url: URL, type: string, body: Uint8Array<ArrayBuffer>): SignedRequest {
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
