// Amazon SES as a transport: a way to the service, and what its answers mean to a sender.
import { sesV1, sesV2 } from "../../limits/profiles.ts";
import { type CallField, callFieldNames, v1FieldNames } from "../core/call-fields.ts";
import type { MailTransport, QuotaAnswer } from "../core/transport.ts";
import { readError, readQuota } from "./answer.ts";
import { classify } from "./classification.ts";
import type { Wire, WireOutcome } from "./wire.ts";

/** The transport over a way to SES. Keeps the service's clock against ours, once it is known to differ. */
export function transportOver(wire: Wire): MailTransport {
  const { api } = wire;
  let skew: number | undefined;
  return {
    name: "Amazon SES",
    limits: api === "v2" ? sesV2 : sesV1,
    fields: api === "v2" ? ALL_FIELDS : V1_FIELDS,
    unserved: new Map([...(api === "v2" ? [] : V2_ONLY), ...(wire.unserved ?? [])]),
    async send(call, hooks) {
      const outcome = await wire.send(call, skew === undefined ? hooks : { ...hooks, skew });
      const found = classify({ api, outcome, written: hooks.progress.written, time: Date.now() });
      if (found.skew !== undefined) skew = found.skew;
      return found.outcome;
    },
    async quota(hooks) {
      const outcome = await wire.quota({ ...hooks, beforeFirstByte: NO_MARK });
      const numbers = outcome.kind === "answer" && outcome.status === 200 ? readQuota(api, outcome) : undefined;
      return numbers === undefined ? refusalOf(outcome) : { numbers };
    },
    region: () => wire.region(),
    close: () => wire.close(),
  };
}

const ALL_FIELDS: ReadonlySet<CallField> = new Set(callFieldNames);
const V1_FIELDS: ReadonlySet<CallField> = new Set(v1FieldNames);
const V2_ONLY = callFieldNames
  .filter((name) => !V1_FIELDS.has(name))
  .map((name) => [name, "only a client of API v2 knows this option"] as const);

const NO_MARK = () => Promise.resolve();

// The service's code says enough.
function refusalOf(outcome: WireOutcome): QuotaAnswer {
  if (outcome.kind === "error") return { code: outcome.code, message: outcome.message };
  return { code: outcome.kind === "answer" ? readError(outcome).code : outcome.code };
}
