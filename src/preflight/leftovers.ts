// Rules about what a template left: placeholders that nobody filled in, values that were none.
import { type Found, quoted } from "./finding.ts";
import type { MailView } from "./mail-view.ts";
import type { Rule } from "./rule.ts";
import { placesIn, unescapedUrl, type Words, wordsOf } from "./words.ts";

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
      yield { ...placeOf(index), message: `${quoted(value)} stands in the ${words.kind}`, hint };
    }
  }
}

interface Value {
  readonly value: string;
  readonly index: number;
}

function inText({ text }: Words): readonly Value[] {
  return [...text.matchAll(NO_VALUE)].map(({ 0: value, index }) => ({ value, index }));
}

// A segment of the path, a value of the query, or the whole of it.
const NO_VALUES = new Set(["undefined", "null", "NaN"]);

function inUrl({ text }: Words): readonly Value[] {
  if (/^\s*data:/i.test(text)) return [];
  // "+" and "%20" are blanks in a query.
  const url = unescapedUrl(text).replaceAll("+", " ");
  const object = /\[object [A-Z]\w{0,60}\]/.exec(url);
  if (object !== null) return [{ value: object[0], index: 0 }];
  const piece = url.split(/[/?&=#;,]/).find((one) => NO_VALUES.has(one.trim()));
  return piece === undefined ? [] : [{ value: piece.trim(), index: 0 }];
}
