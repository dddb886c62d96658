// Rules over the fields of mailing lists: list.uri, list.one-click, header.value. RFC 2369 s2, RFC 2919 s3, RFC 8058 s3.1.
import { fieldGrammar } from "../headers/field-names.ts";
import { holdsListItem } from "../headers/list-field.ts";
import { findField, type RawField } from "../read/outline.ts";
import { isDecoded } from "../read/word-places.ts";
import { type Lint, refuse, warn } from "./lint.ts";

/** Looks at the List- fields of the message. */
export function lintLists(lint: Lint): void {
  for (const field of lint.root.fields) {
    // A value in encoded-words is told as such.
    if (fieldGrammar(field.name) === "list" && isDecoded(field.name, field.value)) lintList(lint, field);
  }
  lintOneClick(lint);
}

function lintList(lint: Lint, field: RawField): void {
  const place = { path: ["head", field.name], line: field.line };
  const isId = field.name.toLowerCase() === "list-id";
  if (!holdsListItem(field.name, field.value)) {
    const what = isId
      ? "there is no id in angle brackets"
      : "there is no URI in angle brackets: readers pass over the field";
    const finding = { code: "list.uri" as const, ...place, what, rfc: isId ? "RFC 2919 s3" : "RFC 2369 s2" };
    if (isId) warn(lint, finding);
    else refuse(lint, { ...finding, hint: "as in <https://example.com/list>, <mailto:list@example.com>" });
  } else if (!isId && bracketed(field.value).some((uri) => /[ \t]/.test(uri))) {
    const what = "a blank within a URI, which readers take out or stumble over";
    warn(lint, { code: "list.uri", ...place, what, rfc: "RFC 2369 s2", hint: "fold between URIs; a blank is %20" });
  }
}

const ONE_CLICK = "List-Unsubscribe=One-Click";

function lintOneClick(lint: Lint): void {
  const post = findField(lint.root.fields, "list-unsubscribe-post");
  if (post === undefined || !isDecoded(post.name, post.value)) return;
  const place = { path: ["head", post.name], line: post.line, rfc: "RFC 8058 s3.1" };
  if (post.value !== ONE_CLICK) {
    refuse(lint, { code: "header.value", ...place, what: `the value of this field is ${ONE_CLICK}` });
    return;
  }
  const list = findField(lint.root.fields, "list-unsubscribe");
  const uris = list === undefined || !isDecoded(list.name, list.value) ? [] : bracketed(list.value);
  if (uris.filter((uri) => /^https:/i.test(uri.trim())).length === 1) return;
  const what = "one click wants one https: URI in List-Unsubscribe: readers do not offer it";
  refuse(lint, { code: "list.one-click", ...place, what });
}

/** What is between angle brackets. Linear: every bracket is looked at once. */
function bracketed(value: string): readonly string[] {
  const found: string[] = [];
  for (let at = value.indexOf("<"); at >= 0; ) {
    const end = value.indexOf(">", at);
    if (end < 0) break;
    found.push(value.slice(at + 1, end));
    at = value.indexOf("<", end);
  }
  return found;
}
