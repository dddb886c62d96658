// Thrown when a message that was waited for does not come: says what was waited for and what was there instead.
import type { MessageFilter } from "../model/model.ts";

const mostShown = 5;

/** What is told of a message that did not match. */
export interface OtherMessage {
  readonly id: string;
  readonly subject: string;
  readonly recipients: readonly string[];
}

/**
 * No message matched in time.
 *
 * @example
 * try { await inbox.waitFor({ to: "ann@example.com" }, { timeout: 100 }); }
 * catch (error) { if (error instanceof InboxTimeoutError) console.log(error.messages); }
 */
export class InboxTimeoutError extends Error {
  override readonly name = "InboxTimeoutError";
  readonly filter: MessageFilter;
  /** How long was waited, in ms. */
  readonly timeout: number;
  /** What was in the inbox when the time was over, oldest first. */
  readonly messages: readonly OtherMessage[];

  constructor(filter: MessageFilter, timeout: number, messages: readonly OtherMessage[]) {
    super(`No message ${describeFilter(filter)} came within ${timeout} ms. ${describeMessages(messages)}`);
    this.filter = filter;
    this.timeout = timeout;
    this.messages = messages.map(({ id, subject, recipients }) => ({ id, subject, recipients }));
  }
}

function describeFilter(filter: MessageFilter): string {
  const conditions = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === "string" ? JSON.stringify(value) : String(value)}`);
  return conditions.length === 0 ? "of any kind" : `with ${conditions.join(" and ")}`;
}

function describeMessages(messages: readonly OtherMessage[]): string {
  if (messages.length === 0) return "The inbox was empty.";
  const shown = messages.slice(-mostShown).map(({ recipients, subject }) => {
    const [first = "nobody"] = recipients;
    const others = recipients.length > 1 ? ` and ${recipients.length - 1} more` : "";
    return `${JSON.stringify(subject)} to ${first}${others}`;
  });
  const which = messages.length > mostShown ? `the last ${mostShown} of ${messages.length} were` : "there were";
  return `In the inbox ${which}: ${shown.join("; ")}.`;
}
