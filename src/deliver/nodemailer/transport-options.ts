// The options of the transport, and what to write in place of the words of other transports for SES.

import { checkedBy, flag, oneOf, onlyOf, optionIssues, optionNames, readObject, shapeOf } from "../../given.ts";
import { IssueList, OptionError, type Place } from "../../issues.ts";
import type { CallFields } from "../core/call-fields.ts";
import { namesOfOthers } from "../core/options.ts";
import { checkClient } from "../ses/client.ts";
import { readSesOptions, type SesSenderOptions, senderOptionNames } from "../ses/ses-sender.ts";
import { readIgnoredKeys } from "./from-nodemailer.ts";
import { isObject } from "./given.ts";
import { readParameters, type SesParameters } from "./ses-parameters.ts";

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

type OwnOptions = Omit<SesTransportOptions, keyof SesSenderOptions | "ses"> & { readonly ses?: CallFields };

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
 * @throws OptionError with every option that cannot be used, and what to write instead
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
  return { compose, ignoreKeys, returnRaw, sender: { ...sender, ...own.ses } };
}

function sesOption(value: unknown, place: Place): CallFields | undefined {
  if (isClient(value)) return place.error("input.option", "expected an object of parameters", { hint: CLIENT });
  return value === null ? {} : readParameters(value, place);
}

function isClient(value: unknown): boolean {
  return isObject(value) && typeof Reflect.get(value, "send") === "function";
}
