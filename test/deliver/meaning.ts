// An outcome of an attempt in one word, for tables of expectations.
import type { AttemptOutcome } from "../../src/deliver/core/outcome.ts";

/** `sent`, `unknown`, `quota`, `throttled`, `skewed`, a scope for what is refused later too, `now` or `never`. */
export function meaningOf({ outcome }: { readonly outcome: AttemptOutcome }): string {
  if (outcome.kind !== "refused") return outcome.kind;
  const { again, scope, code, throttled, corrected } = outcome;
  if (code === "send.quota") return "quota";
  if (throttled !== undefined) return "throttled";
  if (corrected === true) return "skewed";
  return again === "later" ? scope : again;
}
