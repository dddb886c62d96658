// Rules about what a template left: placeholders that were not filled in, values that were missing.

import type { Path } from "../../issues.ts";
import { isGroup, mailboxesOf } from "../../mail/headers/mailbox.ts";
import { type Found, linesOf, quoted } from "./finding.ts";
import type { TagInHtml } from "./html-view.ts";
import type { MailView, Rule } from "./mail-view.ts";

/** Rules about leftovers of templates. */
export const leftoverRules: readonly Rule[] = [
  {
    name: "placeholder",
    severity: "error",
    source: "the syntaxes of Handlebars, Liquid, JavaScript, EJS, Mailchimp and Mailgun",
    look: placeholders,
  },
  {
    name: "leftover-value",
    severity: "error",
    source: "ECMA-262 s7.1.17 (ToString), s20.1.3.6, s21.4.4.41.4",
    look: values,
  },
];

// Each ends within a bounded distance of its start, so that the search is linear.
const PLACEHOLDER = new RegExp(
  [
    /\{\{([^{}]{1,200})\}\}/, // Handlebars, Mustache, Liquid, Jinja, SES
    /\{%([^{}%]{1,200})%\}/, // Liquid, Jinja, Twig
    /\$\{([^{}]{1,200})\}/, // JavaScript
    /<%([^<>%]{1,200})%>/, // EJS, ERB
    /\*\|([A-Z0-9_:]{1,100})\|\*/, // Mailchimp
    /(?<![\w%])%([A-Za-z][\w.-]{2,60})%(?![\w%])/, // Mailgun
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

function* placeholders(view: MailView): Iterable<Found> {
  for (const words of wordsOf(view)) {
    if (words.kind === "code") continue;
    const text = words.kind === "url" ? unescapedUrl(words.text) : words.text;
    const placeOf = placesIn(words);
    for (const { 0: found, index, ...groups } of text.matchAll(PLACEHOLDER)) {
      const name = Object.values(groups).find((group) => typeof group === "string") ?? "";
      if (view.placeholders.has(name.trim())) continue;
      const hint = "give the template this value; placeholders: [ … ] names those that are filled in later";
      yield { ...placeOf(index), message: `${quoted(found)} was not filled in`, hint };
    }
  }
}

/** True for text that a template was to fill in. */
export function hasPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDER) >= 0;
}

// What JavaScript makes of no value. In a name with a hyphen, a dot or quotes around it is meant as a word.
const NO_VALUE =
  /(?<![\w$.'"`‘’“”«»-])(?:undefined|NaN|Invalid Date)(?![\w$'"`‘’“”«»-])|\[object [A-Z]\w{0,60}\]|function \w{0,60}\([^()]{0,100}\) ?\{/g;

function* values(view: MailView): Iterable<Found> {
  for (const words of wordsOf(view)) {
    if (words.kind === "code") continue;
    const found = words.kind === "url" ? inUrl(words) : inText(words);
    const placeOf = placesIn(words);
    for (const { value, index } of found) {
      const hint = "the value was missing or no text when the template was filled in";
      yield { ...placeOf(index), message: `${quoted(value)} is in the ${words.kind}`, hint };
    }
  }
}

interface Value {
  readonly value: string;
  readonly index: number;
}

function inText({ text }: TemplateText): readonly Value[] {
  return [...text.matchAll(NO_VALUE)].map(({ 0: value, index }) => ({ value, index }));
}

// A segment of the path, a value of the query, or the whole of it.
const NO_VALUES = new Set(["undefined", "null", "NaN"]);

function inUrl({ text }: TemplateText): readonly Value[] {
  if (/^\s*data:/i.test(text)) return [];
  // "+" and "%20" are blanks in a query.
  const url = unescapedUrl(text).replaceAll("+", " ");
  const object = /\[object [A-Z]\w{0,60}\]/.exec(url);
  if (object !== null) return [{ value: object[0], index: 0 }];
  const piece = url.split(/[/?&=#;,]/).find((one) => NO_VALUES.has(one.trim()));
  return piece === undefined ? [] : [{ value: piece.trim(), index: 0 }];
}

/** A stretch of text, and where it is. */
export interface TemplateText {
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
export function* wordsOf(view: MailView): Iterable<TemplateText> {
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

function* namesOf({ mail }: MailView): Iterable<TemplateText> {
  for (const field of ["from", "to", "cc", "replyTo"] as const) {
    for (const [index, address] of mail[field].entries()) {
      const names = isGroup(address) ? [address.group] : [];
      for (const { name } of mailboxesOf([address])) if (name !== undefined) names.push(name);
      for (const text of names) yield { text, path: [field, index], kind: "text" };
    }
  }
}

function* attributesOf({ attributes, line }: TagInHtml): Iterable<TemplateText> {
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

/** Where a match in the words is, as a part of what is reported. */
export function placesIn({
  path,
  line,
  text,
}: TemplateText): (index: number) => { readonly path: Path; readonly line?: number } {
  const lineAt = linesOf(text);
  return (index) => (line === undefined ? { path } : { path, line: line + lineAt(index) - 1 });
}
