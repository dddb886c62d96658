// The html of a mail for showing: images that the message brings along are shown, by their routes here; everything
// else stays as the author wrote it, and the policy of the answer keeps it from being loaded.
import { cidOf } from "../../message/cid-references.ts";
import type { ParsedMail } from "../parsed-mail.ts";
import { partPath } from "./message-json.ts";

/**
 * The document to show.
 *
 * @param origin - of this endpoint, such as `http://127.0.0.1:8025`: a mail may set a base of its own
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
  const { loadedPlaces, replaceUrls } = await import("../../html/references.ts");
  return replaceUrls(html, loadedPlaces(html), (url) => {
    const part = parts.get(cidOf(url) ?? "");
    const fragment = url.indexOf("#");
    return part === undefined || fragment < 0 ? part : part + escaped(url.slice(fragment));
  });
}

// A fragment stays within the quotes or the parentheses that the URL stands in.
function escaped(fragment: string): string {
  return fragment.replace(/["'()\\\s]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
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
