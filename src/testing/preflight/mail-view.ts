// A mail as the rules look at it, whatever it came as.

import type { Path } from "../../issues.ts";
import type { HtmlReference } from "../../mail/html/references.ts";
import { isMessage } from "../../mail/message/seal.ts";
import type { Message } from "../../mail/message/types.ts";
import type { EmlMessage, MailInput, ReadPart } from "../mail.ts";
import { readEml } from "../read-eml.ts";
import { type ClientGap, clientGaps } from "./client-data.ts";
import type { Found, RuleInfo } from "./finding.ts";
import type { HtmlView } from "./html-view.ts";

/** What preflight takes. */
export interface MailFacts {
  /** The mail goes to many at once. */
  readonly isBulk: boolean;
  /** Bytes of html that are shown. */
  readonly htmlBytes: number;
  /** Bytes of an image in the mail. */
  readonly imageBytes: number;
  /** The names between the braces of placeholders that are filled in later. */
  readonly placeholders: ReadonlySet<string>;
  /** The clients whose gaps are looked for. */
  readonly clients: readonly string[];
}

/** The mail and what every rule asks for. */
export interface MailView extends MailFacts {
  readonly mail: EmlMessage;
  /** undefined without html, and for html that is not looked at. */
  readonly html: HtmlView | undefined;
  /** What is loaded to show the html. */
  readonly references: readonly HtmlReference[];
  readonly gaps: readonly ClientGap[];
  /** Content-IDs of all parts. */
  readonly cids: ReadonlySet<string>;
  /** The path of an attachment of the mail that was read, in what the caller wrote. */
  readonly pathOf: (index: number) => Path;
}

/** Reads the mail. @throws OptionError (as a rejection) when there is none in the value, what `clientGaps` throws */
export async function mailView(input: MailInput, facts: MailFacts): Promise<MailView> {
  const mail = await readEml(input);
  const paths = isMessage(input) ? pathsIn(input, mail) : [];
  const { html, references } = await readHtmlOf(mail);
  return {
    ...facts,
    mail,
    html,
    references,
    gaps: html === undefined ? [] : await clientGaps(html.source, facts.clients),
    cids: cidsOf(mail.root),
    pathOf: (index) => paths[index] ?? ["attachments", index],
  };
}

// The reader of html is large, and loaded when there is html to read.
async function readHtmlOf({ html }: EmlMessage): Promise<Pick<MailView, "html" | "references">> {
  if (html === undefined) return { html: undefined, references: [] };
  const [{ viewOf }, { htmlReferences }] = await Promise.all([
    import("./html-view.ts"),
    import("../../mail/html/references.ts"),
  ]);
  return { html: viewOf(html), references: htmlReferences(html) };
}

/** The values of the fields of a name, which is given in lower case. */
export function fieldValues({ headers }: EmlMessage, name: string): readonly string[] {
  return headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value);
}

function cidsOf(root: ReadPart): ReadonlySet<string> {
  const cids = new Set<string>();
  const waiting = [root];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (part.cid !== undefined) cids.add(part.cid);
    for (const child of part.parts) waiting.push(child);
  }
  return cids;
}

// What the html shows comes before the files, so that the order of parts is not the caller's.
function pathsIn(m: Message, { attachments }: EmlMessage): readonly (Path | undefined)[] {
  const places = new Map<string, number[]>();
  for (const [index, { filename, cid }] of [...m.attachments.entries()].reverse()) {
    const key = keyOf(filename, cid);
    const list = places.get(key);
    if (list === undefined) places.set(key, [index]);
    else list.push(index);
  }
  return attachments.map(({ filename, cid }) => {
    const index = places.get(keyOf(filename, cid))?.pop();
    return index === undefined ? undefined : ["attachments", index];
  });
}

function keyOf(filename: string | undefined, cid: string | undefined): string {
  return `${filename ?? ""}\n${cid ?? ""}`;
}

/** A rule: what it is called, where it comes from, and how it looks at a mail. */
export interface Rule extends RuleInfo {
  readonly look: (view: MailView) => Iterable<Found>;
}
