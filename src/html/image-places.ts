// Where an html document names images. Tags and attributes come from parse5's tokenizer, so that what is not an
// image's URL stays as the author wrote it. WHATWG HTML s13.2.5, s13.2.6.
import type { Token } from "parse5";
import { cssUrls } from "../message/css-references.ts";
import { type AttributeKind, trimUrl, valueUrls } from "../message/html-references.ts";
import { tokenizeHtml } from "./tokenize.ts";

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

// Elements whose src is an image. VML is what old Outlook draws with.
const SRC = new Set(["img", "input", "v:fill", "v:image", "v:imagedata"]);
const SRCSET = new Set(["img", "source"]);
const HREF = new Set(["image", "feimage"]);

/** The places of an html document that name images, in the order of the source. Linear in its length. */
export function imagePlaces(html: string): readonly ImagePlace[] {
  const places: ImagePlace[] = [];
  readTokens(html, 0, "document", places);
  return places;
}

function readTokens(html: string, offset: number, within: "document" | "comment", places: ImagePlace[]): void {
  let styleStart = -1;
  const endStyle = (end: number) => {
    if (styleStart >= 0) addStyle(html, styleStart, end, offset, places);
    styleStart = -1;
  };
  tokenizeHtml(html, {
    startTag: (token, holdsText) => {
      addAttributes(html, token, offset, places);
      if (holdsText && token.tagName === "style") styleStart = token.location?.endOffset ?? -1;
    },
    endTag: (token) => endStyle(token.location?.startOffset ?? html.length),
    comment: (token) => {
      if (within === "document") addConditional(html, token, places);
    },
    end: () => endStyle(html.length),
  });
}

// <!--[if mso]> … <![endif]-->: markup for old Outlook, a comment for everybody else.
function addConditional(html: string, token: Token.CommentToken, places: ImagePlace[]): void {
  const opening = /^\[if [^\]>]*\]>/i.exec(token.data.slice(0, 1000));
  if (opening === null || token.location === null) return;
  const start = token.location.startOffset + "<!--".length + opening[0].length;
  const content = html.slice(start, token.location.endOffset).replace(/--!?>$/, "");
  readTokens(content, start, "comment", places);
}

function addStyle(html: string, start: number, end: number, offset: number, places: ImagePlace[]): void {
  const text = html.slice(start, end);
  const urls = cssUrls(text).filter((one) => one.use === "value");
  if (urls.length > 0)
    places.push({ start: start + offset, end: end + offset, text, urls: urls.map(trimmed), kind: "css" });
}

function addAttributes(html: string, token: Token.TagToken, offset: number, places: ImagePlace[]): void {
  for (const { name, value } of token.attrs) {
    const kind = imageKind(token, name);
    const location = token.location?.attrs?.[name];
    if (kind === undefined || location === undefined) continue;
    const start = valueStart(html, location.startOffset, location.endOffset);
    const urls = valueUrls(kind, value).map(trimmed);
    if (urls.length > 0)
      places.push({ start: start + offset, end: location.endOffset + offset, text: value, urls, kind });
  }
}

function trimmed({ url, start, end }: ImageUrl): ImageUrl {
  return { url: trimUrl(url), start, end };
}

function imageKind({ tagName, attrs }: Token.TagToken, name: string): AttributeKind | undefined {
  if (name === "style") return "css-attribute";
  if (name === "background" || (name === "poster" && tagName === "video")) return "attribute";
  if (name === "srcset") return SRCSET.has(tagName) ? "srcset" : undefined;
  if (name === "href" || name === "xlink:href") return HREF.has(tagName) ? "attribute" : undefined;
  if (name !== "src" || !SRC.has(tagName)) return undefined;
  const isImage = tagName !== "input" || attrs.some((one) => one.name === "type" && /^image$/i.test(one.value));
  return isImage ? "attribute" : undefined;
}

// Behind the name and the equals sign. s13.2.5.32: an equals sign may open the name.
function valueStart(html: string, start: number, end: number): number {
  const equals = html.indexOf("=", start + 1);
  if (equals < 0 || equals >= end) return end;
  let at = equals + 1;
  while (at < end && /[\t\n\f\r ]/.test(html[at] ?? "")) at++;
  return at;
}
