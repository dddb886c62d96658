// Message ids: `<left@right>`. RFC 5322 s3.6.4.
import { errorIssue, type Path, type Report } from "../issues.ts";
import { LONGEST_TOKEN } from "./folding.ts";
import { listOf, readGuarded } from "./foreign.ts";
import { checkStructuredText, isDotAtom, isPrintable, looksEncoded } from "./tokens.ts";

/**
 * Reads one id and gives it in angle brackets; they may be absent in the input, both at once.
 *
 * @returns the id, or undefined after reporting `header.message-id`, `header.line-break` or `header.control`.
 * @example
 * readMessageId("1@example.com", ["messageId"], report); // "<1@example.com>"
 */
export function readMessageId(text: unknown, path: Path, report: Report): string | undefined {
  if (typeof text !== "string") {
    report(errorIssue("input.type", path, "a message id is text"));
    return undefined;
  }
  if (!checkStructuredText(text, path, report)) return undefined;
  const bracketed = text.startsWith("<") && text.endsWith(">");
  const id = bracketed ? text : `<${text}>`;
  if (!isIdContent(id.slice(1, -1))) {
    report(
      errorIssue("header.message-id", path, "this is no message id", {
        rfc: "RFC 5322 s3.6.4",
        hint: "write <left@right>, both sides of letters, digits, dots and !#$%&'*+-/=?^_`{|}~",
      }),
    );
    return undefined;
  }
  if (id.length <= LONGEST_TOKEN) return id;
  report(
    errorIssue("header.too-long", path, `a message id fits no line of ${LONGEST_TOKEN} characters`, {
      rfc: "RFC 5322 s2.1.1",
    }),
  );
  return undefined;
}

function isIdContent(text: string): boolean {
  const at = text.indexOf("@");
  return at > 0 && !looksEncoded(text) && isDotAtom(text.slice(0, at)) && isIdRight(text.slice(at + 1));
}

// id-right: a dot-atom or a no-fold-literal.
function isIdRight(text: string): boolean {
  if (!text.startsWith("[")) return isDotAtom(text);
  const inner = text.slice(1, -1);
  return text.length > 2 && text.endsWith("]") && isPrintable(inner) && !/[[\]\\ ]/.test(inner);
}

/** Reads ids separated by white space in a string, or one by one in an array. Returns those that are right. */
export function readMessageIds(input: unknown, path: Path, report: Report): readonly string[] {
  const ids: string[] = [];
  const add = (text: unknown, place: Path): void => {
    const id = readMessageId(text, place, report);
    if (id !== undefined) ids.push(id);
  };
  const list = readGuarded(path, report, () => ({ items: listOf(input) }));
  if (list === undefined) return Object.freeze(ids);
  if (list.items !== undefined) {
    for (const [i, text] of list.items.entries()) add(text, [...path, i]);
  } else if (typeof input !== "string") add(input, path);
  else if (checkStructuredText(input, path, report)) {
    const words = input.split(" ").filter((word) => word !== "");
    if (words.length === 0) add("", path);
    for (const word of words) add(word, path);
  }
  return Object.freeze(ids);
}
