// Puts the images that an html document names into the message: each becomes a related part with a Content-ID, and
// the html refers to it. RFC 2392, RFC 2387. Opens no file and no address: what is local is asked from the caller.

import { readOptionsOf, shapeOf, valueFrom } from "../../given.ts";
import { errorIssue, type Issue, IssueList, MessageError } from "../../issues.ts";
import { isToken } from "../headers/tokens.ts";
import { extensionOfType } from "../message/content-type.ts";
import type { AttachmentInput } from "../message/types.ts";
import { decodeDataUri } from "../octets/data-uri.ts";
import { isError } from "../octets/kinds.ts";
import { type FoundImage, readLoaded } from "./image-content.ts";
import { sniffImage } from "./image-type.ts";
import type { UrlPlace } from "./references.ts";

/** The bytes of an image. */
export type ImageContent = Uint8Array | ArrayBuffer | Blob;

/** An image with its own type or name. */
export interface LoadedImage {
  readonly content: ImageContent;
  /** `type/subtype`. From the first bytes, else from the extension of the reference, when absent. */
  readonly contentType?: string;
  readonly filename?: string;
}

/**
 * Gives the image that a reference of the html names, or undefined to leave the reference as it is.
 * `src` is what the html says, decoded: it may hold `..`, an absolute path, a query.
 */
export type LoadImage = (
  src: string,
) => ImageContent | LoadedImage | undefined | Promise<ImageContent | LoadedImage | undefined>;

export interface InlineImagesOptions {
  /** Bytes of all images together. 41,943,040 (40 MiB) when absent. */
  readonly maxBytes?: number;
  /** Number of different images. 500 when absent. */
  readonly maxImages?: number;
  /** Right side of the Content-IDs: letters, digits, dots and hyphens. A domain that never exists when absent. */
  readonly idDomain?: string;
}

/** The html with its images as `cid:` references, and the images. */
export interface InlinedHtml {
  readonly html: string;
  readonly attachments: AttachmentInput[];
}

/**
 * Makes the images of an html document parts of the message: `src` and `srcset` of images, `background`, `poster`,
 * `url()` in style attributes and style elements, svg images, VML.
 *
 * `data:` images are decoded here. For each different local reference `load` is called once, in the order of the
 * document; references with a scheme (`https:`, `cid:`, `file:`, …), `//host` and `#fragment` stay as they are.
 * Equal images become one part. Content-IDs come from the content: same input, same html.
 *
 * `load` decides what may be read. For files of one folder there is `imagesIn` of `mimewright/node`.
 *
 * @param html - the document, or a part of one
 * @param load - gives bytes, a Blob, `{ content, contentType?, filename? }`, or undefined to leave a reference
 * @throws MessageError `html.image` for a broken data URI, a `load` that throws or gives something else, with the
 * reference (its query left out) and the reason in its message;
 * `limit.bytes`, `limit.parts`; `input.type` when html is not a string or load not a function.
 * @throws OptionError `input.unknown-key`, `input.option` for options that cannot be used.
 * @example
 * const images = new Map([["logo.png", png]]);
 * const { html, attachments } = await inlineImages('<img src="logo.png">', (src) => images.get(src));
 * message({ from, to, html, attachments });
 */
export async function inlineImages(
  html: string,
  load: LoadImage,
  options: InlineImagesOptions = {},
): Promise<InlinedHtml> {
  const limits = readLimits(html, load, options);
  // The reader of html is large, and loaded when there is html to read.
  const { imagePlaces, replaceUrls } = await import("./references.ts");
  const places = imagePlaces(html);
  const failures: Failure[] = [];
  const parts: Parts = { attachments: [], cids: new Set(), bytes: 0 };
  const replacements = new Map<string, string>();
  for (const { url, at } of differentUrls(places)) {
    const image = await findImage(url, at, load, failures);
    if (image === undefined) continue;
    const cid = `${await contentId(image.bytes)}@${limits.idDomain}`;
    addPart(parts, named(image, url, parts), cid, limits);
    replacements.set(url, `cid:${cid}`);
  }
  throwFailures(failures);
  return { html: replaceUrls(html, places, (url) => replacements.get(url)), attachments: parts.attachments };
}

interface Failure {
  readonly issue: Issue;
  readonly cause?: unknown;
}

function throwFailures(failures: readonly Failure[]): void {
  const [first, ...rest] = failures;
  if (first === undefined) return;
  const error = new MessageError([first.issue, ...rest.map((one) => one.issue)]);
  if (first.cause !== undefined) error.cause = first.cause;
  throw error;
}

interface Limits {
  readonly maxBytes: number;
  readonly maxImages: number;
  readonly idDomain: string;
}

// RFC 6761 s6.4: no domain ends in .invalid, so no other sender can use the same id.
const DEFAULTS: Limits = { maxBytes: 41_943_040, maxImages: 500, idDomain: "mimewright.invalid" };

const size = valueFrom(isSize, "a number, 0 or more");

