// What an html document loads to be shown: images, style sheets and more, where it is, and how it is replaced.
// WHATWG HTML (attributes), CSS Syntax Level 3 (url). Links that a person follows are not among it.
import { type HtmlAttribute, type HtmlTag, readHtml, valueRange } from "./reader.ts";
import { type CssUrl, cssUrls, type PlacedUrl, srcsetUrls, trimUrl } from "./urls.ts";

/** How the value of an attribute refers to something: by one URL, by a list, or by a style. */
type AttributeKind = "attribute" | "srcset" | "css-attribute";

/** A stretch of the html that holds URLs: the value of an attribute with its quotes, or the text of a style element. */
export interface UrlPlace {
  readonly start: number;
  readonly end: number;
  /** The decoded value, or the style's text; the offsets of `urls` are offsets in it. */
  readonly text: string;
  readonly urls: readonly PlacedUrl[];
  readonly kind: AttributeKind | "css";
}

type KindOf = (tag: HtmlTag, attribute: string) => AttributeKind | undefined;

// Attributes whose URL is loaded, on whatever element. VML, which old Outlook reads, has a src too.
const ANYWHERE = new Map<string, AttributeKind>([
  ["src", "attribute"],
  ["background", "attribute"],
  ["poster", "attribute"],
  ["srcset", "srcset"],
  ["imagesrcset", "srcset"],
  ["style", "css-attribute"],
]);

// The href of an anchor is followed by a person, and not loaded.
const LOADED_HREF = new Set(["link", "image", "feimage", "use"]);

function loadedKind({ name }: HtmlTag, attribute: string): AttributeKind | undefined {
  if (attribute === "href" || attribute === "xlink:href") return LOADED_HREF.has(name) ? "attribute" : undefined;
  if (attribute === "data") return name === "object" ? "attribute" : undefined;
  return ANYWHERE.get(attribute);
}

// Elements whose src is an image. In html, "image" is another word for img (s13.2.6.4.7); VML is what old Outlook draws with.
const SRC = new Set(["img", "image", "input", "v:fill", "v:image", "v:imagedata"]);
const SRCSET = new Set(["img", "source"]);
const IMAGE_HREF = new Set(["image", "feimage"]);

function imageKind({ name, attributes }: HtmlTag, attribute: string): AttributeKind | undefined {
  if (attribute === "style") return "css-attribute";
  if (attribute === "background" || (attribute === "poster" && name === "video")) return "attribute";
  if (attribute === "srcset") return SRCSET.has(name) ? "srcset" : undefined;
  if (attribute === "href" || attribute === "xlink:href") return IMAGE_HREF.has(name) ? "attribute" : undefined;
  const isImage = name !== "input" || attributes.get("type")?.value.toLowerCase() === "image";
  return attribute === "src" && SRC.has(name) && isImage ? "attribute" : undefined;
}

/** The places whose URLs a reader loads to show the document, in the order of the source. Linear in its length. */
export function loadedPlaces(html: string): readonly UrlPlace[] {
  return placesOf(html, loadedKind, ["import", "value"]);
}

/** The places that name images. */
export function imagePlaces(html: string): readonly UrlPlace[] {
  return placesOf(html, imageKind, ["value"]);
}

function placesOf(html: string, kindOf: KindOf, uses: readonly CssUrl["use"][]): readonly UrlPlace[] {
  const places: UrlPlace[] = [];
  const add = (place: Omit<UrlPlace, "urls">, urls: readonly PlacedUrl[]) => {
    const found = urls.map((one) => ({ url: trimUrl(one.url), start: one.start, end: one.end }));
    const named = found.filter(({ url }) => url !== "");
    if (named.length > 0) places.push({ ...place, urls: named });
  };
  const addAttribute = (tag: HtmlTag, attribute: HtmlAttribute) => {
    const kind = kindOf(tag, attribute.name);
    const range = kind === undefined ? undefined : valueRange(html, attribute);
    if (kind === undefined || range === undefined) return;
    add({ ...range, text: attribute.value, kind }, valueUrls(kind, attribute.value));
  };
  readHtml(html, {
    conditionals: "markup",
    tag: (tag) => {
      for (const attribute of tag.attributes.values()) addAttribute(tag, attribute);
    },
    style: ({ start, end }) => {
      const text = html.slice(start, end);
      const urls = cssUrls(text).filter(({ use }) => uses.includes(use));
      add({ start, end, text, kind: "css" }, urls);
    },
  });
  return places;
}

function valueUrls(kind: AttributeKind, value: string): readonly PlacedUrl[] {
  if (kind === "srcset") return srcsetUrls(value);
  return kind === "css-attribute" ? cssUrls(value) : [{ url: value, start: 0, end: value.length }];
}

/** One URL that a document loads. */
export interface HtmlReference {
  readonly url: string;
  /** Offset in the html: of the URL, or of the value that holds it in other characters. */
  readonly start: number;
}

/**
 * Everything that a reader loads to show an html document, in the order of the source.
 *
 * @example
 * htmlReferences('<img src="cid:logo">'); // [{ url: "cid:logo", start: 10 }]
 */
export function htmlReferences(html: string): readonly HtmlReference[] {
  return loadedPlaces(html).flatMap(({ start, end, text, urls, kind }) => {
    const from = kind !== "css" && /["']/.test(html.charAt(start)) ? start + 1 : start;
    const isPlain = html.startsWith(text, from) && from + text.length <= end;
    return urls.map((one) => ({ url: one.url, start: isPlain ? from + one.start : from }));
  });
}

/**
 * The html with other URLs at its places. Nothing else changes: a place is rewritten when one of its URLs is replaced.
 *
 * @param replacement - what to write there instead, undefined to leave a URL as it is
 */
export function replaceUrls(
  html: string,
  places: readonly UrlPlace[],
  replacement: (url: string) => string | undefined,
): string {
  const pieces: string[] = [];
  let done = 0;
  for (const place of places) {
    const text = replacedText(place, replacement);
    if (text === undefined) continue;
    const quote = html[place.start] === "'" ? "'" : '"';
    pieces.push(html.slice(done, place.start), place.kind === "css" ? text : quote + escapeValue(text, quote) + quote);
    done = place.end;
  }
  pieces.push(html.slice(done));
  return pieces.join("");
}

function replacedText({ text, urls }: UrlPlace, replacement: (url: string) => string | undefined): string | undefined {
  const pieces: string[] = [];
  let done = 0;
  for (const { url, start, end } of urls) {
    const replaced = replacement(url);
    if (replaced === undefined) continue;
    pieces.push(text.slice(done, start), replaced);
    done = end;
  }
  if (pieces.length === 0) return undefined;
  pieces.push(text.slice(done));
  return pieces.join("");
}

// WHATWG HTML s13.1.2.3: in quotes, an ampersand and the quote itself are written as references.
function escapeValue(text: string, quote: string): string {
  return text.replaceAll("&", "&amp;").replaceAll(quote, quote === '"' ? "&quot;" : "&#39;");
}
