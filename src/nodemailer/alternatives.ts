// Further alternatives have no option of their own in a message: all that there is to read becomes a tree.

import { cidReferences } from "../message/cid-references.ts";
import { typeOfName } from "../message/content-type.ts";
import type { AttachmentInput, PartInput, TransferEncoding } from "../message/types.ts";
import type { TextCalendar } from "./attachments.ts";
import { below, type Traced, tracedList } from "./given.ts";

/** The bodies of a message and its calendar object. */
export interface Bodies {
  readonly text?: Traced<string>;
  readonly watch?: Traced<string>;
  readonly amp?: Traced<string>;
  readonly html?: Traced<string>;
  readonly calendar?: Traced<TextCalendar>;
}

interface Tree {
  readonly body: Traced<PartInput>;
  /** Attachments that the html does not show, and the file of the calendar object. */
  readonly others: readonly Traced<AttachmentInput>[];
}

/** The bodies and what else can be read as one `multipart/alternative`, the richest part last. */
export function asTree(
  bodies: Bodies,
  attachments: readonly Traced<AttachmentInput>[],
  alternatives: readonly Traced<PartInput>[],
  encoding: Traced<TransferEncoding> | undefined,
): Tree {
  const { text, watch, amp, html, calendar } = bodies;
  const shown = html === undefined ? new Set<string>() : cidReferences(html.value);
  const isRelated = ({ value: { cid } }: Traced<AttachmentInput>) =>
    cid !== undefined && shown.has(cid.replace(/^<|>$/g, ""));
  const leaf = (type: string, content: Traced<string>, parameters: Pick<PartInput, "parameters"> = {}) =>
    leafOf(type, content, parameters, encoding);
  const parts: Traced<PartInput>[] = [];
  if (text !== undefined) parts.push(leaf("text/plain", text));
  if (watch !== undefined) parts.push(leaf("text/watch-html", watch));
  if (amp !== undefined) parts.push(leaf("text/x-amp-html", amp));
  if (html !== undefined) parts.push(withRelated(leaf("text/html", html), attachments.filter(isRelated).map(asPart)));
  const others = attachments.filter((one) => !isRelated(one));
  if (calendar !== undefined) {
    const { content, method, filename } = calendar.value;
    parts.push(leaf("text/calendar", { value: content, origins: calendar.origins }, { parameters: { method } }));
    // The file says the same as the alternative, charset included.
    const contentType = `text/calendar; method=${method}; charset=UTF-8`;
    const file = { content, contentType, ...(filename === undefined ? {} : { filename }) };
    others.push({ value: file, origins: calendar.origins });
  }
  const list = tracedList([...parts, ...alternatives]);
  const body: PartInput = { type: "multipart/alternative", parts: list.value };
  return { body: { value: body, origins: below(["parts"], list.origins) }, others };
}

function leafOf(
  type: string,
  { value, origins }: Traced<string>,
  parameters: Pick<PartInput, "parameters">,
  encoding: Traced<TransferEncoding> | undefined,
): Traced<PartInput> {
  const [given] = below(["content"], origins.slice(0, 1));
  return {
    value: { type, ...parameters, content: value, ...(encoding === undefined ? {} : { encoding: encoding.value }) },
    origins: [
      ...origins,
      ...(given === undefined || origins.some(([made]) => made[0] === "content") ? [] : [given]),
      ...below(["encoding"], encoding?.origins ?? []),
    ],
  };
}

function withRelated(root: Traced<PartInput>, related: readonly Traced<PartInput>[]): Traced<PartInput> {
  if (related.length === 0) return root;
  const list = tracedList([root, ...related]);
  return { value: { type: "multipart/related", parts: list.value }, origins: below(["parts"], list.origins) };
}

function asPart({ value, origins }: Traced<AttachmentInput>): Traced<PartInput> {
  const { content, contentType, cid, filename, disposition = "inline", encoding, description } = value;
  const part: PartInput = {
    type: contentType ?? typeOfName(filename) ?? "application/octet-stream",
    disposition,
    content,
    ...(cid === undefined ? {} : { id: cid }),
    ...(filename === undefined ? {} : { filename }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(description === undefined ? {} : { description }),
  };
  return { value: part, origins };
}
