// The rule about fields that readers cannot use: a URI, an id or an address within an encoded-word.
import { misplacedWord } from "../read/word-places.ts";
import type { Found } from "./finding.ts";
import type { MailView } from "./mail-view.ts";
import type { Rule } from "./rule.ts";

/** The rule about encoded-words in structured fields. */
export const fieldRules: readonly Rule[] = [
  { name: "field-encoded", severity: "error", source: "RFC 2047 s5; RFC 2369 s2", look },
];

function* look({ mail }: MailView): Iterable<Found> {
  for (const { name, value } of mail.headers) {
    const misplaced = misplacedWord(name, value);
    if (misplaced?.severity !== "error") continue;
    const message = `${name} holds an encoded-word, which readers do not decode in this field`;
    yield { path: ["headers", name], message, hint: misplaced.hint };
  }
}
