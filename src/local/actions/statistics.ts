// The actions about what was sent: GetSendQuota in recipients of 24 hours, GetSendStatistics in quarters of an hour.
import { quotaView, statisticsOf } from "../account/limits.ts";
import type { StatisticsPoint } from "../model/account.ts";
import { list, text, type Xml } from "../protocol/xml.ts";
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

export const getSendStatistics: Action = {
  name: "GetSendStatistics",
  throttle: "second",
  changes: "nothing",
  run({ state, account }) {
    return list("SendDataPoints", statisticsOf(account, state.now()).toReversed().map(pointXml));
  },
};

function pointXml(point: Readonly<StatisticsPoint>): Xml {
  return [
    text("DeliveryAttempts", String(point.deliveryAttempts)),
    text("Timestamp", `${new Date(point.at).toISOString().slice(0, 19)}Z`),
    text("Rejects", String(point.rejects)),
    text("Bounces", String(point.bounces)),
    text("Complaints", String(point.complaints)),
  ].join("");
}
