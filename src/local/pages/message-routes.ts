// Messages over HTTP: lists, single messages in every view, their files, and forgetting them.
import { deliveredBytes } from "../delivered.ts";
import { findMessages } from "../message-filter.ts";
import type { MessageFilter, StoredMessage } from "../model.ts";
import { parsedMail } from "../parsed-mail.ts";
import { clearInbox } from "../reset.ts";
import { removeMessages } from "../taking.ts";
import { download, jsonAnswer, mailDocument } from "./answers.ts";
import { lintJson } from "./check-json.ts";
import { hostOf } from "./guard.ts";
import { shownHtml } from "./mail-html.ts";
import { entryJson, messageJson } from "./message-json.ts";
import { FILTER_PARAMETERS, filterOf, oneValue } from "./message-query.ts";
import { BadRequest, type Route, type Visit } from "./route.ts";
import { structureJson } from "./structure-json.ts";

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
  return download(file.content, type, file.filename ?? `part-${index}`);
}
