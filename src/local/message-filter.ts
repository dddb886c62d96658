// Says whether a message is one of those asked for.
import type { LocalState, MessageFilter, StoredMessage } from "./model.ts";
import { parsedMail } from "./parsed-mail.ts";

/** A test for messages: every given condition holds. */
export function matcher(state: LocalState, filter: MessageFilter): (message: StoredMessage) => boolean {
  const to = filter.to?.toLowerCase();
  const from = filter.from?.toLowerCase();
  // Maps keep their order: what stands behind `after` was taken later. An unknown id is before everything.
  const mark = filter.after === undefined ? undefined : state.messages.get(filter.after);
  const earlier = mark === undefined ? undefined : idsUpTo(state, mark.id);
  return (message) =>
    (to === undefined || message.recipients.some((address) => address.toLowerCase() === to)) &&
    (from === undefined || message.source.toLowerCase() === from) &&
    contains(message.subject, filter.subject) &&
    (filter.since === undefined || message.at >= Number(filter.since)) &&
    (filter.region === undefined || message.region === filter.region) &&
    (filter.kind === undefined || message.kind === filter.kind) &&
    !(earlier?.has(message.id) ?? false) &&
    // Last, since it reads the whole message.
    (filter.text === undefined || contains(shownText(message), filter.text));
}

function idsUpTo(state: LocalState, id: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const known of state.messages.keys()) {
    ids.add(known);
    if (known === id) break;
  }
  return ids;
}

function shownText(message: StoredMessage): string {
  const { text, html } = parsedMail(message);
  return text ?? html ?? "";
}

function contains(text: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  // `search` starts at 0 whatever a global pattern remembers.
  return typeof wanted === "string" ? text.includes(wanted) : text.search(wanted) >= 0;
}
