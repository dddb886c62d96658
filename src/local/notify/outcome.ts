// What becomes of a message at each recipient: mail to the mailbox simulator ends as its address says, a message with
// the test virus is rejected, everything else is delivered.
import type { StoredMessage } from "../model/model.ts";
import { isSimulator } from "./simulator.ts";
import { holdsTestVirus } from "./test-virus.ts";

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
