// The octets of one part, as a signature is made over them. RFC 1847 s2.1.
import { errorIssue, IssueList, MessageError } from "../issues.ts";
import { checkPart } from "../message/check-part.ts";
import { contextOf } from "../message/part-context.ts";
import type { PartInput, RenderOptions } from "../message/types.ts";
import { planOfPart } from "./plan.ts";
import { resolveOptions } from "./render-options.ts";
import { loadSources } from "./sources.ts";
import { writeAll } from "./write.ts";

/**
 * The octets that a part has inside a multipart: head and body without MIME-Version, and without the line end before
 * the delimiter that follows. Give them to a signer, and to the message as `{ written }`: what was signed travels
 * unchanged, boundaries included.
 *
 * @param part - a part of your own, or one of a tree
 * @param options - `seed` fixes boundaries inside the part
 * @throws MessageError every issue of the part; `source.async` when a content must be awaited
 * @example
 * const written = partBytes({ type: "text/plain", content: "Signed.\n" });
 * const body = {
 *   type: "multipart/signed",
 *   parameters: { protocol: "application/pgp-signature", micalg: "pgp-sha256" },
 *   parts: [{ written }, { type: "application/pgp-signature", encoding: "7bit", content: await sign(written) }],
 * } as const;
 */
export function partBytes(part: PartInput, options?: RenderOptions): Uint8Array<ArrayBuffer> {
  const rendering = resolveOptions(options);
  const list = new IssueList();
  const context = contextOf(part);
  const tree = checkPart(part, context, list.root);
  list.throwIfErrors(MessageError);
  if (tree === undefined) throw new MessageError([errorIssue("input.type", [], "the input is not a part")]);
  return writeAll(planOfPart(loadSources(tree, context.transport, "free"), { rendering, ...context }));
}
