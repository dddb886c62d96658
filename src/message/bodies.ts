// The bodies that a message's own options give as text: text, html, amp and watch. RFC 2046 s4.1.

import type { Charset } from "../encoding/charset.ts";
import { toCrlf } from "../encoding/line-ends.ts";
import type { Place } from "../issues.ts";
import { bodyHint } from "./content-hints.ts";
import { canEncode } from "./source.ts";
import { looksLikePath } from "./suspect-string.ts";
import { MARK, MARK_HINT } from "./unicode-text.ts";

/** Reads one text body: a string whose characters the charset has. Gives it with CRLF line ends (RFC 2046 s4.1.1). */
export function readText(input: unknown, charset: Charset, place: Place): string | undefined {
  if (typeof input !== "string") {
    return place.error("body.type", "a body is a string", { hint: bodyHint(input) });
  }
  if (looksLikePath(input)) {
    const hint = 'read the file first: await readFile(path, "utf8")';
    place.warning("body.type", "the body is the path of a file, not what is in it", { hint });
  }
  if (input.startsWith(MARK)) {
    const message = "the text begins with a byte order mark, which some readers show";
    place.warning("body.mark", message, { hint: MARK_HINT });
  }
  return canEncode(input, charset, place) ? toCrlf(input) : undefined;
}
