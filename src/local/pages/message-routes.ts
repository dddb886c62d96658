// Messages over HTTP: lists, single messages in every view, their files, and forgetting them.

import { deliveredBytes } from "../inbox/delivered.ts";
import { FILTER_NAMES, findMessages } from "../inbox/filter.ts";
import { parsedMail } from "../inbox/read-mail.ts";
import { clearInbox, removeMessages } from "../inbox/store.ts";
import { MESSAGE_KINDS, type MessageFilter, type MessageKind, type StoredMessage } from "../model/message.ts";
import { download, jsonAnswer, mailDocument } from "./answers.ts";
import { hostOf } from "./guard.ts";
import { entryJson, lintJson, messageJson, shownHtml, structureJson } from "./message-views.ts";
import { BadRequest, type Route, type Visit } from "./route.ts";

/** The parameters that narrow a list of messages. */
const FILTER_PARAMETERS: readonly string[] = FILTER_NAMES;

/** The routes of messages. `latest` in place of an id is the newest message, of those that the query asks for. */
export const messageRoutes: readonly Route[] = [
  { method: "GET", path: "/_local/messages", query: [...FILTER_PARAMETERS, "limit"], answer: listMessages },
  { method: "DELETE", path: "/_local/messages", answer: deleteAll },
  view("", async (visit) => jsonAnswer(await messageJson(one(visit)))),
  { method: "DELETE", path: "/_local/messages/{id}", answer: deleteOne },
  view("/structure", (visit) => jsonAnswer(structureJson(one(visit)))),
  view("/lint", async (visit) => jsonAnswer(await lintJson(one(visit)))),
  view("/html", showHtml),
  { ...view("/raw", rawMessage), query: [...FILTER_PARAMETERS, "as"] },
  view("/parts/{index}", part),
];

function view(path: string, answer: Route["answer"]): Route {
  return { method: "GET", path: `/_local/messages/{id}${path}`, query: FILTER_PARAMETERS, answer };
}

function one({ state, parameters, url }: Visit): StoredMessage {
  const id = parameters.get("id") ?? "";
  if (id === "latest") return newest(state, filterOf(url.searchParams));
  const filter = FILTER_PARAMETERS.find((name) => url.searchParams.has(name));
  if (filter !== undefined)
    throw new BadRequest(`${filter} goes with /_local/messages and /_local/messages/latest only.`);
  const message = state.messages.get(id);
  if (message === undefined) throw new BadRequest("There is no message with this id.", 404);
  return message;
}

function newest(state: Visit["state"], filter: MessageFilter): StoredMessage {
  const message = findMessages(state, filter).at(-1);
  if (message === undefined) throw new BadRequest("There is no such message.", 404);
  return message;
}

const defaultLimit = 1_000;

function listMessages({ state, url: { searchParams } }: Visit): Response {
  const limit = Number(oneValue(searchParams, "limit") ?? defaultLimit);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new BadRequest("limit has to be a whole number from 1.");
  const found = findMessages(state, filterOf(searchParams));
  return jsonAnswer({ total: found.length, messages: found.slice(-limit).map(entryJson) });
}

async function deleteAll({ state }: Visit): Promise<Response> {
  await clearInbox(state);
  return jsonAnswer({ total: 0, messages: [] });
}

async function deleteOne(visit: Visit): Promise<Response> {
  await removeMessages(visit.state, [one(visit).id]);
  return jsonAnswer({ total: visit.state.messages.size });
}

async function showHtml(visit: Visit): Promise<Response> {
  const message = one(visit);
  const origin = `http://${hostOf(visit.request)}`;
  const html = await shownHtml(parsedMail(message), message.id, origin);
  // CSP Level 3 s2.3.1: a source is a name or an IPv4 address; for IPv6 there is only the origin as a whole.
  const parts = origin.includes("[") ? "'self'" : `${origin}/_local/messages/${message.id}/parts/`;
  return mailDocument(html, parts);
}

function rawMessage(visit: Visit): Response {
  const message = one(visit);
  const as = oneValue(visit.url.searchParams, "as") ?? "sent";
  if (as !== "sent" && as !== "delivered") throw new BadRequest("as has to be sent or delivered.");
  const bytes = as === "delivered" ? deliveredBytes(message) : message.raw;
  return download(bytes, "message/rfc822", `${message.id}.eml`);
}

// Types a browser shows as an image. Everything else is octets to save.
const IMAGES = /^image\/(png|jpe?g|gif|webp|avif|bmp|svg\+xml|x-icon)$/;

function part(visit: Visit): Response {
  const index = visit.parameters.get("index") ?? "";
  const { attachments } = parsedMail(one(visit));
  const file = /^\d{1,5}$/.test(index) ? attachments[Number(index)] : undefined;
  if (file === undefined) throw new BadRequest("The message has no part with this number.", 404);
  const type = IMAGES.test(file.type) ? file.type : "application/octet-stream";
  return download(file.content(), type, file.filename ?? `part-${index}`);
}

const TEXTS = ["id", "to", "cc", "bcc", "from", "subject", "text", "configurationSet", "region", "after"] as const;
const LISTS = ["tag", "header"] as const;
const TIMES = ["since", "before"] as const;
const SWITCHES = ["hasAttachment", "latest"] as const;

/** The filter that a query asks for. @throws BadRequest for a value that cannot be used */
function filterOf(query: URLSearchParams): MessageFilter {
  const filter: { -readonly [name in keyof MessageFilter]: MessageFilter[name] } = {};
  for (const name of TEXTS) {
    const value = oneValue(query, name);
    if (value !== undefined) filter[name] = value;
  }
  for (const name of LISTS) if (query.has(name)) filter[name] = query.getAll(name);
  for (const name of TIMES) {
    const value = oneValue(query, name);
    if (value !== undefined) filter[name] = timeOf(name, value);
  }
  for (const name of SWITCHES) {
    const value = oneValue(query, name);
    if (value !== undefined) filter[name] = switchOf(name, value);
  }
  const kind = oneValue(query, "kind");
  if (kind !== undefined) filter.kind = kindOf(kind);
  return filter;
}

/** The one value of a parameter; undefined without one. @throws BadRequest for several */
export function oneValue(query: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = query.getAll(name);
  if (others.length > 0) throw new BadRequest(`${name} is given ${others.length + 1} times; it takes one value.`);
  return value;
}

function timeOf(name: string, value: string): Date {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) throw new BadRequest(`${name} has to be a time such as 2026-03-01T10:00:00Z.`);
  return time;
}

// `?latest` alone says it all.
function switchOf(name: string, value: string): boolean {
  if (value === "" || value === "true") return true;
  if (value === "false") return false;
  throw new BadRequest(`${name} has to be true or false.`);
}

function kindOf(value: string): MessageKind {
  const kind = MESSAGE_KINDS.find((known) => known === value);
  if (kind === undefined) throw new BadRequest(`kind has to be one of ${MESSAGE_KINDS.join(", ")}.`);
  return kind;
}
