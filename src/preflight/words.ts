// Everything in a mail that its reader reads or follows: subject, names, text, html, links.
import { isGroup, mailboxesOf } from "../headers/mailbox.ts";
import type { Path } from "../issues.ts";
import type { Tag } from "./html-view.ts";
import { linesOf } from "./lines.ts";
import type { MailView } from "./mail-view.ts";

/** A stretch of text, and where it stands. */
export interface Words {
  readonly text: string;
  readonly path: Path;
  /** The line it begins on. */
  readonly line?: number;
  /** `url` is followed or loaded; `code` shows what programs are made of. */
  readonly kind: "text" | "url" | "code";
}

const URLS = ["href", "src", "background", "action", "poster"];
const TEXTS = ["alt", "title", "aria-label", "placeholder", "value"];

/** All words of a mail. */
export function* wordsOf(view: MailView): Iterable<Words> {
  const { mail, html, pathOf } = view;
  if (mail.subject !== undefined) yield { text: mail.subject, path: ["subject"], kind: "text" };
  yield* namesOf(view);
  if (mail.text !== undefined) yield { text: mail.text, path: ["text"], line: 1, kind: "text" };
  for (const { text, line, isCode } of html?.texts ?? []) {
    yield { text, line, path: ["html"], kind: isCode ? "code" : "text" };
  }
  for (const tag of html?.tags ?? []) yield* attributesOf(tag);
  for (const [index, { filename }] of mail.attachments.entries()) {
    if (filename !== undefined) yield { text: filename, path: [...pathOf(index), "filename"], kind: "text" };
  }
}

function* namesOf({ mail }: MailView): Iterable<Words> {
  for (const field of ["from", "to", "cc", "replyTo"] as const) {
    for (const [index, address] of mail[field].entries()) {
      const names = isGroup(address) ? [address.group] : [];
      for (const { name } of mailboxesOf([address])) if (name !== undefined) names.push(name);
      for (const text of names) yield { text, path: [field, index], kind: "text" };
    }
  }
}

function* attributesOf({ attributes, line }: Tag): Iterable<Words> {
  for (const [name, text] of attributes) {
    if (URLS.includes(name)) yield { text, line, path: ["html"], kind: "url" };
    else if (TEXTS.includes(name)) yield { text, line, path: ["html"], kind: "text" };
  }
}

/** A URL with its printable characters unescaped; what is none becomes a blank. */
export function unescapedUrl(url: string): string {
  return url.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    // A percent sign of the URL itself begins no placeholder.
    return code > 0x20 && code < 0x7f && code !== 0x25 ? String.fromCharCode(code) : " ";
  });
}

/** Tells where a match in the words stands, as a part of what is reported. */
export function placesIn({
  path,
  line,
  text,
}: Words): (index: number) => { readonly path: Path; readonly line?: number } {
  const lineAt = linesOf(text);
  return (index) => (line === undefined ? { path } : { path, line: line + lineAt(index) - 1 });
}
