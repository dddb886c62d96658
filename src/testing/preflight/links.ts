// Rules about links: those that lead nowhere from a mail, and those that anyone on the way can read.
import { trimUrl } from "../../mail/html/urls.ts";
import { type Found, linesOf, quoted } from "./finding.ts";
import type { HtmlView } from "./html-view.ts";
import { hasPlaceholder, unescapedUrl } from "./leftovers.ts";
import type { MailView, Rule } from "./mail-view.ts";

/** Rules about links. */
export const linkRules: readonly Rule[] = [
  {
    name: "link-broken",
    severity: "error",
    source: "WHATWG URL s4.4; WHATWG HTML s7.4.6.4; RFC 6761 s6",
    look: broken,
  },
  {
    name: "link-insecure",
    severity: "warning",
    source: "RFC 7258 s2; W3C TAG, Securing the Web",
    look: insecure,
  },
];

function* broken({ html, references }: MailView): Iterable<Found> {
  if (html === undefined) return;
  const page = pageOf(html);
  const lineAt = linesOf(html.source);
  for (const { name, attributes, line } of html.tags) {
    const href = attributes.get("href");
    if ((name !== "a" && name !== "area") || href === undefined || hasPlaceholder(unescapedUrl(href))) continue;
    const why = faultOf(trimUrl(href), page);
    if (why !== undefined) yield { path: ["html"], line, message: `the link ${quoted(href)} ${why}` };
  }
  for (const { url, start } of references) {
    if (hasPlaceholder(unescapedUrl(url))) continue;
    const why = loadFault(url, page);
    if (why !== undefined) {
      yield { path: ["html"], line: lineAt(start), message: `what is shown from ${quoted(url)} ${why}` };
    }
  }
}

interface Page {
  /** What `#…` can lead to. */
  readonly anchors: ReadonlySet<string>;
  readonly hasBase: boolean;
}

function pageOf({ tags }: HtmlView): Page {
  const anchors = new Set<string>();
  let hasBase = false;
  for (const { name, attributes } of tags) {
    const names = name === "a" ? [attributes.get("id"), attributes.get("name")] : [attributes.get("id")];
    for (const anchor of names) if (anchor !== undefined) anchors.add(anchor);
    if (name === "base" && /^https?:/i.test(attributes.get("href") ?? "")) hasBase = true;
  }
  return { anchors, hasBase };
}

function faultOf(url: string, page: Page): string | undefined {
  if (url === "" || url === "#") return "leads nowhere";
  if (url.startsWith("#")) return anchorFault(url.slice(1), page);
  const scheme = schemeOf(url);
  if (scheme === undefined) return page.hasBase ? undefined : "has no https:// – a mail has no base address";
  // A mail reader runs no script and opens no file of the reader's machine.
  if (["javascript", "vbscript", "data", "file", "blob", "about"].includes(scheme)) {
    return `begins with ${scheme}:, which no mail reader opens`;
  }
  return hostFault(url, scheme);
}

// HTML s7.4.6.4: "top" always leads to the top.
function anchorFault(name: string, { anchors }: Page): string | undefined {
  const isThere = anchors.has(name) || anchors.has(decoded(name)) || name.toLowerCase() === "top";
  return isThere ? undefined : "leads to a place that the html does not have";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// Names of files and scripts are for links alone; what is loaded may be in the mail.
function loadFault(url: string, page: Page): string | undefined {
  const scheme = schemeOf(url);
  if (url.startsWith("#")) return undefined;
  if (scheme === undefined) return page.hasBase ? undefined : "has no https:// – a mail has no base address";
  if (scheme === "file") return "is a file on your machine";
  return hostFault(url, scheme);
}

function schemeOf(url: string): string | undefined {
  return /^([a-z][a-z0-9+.-]{0,40}):/i.exec(url)?.[1]?.toLowerCase();
}

function hostFault(url: string, scheme: string): string | undefined {
  if (scheme !== "http" && scheme !== "https") return undefined;
  if (!URL.canParse(url)) return "is not a URL";
  return isPrivate(new URL(url).hostname) ? "leads to a machine that readers cannot reach" : undefined;
}

// RFC 6761 s6 (special names), RFC 6762 s3 (.local), RFC 1918 s3, RFC 1122 s3.2.1.3 and RFC 4193 s3 (addresses).
const PRIVATE =
  /^(?:(?:.{1,250}\.)?(?:localhost|local|test|invalid|internal)|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|169\.254\.[\d.]+|0\.0\.0\.0|\[::1?\]|\[f[cd][0-9a-f:]+\])$/;

function isPrivate(host: string): boolean {
  return PRIVATE.test(host.replace(/\.$/, "")) || (!host.includes(".") && !host.startsWith("["));
}

const TEXT_LINK = /\bhttp:\/\/[^\s<>"]{1,2000}/gi;

function* insecure({ html, mail, references }: MailView): Iterable<Found> {
  const hint = "write https:";
  const lineAt = linesOf(mail.html ?? "");
  for (const { name, attributes, line } of html?.tags ?? []) {
    const url = trimUrl(attributes.get(name === "form" ? "action" : "href") ?? "");
    if (!["a", "area", "form"].includes(name) || !isPlain(url)) continue;
    yield { path: ["html"], line, message: `the link ${quoted(url)} is not encrypted`, hint };
  }
  for (const { url, start } of references) {
    if (!isPlain(url)) continue;
    yield {
      path: ["html"],
      line: lineAt(start),
      message: `what is shown from ${quoted(url)} is not encrypted on its way`,
      hint,
    };
  }
  const { text = "" } = mail;
  const textLineAt = linesOf(text);
  for (const { 0: url, index } of text.matchAll(TEXT_LINK)) {
    if (!isPlain(url)) continue;
    yield { path: ["text"], line: textLineAt(index), message: `the link ${quoted(url)} is not encrypted`, hint };
  }
}

// A link that cannot be reached is reported as such only.
function isPlain(url: string): boolean {
  return /^http:/i.test(url) && URL.canParse(url) && !isPrivate(new URL(url).hostname);
}
