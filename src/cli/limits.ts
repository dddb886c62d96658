// The limits that a command line can name.
import { type Limits, sesV1, sesV2, smtp } from "../index.ts";
import { oneOf } from "./args.ts";

/** Names of limits on the command line. */
const LIMITS = ["ses-v1", "ses-v2", "smtp"] as const;

const PROFILES: Readonly<Record<(typeof LIMITS)[number], Limits>> = { "ses-v1": sesV1, "ses-v2": sesV2, smtp };

/** The limits of a name. @throws UsageError */
export function limitsOf(name: string): Limits {
  return PROFILES[oneOf("--limits", name, LIMITS)];
}
