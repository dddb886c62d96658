// Content-IDs and the html that refers to them: which parts are shown inside the html, and what points nowhere.
// RFC 2392, RFC 2387, RFC 2045 s7.

import { checkHeaderText, isDotAtom, looksEncoded } from "../headers/tokens.ts";
import { formatPath, type Place } from "../issues.ts";
import { ownProperties } from "../plain.ts";
import { defaultName } from "./file-name.ts";
import { cidReferences } from "./html-references.ts";
import type { Attachment } from "./types.ts";

// `Content-ID: <` and `>` around it, on one line of at most 998 (RFC 5322 s2.1.1).
const LONGEST_CID = 998 - "Content-ID: <>".length;

/** An attachment whose place in the tree is still to be found. */
export type LooseAttachment = Omit<Attachment, "related" | "disposition"> & {
  readonly disposition?: "attachment" | "inline";
};

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
  loose: readonly { readonly attachment: LooseAttachment; readonly place: Place }[],
  html: string | undefined,
  htmlPlace: Place,
): readonly Attachment[] {
  const references = html !== undefined && /cid[:&]/i.test(html) ? cidReferences(html) : new Set<string>();
  const known = new Map<string, Place>();
  const placed = loose.map(({ attachment, place }, index) => {
    const { cid } = attachment;
    if (cid !== undefined) checkCid(cid, place.at("cid"), known, references);
    const related = cid !== undefined && references.has(cid);
    const disposition = attachment.disposition ?? (related ? "inline" : "attachment");
    const placed: { -readonly [K in keyof Attachment]: Attachment[K] } = ownProperties({
      ...attachment,
      related,
      disposition,
    });
    // Gmail shows "noname" for an attachment without a name, so each has one. What the html shows needs none.
    if (!related) placed.filename ??= defaultName(attachment.type, index);
    return Object.freeze(placed);
  });
  for (const reference of references) {
    if (!known.has(reference)) warnOfDanglingCid(reference, htmlPlace, "attachment");
  }
  return placed;
}

/** Warns of a reference in html that leads to nothing. */
export function warnOfDanglingCid(reference: string, place: Place, where: "attachment" | "part"): void {
  const what = isShowable(reference) ? `cid:${reference}` : "a cid";
  const message = `the html refers to ${what}, and no ${where} has that cid`;
  place.warning("cid.dangling", message, { rfc: "RFC 2392 s2" });
}

// Any text can stand in the html; a message of ours repeats only what looks like an id.
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
