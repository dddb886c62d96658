// Messages as JSON.
import type { AttachedFile } from "../attached-files.ts";
import type { StoredMessage } from "../model.ts";
import { outcomesOf } from "../notify/outcome.ts";
import { parsedMail } from "../parsed-mail.ts";
import type { EntryJson, FileJson, MessageJson } from "./api.ts";

/** A message in a list. */
export function entryJson(message: StoredMessage): EntryJson {
  const { id, kind, region, action, from, source, recipients, to, cc, bcc, subject } = message;
  const at = new Date(message.at).toISOString();
  return { id, kind, region, at, action, from, source, recipients, to, cc, bcc, subject, size: message.raw.length };
}

/** A message with its parts. */
export async function messageJson(message: StoredMessage): Promise<MessageJson> {
  const { headers, text, html, attachments, problem } = parsedMail(message);
  return {
    ...entryJson(message),
    feedbackTo: message.feedbackTo,
    accessKeyId: message.accessKeyId ?? null,
    tags: message.tags,
    configurationSet: message.configurationSet ?? null,
    outcomes: outcomesOf(message),
    headers,
    text: text ?? null,
    html: html ?? null,
    attachments: attachments.map((file, index) => fileJson(message.id, file, index)),
    remoteReferences: html === undefined ? 0 : await remoteReferences(html),
    problem: problem ?? null,
    notes: message.notes,
  };
}

/** The path of a file in a message, by its place in the list of files. */
export function partPath(id: string, index: number): string {
  return `/_local/messages/${encodeURIComponent(id)}/parts/${index}`;
}

function fileJson(id: string, file: AttachedFile, index: number): FileJson {
  return {
    filename: file.filename ?? null,
    type: file.type,
    disposition: file.disposition ?? null,
    cid: file.cid ?? null,
    size: file.content.length,
    url: partPath(id, index),
  };
}

async function remoteReferences(html: string): Promise<number> {
  const { htmlReferences } = await import("../../html/references.ts");
  return htmlReferences(html).filter(({ url }) => /^(https?:)?\/\//i.test(url)).length;
}
