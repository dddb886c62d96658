// Messages over HTTP: lists, single messages in every view, their files, and forgetting them.
import { deliveredBytes } from "../delivered.ts";
import { matcher } from "../message-filter.ts";
import type { MessageFilter, StoredMessage } from "../model.ts";
import { parsedMail } from "../parsed-mail.ts";
import { clearInbox } from "../reset.ts";
import { removeMessages } from "../taking.ts";
import { download, jsonAnswer, mailDocument } from "./answers.ts";
import { lintJson } from "./check-json.ts";
import { hostOf } from "./guard.ts";
import { shownHtml } from "./mail-html.ts";
import { entryJson, messageJson } from "./message-json.ts";
import { BadRequest, type Route, type Visit } from "./route.ts";
import { structureJson } from "./structure-json.ts";

/** The routes of messages. */
export const messageRoutes: readonly Route[] = [
  { method: "GET", path: "/_local/messages", answer: listMessages },
  { method: "DELETE", path: "/_local/messages", answer: deleteAll },
  { method: "GET", path: "/_local/messages/{id}", answer: (visit) => jsonAnswer(messageJson(one(visit))) },
  { method: "DELETE", path: "/_local/messages/{id}", answer: deleteOne },
  { method: "GET", path: "/_local/messages/{id}/structure", answer: (visit) => jsonAnswer(structureJson(one(visit))) },
  {
    method: "GET",
    path: "/_local/messages/{id}/lint",
    answer: async (visit) => jsonAnswer(await lintJson(one(visit))),
  },
  { method: "GET", path: "/_local/messages/{id}/html", answer: showHtml },
  { method: "GET", path: "/_local/messages/{id}/raw", answer: rawMessage },
  { method: "GET", path: "/_local/messages/{id}/parts/{index}", answer: part },
];

function one({ state, parameters }: Visit): StoredMessage {
  const message = state.messages.get(parameters.get("id") ?? "");
  if (message === undefined) throw new BadRequest("There is no message with this id.", 404);
  return message;
}

const defaultLimit = 1_000;

function listMessages({ state, url }: Visit): Response {
  const found = [...state.messages.values()].filter(matcher(state, filterOf(url.searchParams)));
  const limit = Number(url.searchParams.get("limit") ?? defaultLimit);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new BadRequest("limit has to be a whole number from 1.");
  return jsonAnswer({ total: found.length, messages: found.slice(-limit).map(entryJson) });
}

const CONDITIONS = ["to", "from", "subject", "text", "region", "after"] as const;

function filterOf(query: URLSearchParams): MessageFilter {
  const filter: { -readonly [name in keyof MessageFilter]: MessageFilter[name] } = {};
  for (const name of CONDITIONS) {
    const value = query.get(name);
    if (value !== null) filter[name] = value;
  }
  const since = query.get("since");
  if (since === null) return filter;
  const time = new Date(since);
  if (Number.isNaN(time.getTime())) throw new BadRequest("since has to be a time such as 2026-03-01T10:00:00Z.");
  return { ...filter, since: time };
}

async function deleteAll({ state }: Visit): Promise<Response> {
  await clearInbox(state);
  return jsonAnswer({ total: 0, messages: [] });
}

async function deleteOne(visit: Visit): Promise<Response> {
  await removeMessages(visit.state, [one(visit).id]);
  return jsonAnswer({ total: visit.state.messages.size });
}

function showHtml(visit: Visit): Response {
  const message = one(visit);
  const origin = `http://${hostOf(visit.request)}`;
  const html = shownHtml(parsedMail(message), message.id, origin);
  // CSP Level 3 s2.3.1: a source is a name or an IPv4 address; for IPv6 there is only the origin as a whole.
  const parts = origin.includes("[") ? "'self'" : `${origin}/_local/messages/${message.id}/parts/`;
  return mailDocument(html, parts);
}

function rawMessage(visit: Visit): Response {
  const message = one(visit);
  const bytes = visit.url.searchParams.get("as") === "delivered" ? deliveredBytes(message) : message.raw;
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
  return download(file.content, type, file.filename ?? `part-${index}`);
}
