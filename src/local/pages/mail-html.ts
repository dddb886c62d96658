// The html of a mail for showing: images that the message brings along are shown, by their routes here; everything
// else stays as the author wrote it, and the policy of the answer keeps it from being loaded.
import { cidOf, htmlReferences } from "../../message/html-references.ts";
import type { ParsedMail } from "../inbox/parsed-mail.ts";
import { partPath } from "./message-json.ts";

/**
 * The document to show.
 *
 * @param origin - of this endpoint, such as `http://127.0.0.1:8025`: a mail may set a base of its own
 */
export function shownHtml(mail: ParsedMail, id: string, origin: string): string {
  const html = mail.html ?? "";
  const parts = new Map<string, string>();
  for (const [index, { cid }] of mail.attachments.entries()) {
    if (cid !== undefined && !parts.has(cid)) parts.set(cid, `${origin}${partPath(id, index)}`);
  }
  return withBase(withParts(html, parts));
}

function withParts(html: string, parts: ReadonlyMap<string, string>): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { url, start, end } of htmlReferences(html)) {
    const part = parts.get(cidOf(url) ?? "");
    if (part === undefined || start < done) continue;
    const fragment = url.indexOf("#");
    pieces.push(html.slice(done, start), part, fragment < 0 ? "" : url.slice(fragment));
    done = end;
  }
  pieces.push(html.slice(done));
  return pieces.join("");
}

// Links open in a tab of their own. The element comes first, so that it wins over the author's; behind the document
// type, so that the document keeps its mode.
function withBase(html: string): string {
  const at = doctypeEnd(html);
  return `${html.slice(0, at)}<base target="_blank">${html.slice(at)}`;
}

// WHATWG HTML s13.2.6.4.1: only white space and comments stand before a document type.
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
