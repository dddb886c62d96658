// What is wrong with the encoded-words in a field that another program wrote. RFC 2047.
import { isError } from "../octets/kinds.ts";
import { wordOctets } from "./encoded-words.ts";

/** What is wrong with a word. */
export interface WordFault {
  readonly what: string;
  /** Lines after the field's first. */
  readonly line: number;
  readonly severity: "error" | "warning";
}

// Every piece ends at a question mark, so that no octet is looked at more than a few times.
const pattern = /=\?([^?\s]+)\?([^?\s]+)\?([^?\r\n]*)\?=/g;

/** Checks every encoded-word of a field, given with its name and folds. */
export function checkWords(field: Uint8Array): readonly WordFault[] {
  const faults: WordFault[] = [];
  let line = 0;
  let start = 0;
  while (start < field.length) {
    const lf = field.indexOf(0x0a, start);
    const end = lf < 0 ? field.length : lf + 1;
    // Only ASCII makes a word; what is above represents itself here.
    const text = ascii.decode(field.subarray(start, end)).replace(/\r?\n$/, "");
    for (const fault of checkLine(text)) faults.push({ ...fault, line });
    start = end;
    line++;
  }
  return faults;
}

const ascii = new TextDecoder("utf-8");

function* checkLine(text: string): Generator<Omit<WordFault, "line">> {
  let words = 0;
  for (const [word, charset = "", encoding = "", encoded = ""] of text.matchAll(pattern)) {
    words++;
    if (word.length > 75) yield { what: "an encoded-word is longer than 75 characters", severity: "warning" };
    const what = wordFault(charset, encoding.toUpperCase(), encoded);
    if (what !== undefined) yield { what, severity: what === unknownCharset ? "warning" : "error" };
  }
  if (words > 0 && text.length > 76) {
    yield { what: "a line with encoded-words is longer than 76 characters", severity: "warning" };
  }
}

const unknownCharset = "the charset of an encoded-word is not known here";

function wordFault(label: string, encoding: string, encoded: string): string | undefined {
  if (encoding !== "B" && encoding !== "Q") return "an encoded-word is neither B nor Q";
  if (/[ \t]/.test(encoded)) return "an encoded-word contains white space";
  const bytes = wordOctets(encoding, encoded);
  if (bytes === undefined) return `an encoded-word is not valid ${encoding}`;
  const star = label.indexOf("*"); // RFC 2231 s5: a language may follow the charset
  try {
    const text = new TextDecoder(star < 0 ? label : label.slice(0, star), { fatal: true }).decode(bytes);
    return /[\u0000\r\n]/.test(text) ? "an encoded-word hides a line break or NUL" : undefined;
  } catch (error) {
    return isError(error) && error.name === "RangeError"
      ? unknownCharset
      : "an encoded-word cuts a character or is not in its charset";
  }
}
