// Expectations about what a message holds: parts, files, links.

import { createHash } from "node:crypto";
import { type Reader, readEntries, readOptionsOf, shapeOf, text, wholeNumber } from "../given.ts";
import { readHtml } from "../mail/html/reader.ts";
import { trimUrl } from "../mail/html/urls.ts";
import { isBytes } from "../mail/octets/kinds.ts";
import {
  checkTextMatch,
  incompleteError,
  isMatch,
  isWithin,
  type MatcherResult,
  result,
  showList,
  showWanted,
  type TextMatch,
  textMatch,
} from "./expectation.ts";
import type { EmlMessage, ReadAttachment, ReadPart } from "./mail.ts";
import { count, outlineLines } from "./outline.ts";
import { type Reading, readNow } from "./read-eml.ts";

/** What is wanted of a part besides its type. */
export interface PartMatch {
  /** A part of the decoded text, or a pattern for it. */
  readonly text?: TextMatch | undefined;
  readonly filename?: TextMatch | undefined;
  /** Without angle brackets. */
  readonly cid?: TextMatch | undefined;
  readonly disposition?: string | undefined;
  readonly parameters?: Readonly<Record<string, TextMatch>> | undefined;
}

const readParameters: Reader<Readonly<Record<string, TextMatch>>> = (value, place) => {
  const entries = readEntries(value, "parameters, an object of names and values", place, "input.option") ?? [];
  const read = entries.flatMap(([name, one]) => {
    const match = textMatch(one, place.at(name));
    return match === undefined ? [] : [[name, match] as const];
  });
  return Object.fromEntries(read);
};

const PART = shapeOf<PartMatch>({
  text: textMatch,
  filename: textMatch,
  cid: textMatch,
  disposition: text,
  parameters: readParameters,
});

/** There is a part of this type, and it has what is wanted. */
export function expectPart(mail: unknown, type: TextMatch, options: PartMatch = {}): MatcherResult {
  checkTextMatch(type, "type");
  const wanted = readOptionsOf(options, PART);
  const reading = readNow(mail);
  if (wanted.text !== undefined) refuseIncomplete(reading, "text");
  const typed = reading.parts.filter(({ part }) => isMatch(part.type, type));
  const found = typed.find(({ part }) => faultsOf(part, wanted).length === 0);
  const name = showWanted(type);
  return result(
    found !== undefined,
    () => {
      const [only] = typed;
      const tree = showList(outlineLines(reading.parts, "sizes"), "nothing");
      if (only === undefined) return `There is no part of type ${name}. The parts:\n${tree}`;
      if (typed.length > 1) return `No part of type ${name} has what is wanted (${typed.length} looked at):\n${tree}`;
      return [`The part ${only.part.type} has not what is wanted.`, ...faultsOf(only.part, wanted)].join("\n");
    },
    () => `There is a part of type ${name} that has what is not wanted.`,
  );
}

function faultsOf(part: ReadPart, wanted: PartMatch): readonly string[] {
  const faults: string[] = [];
  const check = (name: string, value: string | undefined, match: TextMatch | undefined) => {
    if (match !== undefined && !isMatch(value, match)) faults.push(...fault(name, match, value));
  };
  check("filename", part.filename, wanted.filename);
  check("cid", part.cid, wanted.cid);
  check("disposition", part.disposition, wanted.disposition);
  for (const [name, match] of Object.entries(wanted.parameters ?? {})) check(name, part.parameters[name], match);
  if (wanted.text !== undefined && !isWithin(part.text, wanted.text)) {
    faults.push(
      "text:",
      `- ${showWanted(wanted.text)}`,
      showList((part.text ?? "").split("\n").slice(0, 20), "(empty)"),
    );
  }
  return faults;
}

function fault(name: string, wanted: TextMatch, value: string | undefined): readonly string[] {
  return [`${name}:`, `- ${showWanted(wanted)}`, `+ ${value === undefined ? "(none)" : JSON.stringify(value)}`];
}

/** What is wanted of a file besides its name. */
export interface AttachmentMatch {
  /** Lower-case `type/subtype`. */
  readonly type?: TextMatch | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  /** Hexadecimal. */
  readonly sha256?: string | undefined;
  /** The octets; or what they say in UTF-8, LF between the lines of a text. */
  readonly content?: Uint8Array | TextMatch | undefined;
  readonly cid?: TextMatch | undefined;
  readonly disposition?: string | undefined;
}

const readContent: Reader<Uint8Array | TextMatch> = (value, place) =>
  isBytes(value) ? value : textMatch(value, place);

const ATTACHMENT = shapeOf<AttachmentMatch>({
  type: textMatch,
  size: wholeNumber(0),
  sha256: text,
  content: readContent,
  cid: textMatch,
  disposition: text,
});

