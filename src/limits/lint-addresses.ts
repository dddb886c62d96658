// Rules over address fields: address.*, limit.recipients. RFC 5322 s3.4, RFC 5321 s4.5.3.1.
import { type Address, readAddresses } from "../headers/address.ts";
import type { Issue } from "../issues.ts";
import { unique } from "../message/envelope.ts";
import type { RawField } from "../raw/outline.ts";
import { type Lint, refuse } from "./lint.ts";

const mailboxFields = new Set(["from", "sender"]);
const listFields = new Set(["to", "cc", "bcc", "reply-to"]);
const recipientFields = new Set(["to", "cc", "bcc"]);
// More faults than that in one field say nothing new.
const mostIssues = 20;

/** Reads the address fields of the message's head, and counts whom it goes to. */
export function lintAddresses(lint: Lint): void {
  const lists: (readonly Address[])[] = [];
  for (const field of lint.root.fields) {
    const name = field.name.toLowerCase();
    if (!mailboxFields.has(name) && !listFields.has(name)) continue;
    const addresses = readField(lint, field);
    if (recipientFields.has(name)) lists.push(addresses);
  }
  const count = unique(lists).length;
  const { recipients, name } = lint.limits;
  if (count <= recipients) return;
  const what = `${count} recipients are more than ${recipients}, which ${name} takes in one call`;
  refuse(lint, { code: "limit.recipients", path: ["head", "To"], line: lint.root.headLine, what });
}

function readField(lint: Lint, field: RawField): readonly Address[] {
  // 8-bit octets in a head are another rule's matter. A tab folds like a space.
  const text = field.value.replaceAll("\t", " ");
  const kind = mailboxFields.has(field.name.toLowerCase()) ? "mailboxes" : "addresses";
  let count = 0;
  const report = (issue: Issue): void => {
    // Comments are of the grammar, and nobody rewrites the bytes.
    if (issue.code === "address.comment" || count++ >= mostIssues) return;
    lint.report({ ...issue, path: ["head", field.name], message: `line ${field.line}: ${issue.message}` });
  };
  return readAddresses(text, ["head", field.name], report, kind);
}
