// Puts the state of an endpoint together, out of its options and what the storage kept.
import { randomBytes } from "node:crypto";
import { restore } from "./account/persist.ts";
import { keepMessage } from "./inbox/inbox-store.ts";
import { keepNotification } from "./inbox/notification-store.ts";
import type { LocalState, Storage } from "./model/model.ts";
import { type LocalSesOptions, readOptions } from "./options.ts";
import { noFaults } from "./protocol/faults.ts";

/** The state an endpoint begins with. */
export async function openState(
  options: LocalSesOptions,
  storage: Storage,
  ended: AbortSignal = new AbortController().signal,
): Promise<LocalState> {
  const settings = readOptions(options);
  const state: LocalState = {
    settings,
    limits: { ...settings.limits },
    now: options.clock ?? Date.now,
    random: options.random ?? randomBytes,
    storage,
    accounts: new Map(),
    messages: new Map(),
    inboxSize: 0,
    notifications: [],
    faults: noFaults(),
    listeners: new Set(),
    url: "http://127.0.0.1",
    ended,
  };
  const kept = await storage.load();
  if (kept.state !== undefined) restore(state, kept.state);
  for (const message of kept.messages) keepMessage(state, message);
  for (const notification of kept.notifications) keepNotification(state, notification);
  return state;
}