const OPTIONS = shapeOf<InlineImagesOptions>({
  maxBytes: size,
  maxImages: size,
  idDomain: valueFrom(isIdDomain, "letters, digits, hyphens and dots"),
});

function readLimits(html: unknown, load: unknown, options: unknown): Limits {
  const list = new IssueList();
  if (typeof html !== "string") list.root.at("html").error("input.type", "expected html as a string");
  if (typeof load !== "function") list.root.at("load").error("input.type", "expected a function that gives images");
  list.throwIfErrors(MessageError);
  return { ...DEFAULTS, ...readOptionsOf(options, OPTIONS) };
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

function isIdDomain(value: unknown): value is string {
  if (typeof value !== "string" || value.length > 255) return false;
  return value.split(".").every((label) => /^[A-Za-z0-9-]+$/.test(label));
}

function differentUrls(places: readonly UrlPlace[]): readonly { readonly url: string; readonly at: number }[] {
  const seen = new Map<string, number>();
  for (const place of places) {
    for (const { url } of place.urls) if (!seen.has(url)) seen.set(url, place.start);
  }
  return Array.from(seen, ([url, at]) => ({ url, at }));
}

async function findImage(
  url: string,
  at: number,
  load: LoadImage,
  failures: Failure[],
): Promise<FoundImage | undefined> {
  if (/^data:/i.test(url)) return readDataUri(url, at, failures);
  if (!isLocal(url)) return undefined;
  try {
    return await readLoaded(await load(url), url);
  } catch (cause) {
    const hint = "load gives bytes, a Blob, { content, contentType?, filename? } or undefined";
    const message = `no image for ${nameOf(url)} at offset ${at}: ${reasonOf(cause)}`;
    failures.push({ issue: errorIssue("html.image", ["html"], message, { hint }), cause });
    return undefined;
  }
}

const LONGEST_NAME = 80;

// Without a query, which may be a secret, and of a data URI the type alone.
function nameOf(url: string): string {
  const end = url.search(/^data:/i) === 0 ? url.indexOf(",") : url.search(/[?#]/);
  const name = end < 0 ? url : url.slice(0, end);
  return JSON.stringify(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name);
}

const LONGEST_REASON = 200;

// What load threw, on one line.
function reasonOf(cause: unknown): string {
  const reason = (isError(cause) ? cause.message : String(cause)).replace(/\s+/g, " ").trim();
  if (reason === "") return "load failed without a reason";
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}

// A URL with a scheme, a host or nothing but a fragment is not the caller's file. `C:\` is taken for a
// scheme, as every URL parser does.
function isLocal(url: string): boolean {
  return url !== "" && !/^(?:[a-z][a-z0-9+.-]*:|[\\/]{2}|#)/i.test(url);
}

// What is not an image (a font in a style, say) stays as it is, and so does an empty one.
function readDataUri(uri: string, at: number, failures: Failure[]): FoundImage | undefined {
  const data = decodeDataUri(uri);
  if (data === undefined) {
    const rfc = "RFC 2397 s3";
    failures.push({
      issue: errorIssue("html.image", ["html"], `the data URI ${nameOf(uri)} at offset ${at} is broken`, { rfc }),
    });
    return undefined;
  }
  const type = sniffImage(data.bytes) ?? data.type;
  return isImageType(type) && data.bytes.length > 0 ? { bytes: data.bytes, type } : undefined;
}

// RFC 6838 s4.2: a subtype has at most 127 characters. A type that breaks the grammar counts as text/plain (WHATWG
// Fetch s6), and no message takes it.
function isImageType(type: string): boolean {
  return type.startsWith("image/") && type.length <= "image/".length + 127 && isToken(type.slice("image/".length));
}

// The related parts, one for each different content.
interface Parts {
  readonly attachments: AttachmentInput[];
  readonly cids: Set<string>;
  bytes: number;
}

// A data: URI has no name, and readers that list its image would call it "noname".
function named(image: FoundImage, url: string, { attachments }: Parts): FoundImage {
  if (!/^data:/i.test(url)) return image;
  return { ...image, filename: `image-${attachments.length + 1}.${extensionOfType(image.type) ?? "bin"}` };
}

function addPart(parts: Parts, { bytes, type, filename }: FoundImage, cid: string, limits: Limits): void {
  if (parts.cids.has(cid)) return;
  parts.cids.add(cid);
  parts.bytes += bytes.length;
  if (parts.cids.size > limits.maxImages) {
    throw new MessageError([errorIssue("limit.parts", ["html"], `the html has more than ${limits.maxImages} images`)]);
  }
  if (parts.bytes > limits.maxBytes) {
    throw new MessageError([errorIssue("limit.bytes", ["html"], `the images exceed ${limits.maxBytes} bytes`)]);
  }
  const name = filename === undefined ? {} : { filename };
  parts.attachments.push({ ...name, content: bytes, contentType: type, cid, disposition: "inline" });
}

// 128 bits of SHA-256: enough to distinguish contents, and the same for the same content.
async function contentId(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
