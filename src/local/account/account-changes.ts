// Changes the limits of accounts while the endpoint runs.

import type { AccountLimits, LocalState } from "../model/model.ts";
import { limitOf } from "../options.ts";
import { accountOf } from "./identities.ts";
import { saveState } from "./persist.ts";

/**
 * Sets the limits that are given: of one region, or of every region, those not yet used included. Durable when the
 * promise settles.
 *
 * @throws TypeError (as a rejection) for a value out of range
 */
export async function changeAccount(
  state: LocalState,
  change: Readonly<Partial<AccountLimits>>,
  region?: string,
): Promise<void> {
  const checked: Partial<AccountLimits> = {};
  if (change.sandbox !== undefined) checked.sandbox = change.sandbox;
  if (change.max24HourSend !== undefined) checked.max24HourSend = limitOf("max24HourSend", change.max24HourSend);
  if (change.maxSendRate !== undefined) checked.maxSendRate = limitOf("maxSendRate", change.maxSendRate);
  if (region === undefined) {
    Object.assign(state.limits, checked);
    for (const account of state.accounts.values()) Object.assign(account.limits, checked);
  } else {
    Object.assign(accountOf(state, region).limits, checked);
  }
  await saveState(state);
}
