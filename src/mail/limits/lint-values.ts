// Rules over the values of fields: dates, message ids, encoded-words, addresses and mailing lists. RFC 5322 s3.3, s3.4,
// s3.6.4; RFC 2047 s5; RFC 5321 s4.5.3.1; RFC 2369 s2; RFC 2919 s3; RFC 8058 s3.1.

import type { Path } from "../../issues.ts";
import { type Address, type AddressShape, readAddresses } from "../headers/address.ts";
import { fieldGrammar } from "../headers/field-names.ts";
import { holdsListItem } from "../headers/list-field.ts";
import { unique } from "../message/envelope.ts";
import { readDate } from "../read/dates.ts";
import { idsFault, isIdWord } from "../read/message-ids.ts";
import { findField, type RawField } from "../read/outline.ts";
import type { RawVisit } from "../read/walk.ts";
import { checkWords } from "../read/word-faults.ts";
import { isDecoded, misplacedWord } from "../read/word-places.ts";
import { fieldPath, fieldPlace, type Lint, refuse, warn } from "./lint.ts";

/** Looks at the fields of the message and of its parts; what an enclosed message says is its own matter. */
export function lintValues(lint: Lint): void {
  for (const visit of lint.visits) {
    if (visit.enclosed) continue;
    for (const field of visit.part.fields) lintValue(lint, visit, field);
  }
}

function lintValue(lint: Lint, visit: RawVisit, field: RawField): void {
  const name = field.name.toLowerCase();
  const place = { path: fieldPath(visit, field), line: field.line };
  const misplaced = misplacedWord(name, field.value);
  if (misplaced !== undefined) {
    const { severity, ...finding } = misplaced;
    const report = severity === "error" ? refuse : warn;
    report(lint, { code: "header.value", ...place, ...finding, rfc: "RFC 2047 s5" });
    if (severity === "error") return; // whatever else is wrong comes from it
  }
  if (name === "date" || name === "resent-date") lintDate(lint, field, place);
  else if (name === "message-id" || name === "resent-message-id") {
    const what = idsFault(field.value, "one");
    if (what !== undefined) refuse(lint, { code: "header.message-id", ...place, what, rfc: "RFC 5322 s3.6.4" });
  } else if (name === "content-id") {
    // RFC 2045 s7 wants a whole message id; readers find `cid:logo` by a word as well, and html is written so.
    const what = isIdWord(field.value) ? undefined : idsFault(field.value, "one");
    if (what !== undefined) refuse(lint, { code: "header.message-id", ...place, what, rfc: "RFC 2045 s7" });
  } else if (name === "references" || name === "in-reply-to") {
    const what = idsFault(field.value, "many");
    if (what !== undefined) warn(lint, { code: "header.message-id", ...place, what, rfc: "RFC 5322 s3.6.4" });
  } else if (!isParameterField(name)) lintWords(lint, field, place.path);
}

function isParameterField(name: string): boolean {
  return name === "content-type" || name === "content-disposition";
}

type FieldPlace = Pick<Parameters<typeof refuse>[1], "path" | "line">;

function lintDate(lint: Lint, field: RawField, place: FieldPlace): void {
  const { form: found } = readDate(field.value);
  if (found === "valid") return;
  const rfc = "RFC 5322 s3.3";
  if (found === "invalid") {
    const hint = "write it as Tue, 24 Nov 2026 05:06:07 +0000";
    refuse(lint, { code: "header.date", ...place, what: "this is not a valid date and time", rfc, hint });
  } else if (found === "weekday") {
    const what = "the day of the week is not that of the date";
    refuse(lint, { code: "header.date", ...place, what, rfc });
  } else warn(lint, { code: "header.date", ...place, what: "the form of the date is obsolete", rfc: "RFC 5322 s4.3" });
}

function lintWords(lint: Lint, field: RawField, path: Path): void {
  const reported = new Set<string>();
  for (const fault of checkWords(lint.bytes.subarray(field.start, field.end))) {
    if (reported.has(fault.what)) continue;
    reported.add(fault.what);
    const finding = { code: "header.value" as const, path, line: field.line + fault.line, what: fault.what };
    if (fault.severity === "error") refuse(lint, { ...finding, rfc: "RFC 2047 s4" });
    else warn(lint, { ...finding, rfc: "RFC 2047 s2" });
  }
}

const recipientFields = new Set(["to", "cc", "bcc"]);
// Fields of no standard, or of one that is gone: a fault in them does no harm.
const minorFields = new Set(["errors-to", "bounces-to", "return-receipt-to", "mail-followup-to", "mail-reply-to"]);
// More faults than that in one field say nothing new.
const mostIssues = 20;

/** Reads the address fields of the message's head, and counts whom it goes to. */
export function lintAddresses(lint: Lint): void {
  const lists: (readonly Address[])[] = [];
  for (const field of lint.root.fields) {
    const name = field.name.toLowerCase();
    const shape = shapeOf(name, field.value);
    if (shape === undefined) continue;
    const addresses = readField(lint, field, shape);
    if (recipientFields.has(name)) lists.push(addresses);
    if (name === "from") lintAuthors(lint, field, addresses);
  }
  const count = unique(lists).length;
  const { recipients, name } = lint.limits;
  if (count <= recipients) return;
  const what = `${count} recipients are more than ${recipients}, which ${name} takes in one call`;
  refuse(lint, { code: "limit.recipients", path: ["head", "To"], line: lint.root.headLine, what });
}

function shapeOf(name: string, value: string): AddressShape | undefined {
  // RFC 5322 s3.6.7: the path of a message that gets no bounces is empty.
  if (name === "return-path") return value.trim() === "<>" ? undefined : "mailbox";
  const grammar = fieldGrammar(name);
  return grammar === "mailbox" || grammar === "mailboxes" || grammar === "addresses" ? grammar : undefined;
}

function readField(lint: Lint, field: RawField, shape: AddressShape): readonly Address[] {
  // 8-bit octets in a head are another rule's matter. A tab folds like a space.
  const text = field.value.replaceAll("\t", " ");
  const isMinor = minorFields.has(field.name.toLowerCase());
  const isQuiet = !isDecoded(field.name, field.value); // its encoded-words are reported, and are why it cannot be read
  let count = 0;
  const path: Path = ["head", field.name];
  const place = fieldPlace(lint, { path, line: field.line }, (issue) => {
    // Comments belong to the grammar, and the bytes are not rewritten.
    if (isQuiet || issue.code === "address.comment" || count++ >= mostIssues) return undefined;
    return { ...issue, severity: isMinor ? "warning" : issue.severity, path };
  });
  return readAddresses(text, place, shape);
}

// RFC 5322 s3.6.2: of several authors one sent the message.
function lintAuthors(lint: Lint, field: RawField, authors: readonly Address[]): void {
  if (authors.length < 2 || findField(lint.root.fields, "sender") !== undefined) return;
  const what = `From has ${authors.length} mailboxes, and no Sender says who sent the message`;
  const hint = "add a Sender field with one mailbox";
  refuse(lint, {
    code: "header.sender",
    path: ["head", field.name],
    line: field.line,
    what,
    rfc: "RFC 5322 s3.6.2",
    hint,
  });
}

/** Looks at the List- fields of the message. */
export function lintLists(lint: Lint): void {
  for (const field of lint.root.fields) {
    // A value in encoded-words is reported as such.
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
