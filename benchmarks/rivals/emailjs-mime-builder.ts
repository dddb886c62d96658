// emailjs-mime-builder: the caller builds the tree of parts.
import builder from "emailjs-mime-builder";
import type { Letter } from "../letter.ts";
import type { Rival } from "./rival.ts";

const MimeNode = builder.default;

function leaf(type: string, content: string | Uint8Array, filename?: string): builder.MimeNode {
  const node = new MimeNode(type, filename === undefined ? {} : { filename });
  if (filename !== undefined) node.setHeader({ "Content-Disposition": "attachment" });
  return node.setContent(content);
}

function branch(type: string, children: readonly builder.MimeNode[]): builder.MimeNode {
  if (children.length === 1 && children[0] !== undefined) return children[0];
  const node = new MimeNode(type);
  for (const child of children) node.appendChild(child);
  return node;
}

function compose({ from, to, subject, text, html, enclosures }: Letter): Uint8Array {
  const bodies = [
    ...(text === undefined ? [] : [leaf("text/plain; charset=utf-8", text)]),
    ...(html === undefined ? [] : [leaf("text/html; charset=utf-8", html)]),
  ];
  const files = enclosures.map(({ type, content, filename }) => leaf(type, content, filename));
  const root = branch("multipart/mixed", [branch("multipart/alternative", bodies), ...files]);
  root.setHeader({ From: [from], To: [...to], Subject: subject });
  return Buffer.from(root.build(), "latin1");
}

export const emailjs: Rival = {
  name: "emailjs-mime-builder",
  prepare: (letter) => () => compose(letter),
  unequal: () => [],
};
