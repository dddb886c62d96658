// What an html document refers to: images, style sheets and other things that a reader loads to show it.
// WHATWG HTML (attributes), CSS Syntax Level 3 (url), RFC 2392 (cid). Links that a person follows are not among them.
import { cssUrls } from "./css-references.ts";
import { type AttributeQuote, type HtmlAttribute, walkHtml } from "./html-tags.ts";
import { decodeHtmlValue, type HtmlValue } from "./html-value.ts";
import { srcsetUrls } from "./srcset.ts";

/** One URL in an html document. */
export interface Reference {
  /** Decoded: character references, CSS escapes and the white space that URL parsers skip are gone. */
  readonly url: string;
  /** Offsets of the raw text of the URL in the html, quotes excluded. */
  readonly start: number;
  readonly end: number;
  /** An attribute of one URL, a srcset, a style attribute, or a style element. */
  readonly context: "attribute" | "srcset" | "css-attribute" | "css";
  /** The quotes of the attribute; in a style element there are none. */
  readonly quote: AttributeQuote;
}

/** How the value of an attribute refers to something: by one URL, by a list, or by a style. */
export type AttributeKind = "attribute" | "srcset" | "css-attribute";

// Attributes whose URL is loaded, on whatever element. VML, which old Outlook reads, has a src too.
const ANYWHERE = new Map<string, AttributeKind>([
  ["src", "attribute"],
  ["background", "attribute"],
  ["poster", "attribute"],
  ["srcset", "srcset"],
  ["imagesrcset", "srcset"],
  ["style", "css-attribute"],
]);

// The href of an anchor is followed by a person, and not loaded: a file that it names stays a file.
const LOADED_HREF = new Set(["link", "image", "feimage", "use"]);

const WANTED = new Set([...ANYWHERE.keys(), "href", "xlink:href", "data"]);

/** How this attribute of this element refers to something; undefined when it does not. Names in lower case. */
export function attributeKind(element: string, attribute: string): AttributeKind | undefined {
  if (attribute === "href" || attribute === "xlink:href") return LOADED_HREF.has(element) ? "attribute" : undefined;
  if (attribute === "data") return element === "object" ? "attribute" : undefined;
  return ANYWHERE.get(attribute);
}

/** The places in the (decoded) value of an attribute that hold a URL. */
export function valueUrls(
  kind: AttributeKind,
  value: string,
): readonly { readonly url: string; readonly start: number; readonly end: number }[] {
  if (kind === "srcset") return srcsetUrls(value);
  return kind === "css-attribute" ? cssUrls(value) : [{ url: value, start: 0, end: value.length }];
}

/**
 * Everything that a reader loads to show an html document, in the order of the source. Linear in the length of the
 * html; never throws.
 *
 * @example
 * htmlReferences('<img src="cid:logo">'); // [{ url: "cid:logo", start: 10, end: 18, context: "attribute", quote: '"' }]
 */
export function htmlReferences(html: string): readonly Reference[] {
  const found: Reference[] = [];
  const add = (url: string, start: number, end: number, context: Reference["context"], quote: AttributeQuote) => {
    const trimmed = trimUrl(url);
    if (trimmed !== "") found.push({ url: trimmed, start, end, context, quote });
  };
  const attribute = (element: string, { name, start, end, quote }: HtmlAttribute) => {
    const kind = attributeKind(element, name);
    if (kind === undefined) return;
    const value: HtmlValue = decodeHtmlValue(html.slice(start, end));
    for (const place of valueUrls(kind, value.text)) {
      add(place.url, start + value.offset(place.start), start + value.offset(place.end), kind, quote);
    }
  };
  walkHtml(html, {
    wanted: WANTED,
    conditionals: "markup",
    tag: (element, attributes) => {
      for (const one of attributes.values()) attribute(element, one);
    },
    style: (start, end) => {
      for (const place of cssUrls(html.slice(start, end)))
        add(place.url, start + place.start, start + place.end, "css", "");
    },
  });
  return found;
}

/**
 * The Content-IDs that an html document refers to, percent-decoded, without `cid:`.
 *
 * @example
 * cidReferences('<td background="CID:logo%40example.com">'); // Set { "logo@example.com" }
 */
export function cidReferences(html: string): ReadonlySet<string> {
  const cids = new Set<string>();
  for (const { url } of htmlReferences(html)) {
    const cid = cidOf(url);
    if (cid !== undefined) cids.add(cid);
  }
  return cids;
}

/**
 * The Content-ID that a URL names, undefined for a URL of another scheme. RFC 2392 s2: the id is percent-encoded; all
 * of an id is ASCII. A fragment (as in an svg's sprite) is none of it.
 */
export function cidOf(url: string): string | undefined {
  if (!/^cid:/i.test(url)) return undefined;
  const [id = ""] = url.slice("cid:".length).split("#", 1);
  return id.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * A URL without the characters that URL parsers skip: controls and spaces at both ends, tabs and line ends anywhere.
 * WHATWG URL s4.4 (basic URL parser).
 */
export function trimUrl(url: string): string {
  let start = 0;
  let end = url.length;
  while (start < end && url.charCodeAt(start) <= 0x20) start++;
  while (end > start && url.charCodeAt(end - 1) <= 0x20) end--;
  return url.slice(start, end).replace(/[\t\n\r]+/g, "");
}
