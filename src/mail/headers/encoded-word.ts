// Encoded-words: text outside ASCII in a header, as B or Q, whichever is shorter, cut between whole characters.
// RFC 2047.

import { encodeBase64 } from "../octets/base64.ts";
import { type Charset, wireName } from "../octets/charset.ts";
import { cutIntoWords, tearsCluster } from "./word-cuts.ts";
import {
  base64Size,
  LONGEST_WORD,
  mayPad,
  phraseAlphabet,
  type QAlphabet,
  quotedSize,
  quoteOctets,
  textAlphabet,
  type WordPlace,
  wordOverhead,
} from "./word-place.ts";
import { encodeText } from "./word-run.ts";

/**
 * The text as encoded-words, to be separated by white space. The first fits the room, or its own line when
 * nothing fits the room.
 *
 * @throws MessageError `charset.unmappable`.
 * @example
 * encodeWords("Grüße", { charset: utf8, kind: "text", room: 75, canFold: false, closes: true });
 * // ["=?UTF-8?Q?Gr=C3=BC=C3=9Fe?="]
 */
export function encodeWords(text: string, place: WordPlace): readonly string[] {
  const single = singleWord(text, place);
  if (single !== undefined) return [single];
  const alphabet = alphabetOf(place);
  return cutIntoWords(text, place, alphabet).map(({ octets, encoding }) =>
    writeWord(octets, encoding, { charset: place.charset, alphabet }),
  );
}

/** The text as one word if it fits one, in the room or on a new line. */
export function singleWord(text: string, place: WordPlace): string | undefined {
  const longest = place.longest ?? LONGEST_WORD;
  if (text.length > longest) return undefined;
  const { charset } = place;
  const alphabet = alphabetOf(place);
  const bytes = encodeText(text, charset);
  const room = (place.canFold ? longest : Math.min(place.room, longest)) - wordOverhead(charset);
  const quoted = quotedSize(bytes, 0, bytes.length, alphabet);
  const based = base64Size(bytes.length);
  const mayBase = mayPad(place) || bytes.length % 3 === 0;
  if (mayBase && based <= room && (based < quoted || charset.stateful)) {
    return writeWord(bytes, "B", { charset, alphabet });
  }
  // RFC 1468, "MIME Considerations": text with escape sequences goes into B words, several where one is too short.
  return quoted <= room && !charset.stateful ? writeWord(bytes, "Q", { charset, alphabet }) : undefined;
}

/** True when the text has to be torn inside a character to fit into words. */
export function mustTear(text: string, place: WordPlace): boolean {
  return singleWord(text, place) === undefined && tearsCluster(text, place, alphabetOf(place));
}

function alphabetOf(place: WordPlace): QAlphabet {
  return place.kind === "phrase" ? phraseAlphabet : textAlphabet;
}

function writeWord(bytes: Uint8Array, encoding: "B" | "Q", how: { charset: Charset; alphabet: QAlphabet }): string {
  const text = encoding === "B" ? encodeBase64(bytes) : quoteOctets(bytes, how.alphabet);
  return `=?${wireName(how.charset)}?${encoding}?${text}?=`;
}
