// GetSendQuota: what was sent in the last 24 hours and what may be sent, in recipients.

import { quotaView } from "../account/quota.ts";
import { text } from "../protocol/xml.ts";
import type { Action } from "./action.ts";

export const getSendQuota: Action = {
  name: "GetSendQuota",
  throttle: "second",
  changes: "nothing",
  run({ state, account }) {
    const quota = quotaView(account, state.now());
    return [
      text("SentLast24Hours", double(quota.sentLast24Hours)),
      text("Max24HourSend", double(quota.max24HourSend)),
      text("MaxSendRate", double(quota.maxSendRate)),
    ].join("");
  },
};

// The service writes `200.0`, never `200`.
function double(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
