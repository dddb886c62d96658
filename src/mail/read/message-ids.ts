// Reads values made of message ids that another program wrote. RFC 5322 s3.6.4.
import { isDotAtom } from "../headers/tokens.ts";

/**
 * The ids of a field in the order of the field, as readers take them: what is between angle brackets, with these; where
 * there are none, each word. Time is linear.
 *
 * @example
 * readIds("<a@example.com> (Ann's) <b@example.com>"); // ["<a@example.com>", "<b@example.com>"]
 */
export function readIds(value: string): readonly string[] {
  const found: string[] = [];
  for (let at = value.indexOf("<"); at >= 0; ) {
    const end = value.indexOf(">", at);
    if (end < 0) break;
    found.push(value.slice(at, end + 1));
    at = value.indexOf("<", end);
  }
  if (found.length > 0) return found;
  const words = value.split(/[ \t]+/).filter((word) => word !== "" && word !== "<" && word !== ">");
  return words.map((word) => `<${word.replace(/^</, "").replace(/>$/, "")}>`);
}

/** A Content-ID as `cid:` URLs name it: without angle brackets. RFC 2392 s2. */
export function readContentId(value: string): string {
  return value.trim().replace(/^</, "").replace(/>$/, "").trim();
}

/** What is wrong with one id, or with a list of them; undefined when nothing is. */
export function idsFault(value: string, count: "one" | "many"): string | undefined {
  const words = value.split(/[ \t]+/).filter((word) => word !== "");
  // Ids in a list may touch each other: `<a@b><c@d>`.
  const ids = words.flatMap((word) => word.replaceAll("><", "> <").split(" "));
  if (ids.length === 0) return "there is no id";
  const bad = ids.findIndex((id) => !isMessageId(id));
  if (bad >= 0)
    return count === "one" ? "invalid message id; expected <left@right>" : `id ${bad + 1} is not a message id`;
  return count === "one" && ids.length > 1 ? "there is more than one id" : undefined;
}

function isMessageId(id: string): boolean {
  if (!id.startsWith("<") || !id.endsWith(">")) return false;
  const at = id.lastIndexOf("@");
  if (at < 0 || !isDotAtom(id.slice(1, at))) return false;
  const right = id.slice(at + 1, -1);
  return isDotAtom(right) || /^\[[!-Z^-~]*\]$/.test(right);
}

/** True for one dot-atom in angle brackets, with nothing on the right of it. */
export function isIdWord(value: string): boolean {
  const id = value.trim();
  return id.startsWith("<") && id.endsWith(">") && isDotAtom(id.slice(1, -1));
}
