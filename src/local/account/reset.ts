// Takes an endpoint back to its start, or its inbox.

import { removeMessages } from "../inbox/inbox-store.ts";
import { removeNotifications } from "../inbox/notification-store.ts";
import type { LocalState } from "../model/model.ts";
import { setFaults } from "../protocol/faults.ts";
import { saveState } from "./persist.ts";

/** Forgets messages, notifications, accounts and faults. Durable when the promise settles. */
export async function resetState(state: LocalState): Promise<void> {
  state.accounts.clear();
  Object.assign(state.limits, state.settings.limits);
  setFaults(state, {});
  await clearInbox(state);
  await saveState(state);
}

/** Forgets all messages, and the notifications about them. Durable when the promise settles. */
export async function clearInbox(state: LocalState): Promise<void> {
  await removeNotifications(state);
  await removeMessages(state);
}
