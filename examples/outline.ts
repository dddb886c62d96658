// Draws the MIME tree of a message, one line a part.
import { type Message, type Part, toTree } from "mimewright";

export function outline(m: Message): string {
  const tree = toTree(m);
  const subject = m.subject ?? "(no subject)";
  return [`Subject: ${subject}`, ...lines(tree, "")].join("\n");
}

function lines(part: Part, indent: string): string[] {
  const name = part.filename === undefined ? "" : ` "${part.filename}"`;
  const id = part.id === undefined ? "" : ` <${part.id}>`;
  return [`${indent}${part.type}${name}${id}`, ...(part.parts ?? []).flatMap((child) => lines(child, `${indent}  `))];
}
