// What an answer of SES says, for both APIs: an id, a quota, or an error. Trusts nothing that is not whole.
import type { SesApi, WireAnswer } from "./wire.ts";
import { xmlLeaves } from "./xml-leaves.ts";

/** An error as the service words it. */
export interface ServiceError {
  /** Without namespace, address or an `Exception` of the kind only one API adds; `Unknown` when unreadable. */
  readonly code: string;
  readonly text: string;
}

/** Numbers of GetSendQuota. Absent when the service left one out. */
export interface QuotaNumbers {
  readonly max24Hour?: number;
  readonly maxRate?: number;
  readonly sentLast24Hours?: number;
}

const ID = /^[\x21-\x7e]{1,256}$/;

/** The id of an accepted send; undefined when the body is not exactly what SES answers. */
export function readMessageId(api: SesApi, { body }: WireAnswer): string | undefined {
  const id =
    api === "v1"
      ? leaves(body)?.get("SendRawEmailResponse/SendRawEmailResult/MessageId")
      : stringAt(json(body), "MessageId");
  return id !== undefined && ID.test(id) ? id : undefined;
}

/** The id of the request, for support. */
export function readRequestId({ headers, body }: WireAnswer): string | undefined {
  const header = headers["x-amzn-requestid"] ?? headers["x-amz-request-id"];
  const id = header ?? requestIdIn(leaves(body));
  return id !== undefined && ID.test(id) ? id : undefined;
}

function requestIdIn(found: ReadonlyMap<string, string> | undefined): string | undefined {
  for (const [path, value] of found ?? []) if (path.endsWith("/RequestId")) return value;
  return undefined;
}

/** The error of an answer that is no success. */
export function readError(api: SesApi, answer: WireAnswer): ServiceError {
  const { code, text } = api === "v1" ? xmlError(answer) : jsonError(answer);
  return { code: plainCode(code), text: text ?? "" };
}

interface Loose {
  readonly code?: string | undefined;
  readonly text?: string | undefined;
}

function xmlError({ body }: WireAnswer): Loose {
  const found = leaves(body);
  return { code: found?.get("ErrorResponse/Error/Code"), text: found?.get("ErrorResponse/Error/Message") };
}

function jsonError({ headers, body }: WireAnswer): Loose {
  const value = json(body);
  const code = headers["x-amzn-errortype"] ?? stringAt(value, "__type") ?? stringAt(value, "code");
  return { code, text: stringAt(value, "message") ?? stringAt(value, "Message") };
}

// REST-JSON codes may stand as `namespace#Code:http://address`.
function plainCode(code: string | undefined): string {
  const bare = code?.split(":")[0]?.split("#").at(-1)?.trim() ?? "";
  return /^[A-Za-z][A-Za-z0-9._-]{0,127}$/.test(bare) ? bare : "Unknown";
}

/** The numbers of GetSendQuota or GetAccount. */
export function readQuota(api: SesApi, { body }: WireAnswer): QuotaNumbers | undefined {
  if (api === "v1") {
    const found = leaves(body);
    const root = "GetSendQuotaResponse/GetSendQuotaResult/";
    return found && numbers((name) => found.get(root + name));
  }
  const quota = memberOf(json(body), "SendQuota");
  return quota === undefined ? undefined : numbers((name) => memberOf(quota, name));
}

function numbers(read: (name: string) => unknown): QuotaNumbers {
  const found: { -readonly [K in keyof QuotaNumbers]: number } = {};
  for (const [key, name] of QUOTA_NAMES) {
    const value = read(name);
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) found[key] = number;
  }
  return found;
}

const QUOTA_NAMES = [
  ["max24Hour", "Max24HourSend"],
  ["maxRate", "MaxSendRate"],
  ["sentLast24Hours", "SentLast24Hours"],
] as const;

function leaves(body: Uint8Array | undefined): ReadonlyMap<string, string> | undefined {
  const text = decode(body);
  return text === undefined ? undefined : xmlLeaves(text);
}

function json(body: Uint8Array | undefined): unknown {
  const text = decode(body);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decode(body: Uint8Array | undefined): string | undefined {
  try {
    return body && new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function stringAt(value: unknown, name: string): string | undefined {
  const found = memberOf(value, name);
  return typeof found === "string" ? found : undefined;
}
