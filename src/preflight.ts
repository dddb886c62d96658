// mimewright/preflight: what makes a correct mail fail at its reader, as named rules.
export { assertPreflight, PreflightError } from "./preflight/assert.ts";
export { ClientDataMissingError } from "./preflight/client-data.ts";
export { type Finding, type RuleName, ruleNames } from "./preflight/finding.ts";
export { type PreflightOptions, preflight, preflightRules, type RuleInfo } from "./preflight/preflight.ts";
