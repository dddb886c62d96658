// The notifications that are kept: the newest, durable before anybody is told.
import type { LocalState, SesNotification } from "../model/model.ts";

/** So many are kept, in memory and in a directory. */
export const mostNotifications = 1_000;

/** Keeps a notification. Durable when the promise settles; rejects when it could not be written. */
export async function takeNotification(state: LocalState, notification: SesNotification): Promise<void> {
  await state.storage.appendNotification(notification);
  keepNotification(state, notification);
}

/** Puts a notification that is durable into memory; beyond the limit the oldest goes. */
export function keepNotification({ notifications }: LocalState, notification: SesNotification): void {
  notifications.push(notification);
  if (notifications.length > mostNotifications) notifications.shift();
}

/** Forgets all notifications. Durable when the promise settles. */
export async function removeNotifications(state: LocalState): Promise<void> {
  state.notifications.length = 0;
  await state.storage.removeNotifications();
}
