// Who writes and who reads: the address fields of a message. RFC 5322 s3.6.2, s3.6.3.
import { type Address, type Mailbox, mailboxesOf, readAddresses } from "../headers/address.ts";
import { checkField } from "../headers/field.ts";
import type { AddressShape } from "../headers/mailbox.ts";
import { errorIssue, type Issue, warningIssue } from "../issues.ts";
import { type Door, type Draft, pick, put } from "./door.ts";
import type { Given } from "./given-headers.ts";

/** Reads From, Sender, Reply-To, To, Cc and Bcc, each from its option or from `headers`. */
export function readPeople(door: Door, draft: Draft): void {
  const from = pick(door, "from", "From");
  const mailboxes = from === undefined ? [] : readMailboxes(from, door, "mailboxes");
  if (from === undefined) {
    door.report(errorIssue("address.missing", ["from"], "a message has a From mailbox", { rfc: "RFC 5322 s3.6.2" }));
  }
  const sender = pick(door, "sender", "Sender");
  if (mailboxes.length > 1 && sender === undefined) {
    door.report(
      errorIssue("header.sender", ["sender"], "several From mailboxes need the one that sends", {
        rfc: "RFC 5322 s3.6.2",
      }),
    );
  }
  const blind = door.given.bcc === undefined ? undefined : { value: door.given.bcc, path: ["bcc"] };
  draft.from = Object.freeze(mailboxes);
  put(draft, "sender", sender && readMailbox(sender, door));
  put(draft, "to", readList(pick(door, "to", "To"), door));
  put(draft, "cc", readList(pick(door, "cc", "Cc"), door));
  put(draft, "bcc", readList(blind, door));
  put(draft, "replyTo", readList(pick(door, "replyTo", "Reply-To"), door));
  if (draft.bcc !== undefined && draft.to === undefined && draft.cc === undefined) door.report(onlyBlind());
}

// RFC 5322 s3.6 allows it. What has no To looks like spam to many services, and readers show nothing there.
function onlyBlind(): Issue {
  const hint = 'write to: "undisclosed-recipients:;" beside bcc';
  const message = "blind copies alone leave the message without To and Cc";
  return warningIssue("address.missing", ["to"], message, { rfc: "RFC 5322 s3.6.3", hint });
}

function readMailbox(given: Given, door: Door): Mailbox | undefined {
  return readMailboxes(given, door, "mailbox")[0];
}

function readMailboxes(given: Given, door: Door, shape: AddressShape): readonly Mailbox[] {
  return mailboxesOf(readShape(given, door, shape));
}

function readList(given: Given | undefined, door: Door): readonly Address[] | undefined {
  return given && readShape(given, door, "addresses");
}

// Names are written in the message's charset, which may lack a character.
function readShape({ value, path }: Given, { context, report }: Door, shape: AddressShape): readonly Address[] {
  const addresses = readAddresses(value, path, report, shape);
  // UTF-8 writes every name that was read.
  if (context.charset.name === "UTF-8") return addresses;
  checkField({ name: "To", value: { kind: "addresses", addresses } }, context.charset, path, report);
  return addresses;
}
