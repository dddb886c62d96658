// Content-IDs and the html that refers to them: which parts are shown inside the html, and what points nowhere.
// RFC 2392, RFC 2387, RFC 2045 s7.
import { checkHeaderText, isDotAtom, looksEncoded } from "../headers/tokens.ts";
import { errorIssue, formatPath, type Issue, type Path, type Report, warningIssue } from "../issues.ts";
import { cidReferences } from "./cid-references.ts";
import { defaultName } from "./file-name.ts";
import { ownCopy } from "./record.ts";
import type { Attachment } from "./types.ts";

// `Content-ID: <` and `>` around it, on one line of at most 998 (RFC 5322 s2.1.1).
const LONGEST_CID = 998 - "Content-ID: <>".length;

/** An attachment whose place in the tree is still to be found. */
export type LooseAttachment = Omit<Attachment, "related" | "disposition"> & {
  readonly disposition?: "attachment" | "inline";
};

/** Reads a Content-ID: `id` or `<id>`, a dot-atom with or without a domain. */
export function readCid(input: unknown, path: Path, report: Report): string | undefined {
  const text = typeof input === "string" ? input : "";
  if (!checkHeaderText(text, path, report)) return undefined;
  const id = text.startsWith("<") && text.endsWith(">") ? text.slice(1, -1) : text;
  const at = id.indexOf("@");
  const valid = at < 0 ? isDotAtom(id) : isDotAtom(id.slice(0, at)) && isDotAtom(id.slice(at + 1));
  if (valid && id.length <= LONGEST_CID && !looksEncoded(id)) return id;
  report(
    errorIssue("cid.syntax", path, "a Content-ID is words of ASCII letters and digits joined by dots", {
      rfc: "RFC 2045 s7",
      hint: /^cid:/i.test(id) ? "write it without cid:" : "as in logo or logo@example.com",
    }),
  );
  return undefined;
}

/** Finds out which attachments the html shows, and reports ids that are double, dangling or unused. */
export function placeAttachments(
  loose: readonly { readonly attachment: LooseAttachment; readonly path: Path }[],
  html: string | undefined,
  report: Report,
): readonly Attachment[] {
  const references = html !== undefined && /cid[:&]/i.test(html) ? cidReferences(html) : new Set<string>();
  const known = new Map<string, Path>();
  const placed = loose.map(({ attachment, path }, index) => {
    const { cid } = attachment;
    if (cid !== undefined) checkCid(cid, [...path, "cid"], known, references, report);
    const related = cid !== undefined && references.has(cid);
    const disposition = attachment.disposition ?? (related ? "inline" : "attachment");
    const placed: { -readonly [K in keyof Attachment]: Attachment[K] } = ownCopy({
      ...attachment,
      related,
      disposition,
    });
    // Gmail shows "noname" for an attachment without a name, so each has one. What the html shows needs none.
    if (!related) placed.filename ??= defaultName(attachment.type, index);
    return Object.freeze(placed);
  });
  for (const reference of references) {
    if (!known.has(reference)) report(danglingCid(reference, ["html"], "attachment"));
  }
  return placed;
}

/** A reference of html that leads to nothing. */
export function danglingCid(reference: string, path: Path, where: "attachment" | "part"): Issue {
  const what = isShowable(reference) ? `cid:${reference}` : "a cid";
  const message = `the html refers to ${what}, and no ${where} has that cid`;
  return warningIssue("cid.dangling", path, message, { rfc: "RFC 2392 s2" });
}

// Any text can stand in the html; a message of ours repeats only what looks like an id.
function isShowable(reference: string): boolean {
  return reference.length <= 100 && /^[\w.@+-]+$/.test(reference);
}

function checkCid(
  cid: string,
  path: Path,
  known: Map<string, Path>,
  references: ReadonlySet<string>,
  report: Report,
): void {
  const first = known.get(cid);
  if (first !== undefined) {
    report(errorIssue("cid.duplicate", path, `the cid stands at ${formatPath(first)} already`, { rfc: "RFC 2045 s7" }));
    return;
  }
  known.set(cid, path);
  if (references.has(cid)) return;
  report(
    warningIssue("cid.unreferenced", path, "the html does not refer to this cid", {
      hint: "the part is attached like any other",
    }),
  );
}
