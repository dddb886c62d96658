// Sends to an endpoint by its address, as a plain HTTP client does, and asks its JSON routes.
import { textOf } from "./helpers.ts";

/** Posts a form; throws what the endpoint says when it refuses. */
export async function call(url: string, form: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(`${url}/`, { method: "POST", body: new URLSearchParams(form) });
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  return body;
}

/** Sends raw bytes, or text whose LF become CRLF; gives the MessageId. */
export async function sendRaw(
  url: string,
  raw: string | Uint8Array,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const bytes = Buffer.from(typeof raw === "string" ? raw.replaceAll("\n", "\r\n") : raw);
  const answer = await call(url, { Action: "SendRawEmail", "RawMessage.Data": bytes.toString("base64"), ...more });
  return textOf(answer, "MessageId") ?? "";
}

/** A plain message. */
export function mail(
  fields: { from?: string; to?: string; subject?: string; text?: string; head?: string } = {},
): string {
  const { from = "ann@example.com", to = "bob@example.org", subject = "Hello", text = "Hi Bob", head = "" } = fields;
  return `From: ${from}\nTo: ${to}\nSubject: ${subject}\n${head}\n${text}\n`;
}

/** Gets JSON; throws for a status that is not expected. */
export async function getJson<T>(url: string, status = 200): Promise<T> {
  return jsonOf<T>(await fetch(url), status);
}

/** Posts JSON. */
export async function postJson<T>(url: string, body: unknown, status = 200): Promise<T> {
  const headers = { "content-type": "application/json" };
  return jsonOf<T>(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }), status);
}

async function jsonOf<T>(response: Response, status: number): Promise<T> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`${response.status} instead of ${status}: ${text}`);
  return JSON.parse(text) as T;
}
