// The accounts of an endpoint as a whole: saved and restored, their limits changed, everything reset.

import { flag, shapeOf } from "../../given.ts";
import { clearInbox } from "../inbox/store.ts";
import type { Account, AccountLimits, SavedAccount, SavedIdentity, SavedState } from "../model/account.ts";
import { limit } from "../model/readers.ts";
import type { LocalState } from "../model/state.ts";
import { SesError } from "../protocol/errors.ts";
import { setFaults } from "../protocol/faults.ts";

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

/** Limits as they are given to {@link changeAccount}. */
export const LIMITS = shapeOf<AccountLimits>({ sandbox: flag, max24HourSend: limit, maxSendRate: limit });

/**
 * Sets the limits that are given: of one region, or of every region, those not yet used included. Durable when the
 * promise settles.
 */
export async function changeAccount(
  state: LocalState,
  change: Readonly<Partial<AccountLimits>>,
  region: string | undefined,
): Promise<void> {
  if (region === undefined) {
    Object.assign(state.limits, change);
    for (const account of state.accounts.values()) Object.assign(account.limits, change);
  } else {
    Object.assign(accountOf(state, region).limits, change);
  }
  await saveState(state);
}

/** Forgets messages, notifications, accounts and faults. Durable when the promise settles. */
export async function resetState(state: LocalState): Promise<void> {
  state.accounts.clear();
  Object.assign(state.limits, state.settings.limits);
  setFaults(state, {});
  await clearInbox(state);
  await saveState(state);
}

// AWS has some 40 regions; a client that makes them up cannot fill the memory.
const mostRegions = 100;

/** The account of a region, made on first use. */
export function accountOf(state: LocalState, region: string): Account {
  const found = state.accounts.get(region);
  if (found !== undefined) return found;
  if (state.accounts.size >= mostRegions)
    throw new SesError("ServiceUnavailable", "There are too many regions in use.");
  const account: Account = {
    region,
    limits: { ...state.limits },
    identities: new Map(),
    quota: [],
    statistics: [],
    bucket: { thousandths: Number.POSITIVE_INFINITY, at: state.now() },
    lastCalls: new Map(),
  };
  state.accounts.set(region, account);
  return account;
}
