// Waits for a message: it may be there already, come in time, or not come at all.
import { deepMatcher, findMessages, type InboxFilter } from "./inbox-filter.ts";
import { InboxTimeoutError } from "./inbox-timeout-error.ts";
import type { LocalState, StoredMessage } from "./model.ts";

/**
 * The first message that matches, there already or within `timeout` ms.
 *
 * @throws InboxTimeoutError (as a rejection) when none came
 */
export function waitForMessage(state: LocalState, filter: InboxFilter, timeout: number): Promise<StoredMessage> {
  const matches = deepMatcher(state, filter);
  return new Promise((resolve, reject) => {
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      state.listeners.delete(listener);
      action();
    };
    const found = (message: StoredMessage): void => settle(() => resolve(message));
    const fail = (error: unknown): void => settle(() => reject(error));
    const listener = (message: StoredMessage | undefined): void => {
      if (message === undefined) return;
      matches(message).then((fits) => {
        if (fits) found(message);
      }, fail);
    };
    const timer = setTimeout(() => {
      fail(new InboxTimeoutError(filter, timeout, [...state.messages.values()]));
    }, timeout);
    // Listening begins before looking, so that nothing falls between the two.
    state.listeners.add(listener);
    findMessages(state, filter).then(([first]) => {
      if (first !== undefined) found(first);
    }, fail);
  });
}
