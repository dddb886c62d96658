// Waits for a message: it may be there already, come in time, or not come at all.

import type { LocalState, MessageFilter, StoredMessage } from "../model/model.ts";
import { findMessages, matcher } from "./filter.ts";
import { InboxTimeoutError } from "./timeout-error.ts";

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
