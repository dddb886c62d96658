// The client of SES that a command line and the usual environment variables of AWS ask for.
import { type EndpointVariable, endpointVariable } from "../deliver/ses/endpoints.ts";
import { type SesSenderOptions, sesSender } from "../deliver/ses/ses-sender.ts";
import { type SdkClient, type Sender, type SesApi, type SesHttpClient, sesHttpClient } from "../ses.ts";
import { anyText, type FlagTable, given, valued, wordOf } from "./args.ts";
import { type Io, reasonOf, TroubleError, UsageError } from "./io.ts";

/** What a command line says about the service. */
export interface ClientFlags {
  readonly endpoint: string;
  readonly region: string;
  readonly client: SesApi;
}

/** The flags of every command that talks to SES. */
export const clientFlags: FlagTable<ClientFlags> = {
  endpoint: valued(anyText),
  region: valued(anyText),
  client: valued(wordOf("v1", "v2")),
};

export const clientHelp = `  --region NAME     such as eu-west-1 (or AWS_REGION, AWS_DEFAULT_REGION)
  --endpoint URL    another address of the service, such as that of "mimewright serve"
                    (or AWS_ENDPOINT_URL_SES for v1, AWS_ENDPOINT_URL_SESV2 for v2, else
                    AWS_ENDPOINT_URL)
  --client v1|v2    SendRawEmail, 10 MB (default), or SendEmail of API v2, 40 MB

Credentials: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; without them the AWS
SDK, if @aws-sdk/client-ses (or client-sesv2) is installed, with its profiles (AWS_PROFILE) and
roles. A local endpoint needs no credentials.
`;

/** Where messages go. */
export interface Service {
  readonly api: SesApi;
  /** undefined when the SDK looks for it. */
  readonly region: string | undefined;
  readonly endpoint: URL | undefined;
}

/** The service that a command line means. @throws UsageError */
export function serviceOf(values: Partial<ClientFlags>, { env }: Io): Service {
  const api = values.client ?? "v1";
  const endpoint = endpointOf(values.endpoint, api, env);
  const region = values.region ?? set(env.AWS_REGION) ?? set(env.AWS_DEFAULT_REGION);
  return { api, endpoint, region: region ?? (isLocal(endpoint) ? "us-east-1" : undefined) };
}

function endpointOf(given: string | undefined, api: SesApi, env: Io["env"]): URL | undefined {
  const { name, value } = given === undefined ? variableOf(api, env) : { name: ENDPOINT, value: given };
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new UsageError(`${name}: expected an http or https URL`);
}

const ENDPOINT = "--endpoint (or AWS_ENDPOINT_URL)";

function variableOf(api: SesApi, env: Io["env"]): Partial<EndpointVariable> {
  try {
    return endpointVariable(api, env) ?? {};
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}

function isLocal(endpoint: URL | undefined): boolean {
  const host = endpoint?.hostname ?? "";
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

// An empty variable is one that was not set.
function set(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** A sender, and what ends it and its client. */
export interface OpenSender {
  readonly sender: Sender;
  readonly close: () => Promise<void>;
}

/** Opens a sender. @throws TroubleError without credentials, UsageError without a region */
export async function openSender(
  service: Service,
  options: Omit<SesSenderOptions, "client">,
  io: Io,
): Promise<OpenSender> {
  const { client, end } = await openClient(service, io);
  // A person waits at the terminal: few retries, and none while nothing listens on loopback.
  const sender = sesSender({ client, retries: { max: 3, loopback: 0 }, ...options });
  const close = async () => {
    await sender.close();
    end();
  };
  // The SDK may find one in its own configuration.
  if ((await sender.region()) !== undefined) return { sender, close };
  await close();
  throw new UsageError(WHICH_REGION);
}

const WHICH_REGION = "no region: give --region or set AWS_REGION";

interface OpenClient {
  readonly client: SdkClient | SesHttpClient;
  readonly end: () => void;
}

async function openClient(service: Service, { env }: Io): Promise<OpenClient> {
  const { api, region, endpoint } = service;
  const [accessKeyId, secretAccessKey] = [set(env.AWS_ACCESS_KEY_ID), set(env.AWS_SECRET_ACCESS_KEY)];
  const token = set(env.AWS_SESSION_TOKEN);
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return httpClient(service, { accessKeyId, secretAccessKey, ...given("sessionToken", token) });
  }
  // A local endpoint does not check credentials, but the request is signed all the same.
  if (isLocal(endpoint)) return httpClient(service, { accessKeyId: "LOCAL", secretAccessKey: "local" });
  const found = await sdkClient(api, { ...given("region", region), ...given("endpoint", endpoint?.href) });
  if (found !== undefined) return found;
  throw new TroubleError(
    "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
      `or install @aws-sdk/client-ses${api === "v1" ? "" : "v2"}, which knows profiles and roles`,
  );
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

// The sender closes its connections.
function httpClient({ api, region, endpoint }: Service, credentials: Keys): OpenClient {
  if (region === undefined) throw new UsageError(WHICH_REGION);
  try {
    const client = sesHttpClient({ api, region, credentials, ...given("endpoint", endpoint) });
    return { client, end: () => undefined };
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}

// Optional peers: undefined where they are not installed.
async function sdkClient(api: SesApi, config: object): Promise<OpenClient | undefined> {
  if (api === "v1") {
    const sdk = await import("@aws-sdk/client-ses").catch(() => undefined);
    return sdk === undefined ? undefined : closable(new sdk.SESClient(config));
  }
  const sdk = await import("@aws-sdk/client-sesv2").catch(() => undefined);
  return sdk === undefined ? undefined : closable(new sdk.SESv2Client(config));
}

function closable(client: SdkClient & { destroy(): void }): OpenClient {
  return { client, end: () => client.destroy() };
}
