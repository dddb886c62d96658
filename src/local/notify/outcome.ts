// What becomes of a message at each recipient: mail to the mailbox simulator ends as its address says, a message with
// the EICAR test file (which every virus scanner takes for a virus) is rejected, everything else is delivered.

import { mimeParts, mimeRoot, partContent } from "../inbox/mime.ts";
import type { StoredMessage } from "../model/message.ts";
import { domainOf } from "../protocol/address.ts";

/** How it ends at one recipient. */
export type Outcome = "delivered" | "bounced" | "suppressed" | "complained" | "out-of-office" | "rejected";

/** A recipient and how it ends there. */
export interface RecipientOutcome {
  readonly recipient: string;
  readonly outcome: Outcome;
}

const BY_LOCAL_PART: ReadonlyMap<string, Outcome> = new Map([
  ["bounce", "bounced"],
  ["suppressionlist", "suppressed"],
  ["complaint", "complained"],
  ["ooto", "out-of-office"],
]);

/** The outcome at every recipient, in the order of the envelope. */
export function outcomesOf(message: StoredMessage): readonly RecipientOutcome[] {
  const rejected = message.kind === "sent" && holdsTestVirus(message.raw);
  return message.recipients.map((recipient) => ({ recipient, outcome: rejected ? "rejected" : outcomeAt(recipient) }));
}

// `bounce+any-label@simulator.amazonses.com` bounces like the address without a label.
function outcomeAt(recipient: string): Outcome {
  if (!isSimulator(recipient)) return "delivered";
  const [local = ""] = recipient.slice(0, recipient.lastIndexOf("@")).toLowerCase().split("+", 1);
  return BY_LOCAL_PART.get(local) ?? "delivered";
}

/** The recipients that end one of these ways. */
export function recipientsWith(
  outcomes: readonly RecipientOutcome[],
  ...wanted: readonly Outcome[]
): readonly string[] {
  return outcomes.filter(({ outcome }) => wanted.includes(outcome)).map(({ recipient }) => recipient);
}

// In two halves, so that no scanner takes this file for the test file.
const SIGNATURE = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

// The test file has at most 128 octets; encoded in whatever way, with line ends, it stays far below this.
const longestEncoded = 1_024;

/** True when a part of the message is the test file: the signature, and nothing but white space behind it. */
export function holdsTestVirus(raw: Uint8Array): boolean {
  for (const { part } of mimeParts(mimeRoot(raw))) {
    const size = part.bodyEnd - part.bodyStart;
    if (part.parts.length > 0 || size < SIGNATURE.length || size > longestEncoded) continue;
    if (isTestFile(partContent(raw, part))) return true;
  }
  return false;
}

function isTestFile(content: Uint8Array): boolean {
  const text = Buffer.from(content).toString("latin1");
  return text.startsWith(SIGNATURE) && text.slice(SIGNATURE.length).trim() === "";
}

/** True for an address of the mailbox simulator, with any label. */
export function isSimulator(address: string): boolean {
  return domainOf(address) === "simulator.amazonses.com";
}
