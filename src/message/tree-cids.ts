// Content-IDs within a tree of the caller's own: what its html refers to and no part has, and ids that stand twice.
// RFC 2392, RFC 2045 s7. A tree may say all of it on purpose, so these are warnings.
import { formatPath, type Path, type Report, warningIssue } from "../issues.ts";
import { decodeLabelled } from "../read/text.ts";
import { danglingCid } from "./cid.ts";
import { cidReferences } from "./cid-references.ts";
import type { Part } from "./types.ts";

/** One message in a tree: the tree itself, or a message that it encloses. */
interface Scope {
  readonly ids: Map<string, Path>;
  readonly pages: { readonly html: string; readonly path: Path }[];
}

interface Place {
  readonly part: Part;
  readonly path: Path;
  readonly scope: Scope;
}

/**
 * Reports references and ids of a checked tree.
 *
 * @param beside - Content-IDs of the attachments that stand beside the tree
 */
export function checkTreeCids(tree: Part, path: Path, beside: ReadonlySet<string>, report: Report): void {
  const scopes = scopesOf(tree, path, report);
  for (const [index, { ids, pages }] of scopes.entries()) {
    for (const page of pages) {
      for (const cid of cidReferences(page.html)) {
        // An enclosed message was composed without what stands around it.
        if (!ids.has(cid) && !(index === 0 && beside.has(cid))) report(danglingCid(cid, page.path, "part"));
      }
    }
  }
}

// In the order of the tree, the outermost first. The depth of a checked tree is bounded, its walk is not a recursion.
function scopesOf(tree: Part, path: Path, report: Report): readonly Scope[] {
  const scopes: Scope[] = [{ ids: new Map(), pages: [] }];
  const waiting: Place[] = scopes.map((scope) => ({ part: tree, path, scope }));
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { part, scope } = place;
    addId(place, report);
    addPage(place);
    for (const [index, child] of [...(part.parts ?? []).entries()].reverse()) {
      waiting.push({ part: child, path: [...place.path, "parts", index], scope });
    }
    if (part.message === undefined) continue;
    const enclosed: Scope = { ids: new Map(), pages: [] };
    scopes.push(enclosed);
    waiting.push({ part: part.message, path: [...place.path, "message"], scope: enclosed });
  }
  return scopes;
}

function addId({ part: { id }, path, scope }: Place, report: Report): void {
  if (id === undefined) return;
  const first = scope.ids.get(id);
  if (first === undefined) scope.ids.set(id, [...path, "id"]);
  else {
    const message = `the id stands at ${formatPath(first)} already`;
    report(warningIssue("cid.duplicate", [...path, "id"], message, { rfc: "RFC 2045 s7" }));
  }
}

// A source is opened when the message is written, and not before.
function addPage({ part: { type, content, parameters }, path, scope }: Place): void {
  if (type !== "text/html" || content?.kind !== "bytes") return;
  const label = Object.hasOwn(parameters, "charset") ? parameters.charset : undefined;
  scope.pages.push({ html: decodeLabelled(content.bytes, label ?? "utf-8"), path: [...path, "content"] });
}
