// Content-IDs and the html that refers to them: which parts are shown inside the html, what points nowhere, and ids that
// are given twice. RFC 2392, RFC 2387, RFC 2045 s7. A tree may say all of it on purpose, so there these are warnings.

import { formatPath } from "../../issues/wording.ts";
import type { Place } from "../../issues.ts";
import { checkHeaderText, isDotAtom, looksEncoded } from "../headers/tokens.ts";
import { decodeLabelled } from "../read/text.ts";
import { cidReferences } from "./cid-references.ts";
import { defaultName } from "./file-name.ts";
import type { Attachment, Part } from "./types.ts";

// `Content-ID: <` and `>` around it, on one line of at most 998 (RFC 5322 s2.1.1).
const LONGEST_CID = 998 - "Content-ID: <>".length;

/** An attachment whose place in the tree is still to be found: it is filled then, and frozen. */
export interface LooseAttachment {
  readonly attachment: { -readonly [K in keyof Attachment]: Attachment[K] };
  readonly place: Place;
  /** The caller gave the disposition. */
  readonly disposed: boolean;
}

/** Reads a Content-ID: `id` or `<id>`, a dot-atom with or without a domain. */
export function readCid(input: unknown, place: Place): string | undefined {
  const text = typeof input === "string" ? input : "";
  if (!checkHeaderText(text, place)) return undefined;
  const id = text.startsWith("<") && text.endsWith(">") ? text.slice(1, -1) : text;
  const at = id.indexOf("@");
  const valid = at < 0 ? isDotAtom(id) : isDotAtom(id.slice(0, at)) && isDotAtom(id.slice(at + 1));
  if (valid && id.length <= LONGEST_CID && !looksEncoded(id)) return id;
  return place.error("cid.syntax", "invalid Content-ID; expected ASCII letters and digits, joined by dots", {
    rfc: "RFC 2045 s7",
    hint: /^cid:/i.test(id) ? "write it without cid:" : "as in logo or logo@example.com",
  });
}

/** Finds out which attachments the html shows, and reports ids that are given twice, dangling or unused. */
export function placeAttachments(
  loose: readonly LooseAttachment[],
  html: string | undefined,
  htmlPlace: Place,
): readonly Attachment[] {
  const references = html !== undefined && /cid[:&]/i.test(html) ? cidReferences(html) : NO_REFERENCES;
  if (loose.length === 0 && references.size === 0) return NO_ATTACHMENTS;
  const known = new Map<string, Place>();
  const placed = loose.map(({ attachment, place, disposed }, index) => {
    const { cid } = attachment;
    if (cid !== undefined) checkCid(cid, place.at("cid"), known, references);
    const related = cid !== undefined && references.has(cid);
    // Gmail shows "noname" for an attachment without a name, so each has one. What the html shows needs none.
    if (!related) attachment.filename ??= defaultName(attachment.type, index);
    if (related) attachment.related = true;
    if (related && !disposed) attachment.disposition = "inline";
    return Object.freeze(attachment);
  });
  for (const reference of references) {
    if (!known.has(reference)) warnOfDanglingCid(reference, htmlPlace, "attachment");
  }
  return placed;
}

const NO_REFERENCES: ReadonlySet<string> = new Set();
const NO_ATTACHMENTS: readonly Attachment[] = Object.freeze([]);

/** Warns of a reference in html that leads to nothing. */
export function warnOfDanglingCid(reference: string, place: Place, where: "attachment" | "part"): void {
  const what = isShowable(reference) ? `cid:${reference}` : "a cid";
  const message = `the html refers to ${what}, and no ${where} has that cid`;
  place.warning("cid.dangling", message, { rfc: "RFC 2392 s2" });
}

// Any text can be in the html; a message of ours repeats only what looks like an id.
function isShowable(reference: string): boolean {
  return reference.length <= 100 && /^[\w.@+-]+$/.test(reference);
}

function checkCid(cid: string, place: Place, known: Map<string, Place>, references: ReadonlySet<string>): void {
  const first = known.get(cid);
  if (first !== undefined) {
    place.error("cid.duplicate", `the same cid is given at ${formatPath(first.path)}`, { rfc: "RFC 2045 s7" });
    return;
  }
  known.set(cid, place);
  if (references.has(cid)) return;
  place.warning("cid.unreferenced", "the html does not refer to this cid", {
    hint: "the part is attached like any other",
  });
}

/** One message in a tree: the tree itself, or a message that it encloses. */
interface Scope {
  readonly ids: Map<string, Place>;
  readonly pages: { readonly html: string; readonly place: Place }[];
}

interface Node {
  readonly part: Part;
  readonly place: Place;
  readonly scope: Scope;
}

/**
 * Reports references and ids of a checked tree.
 *
 * @param beside - Content-IDs of the attachments beside the tree
 */
export function checkTreeCids(tree: Part, beside: ReadonlySet<string>, place: Place): void {
  const scopes = scopesOf(tree, place);
  for (const [index, { ids, pages }] of scopes.entries()) {
    for (const page of pages) {
      for (const cid of cidReferences(page.html)) {
        // An enclosed message was composed without what is around it.
        if (!ids.has(cid) && !(index === 0 && beside.has(cid))) warnOfDanglingCid(cid, page.place, "part");
      }
    }
  }
}

// In the order of the tree, the outermost first. The depth of a checked tree is bounded, its walk is not a recursion.
function scopesOf(tree: Part, root: Place): readonly Scope[] {
  const scopes: Scope[] = [{ ids: new Map(), pages: [] }];
  const waiting: Node[] = scopes.map((scope) => ({ part: tree, place: root, scope }));
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { part, place, scope } = node;
    addId(node);
    addPage(node);
    for (const [index, child] of [...(part.parts ?? []).entries()].reverse()) {
      waiting.push({ part: child, place: place.at("parts").at(index), scope });
    }
    if (part.message === undefined) continue;
    const enclosed: Scope = { ids: new Map(), pages: [] };
    scopes.push(enclosed);
    waiting.push({ part: part.message, place: place.at("message"), scope: enclosed });
  }
  return scopes;
}

function addId({ part: { id }, place, scope }: Node): void {
  if (id === undefined) return;
  const first = scope.ids.get(id);
  if (first === undefined) scope.ids.set(id, place.at("id"));
  else {
    const message = `the same id is given at ${formatPath(first.path)} too`;
    place.at("id").warning("cid.duplicate", message, { rfc: "RFC 2045 s7" });
  }
}

// A source is opened when the message is written, and not before.
function addPage({ part: { type, content, parameters }, place, scope }: Node): void {
  if (type !== "text/html" || content?.kind !== "bytes") return;
  const label = Object.hasOwn(parameters, "charset") ? parameters.charset : undefined;
  scope.pages.push({ html: decodeLabelled(content.bytes, label ?? "utf-8"), place: place.at("content") });
}
