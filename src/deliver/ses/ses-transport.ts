// Amazon SES as a transport: a way to the service, and what its answers mean to a sender.
import { type Limits, sesV1, sesV2 } from "../../mail/limits/profiles.ts";
import { callFieldNames, callFields } from "../core/call-fields.ts";
import type { MailTransport, QuotaAnswer } from "../core/transport.ts";
import { readError, readQuota } from "./answer.ts";
import { classify } from "./classification.ts";
import type { SesApi, Wire, WireOutcome } from "./wire.ts";

/** What one call of an API takes. */
export function limitsOfApi(api: SesApi): Limits {
  return api === "v2" ? sesV2 : sesV1;
}

/** The transport over a way to SES. Keeps the service's clock against ours, once it is known to differ. */
export function transportOver(wire: Wire): MailTransport {
  const { api } = wire;
  let skew: number | undefined;
  return {
    name: "Amazon SES",
    limits: limitsOfApi(api),
    fields: new Set(callFieldNames.filter((name) => callFields[name][api] !== undefined && !wire.unserved?.has(name))),
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

const V2_ONLY = callFieldNames
  .filter((name) => callFields[name].v1 === undefined)
  .map((name) => [name, "only a client of API v2 knows this option"] as const);

const NO_MARK = () => Promise.resolve();

// The service's code says enough.
function refusalOf(outcome: WireOutcome): QuotaAnswer {
  if (outcome.kind === "error") return { code: outcome.code, message: outcome.message };
  return { code: outcome.kind === "answer" ? readError(outcome).code : outcome.code };
}
