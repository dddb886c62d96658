// The sender over a client of SES: the options of every sender, and the client in place of a transport.
import { type Reader, readOptionsOf, refuse, type Shape, shapeOf, unknownKey } from "../../given.ts";
import type { Limits } from "../../mail/limits/profiles.ts";
import { type CommonSenderOptions, commonReaders, namesOfOthers, settingsOf } from "../core/options.ts";
import { makeSender, type Sender } from "../core/sender.ts";
import type { MailTransport } from "../core/transport.ts";
import { checkClient, clientError } from "./client.ts";
import { property } from "./foreign.ts";
import { type SesHttpClient, wireOf } from "./http-client.ts";
import { sdkWire } from "./sdk.ts";
import { apiOf, type SdkClient, type SdkCommands } from "./sdk-command.ts";
import { limitsOfApi, transportOver } from "./ses-transport.ts";

/** Options of `sesSender`. Times are milliseconds. */
export interface SesSenderOptions extends CommonSenderOptions {
  /**
   * `SESClient` or `SESv2Client` of the AWS SDK v3, which stays as it is, or what `sesHttpClient` gives. Something that
   * replaces a client and has no `config` is taken for one of v1, unless `commands` are those of v2.
   */
  readonly client: SdkClient | SesHttpClient;
  /** The commands of the SDK, for bundlers that cannot follow a lazy import: `{ SendRawEmailCommand }`. */
  readonly commands?: SdkCommands;
}

/**
 * Makes a sender over a client of the AWS SDK v3 (SES v1 or v2) or one of `sesHttpClient`.
 *
 * At most once by default: what SES may have taken is reported as `unknown`, and not sent again.
 *
 * @throws OptionError for options that are unusable, all of them at once
 * @example
 * const sender = sesSender({ client: new SESClient({}), rate: "quota" });
 * const result = await sender.send(message({ from, to, subject: "Hello", text: "Hello" }));
 * if (result.status !== "sent") console.log(result.status);
 */
export function sesSender(options: SesSenderOptions): Sender {
  checkClient(options);
  const { client: _, commands, ...given } = readSesOptions(options);
  const transport = transportOfClient({ client: options.client, commands });
  return makeSender(transport, settingsOf(given, transport));
}

interface ClientOptions {
  readonly client?: SesSenderOptions["client"] | undefined;
  readonly commands?: SdkCommands | undefined;
}

/** The transport over a client of SES. @throws OptionError for a client that is missing or cannot send */
export function transportOfClient(options: ClientOptions): MailTransport {
  checkClient(options);
  const { client = {}, commands } = options;
  const own = wireOf(client);
  if (own !== undefined) return transportOver(own);
  if (isSdkClient(client)) return transportOver(sdkWire(client, commands));
  throw clientError("the client cannot send");
}

/** Options of a sender over SES, read but for the client: names, and values of the right kinds. @throws OptionError */
export function readSesOptions(options: Partial<SesSenderOptions>): Partial<SesSenderOptions> {
  return readOptionsOf<Partial<SesSenderOptions>>(options, SHAPE);
}

const COMMANDS = ["SendRawEmailCommand", "SendEmailCommand", "GetSendQuotaCommand", "GetAccountCommand"] as const;

// A whole module of the SDK may be given; one that holds none of the classes was meant otherwise.
const readCommands: Reader<SdkCommands> = (value, place) => {
  if (!isModule(value)) return refuse(value, "the classes of the commands, such as { SendRawEmailCommand }", place);
  if (COMMANDS.some((name) => property(value, name) !== undefined)) return value;
  for (const key of Object.keys(value)) place.sink.add(unknownKey(key, new Set(COMMANDS), place.path));
  return undefined;
};

function isModule(value: unknown): value is SdkCommands {
  return typeof value === "object" && value !== null;
}

function isSdkClient(client: object): client is SdkClient {
  return typeof property(client, "send") === "function";
}

// `checkClient` says more about one that is not.
const asClient: Reader<SesSenderOptions["client"]> = (value) => (isClient(value) ? value : undefined);

function isClient(value: unknown): value is SesSenderOptions["client"] {
  return typeof value === "object" && value !== null;
}

/** How a client is read among other options; whether it can send is said by {@link transportOfClient}. */
export const clientReaders = { client: asClient, commands: readCommands } as const;

const SHAPE: Shape<SesSenderOptions> = shapeOf<SesSenderOptions>(
  { ...clientReaders, ...commonReaders },
  { hints: namesOfOthers },
);

/** The names of all options of a sender over SES. */
export const senderOptionNames: ReadonlySet<string> = SHAPE.known;

/** What one call takes: the limits that are given, or those of the API that the client speaks. */
export function limitsOf({
  client,
  commands,
  limits,
}: Pick<SesSenderOptions, "client" | "commands" | "limits">): Limits {
  return limits ?? limitsOfApi("api" in client ? client.api : apiOf(client, commands));
}
