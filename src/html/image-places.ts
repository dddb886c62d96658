// Where an html document names images. What is not an image's URL stays as the author wrote it. WHATWG HTML s4.8, s15.
import { cssUrls } from "../message/css-references.ts";
import { type AttributeKind, trimUrl, valueUrls } from "../message/html-references.ts";
import { type HtmlAttribute, type HtmlAttributes, walkHtml } from "../message/html-tags.ts";
import { attributeValue } from "./decode.ts";

/** A URL in a text, as written and as a URL parser reads it. */
export interface ImageUrl {
  readonly url: string;
  readonly start: number;
  readonly end: number;
}

/** A stretch of the html that names images: the value of an attribute with its quotes, or the text of a style element. */
export interface ImagePlace {
  readonly start: number;
  readonly end: number;
  /** The decoded value, or the style's text; the offsets of `urls` are offsets in it. */
  readonly text: string;
  readonly urls: readonly ImageUrl[];
  readonly kind: AttributeKind | "css";
}

// Elements whose src is an image. In html, "image" is another word for img (s13.2.6.4.7); VML is what old Outlook draws with.
const SRC = new Set(["img", "image", "input", "v:fill", "v:image", "v:imagedata"]);
const SRCSET = new Set(["img", "source"]);
const HREF = new Set(["image", "feimage"]);

const WANTED = new Set(["style", "background", "poster", "srcset", "href", "xlink:href", "src", "type"]);

/** The places of an html document that name images, in the order of the source. Linear in its length. */
export function imagePlaces(html: string): readonly ImagePlace[] {
  const places: ImagePlace[] = [];
  walkHtml(html, {
    wanted: WANTED,
    conditionals: "markup",
    tag: (element, attributes) => {
      for (const one of attributes.values()) addAttribute(html, element, one, attributes, places);
    },
    style: (start, end) => addStyle(html, start, end, places),
  });
  return places;
}

function addStyle(html: string, start: number, end: number, places: ImagePlace[]): void {
  const text = html.slice(start, end);
  const urls = cssUrls(text).filter((one) => one.use === "value");
  if (urls.length > 0) places.push({ start, end, text, urls: urls.map(trimmed), kind: "css" });
}

function addAttribute(
  html: string,
  element: string,
  { name, start, end, quote }: HtmlAttribute,
  attributes: HtmlAttributes,
  places: ImagePlace[],
): void {
  const type = attributes.get("type");
  const isImage = element !== "input" || (type !== undefined && /^image$/i.test(attributeText(html, type)));
  const kind = imageKind(element, name, isImage);
  if (kind === undefined || end === start) return;
  const text = attributeValue(html.slice(start, end));
  const urls = valueUrls(kind, text).map(trimmed);
  if (urls.length > 0) places.push({ start: start - quote.length, end: end + quote.length, text, urls, kind });
}

function attributeText(html: string, { start, end }: HtmlAttribute): string {
  return attributeValue(html.slice(start, end));
}

function trimmed({ url, start, end }: ImageUrl): ImageUrl {
  return { url: trimUrl(url), start, end };
}

function imageKind(element: string, name: string, isImage: boolean): AttributeKind | undefined {
  if (name === "style") return "css-attribute";
  if (name === "background" || (name === "poster" && element === "video")) return "attribute";
  if (name === "srcset") return SRCSET.has(element) ? "srcset" : undefined;
  if (name === "href" || name === "xlink:href") return HREF.has(element) ? "attribute" : undefined;
  return name === "src" && SRC.has(element) && isImage ? "attribute" : undefined;
}
