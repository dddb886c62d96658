// What goes beside the message in a call to SES: configuration set, tags and sending authorization.
import { readEntries } from "../../given.ts";
import { errorIssue, placeFor, type Report } from "../../issues.ts";
import type { Limits } from "../../limits/profiles.ts";
import { type TagPart, tagFault, tagRule } from "../../limits/tags.ts";

/** Options of one call that say nothing about recipients: those come from the message's envelope alone. */
export interface SendingFields {
  /** Name of a configuration set: at most 64 of A-Z a-z 0-9 _ -. */
  readonly configurationSet?: string;
  /**
   * Message tags, as `{ campaign: "spring.sale" }`: at most 255 characters each, names of A-Z a-z 0-9 _ - (and
   * `ses:feedback-id-a`, `ses:feedback-id-b`), values of A-Z a-z 0-9 _ - . @
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the identity that may be used for `Source` (sending authorization). */
  readonly sourceArn?: string;
  /** ARN of the identity that may be used for the From field. */
  readonly fromArn?: string;
  /** ARN of the identity that may be used for the Return-Path. */
  readonly returnPathArn?: string;
}

/** What only SendEmail of API v2 knows. */
export interface V2Fields {
  /** Where bounces are forwarded to, in place of the source. */
  readonly feedbackForwarding?: string;
  readonly feedbackForwardingArn?: string;
  readonly endpointId?: string;
  readonly tenantName?: string;
  readonly listManagement?: { readonly contactList: string; readonly topic?: string };
}

/** What goes beside the message in one call. */
export type CallFields = SendingFields & V2Fields;

/** The name of a field of a call. */
export type CallField = keyof CallFields;

/** The names of the fields that SendRawEmail of API v1 takes. */
export const v1FieldNames: readonly CallField[] = ["configurationSet", "tags", "sourceArn", "fromArn", "returnPathArn"];

/** The names of all fields of a call, those that only API v2 has included. */
export const callFieldNames: readonly CallField[] = [
  ...v1FieldNames,
  ...(["feedbackForwarding", "feedbackForwardingArn", "endpointId", "tenantName", "listManagement"] as const),
];

const WORD = /^[A-Za-z0-9_-]+$/;
const ARN = /^arn:[\x21-\x7e]+$/;

/** Reports tags, names and ARNs that SES would refuse, or take without publishing their events. */
export function checkSendingFields(fields: SendingFields, limits: Limits, report: Report): void {
  const { configurationSet: name, tags = {} } = fields;
  if (name !== undefined && !isConfigurationSet(name, limits)) {
    const what = `the name of a configuration set is 1 to ${limits.configurationSetLength} of A-Z a-z 0-9 _ -`;
    report(errorIssue("limit.configuration-set", ["configurationSet"], what));
  }
  const entries = readEntries(tags, "tags, an object of names and values", placeFor(["tags"], report)) ?? [];
  for (const [tag, value] of entries) {
    const part = wrongPart(tag, value, limits);
    if (part !== undefined) report(errorIssue("limit.tag", ["tags", tag], tagRule(part, limits.tagLength)));
  }
  for (const key of ["sourceArn", "fromArn", "returnPathArn"] as const) {
    const arn = fields[key];
    if (arn !== undefined && !isArn(arn)) report(errorIssue("input.option", [key], "this is no ARN"));
  }
}

function wrongPart(name: string, value: unknown, { tagLength }: Limits): TagPart | undefined {
  if (tagFault("name", name, tagLength) !== undefined) return "name";
  return typeof value === "string" && tagFault("value", value, tagLength) === undefined ? undefined : "value";
}

function isConfigurationSet(name: unknown, { configurationSetLength }: Limits): boolean {
  return typeof name === "string" && name.length <= configurationSetLength && WORD.test(name);
}

function isArn(arn: unknown): boolean {
  return typeof arn === "string" && ARN.test(arn);
}
