// mimewright/preflight: what makes a correct mail fail at its reader, as named rules.
export { ClientDataMissingError } from "./testing/preflight/client-data.ts";
export { type Finding, type RuleInfo, type RuleName, ruleNames } from "./testing/preflight/finding.ts";
export {
  assertPreflight,
  PreflightError,
  type PreflightOptions,
  preflight,
  preflightRules,
} from "./testing/preflight/preflight.ts";
