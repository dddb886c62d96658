// Writes the state through the storage: one write at a time, and one write serves all who asked before it began.

import type { Account, LocalState, SavedAccount, SavedIdentity, SavedState } from "../model/model.ts";
import { accountOf } from "./identities.ts";

interface Queue {
  running: Promise<void>;
  waiting: Promise<void> | undefined;
}

const queues = new WeakMap<LocalState, Queue>();

/** Makes everything but the messages durable, as it is when called or later. */
export function saveState(state: LocalState): Promise<void> {
  const queue = queues.get(state) ?? { running: Promise.resolve(), waiting: undefined };
  queues.set(state, queue);
  queue.waiting ??= queue.running
    .catch(() => {})
    .then(() => {
      queue.waiting = undefined;
      return state.storage.saveState(snapshot(state));
    });
  queue.running = queue.waiting;
  return queue.waiting;
}

/** The state as JSON-safe data, a copy. */
function snapshot(state: LocalState): SavedState {
  return { version: 1, accounts: [...state.accounts.values()].map(savedAccount) };
}

function savedAccount(account: Account): SavedAccount {
  return {
    region: account.region,
    limits: { ...account.limits },
    identities: [...account.identities.values()].map(
      (identity): SavedIdentity => ({
        ...identity,
        linkToken: identity.linkToken ?? null,
        topics: [...identity.topics],
      }),
    ),
    quota: account.quota.map((entry) => ({ ...entry })),
    statistics: account.statistics.map((point) => ({ ...point })),
  };
}

/** Puts a saved state into an empty one. */
export function restore(state: LocalState, saved: SavedState): void {
  for (const from of saved.accounts) {
    const account = accountOf(state, from.region);
    Object.assign(account.limits, from.limits);
    account.quota.push(...from.quota.map((entry) => ({ ...entry })));
    account.statistics.push(...from.statistics.map((point) => ({ ...point })));
    for (const identity of from.identities) {
      account.identities.set(identity.name, {
        ...identity,
        linkToken: identity.linkToken ?? undefined,
        topics: new Map(identity.topics),
      });
    }
  }
}
