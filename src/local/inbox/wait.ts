// Waits for a message: it may be there already, come in time, or not come at all.

import type { MessageFilter, StoredMessage } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";
import { findMessages, matcher } from "./filter.ts";

// Node takes a longer one for 1 ms. In ms.
const longestTimer = 2_147_483_647;

/**
 * The first message that matches, there already or within `timeout` ms.
 *
 * @throws InboxTimeoutError (as a rejection) when none came
 */
export async function waitForMessage(
  state: LocalState,
  filter: MessageFilter,
  timeout: number,
): Promise<StoredMessage> {
  const matches = matcher(state, filter);
  const [there] = findMessages(state, filter);
  if (there !== undefined) return there;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      state.listeners.delete(listener);
    };
    const listener = (message: StoredMessage | undefined): void => {
      if (message === undefined || !matches(message)) return;
      stop();
      resolve(message);
    };
    const timer = setTimeout(
      () => {
        stop();
        reject(new InboxTimeoutError(filter, timeout, [...state.messages.values()]));
      },
      Math.min(timeout, longestTimer),
    );
    state.listeners.add(listener);
  });
}

const mostShown = 5;

/** What the error says of a message that did not match. */
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
    const [first = "no recipient"] = recipients;
    const others = recipients.length > 1 ? ` and ${recipients.length - 1} more` : "";
    return `${JSON.stringify(subject)} to ${first}${others}`;
  });
  const which = messages.length > mostShown ? `the last ${mostShown} of ${messages.length} were` : "there were";
  return `In the inbox ${which}: ${shown.join("; ")}.`;
}
