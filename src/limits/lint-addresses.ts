// Rules over address fields: address.*, header.sender, limit.recipients. RFC 5322 s3.4, RFC 5321 s4.5.3.1.

import { type Address, type AddressShape, readAddresses } from "../headers/address.ts";
import { fieldGrammar } from "../headers/field-names.ts";
import { type Issue, placeFor } from "../issues.ts";
import { unique } from "../message/envelope.ts";
import { findField, type RawField } from "../read/outline.ts";
import { isDecoded } from "../read/word-places.ts";
import { type Lint, refuse } from "./lint.ts";

const recipientFields = new Set(["to", "cc", "bcc"]);
// Fields of no standard, or of one that is gone: a fault in them stops nobody.
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
  const isQuiet = !isDecoded(field.name, field.value); // its encoded-words are told, and are why it cannot be read
  let count = 0;
  const report = (issue: Issue): void => {
    // Comments are of the grammar, and nobody rewrites the bytes.
    if (isQuiet || issue.code === "address.comment" || count++ >= mostIssues) return;
    const severity = isMinor ? "warning" : issue.severity;
    const message = `line ${field.line}: ${issue.message}`;
    lint.report({ ...issue, severity, path: ["head", field.name], message });
  };
  return readAddresses(text, placeFor(["head", field.name], report), shape);
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
