// What an answer of SES says, for both APIs: an id, a quota, or an error. Trusts nothing that is not whole.
import type { QuotaNumbers } from "../core/transport.ts";
import type { SesApi, WireAnswer } from "./wire.ts";

/** An error as the service words it. */
export interface ServiceError {
  /** Without namespace, address or an `Exception` of the kind only one API adds; `Unknown` when unreadable. */
  readonly code: string;
  readonly text: string;
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

/**
 * The error of an answer that is not a success, in whichever form it came: what is in front of the service (a gateway, a
 * proxy, another emulator) answers in its own form.
 */
export function readError({ headers, body }: WireAnswer): ServiceError {
  const { code, text } = jsonError(json(body)) ?? xmlError(leaves(body)) ?? {};
  return { code: plainCode(headers["x-amzn-errortype"]) ?? plainCode(code) ?? "Unknown", text: text ?? "" };
}

interface Loose {
  readonly code?: string | undefined;
  readonly text?: string | undefined;
}

// Elements of other namespaces' prefixes count by their local name, and `<Code>` may be in `<Error>` alone: readers of
// the SDKs take both. What has no `<Code>` is named by its root, as in `<AccessDeniedException><Message>`.
function xmlError(found: ReadonlyMap<string, string> | undefined): Loose | undefined {
  if (found === undefined) return undefined;
  let [root, code, text]: (string | undefined)[] = [];
  for (const [path, value] of found) {
    const names = path.split("/").map((name) => name.slice(name.lastIndexOf(":") + 1));
    root ??= names[0];
    const last = names.at(-1);
    if (last === "Code" || last === "code") code ??= value;
    if (last === "Message" || last === "message") text ??= value;
  }
  return { code: code ?? (root !== undefined && ROOT.test(root) ? root : undefined), text };
}

const ROOT = /^[A-Z][A-Za-z0-9]*Exception$/;

const CODES = ["__type", "code", "Code"] as const;
const TEXTS = ["message", "Message"] as const;

function jsonError(value: unknown): Loose | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const nested = memberOf(value, "Error") ?? memberOf(value, "error");
  return {
    code: firstString(value, CODES) ?? firstString(nested, CODES),
    text: firstString(value, TEXTS) ?? firstString(nested, TEXTS),
  };
}

function firstString(value: unknown, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = stringAt(value, name);
    if (found !== undefined && found !== "") return found;
  }
  return undefined;
}

// REST-JSON codes may be written as `namespace#Code:http://address`.
function plainCode(code: string | undefined): string | undefined {
  const bare = code?.split(":")[0]?.split("#").at(-1)?.trim() ?? "";
  return /^[A-Za-z][A-Za-z0-9._-]{0,127}$/.test(bare) ? bare : undefined;
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

// Reads the small XML documents that SES answers with: the text of each leaf by its path. Refuses what is not whole.

const ENTITIES = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]*$/;
const MAX_DEPTH = 32;

/**
 * @returns path of element names joined by `/` -> text of the first leaf there; undefined when the text is not whole,
 * well-formed document. Comments, CDATA and DOCTYPE do not occur in answers of SES and are refused.
 * @example
 * xmlLeaves("<A><B>1</B></A>"); // Map { "A/B" => "1" }
 */
export function xmlLeaves(xml: string): ReadonlyMap<string, string> | undefined {
  const leaves = new Map<string, string>();
  const open: string[] = [];
  let at = skipDeclaration(xml);
  let text = "";
  let leaf = false;
  let rooted = false;
  while (at >= 0 && at < xml.length) {
    const tag = xml.indexOf("<", at);
    const between = xml.slice(at, tag < 0 ? xml.length : tag);
    if (open.length === 0 && between.trim() !== "") return undefined;
    text = between;
    if (tag < 0) break;
    const end = xml.indexOf(">", tag);
    if (end < 0) return undefined;
    const inside = xml.slice(tag + 1, end);
    at = end + 1;
    if (inside.startsWith("/")) {
      const value = leaf ? unescaped(text) : "";
      if (value === undefined || inside.slice(1).trim() !== open.at(-1)) return undefined;
      if (leaf) keepFirst(leaves, open.join("/"), value);
      open.pop();
      leaf = false;
      continue;
    }
    const name = elementName(inside);
    if (name === undefined || open.length >= MAX_DEPTH || (open.length === 0 && rooted)) return undefined;
    rooted = true;
    if (inside.endsWith("/")) keepFirst(leaves, [...open, name].join("/"), "");
    else open.push(name);
    leaf = !inside.endsWith("/");
  }
  return rooted && open.length === 0 ? leaves : undefined;
}

// XML 1.0 s2.8: the declaration is at the very start or absent.
function skipDeclaration(xml: string): number {
  const start = xml.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (!xml.startsWith("<?xml", start)) return start;
  const end = xml.indexOf("?>", start);
  return end < 0 ? -1 : end + 2;
}

function elementName(inside: string): string | undefined {
  const body = inside.endsWith("/") ? inside.slice(0, -1) : inside;
  const space = body.search(/[ \t\r\n]/);
  const name = space < 0 ? body : body.slice(0, space);
  return NAME.test(name) ? name : undefined;
}

function keepFirst(leaves: Map<string, string>, path: string, value: string): void {
  if (!leaves.has(path)) leaves.set(path, value);
}

function unescaped(text: string): string | undefined {
  if (!text.includes("&")) return text;
  const [head = "", ...rest] = text.split("&");
  let value = head;
  for (const piece of rest) {
    const end = piece.indexOf(";");
    const character = end < 0 ? undefined : reference(piece.slice(0, end));
    if (character === undefined) return undefined;
    value += character + piece.slice(end + 1);
  }
  return value;
}

function reference(name: string): string | undefined {
  if (!name.startsWith("#")) return ENTITIES.get(name);
  const hex = /^#x([0-9a-f]{1,6})$/i.exec(name)?.[1];
  const decimal = /^#([0-9]{1,7})$/.exec(name)?.[1];
  const point = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
