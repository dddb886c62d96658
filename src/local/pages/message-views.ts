// Views of a message: JSON, its MIME tree, its html, and what the checks say about it. Images that the message contains
// are shown by their routes here; everything else stays as its author wrote it, and the policy of the answer keeps it
// from being loaded.
import { formatPath } from "../../issues/wording.ts";
import { lintRaw } from "../../mail/limits/lint-raw.ts";
import { sesV1, sesV2 } from "../../mail/limits/profiles.ts";
import { cidOf } from "../../mail/message/cid-references.ts";
import type { ReadFile } from "../../mail/read/message.ts";
import type { RawPart } from "../../mail/read/outline.ts";
import { pathOf } from "../../mail/read/walk.ts";
import { deliveredBytes } from "../inbox/delivered.ts";
import { type ParsedMail, parsedMail } from "../inbox/read-mail.ts";
import { readView } from "../inbox/view.ts";
import type { StoredMessage } from "../model/message.ts";
import { outcomesOf } from "../notify/notify.ts";
import type { EntryJson, FileJson, FindingJson, LintJson, MessageJson, NodeJson, StructureJson } from "./api.ts";

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
function partPath(id: string, index: number): string {
  return `/_local/messages/${encodeURIComponent(id)}/parts/${index}`;
}

function fileJson(id: string, file: ReadFile, index: number): FileJson {
  return {
    filename: file.filename ?? null,
    type: file.type,
    disposition: file.disposition ?? null,
    cid: file.cid ?? null,
    size: file.content().length,
    url: partPath(id, index),
  };
}

// The reader of html is large, and loaded when a message is opened.
async function remoteReferences(html: string): Promise<number> {
  const { htmlReferences } = await import("../../mail/html/references.ts");
  return htmlReferences(html).filter(({ url }) => /^(https?:)?\/\//i.test(url)).length;
}

/** Every part, holders before what they hold. */
export function structureJson({ raw }: StoredMessage): StructureJson {
  const nodes = readView(raw).parts.map((visit) => nodeJson(visit.part, pathOf(visit).length));
  return { nodes };
}

function nodeJson(part: RawPart, depth: number): NodeJson {
  return {
    depth,
    type: part.type,
    encoding: part.encoding,
    disposition: part.disposition ?? null,
    filename: part.filename ?? null,
    headBytes: part.bodyStart - part.headStart,
    bodyBytes: part.bodyEnd - part.bodyStart,
    defects: [...new Set(part.defects.map(({ kind }) => kind))],
  };
}

/**
 * The document to show.
 *
 * @param origin - of this endpoint, such as `http://127.0.0.1:8025`: a mail may set its own base
 */
export async function shownHtml(mail: ParsedMail, id: string, origin: string): Promise<string> {
  const html = mail.html ?? "";
  const parts = new Map<string, string>();
  for (const [index, { cid }] of mail.attachments.entries()) {
    if (cid !== undefined && !parts.has(cid)) parts.set(cid, `${origin}${partPath(id, index)}`);
  }
  return withBase(await withParts(html, parts));
}

async function withParts(html: string, parts: ReadonlyMap<string, string>): Promise<string> {
  const { loadedPlaces, replaceUrls } = await import("../../mail/html/references.ts");
  return replaceUrls(html, loadedPlaces(html), (url) => {
    const part = parts.get(cidOf(url) ?? "");
    const fragment = url.indexOf("#");
    return part === undefined || fragment < 0 ? part : part + escaped(url.slice(fragment));
  });
}

// A fragment stays within the quotes or the parentheses that the URL is written in.
function escaped(fragment: string): string {
  return fragment.replace(/["'()\\\s]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

// Links open in a new tab. The element comes first, so that it wins over the author's; behind the document
// type, so that the document keeps its mode.
function withBase(html: string): string {
  const at = doctypeEnd(html);
  return `${html.slice(0, at)}<base target="_blank">${html.slice(at)}`;
}

// WHATWG HTML s13.2.6.4.1: only white space and comments precede a document type.
function doctypeEnd(html: string): number {
  let at = 0;
  for (;;) {
    while (at < html.length && /[\s\ufeff]/.test(html.charAt(at))) at++;
    if (!html.startsWith("<!--", at)) break;
    const end = html.indexOf("-->", at + 4);
    if (end < 0) return 0;
    at = end + 3;
  }
  if (html.slice(at, at + 9).toLowerCase() !== "<!doctype") return 0;
  const end = html.indexOf(">", at);
  return end < 0 ? 0 : end + 1;
}

const mostFindings = 200;

/** The findings, against the limits of the API that the message came in by. */
export async function lintJson(message: StoredMessage): Promise<LintJson> {
  const limits = message.action.startsWith("v2") ? sesV2 : sesV1;
  const findings = [
    ...serviceFindings(message),
    ...(await preflightFindings(message)),
    ...lintRaw(message.raw, limits).map(
      ({ code, severity, message: text, path, rfc, hint }): FindingJson => ({
        check: "lint",
        code,
        severity,
        message: text,
        place: formatPath(path),
        rfc: rfc ?? null,
        hint: hint ?? null,
      }),
    ),
  ];
  return { limits: limits.name, total: findings.length, findings: findings.slice(0, mostFindings) };
}

function serviceFindings({ notes }: StoredMessage): readonly FindingJson[] {
  return notes.map(({ code, severity, message, place, hint }) => ({
    check: "service",
    code,
    severity,
    message,
    place,
    rfc: null,
    hint: hint ?? null,
  }));
}

// Only of what a client sent: the endpoint's own mails have no author who could change them.
async function preflightFindings(message: StoredMessage): Promise<readonly FindingJson[]> {
  if (message.kind !== "sent") return [];
  const { problem } = parsedMail(message);
  if (problem !== undefined) return [unread(problem)];
  try {
    // Loaded when the first message is checked: sending needs none of it.
    const { preflight } = await import("../../testing/preflight/preflight.ts");
    const findings = await preflight(deliveredBytes(message));
    return findings.map(({ rule, severity, message: text, path, line, source, hint }) => ({
      check: "preflight",
      code: rule,
      severity,
      message: text,
      place: [formatPath(path), line === undefined ? "" : `line ${line}`].filter(Boolean).join(", "),
      rfc: source,
      hint: hint ?? null,
    }));
  } catch {
    return [unread("The message cannot be read.")];
  }
}

function unread(problem: string): FindingJson {
  const message = `preflight did not look at the message. ${problem}`;
  return { check: "preflight", code: "unread", severity: "warning", message, place: "", rfc: null, hint: null };
}
