// Enclosed messages that come from a source: they must be seen whole before they can be written. RFC 2046 s5.2.1.

import { joined } from "../encoding/kernel/pieces.ts";
import { errorIssue, IssueList, MessageError } from "../issues.ts";
import { fitEnclosed, isIdentityOnly } from "../message/enclosed.ts";
import { contentPath } from "../message/origins.ts";
import { bytesContent } from "../message/seal.ts";
import type { CheckedSource, Part, Transport } from "../message/types.ts";
import { sourceEncoding } from "./content-nodes.ts";
import { readSource, readSourceSync } from "./read-source.ts";
import { rebuild } from "./tree.ts";

/**
 * The same tree, with every enclosed message in memory. The tree itself when there is none to read.
 *
 * @throws MessageError `limit.bytes` as soon as all of them together pass `maxBytes`.
 */
export async function loadEnclosed(
  tree: Part,
  transport: Transport,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Part> {
  const loaded = new Map<Part, Part>();
  let read = 0;
  for (const { part, source } of enclosedSources(tree)) {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of readSource(source, contentPath(part))) {
      length += chunk.length;
      if (read + length > maxBytes) throw tooLarge(maxBytes);
      // The source may fill the same buffer again.
      chunks.push(chunk.slice());
    }
    read += length;
    loaded.set(part, withBytes(part, joined(chunks, length), transport));
  }
  return loaded.size === 0 ? tree : rebuild(tree, loaded);
}

/** The error for a message that passes a limit of bytes. */
export function tooLarge(maxBytes: number): MessageError {
  return new MessageError([errorIssue("limit.bytes", [], `the message is larger than ${maxBytes} bytes`)]);
}

/**
 * As {@link loadEnclosed}, and every other source with it: for output that cannot wait.
 *
 * @param encodings - `free`: chosen by what is read; `as planned`: those that a source has that was not read
 */
export function loadSources(tree: Part, transport: Transport, encodings: "free" | "as planned"): Part {
  const loaded = new Map<Part, Part>();
  for (const { part, source } of sources(tree)) {
    const read = withBytes(part, readSourceSync(source, contentPath(part)), transport);
    const isPlanned = encodings === "as planned" && !isIdentityOnly(part.type);
    loaded.set(part, isPlanned ? { ...read, encoding: sourceEncoding(part) } : read);
  }
  return loaded.size === 0 ? tree : rebuild(tree, loaded);
}

interface PartSource {
  readonly part: Part;
  readonly source: CheckedSource;
}

function* sources(tree: Part): Generator<PartSource> {
  const open: Part[] = [tree];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.content?.kind === "source") yield { part, source: part.content.source };
    for (const child of part.parts ?? []) open.push(child);
    if (part.message !== undefined) open.push(part.message);
  }
}

function* enclosedSources(tree: Part): Generator<PartSource> {
  for (const found of sources(tree)) if (isIdentityOnly(found.part.type)) yield found;
}

function withBytes(part: Part, bytes: Uint8Array, transport: Transport): Part {
  const list = new IssueList();
  const content = fitEnclosed(part.type, bytesContent(bytes), { transport }, list.root.in(contentPath(part)));
  list.throwIfErrors(MessageError);
  return content === undefined ? part : { ...part, content };
}
