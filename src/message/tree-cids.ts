// Content-IDs within a tree of the caller's own: what its html refers to and no part has, and ids that stand twice.
// RFC 2392, RFC 2045 s7. A tree may say all of it on purpose, so these are warnings.
import { formatPath, type Place } from "../issues.ts";
import { decodeLabelled } from "../raw/text.ts";
import { warnOfDanglingCid } from "./cid.ts";
import { cidReferences } from "./html-references.ts";
import type { Part } from "./types.ts";

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
 * @param beside - Content-IDs of the attachments that stand beside the tree
 */
export function checkTreeCids(tree: Part, beside: ReadonlySet<string>, place: Place): void {
  const scopes = scopesOf(tree, place);
  for (const [index, { ids, pages }] of scopes.entries()) {
    for (const page of pages) {
      for (const cid of cidReferences(page.html)) {
        // An enclosed message was composed without what stands around it.
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
