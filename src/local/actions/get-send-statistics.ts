// GetSendStatistics: the quarters of an hour of the last two weeks in which something was sent, newest first.

import { statisticsOf } from "../account/statistics.ts";
import type { StatisticsPoint } from "../model/model.ts";
import { list, text, type Xml } from "../protocol/xml.ts";
import type { Action } from "./action.ts";

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
