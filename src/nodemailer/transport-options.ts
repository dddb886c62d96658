// The options of the transport and the `ses` parameters of a mail, and what to write in place of the words of other
// transports for SES.

import type { SendingFields, V2Fields } from "../deliver/core/call-fields.ts";
import { namesOfOthers } from "../deliver/core/options.ts";
import { checkClient } from "../deliver/ses/client.ts";
import { readSesOptions, type SesSenderOptions, senderOptionNames } from "../deliver/ses/ses-sender.ts";
import {
  checkedBy,
  flag,
  nested,
  oneOf,
  onlyOf,
  optionIssues,
  optionNames,
  readObject,
  shapeOf,
  text,
} from "../given.ts";
import { IssueList, MessageError, OptionError, type Place } from "../issues.ts";
import { readIgnoredKeys } from "./from-nodemailer.ts";
import { isObject } from "./given.ts";

/** Options of `sesTransport`: those of `sesSender`, and four more. */
export interface SesTransportOptions extends SesSenderOptions {
  /**
   * Who writes the bytes: nodemailer (default), so that DKIM signatures and plugins of the `stream` step are kept, or
   * mimewright, from the same message options.
   */
  readonly compose?: "nodemailer" | "mimewright";
  /** Parameters for every message; those of a message's own `ses` replace them. Never recipients. */
  readonly ses?: SesParameters;
  /**
   * With `compose: "mimewright"`: keys of the mail data that belong to plugins and are not part of the message, such as
   * `["template", "context"]` of NestJS and nodemailer-express-handlebars. Any other unknown key is refused.
   */
  readonly ignoreKeys?: readonly string[];
  /**
   * True: `info.raw` holds the bytes that were given to SES, as nodemailer's own SES transport returns them. They use
   * memory as long as `info` is kept. False when absent.
   */
  readonly returnRaw?: boolean;
}

/** What is left of the options of a transport once its own are read. */
export interface TransportSettings {
  readonly compose: "nodemailer" | "mimewright";
  readonly ignoreKeys: readonly string[];
  readonly returnRaw: boolean;
  /** Options of the sender, and the parameters of `ses` in its words. */
  readonly sender: SesSenderOptions;
}

/** Parameters of SendRawEmail and SendEmail that a message or a transport may set. */
export interface SesParameters {
  readonly ConfigurationSetName?: string;
  readonly Tags?: readonly { readonly Name: string; readonly Value: string }[];
  /** Another name for `Tags`, as API v2 has it. */
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
  readonly SourceArn?: string;
  readonly FromArn?: string;
  readonly ReturnPathArn?: string;
  /** API v2's name for `SourceArn` and `FromArn` together. */
  readonly FromEmailAddressIdentityArn?: string;
  readonly FeedbackForwardingEmailAddress?: string;
  readonly FeedbackForwardingEmailAddressIdentityArn?: string;
  readonly EndpointId?: string;
  readonly TenantName?: string;
  readonly ListManagementOptions?: { readonly ContactListName: string; readonly TopicName?: string };
}

const CLIENT = "give client: new SESClient({}), or another client of @aws-sdk/client-ses or @aws-sdk/client-sesv2";
const OF_CLIENT = "an option of the client: client: new SESClient({ … })";
const OF_SMTP = "an option of SMTP transports; this one calls the API of SES";
const OF_MAIL = "an option of a mail; defaults of all mails are the second argument of createTransport";

/** Words of nodemailer's SES transport, of nodemailer-ses-transport and of the SDK, with what to write here. */
export const transportHints: ReadonlyMap<string, string> = new Map([
  ...namesOfOthers,
  ["SES", CLIENT],
  ["sesClient", CLIENT],
  ["aws", `leave it out, and ${CLIENT}`],
  ["pool", "leave it out: connections are kept by the client; concurrency limits calls in flight"],
  ["maxMessages", "leave it out: connections are kept by the client"],
  ["maxRecipients", 'use split: "envelope" for more than 50 recipients'],
  ["SourceArn", "use sourceArn, or ses: { SourceArn }"],
  ["FromArn", "use fromArn, or ses: { FromArn }"],
  ["ReturnPathArn", "use returnPathArn, or ses: { ReturnPathArn }"],
  ["SendEmailCommand", "use commands: { SendEmailCommand }; only bundlers need it"],
  ["SendRawEmailCommand", "use commands: { SendRawEmailCommand }; only bundlers need it"],
  ["raw", "use returnRaw: true for info.raw"],
  ["ignore", 'use ignoreKeys: ["template", "context"]'],
  ["logger", "give no logger: listen to transport.sender.events"],
  ["debug", "give no logger: listen to transport.sender.events"],
  ...hints(OF_CLIENT, "region credentials accessKeyId secretAccessKey sessionToken endpoint ServiceUrl serviceUrl"),
  ...hints(OF_CLIENT, "httpOptions requestHandler apiVersion profile"),
  ...hints(OF_SMTP, "host port secure auth service url tls"),
  ...hints(OF_MAIL, "from to cc bcc replyTo subject headers dkim attachDataUrls disableFileAccess disableUrlAccess"),
]);

function hints(hint: string, keys: string): readonly (readonly [string, string])[] {
  return keys.split(" ").map((key) => [key, hint] as const);
}

type OwnOptions = Omit<SesTransportOptions, keyof SesSenderOptions>;

const OWN = shapeOf<OwnOptions>({
  compose: oneOf("nodemailer", "mimewright"),
  ses: sesOption,
  ignoreKeys: readIgnoredKeys,
  returnRaw: flag,
});
const NAMES = optionNames([...senderOptionNames, ...OWN.known].join(" "), transportHints);

/**
 * Reads the options of a transport; values of those of the sender are left to the sender.
 *
 * @throws OptionError with every option that cannot be used, and what to write instead; TypeError without a client
 */
