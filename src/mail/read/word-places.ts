// Where encoded-words may be in a field, by the grammar of its value, and those that are somewhere else. RFC 2047 s5.
import { fieldGrammar } from "../headers/field-names.ts";
import { decodeWords } from "./encoded-words.ts";
import { readParameters } from "./parameters.ts";

/** An encoded-word where the grammar of the field has none. */
export interface MisplacedWord {
  readonly what: string;
  readonly hint: string;
  /** `error` where readers do not decode it, `warning` where most of them do. */
  readonly severity: "error" | "warning";
}

/**
 * `phrases`: in names before angle brackets, and in comments; `uris`: in comments; `ids`: nowhere; `values`: in comments;
 * `parameters`: nowhere, and many writers put them into names of files.
 */
type WordPlaces = "anywhere" | "phrases" | "uris" | "ids" | "values" | "parameters";

// Structured fields that the composer takes as text.
const STRUCTURED =
  /^(?:arc|autocrypt|bimi|content|dkim|list|x-ses)-|^(?:autocrypt|delivered-to|thread-index|x-original-to)$/;

function placesOf(name: string): WordPlaces {
  const key = name.toLowerCase();
  if (key === "content-type" || key === "content-disposition") return "parameters";
  switch (fieldGrammar(key)) {
    case "mailbox":
    case "mailboxes":
    case "addresses":
      return "phrases";
    case "list":
      // RFC 2919 s3: the one list field with a phrase.
      return key === "list-id" ? "phrases" : "uris";
    case "id":
    case "ids":
      return "ids";
    case "date":
    case "structured":
      return "values";
    case "text":
      return STRUCTURED.test(key) && key !== "content-description" ? "values" : "anywhere";
  }
}

const HINTS: Readonly<Record<WordPlaces, string>> = {
  anywhere: "",
  phrases: "encode the name only, and write the address as it is: =?UTF-8?Q?J=C3=B6rg?= <joerg@example.com>",
  uris: "write the URI as it is, percent-encoded and on one line: a line may have 998 octets",
  ids: "write the id as it is, on one line: a line may have 998 octets",
  values: "write the value as it is, in ASCII: a line may have 998 octets",
  parameters: "write names of files in the extended form: filename*=UTF-8''J%C3%B6rg.pdf",
};

/**
 * The gravest encoded-word that is out of place in a field; undefined when there is none. Time is linear.
 *
 * @param name - of the field
 * @param value - unfolded
 * @example
 * misplacedWord("List-Unsubscribe", "=?utf-8?q?=3Chttps=3A//example=2Ecom=3E?=")?.severity; // "error"
 */
export function misplacedWord(name: string, value: string): MisplacedWord | undefined {
  if (!value.includes("=?")) return undefined;
  const places = placesOf(name);
  if (places === "anywhere") return undefined;
  const severities = places === "parameters" ? parameterWords(value) : wordsIn(value, places);
  const hint = HINTS[places];
  if (severities.includes("error")) return { severity: "error", hint, what: NOT_DECODED };
  return severities.includes("warning") ? { severity: "warning", hint, what: OUT_OF_PLACE } : undefined;
}

const NOT_DECODED = "an encoded-word where this field takes none: readers do not decode it";
const OUT_OF_PLACE = "an encoded-word where this field takes none: not every reader decodes it";

/** True when readers decode the encoded-words of the field. */
export function isDecoded(name: string, value: string): boolean {
  return misplacedWord(name, value)?.severity !== "error";
}

type Severities = readonly (MisplacedWord["severity"] | undefined)[];

// Any number of words, and a boundary may look like one.
function parameterWords(value: string): Severities {
  const { value: first, all } = readParameters(value);
  const inFirst = HOLDS_WORD.test(first) ? ["error" as const] : [];
  const inParameters = all.map(({ name, value: text, extended }) => {
    if (extended || name === "boundary" || !HOLDS_WORD.test(text)) return undefined;
    return name === "filename" || name === "name" ? "warning" : "error";
  });
  return [...inFirst, ...inParameters];
}

const HOLDS_WORD = /=\?[^?\s]+\?[bq]\?[^?\s]*\?=/i;

type Place = "quoted" | "comment" | "angle" | "phrase" | "bare";

function wordsIn(value: string, places: WordPlaces): Severities {
  return wordPlaces(value).map(({ place, word }) => {
    // A URI in words, with another one as it is behind it: the words look like a name of that one.
    if (places === "uris" && place === "phrase" && /[<>]/.test(decodeWords(word))) return "error";
    if (place === "comment") return places === "ids" ? "error" : undefined;
    if (place === "phrase" && places === "phrases") return undefined;
    // RFC 2369 s2 has nothing but URIs and comments; RFC 2047 s5(3) no word within a quoted-string.
    const isRead =
      place === "phrase" ? places === "uris" : place === "quoted" && places !== "ids" && places !== "values";
    return isRead ? "warning" : "error";
  });
}

const WORD = /=\?[^?\s]+\?[bq]\?[^?\s]*\?=/iy;

interface PlacedWord {
  readonly word: string;
  readonly place: Place;
}

// The place of every word, by the tokens of RFC 5322 s3.2.
function wordPlaces(value: string): readonly PlacedWord[] {
  const found: PlacedWord[] = [];
  // Words that are a phrase when an angle bracket or the colon of a group follows.
  let waiting: string[] = [];
  const settle = (place: Place): void => {
    for (const word of waiting) found.push({ word, place });
    waiting = [];
  };
  let comments = 0;
  let within: "text" | "quoted" | "angle" = "text";
  for (let at = 0; at < value.length; at++) {
    const char = value[at] ?? "";
    const end = char === "=" ? wordEnd(value, at) : at;
    if (end > at) {
      const word = value.slice(at, end);
      if (comments > 0) found.push({ word, place: "comment" });
      else if (within !== "text") found.push({ word, place: within });
      else if (value[end] === "@" || value[at - 1] === "@") found.push({ word, place: "bare" });
      else waiting.push(word);
      at = end - 1;
    } else if (char === "\\" && (comments > 0 || within === "quoted")) at++;
    else if (within === "quoted") within = char === '"' ? "text" : "quoted";
    else if (char === "(") comments++;
    else if (comments > 0) comments -= char === ")" ? 1 : 0;
    else if (within === "angle") within = char === ">" ? "text" : "angle";
    else if (char === '"') within = "quoted";
    else if (char === "<" || char === ":") {
      settle("phrase");
      within = char === "<" ? "angle" : "text";
    } else if (char === "," || char === ";") settle("bare");
  }
  settle("bare");
  return found;
}

function wordEnd(value: string, at: number): number {
  WORD.lastIndex = at;
  return WORD.test(value) ? WORD.lastIndex : at;
}
