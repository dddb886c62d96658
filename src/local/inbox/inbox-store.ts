// Takes a message into the inbox: durable first, then visible, then told to whoever listens.
import type { LocalState, StoredMessage } from "../model/model.ts";

/** Stores a message. Durable when the promise settles; rejects when it could not be written. */
export async function takeMessage(state: LocalState, message: StoredMessage): Promise<void> {
  await state.storage.append(message);
  const forgotten = keepMessage(state, message);
  tell(state, message);
  if (forgotten) tell(state, undefined);
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
  tell(state, undefined);
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

function tell(state: LocalState, message: StoredMessage | undefined): void {
  for (const listener of [...state.listeners]) listener(message);
}