export function readTransportOptions(options: SesTransportOptions): TransportSettings {
  if (!isObject(options) || isClient(options)) checkClient(options);
  const list = new IssueList();
  list.addAll(optionIssues(options, NAMES));
  const own = readObject(onlyOf(options, OWN.known), OWN, list.root) ?? {};
  const { client } = options;
  const sender: SesSenderOptions = { ...onlyOf(options, senderOptionNames), client };
  checkedBy(readSesOptions)(sender, list.root);
  list.throwIfErrors(OptionError);
  checkClient(options);
  const { compose = "nodemailer", ignoreKeys = [], returnRaw = false } = own;
  return { compose, ignoreKeys, returnRaw, sender: { ...sender, ...fieldsOf(own.ses ?? {}, list.root) } };
}

function sesOption(value: unknown, place: Place): SesParameters | undefined {
  if (value === null) return {};
  if (isClient(value)) return place.error("input.option", "expected an object of parameters", { hint: CLIENT });
  const given = readObject(value, PARAMETERS, place);
  if (given !== undefined) fieldsOf(given, place);
  return given;
}

function isClient(value: unknown): boolean {
  return isObject(value) && typeof Reflect.get(value, "send") === "function";
}

type Tag = NonNullable<SesParameters["Tags"]>[number];

const TAG = shapeOf<Tag>({ Name: text, Value: text }, { required: ["Name", "Value"] });
const LIST = shapeOf<NonNullable<SesParameters["ListManagementOptions"]>>(
  { ContactListName: text, TopicName: text },
  { required: ["ContactListName"] },
);

const RECIPIENTS = "set envelope, to, cc or bcc: recipients come from the envelope alone";

// What SES takes besides, with where the message says it.
const FROM_MESSAGE: ReadonlyMap<string, string> = new Map([
  ...["Destination", "Destinations", "RawMessage", "Content"].map((key) => [key, RECIPIENTS] as const),
  ["Source", "set envelope.from: bounces go there"],
  ["FromEmailAddress", "set from: SES would write this parameter over the message's own From field"],
  ["ReplyToAddresses", "set replyTo: SES would write this parameter over the message's own Reply-To field"],
]);

const PARAMETERS = shapeOf<SesParameters>(
  {
    ConfigurationSetName: text,
    Tags: tagsOption,
    EmailTags: tagsOption,
    SourceArn: text,
    FromArn: text,
    ReturnPathArn: text,
    FromEmailAddressIdentityArn: text,
    FeedbackForwardingEmailAddress: text,
    FeedbackForwardingEmailAddressIdentityArn: text,
    EndpointId: text,
    TenantName: text,
    ListManagementOptions: listOption,
  },
  { expected: "an object of parameters such as { ConfigurationSetName, Tags }", hints: FROM_MESSAGE },
);

// One tag may stand without a list, as the SDK of version 2 took it.
function tagsOption(value: unknown, place: Place): readonly Tag[] | undefined {
  const many = Array.isArray(value);
  const tags = (many ? value : [value]).map((one: unknown, index) => nested(TAG)(one, many ? place.at(index) : place));
  return tags.flatMap((tag) => {
    const { Name, Value } = tag ?? {};
    return Name === undefined || Value === undefined ? [] : [{ Name, Value }];
  });
}

function listOption(value: unknown, place: Place): SesParameters["ListManagementOptions"] {
  const { ContactListName, TopicName } = readObject(value, LIST, place) ?? {};
  if (ContactListName === undefined) return undefined;
  return TopicName === undefined ? { ContactListName } : { ContactListName, TopicName };
}

/**
 * Reads the `ses` option of a mail. Own properties only: an inherited one was not written for this message.
 *
 * @throws MessageError `input.unknown-key` for anything that would name recipients or content, and for unknown names;
 * `input.option` for values of the wrong kind
 */
export function readSesParameters(value: unknown): SendingFields & V2Fields {
  if (value === undefined || value === null) return {};
  const list = new IssueList();
  const place = list.root.at("ses");
  const fields = fieldsOf(readObject(value, PARAMETERS, place) ?? {}, place);
  list.throwIfErrors(MessageError);
  return fields;
}

// API v2's one ARN serves for both; one that is given by its own name stays.
function fieldsOf(given: Partial<SesParameters>, place: Place): SendingFields & V2Fields {
  const { FromEmailAddressIdentityArn: both, ListManagementOptions: list } = given;
  return present({
    configurationSet: given.ConfigurationSetName,
    tags: tagsOf(given, place),
    sourceArn: given.SourceArn ?? both,
    fromArn: given.FromArn ?? both,
    returnPathArn: given.ReturnPathArn,
    feedbackForwarding: given.FeedbackForwardingEmailAddress,
    feedbackForwardingArn: given.FeedbackForwardingEmailAddressIdentityArn,
    endpointId: given.EndpointId,
    tenantName: given.TenantName,
    listManagement:
      list === undefined
        ? undefined
        : { contactList: list.ContactListName, ...(list.TopicName === undefined ? {} : { topic: list.TopicName }) },
  });
}

// An empty list stands in place of the tags of the transport.
function tagsOf({ Tags, EmailTags }: Partial<SesParameters>, place: Place): SendingFields["tags"] {
  if (Tags === undefined && EmailTags === undefined) return undefined;
  const tags: Record<string, string> = Object.create(null);
  for (const { Name, Value } of [...(Tags ?? []), ...(EmailTags ?? [])]) {
    if (Object.hasOwn(tags, Name)) {
      place.at("Tags").error("limit.tag", `the tag ${JSON.stringify(Name.slice(0, 100))} has two values`);
    } else tags[Name] = Value;
  }
  return tags;
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(values: T): Present<T>;
function present(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
