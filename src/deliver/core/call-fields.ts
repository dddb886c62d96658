// What goes beside the message in one call: one table, from which the options of a send, their checks, the requests of
// both APIs of SES and nodemailer's parameters follow. A new field is a row here.
import { type Reader, readEntries, readObject, refuse, shapeOf, text } from "../../given.ts";
import type { Place } from "../../issues.ts";
import type { Limits } from "../../mail/limits/profiles.ts";
import { tagFault, tagRule } from "../../mail/limits/ses.ts";
import { isOptions, isPlain } from "../../options/plain.ts";

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

/** How a value is written as a parameter: as it is, as a list of `{ Name, Value }`, or as options of a contact list. */
export type WireForm = "text" | "tags" | "list";

/** One field of a call. */
export interface FieldRow {
  /** Reports what the service would refuse, or take without publishing its events. */
  readonly check?: (value: unknown, limits: Limits, place: Place) => void;
  readonly form: WireForm;
  /** The parameter of SendRawEmail (API v1); absent where v1 has none. */
  readonly v1?: string;
  /**
   * The parameter of SendEmail (API v2). Where several fields have the same one, the first of them that is given is taken.
   */
  readonly v2: string;
}

const LIST = shapeOf<NonNullable<CallFields["listManagement"]>>({ contactList: text, topic: text });

const plainTags: Reader<Readonly<Record<string, string>>> = (value, place) =>
  isTags(value) ? Object.freeze({ ...value }) : refuse(value, "an object of names and values", place);

// What the names and values may be is checked with the limits.
function isTags(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null && isPlain(value);
}

const listOptions: Reader<NonNullable<CallFields["listManagement"]>> = (value, place) => {
  const { contactList, topic } = readObject(value, LIST, place) ?? {};
  if (contactList !== undefined) return Object.freeze({ contactList, ...(topic === undefined ? {} : { topic }) });
  if (isOptions(value) && !("contactList" in value))
    refuse(undefined, "the name of a contact list", place.at("contactList"));
  return undefined;
};

/** How the fields are read among other options. */
export const callFieldReaders: { readonly [K in CallField]-?: Reader<NonNullable<CallFields[K]>> } = {
  configurationSet: text,
  tags: plainTags,
  fromArn: text,
  sourceArn: text,
  feedbackForwarding: text,
  feedbackForwardingArn: text,
  returnPathArn: text,
  endpointId: text,
  tenantName: text,
  listManagement: listOptions,
};

const ROWS = {
  configurationSet: {
    check: checkConfigurationSet,
    form: "text",
    v1: "ConfigurationSetName",
    v2: "ConfigurationSetName",
  },
  tags: { check: checkTags, form: "tags", v1: "Tags", v2: "EmailTags" },
  fromArn: { check: checkArn, form: "text", v1: "FromArn", v2: "FromEmailAddressIdentityArn" },
  sourceArn: { check: checkArn, form: "text", v1: "SourceArn", v2: "FromEmailAddressIdentityArn" },
  feedbackForwarding: { check: checkText, form: "text", v2: "FeedbackForwardingEmailAddress" },
  feedbackForwardingArn: { check: checkArn, form: "text", v2: "FeedbackForwardingEmailAddressIdentityArn" },
  returnPathArn: {
    check: checkArn,
    form: "text",
    v1: "ReturnPathArn",
    v2: "FeedbackForwardingEmailAddressIdentityArn",
  },
  endpointId: { check: checkText, form: "text", v2: "EndpointId" },
  tenantName: { check: checkText, form: "text", v2: "TenantName" },
  listManagement: { form: "list", v2: "ListManagementOptions" },
} as const satisfies { readonly [K in CallField]-?: FieldRow };

/** Every field of a call, in the order in which requests name them. */
export const callFields: { readonly [K in CallField]-?: FieldRow } = ROWS;

/** The names of all fields of a call, those that only API v2 has included. */
export const callFieldNames: readonly CallField[] = Object.keys(callFields).filter(isCallField);

/** Whether a name is one of a field of a call. */
export function isCallField(name: string): name is CallField {
  return Object.hasOwn(callFields, name);
}

/** The fields among options, copied: what the caller does to them later is not sent. */
export function callFieldsOf(options: CallFields): CallFields {
  const fields: { -readonly [K in CallField]?: CallFields[K] } = {};
  for (const name of callFieldNames) copyField(fields, options, name);
  return fields;
}

function copyField<K extends CallField>(to: { -readonly [N in CallField]?: CallFields[N] }, from: CallFields, name: K) {
  const value = from[name];
  if (value !== undefined) to[name] = copied(value);
}

// What is not a plain object is left as it is: its check refuses it.
function copied<T>(value: T): T {
  return typeof value === "object" && value !== null && isPlain(value) ? Object.freeze({ ...value }) : value;
}

/** What a transport says about the fields of a call. */
export interface FieldSupport {
  readonly name: string;
  readonly fields: ReadonlySet<CallField>;
  readonly unserved?: ReadonlyMap<CallField, string>;
}

/** Reports fields that a transport does not serve. */
export function checkServed(fields: CallFields, { name, fields: served, unserved }: FieldSupport, place: Place): void {
  for (const key of callFieldNames) {
    if (fields[key] === undefined || served.has(key)) continue;
    place.at(key).error("input.option", unserved?.get(key) ?? `${name} does not know this option`);
  }
}

/** Reports fields that SES would refuse, or take without publishing their events. */
export function checkCallFields(fields: CallFields, limits: Limits, place: Place): void {
  for (const name of callFieldNames) {
    const value = fields[name];
    if (value !== undefined) callFields[name].check?.(value, limits, place.at(name));
  }
}

const WORD = /^[A-Za-z0-9_-]+$/;
const ARN = /^arn:[\x21-\x7e]+$/;

function checkConfigurationSet(name: unknown, { configurationSetLength }: Limits, place: Place): void {
  if (typeof name === "string" && name.length <= configurationSetLength && WORD.test(name)) return;
  const rule = `the name of a configuration set is 1 to ${configurationSetLength} of A-Z a-z 0-9 _ -`;
  place.error("limit.configuration-set", rule);
}

function checkTags(tags: unknown, { tagLength }: Limits, place: Place): void {
  const entries = readEntries(tags, "tags, an object of names and values", place) ?? [];
  for (const [name, value] of entries) {
    const isName = tagFault("name", name, tagLength) === undefined;
    const isValue = typeof value === "string" && tagFault("value", value, tagLength) === undefined;
    if (!isName || !isValue) place.at(name).error("limit.tag", tagRule(isName ? "value" : "name", tagLength));
  }
}

function checkArn(arn: unknown, _: Limits, place: Place): void {
  if (typeof arn !== "string" || !ARN.test(arn)) {
    place.error("input.option", "expected an ARN, such as arn:aws:ses:eu-west-1:123456789012:identity/example.com");
  }
}

function checkText(value: unknown, _: Limits, place: Place): void {
  if (typeof value !== "string" || value === "" || /[\r\n]/.test(value)) {
    place.error("input.option", "expected a string of one line");
  }
}
