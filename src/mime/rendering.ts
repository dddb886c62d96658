// What the doors of output share: a message or a tree of the caller's own in, a plan out.

import { findCharset, utf8 } from "../encoding/charset.ts";
import { errorIssue, IssueList, MessageError } from "../issues.ts";
import { checkPart } from "../message/check-part.ts";
import { contextOf } from "../message/part-context.ts";
import { isMessage } from "../message/seal.ts";
import type { Message, Part, PartInput, RenderOptions } from "../message/types.ts";
import type { PlanOptions } from "./plan.ts";
import { resolveOptions } from "./render-options.ts";
import { treeOf } from "./tree.ts";

/** What can be rendered: a message, or a tree of parts whose root has the fields of a message. */
export type Renderable = Message | PartInput;

/** A checked tree and how to write it. */
export interface Prepared {
  readonly tree: Part;
  readonly options: PlanOptions;
}

/**
 * Checks what was given and makes its tree.
 *
 * @param own - names of options that the entry point has besides those of rendering
 * @throws MessageError for a tree that is wrong; OptionError for unusable options
 */
export function prepare(input: Renderable, options: RenderOptions | undefined, own?: readonly string[]): Prepared {
  const rendering = resolveOptions(options, own);
  if (isMessage(input)) {
    const charset = findCharset(input.charset) ?? utf8;
    return { tree: treeOf(input, rendering), options: { rendering, charset, transport: input.transport } };
  }
  if (typeof input !== "object" || input === null) throw noTree();
  refuseLookAlike(input);
  const list = new IssueList();
  const context = contextOf(input);
  const tree = checkPart(input, context, list.root);
  list.throwIfErrors(MessageError);
  if (tree === undefined) throw noTree();
  return { tree, options: { rendering, ...context } };
}

function noTree(): MessageError {
  return new MessageError([errorIssue("input.type", [], "this is no message and no tree of parts")]);
}

// Plain input that never went through a check looks like neither.
function refuseLookAlike(input: object): void {
  if (!Object.hasOwn(input, "from")) return;
  const hint = "make it one: message({ … })";
  throw new MessageError([errorIssue("input.type", [], "this is input for a message, and no message yet", { hint })]);
}
