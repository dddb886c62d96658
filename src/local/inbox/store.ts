// What the inbox keeps, messages and notifications: durable first, then visible, then reported to listeners.

import type { SesNotification, StoredMessage } from "../model/message.ts";
import { type LocalState, mostNotifications } from "../model/state.ts";

/** Stores a message. Durable when the promise settles; rejects when it could not be written. */
export async function storeMessage(state: LocalState, message: StoredMessage): Promise<void> {
  await state.storage.append(message);
  const forgotten = keepMessage(state, message);
  report(state, message);
  if (forgotten) report(state, undefined);
}

/**
 * Puts a message that is durable into memory. An endpoint that runs for weeks must not grow for weeks: beyond
 * `inboxBytes` the oldest are let go of, though what a storage wrote stays written.
 *
 * @returns true when messages were let go of
 */
export function keepMessage(state: LocalState, message: StoredMessage): boolean {
  state.messages.set(message.id, message);
  state.inboxSize += sizeOf(message);
  let forgotten = false;
  for (const id of state.messages.keys()) {
    if (state.inboxSize <= state.settings.inboxBytes || id === message.id) break;
    drop(state, id);
    forgotten = true;
  }
  return forgotten;
}

/** Removes messages by id; without ids, all of them. */
export async function removeMessages(state: LocalState, ids?: readonly string[]): Promise<void> {
  for (const id of ids ?? [...state.messages.keys()]) drop(state, id);
  await state.storage.remove(ids ?? "all");
  report(state, undefined);
}

function drop(state: LocalState, id: string): void {
  const message = state.messages.get(id);
  if (message === undefined) return;
  state.messages.delete(id);
  state.inboxSize -= sizeOf(message);
}

function sizeOf(message: StoredMessage): number {
  return message.raw.length + message.head.length;
}

function report(state: LocalState, message: StoredMessage | undefined): void {
  for (const listener of [...state.listeners]) listener(message);
}

/** Keeps a notification. Durable when the promise settles; rejects when it could not be written. */
export async function storeNotification(state: LocalState, notification: SesNotification): Promise<void> {
  await state.storage.appendNotification(notification);
  keepNotification(state, notification);
}

/** Puts a notification that is durable into memory; beyond the limit the oldest goes. */
export function keepNotification({ notifications }: LocalState, notification: SesNotification): void {
  notifications.push(notification);
  if (notifications.length > mostNotifications) notifications.shift();
}

/** Forgets all notifications. Durable when the promise settles. */
async function removeNotifications(state: LocalState): Promise<void> {
  state.notifications.length = 0;
  await state.storage.removeNotifications();
}

/** Forgets all messages, and the notifications about them. Durable when the promise settles. */
export async function clearInbox(state: LocalState): Promise<void> {
  await removeNotifications(state);
  await removeMessages(state);
}
