// Conditions that tests look messages up by, the text included: it is read only when everything else fits.
import { matcher } from "./message-filter.ts";
import type { LocalState, MessageFilter, StoredMessage } from "./model.ts";
import { parsedMail } from "./parsed-mail.ts";

/** Which messages: every given condition must hold. */
export interface InboxFilter extends MessageFilter {
  /** A part of the plain text, or a pattern for it; where there is no plain text, of the html. */
  readonly text?: string | RegExp;
  /** Only messages taken at this time or later; a number is in ms since the epoch. */
  readonly since?: Date | number;
}

/** A test for messages that reads their text where the filter asks for it. */
export function deepMatcher(state: LocalState, filter: InboxFilter): (message: StoredMessage) => Promise<boolean> {
  const matches = matcher(state, filter);
  const since = filter.since === undefined ? Number.NEGATIVE_INFINITY : Number(filter.since);
  const { text } = filter;
  return async (message) => {
    if (message.at < since || !matches(message)) return false;
    return text === undefined || hasText(await parsedMail(message), text);
  };
}

interface Texts {
  readonly text: string | undefined;
  readonly html: string | undefined;
}

function hasText({ text, html }: Texts, wanted: string | RegExp): boolean {
  const shown = text ?? html ?? "";
  // `search` starts at 0 whatever a global pattern remembers.
  return typeof wanted === "string" ? shown.includes(wanted) : shown.search(wanted) >= 0;
}

/** The messages that match, oldest first. */
export async function findMessages(state: LocalState, filter: InboxFilter): Promise<readonly StoredMessage[]> {
  const matches = deepMatcher(state, filter);
  const found: StoredMessage[] = [];
  for (const message of [...state.messages.values()]) if (await matches(message)) found.push(message);
  return found;
}