/** There is a file of this name, and it has what is wanted. */
export function expectAttachment(mail: unknown, filename: TextMatch, options: AttachmentMatch = {}): MatcherResult {
  checkTextMatch(filename, "filename");
  const wanted = readOptionsOf(options, ATTACHMENT);
  const { size, sha256, content } = wanted;
  const reading = readNow(mail);
  if ([size, sha256, content].some((one) => one !== undefined)) refuseIncomplete(reading, "content");
  const { attachments } = reading.mail;
  const named = attachments.filter((one) => isMatch(one.filename, filename));
  const found = named.find((one) => fileFaults(one, wanted).length === 0);
  const name = showWanted(filename);
  return result(
    found !== undefined,
    () => {
      const [only] = named;
      if (only !== undefined && named.length === 1) {
        return [`The attachment ${name} is not the one that is wanted.`, ...fileFaults(only, wanted)].join("\n");
      }
      const start = only === undefined ? `There is no attachment ${name}.` : `No attachment ${name} is the one wanted.`;
      return `${start} The attachments:\n${showList(attachments.map(showFile), "none")}`;
    },
    () => `There is an attachment ${name}: ${found === undefined ? "" : showFile(found)}.`,
  );
}

function showFile({ filename, type, size, sha256 }: ReadAttachment): string {
  const name = filename === undefined ? "(no name)" : JSON.stringify(filename);
  return `${name}, ${type}, ${count(size)}, sha256 ${sha256.slice(0, 12)}…`;
}

function fileFaults(file: ReadAttachment, wanted: AttachmentMatch): readonly string[] {
  const faults: string[] = [];
  const check = (name: string, value: string | undefined, match: TextMatch | undefined) => {
    if (match !== undefined && !isMatch(value, match)) faults.push(...fault(name, match, value));
  };
  check("type", file.type, wanted.type);
  check("disposition", file.disposition, wanted.disposition);
  check("cid", file.cid, wanted.cid);
  if (wanted.size !== undefined && wanted.size !== file.size) {
    faults.push("size:", `- ${count(wanted.size)}`, `+ ${count(file.size)}`);
  }
  check("sha256", file.sha256, wanted.sha256?.toLowerCase());
  if (wanted.content !== undefined) faults.push(...contentFaults(file, wanted.content));
  return faults;
}

function contentFaults(file: ReadAttachment, wanted: Uint8Array | TextMatch): readonly string[] {
  if (!isBytes(wanted)) {
    const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.content);
    // Lines of a text end with CRLF on the way, and with LF in the test.
    const text = file.type.startsWith("text/") ? decoded.replaceAll("\r\n", "\n") : decoded;
    return isMatch(text, wanted) ? [] : fault("content", wanted, text.length > 500 ? `${text.slice(0, 500)}…` : text);
  }
  if (Buffer.compare(wanted, file.content) === 0) return [];
  const sha256 = createHash("sha256").update(wanted).digest("hex");
  const show = (size: number, hash: string) => `${count(size)}, sha256 ${hash.slice(0, 12)}…`;
  return ["content:", `- ${show(wanted.length, sha256)}`, `+ ${show(file.size, file.sha256)}`];
}

/** There is a link with this URL, in the html or in the text. */
export function expectLink(mail: unknown, url: TextMatch): MatcherResult {
  checkTextMatch(url, "url");
  const reading = readNow(mail);
  const links = linksOf(reading.mail);
  const found = links.find((link) => isMatch(link, url));
  return result(
    found !== undefined,
    () => `There is no link ${showWanted(url)}. The links:\n${showList(links, "none")}`,
    () => `There is a link ${found}.`,
  );
}

function refuseIncomplete({ from }: Reading, what: string): void {
  if (from.incomplete === true) throw incompleteError(what);
}

/** Every link once, those of the html first, as a browser reads them. */
export function linksOf({ html, text }: Pick<EmlMessage, "html" | "text">): readonly string[] {
  return [...new Set([...htmlLinks(html ?? ""), ...textLinks(text ?? "")])];
}

// WHATWG HTML s4.6.1, SVG 2 s16.2: the elements that lead somewhere, by href, in svg by xlink:href too.
const LINKS = new Set(["a", "area"]);

function htmlLinks(html: string): readonly string[] {
  const links: string[] = [];
  let base: string | undefined;
  readHtml(html, {
    conditionals: "comment",
    tag: ({ name, attributes, isInert }) => {
      const href = attributes.get("href") ?? attributes.get("xlink:href");
      if (href === undefined || isInert) return;
      const url = trimUrl(href.value);
      if (name === "base") base ??= url;
      if (LINKS.has(name)) links.push(url);
    },
  });
  return base === undefined ? links : links.flatMap((link) => withBase(link, base));
}

// WHATWG HTML s4.2.3: the first base gives the address that other links are relative to, wherever it is.
function withBase(link: string, base: string | undefined): readonly string[] {
  return URL.canParse(link) || !URL.canParse(link, base) ? [link] : [link, new URL(link, base).href];
}

// Mail readers end a URL before the punctuation of the sentence around it.
function textLinks(text: string): readonly string[] {
  const found = text.match(/\b(?:https?:\/\/|mailto:)[^\s<>"]{1,4000}/g) ?? [];
  return found.map((url) => url.replace(/[.,;:!?'")\]]{1,20}$/, ""));
}
