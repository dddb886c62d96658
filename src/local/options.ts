// The options of an endpoint: three presets, and one switch for each kind of strictness.
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import {
  flag,
  functionFrom,
  listFrom,
  oneOf,
  type Reader,
  readObject,
  readOptionsOf,
  refuse,
  shapeOf,
  wholeNumber,
} from "../given.ts";
import type { Place } from "../issues.ts";
import { bareHost, hostRules, isLoopbackHost, readAllowedHost, readHost } from "./http/hosts.ts";
import type { SesNotification } from "./model/message.ts";
import { filledText, httpUrl, limit, recordOf } from "./model/readers.ts";
import type { Resolve, Settings } from "./model/state.ts";

/** Options of {@link startLocalSes}. A switch wins over the preset. */
export interface LocalSesOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /**
   * Where to listen: `127.0.0.1`, the default, for this machine only. `0.0.0.0`, `::` or another address lets other
   * machines and containers in: everyone who reaches it can read the mail.
   */
  readonly host?: string;
  /**
   * Host names that the inbox page and its API answer to, beside localhost and, where `host` is not loopback, IP
   * addresses and the name of this machine: `mail`, `*.example.com`. Ports are ignored. The SES protocol takes any
   * name from clients that are not a browser.
   */
  readonly allowHosts?: readonly string[];
  /** What links in verification mails begin with; unless given, the address the client used, or `url`. */
  readonly publicUrl?: string;
  /**
   * `easy`, the default, takes mail from any sender signed anyhow, without limits. `verified` is the same, but senders
   * must have been asked for: VerifyEmailIdentity and its kin verify at once, every other sender is refused. `strict`
   * is a new account: signatures and their dates are checked, identities wait for their verification, the sandbox
   * limits apply.
   */
  readonly preset?: "easy" | "verified" | "strict";
  /** Identities are verified as soon as their verification is requested. */
  readonly autoVerify?: boolean;
  /** Senders whose verification was not requested may send too. Unless given: as `autoVerify`, but not in the preset `verified`. */
  readonly anySender?: boolean;
  /** Every recipient must be verified, but for the mailbox simulator. */
  readonly sandbox?: boolean;
  /** Requests must be signed, in any of the four forms. */
  readonly signatures?: boolean;
  /** Dates of requests must be within 15 minutes. */
  readonly clockWindow?: boolean;
  /** One call a second for each action that does not send. */
  readonly actionThrottle?: boolean;
  /**
   * Text that the service would damage, because it is not 7-bit ASCII and has no charset, is refused. Without it the
   * text is delivered damaged, and the Check tab says so.
   */
  readonly sevenBit?: boolean;
  /** Recipients per second; -1 enforces nothing. */
  readonly sendRate?: number;
  /** Recipients in a rolling 24 hours; -1 is unlimited. */
  readonly dailyQuota?: number;
  /** Keys that may sign. Without any, `strict` accepts the example pair of AWS's documentation, the others every key. */
  readonly credentials?: readonly { readonly accessKeyId: string; readonly secretAccessKey: string }[];
  /** The time in ms since the epoch. */
  readonly clock?: () => number;
  /** This many random bytes. */
  readonly random?: (size: number) => Uint8Array;
  /** Looks up the TXT and CNAME records that verify domains; without it they stay pending. */
  readonly resolve?: Resolve;
  /** A directory that keeps messages and state; memory without one. */
  readonly dir?: string;
  /** Called with every bounce, complaint and delivery notification. */
  readonly onNotification?: (notification: SesNotification) => void | Promise<void>;
  /** An HTTP URL for each topic ARN whose notifications are to be posted somewhere. */
  readonly topics?: Readonly<Record<string, string>>;
  /** Bytes of messages kept in memory, 64 MiB unless given; the oldest go first. */
  readonly inboxBytes?: number;
}

/** The presets by name. */
const PRESETS = {
  easy: { autoVerify: true, anySender: undefined, sandbox: false, strict: false, sendRate: -1, dailyQuota: -1 },
  // As other emulators of SES do it.
  verified: { autoVerify: true, anySender: false, sandbox: false, strict: false, sendRate: -1, dailyQuota: -1 },
  // A new account: 200 messages a day, one a second.
  strict: { autoVerify: false, anySender: undefined, sandbox: true, strict: true, sendRate: 1, dailyQuota: 200 },
} as const;

/** The example pair that AWS's documentation signs with. It opens nothing. */
const EXAMPLE_CREDENTIALS = {
  accessKeyId: ["AKIA", "IOSFODNN7", "EXAMPLE"].join(""),
  secretAccessKey: ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/"),
};

const DEFAULT_INBOX = 64 * 1_024 * 1_024;

type Credential = NonNullable<LocalSesOptions["credentials"]>[number];

const CREDENTIAL = shapeOf<Credential>({ accessKeyId: filledText, secretAccessKey: filledText });

function readCredential(value: unknown, place: Place): Credential | undefined {
  const pair = readObject<Credential>(value, CREDENTIAL, place);
  if (pair === undefined) return undefined;
  // A key that was refused is there, without a value: it is reported already.
  for (const name of CREDENTIAL.known) {
    if (!Object.hasOwn(pair, name)) place.at(name).error("input.option", "expected a string; the key is missing");
  }
  const { accessKeyId, secretAccessKey } = pair;
  return accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey };
}

// Its host is one of the names that the inbox answers to.
const readPublicUrl: Reader<string> = (value, place) => {
  const url = httpUrl(value, place);
  if (url === undefined || bareHost(new URL(url).host) !== undefined) return url;
  return refuse(value, "a URL with an address or a host name", place);
};

const OPTIONS = shapeOf<LocalSesOptions>({
  port: wholeNumber(0, 65_535),
  host: readHost,
  allowHosts: listFrom(readAllowedHost, "a list of host names"),
  publicUrl: readPublicUrl,
  preset: oneOf("easy", "verified", "strict"),
  autoVerify: flag,
  anySender: flag,
  sandbox: flag,
  sevenBit: flag,
  signatures: flag,
  clockWindow: flag,
  actionThrottle: flag,
  sendRate: limit,
  dailyQuota: limit,
  credentials: listFrom(readCredential, "a list of { accessKeyId, secretAccessKey }"),
  clock: functionFrom(),
  random: functionFrom(),
  resolve: functionFrom(),
  dir: filledText,
  onNotification: functionFrom(),
  topics: recordOf(httpUrl, "an object of http URLs by topic ARN"),
  inboxBytes: wholeNumber(1),
});

/** Options that were read: what the endpoint starts with, and the settings it runs with. */
export interface LocalSetup {
  readonly host: string;
  readonly port: number;
  readonly dir: string | undefined;
  readonly now: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly settings: Settings;
}

/** Reads the options of an endpoint, each of them once. @throws OptionError with every issue */
export function readLocalOptions(options: LocalSesOptions): LocalSetup {
  const read = readOptionsOf<LocalSesOptions>(options, OPTIONS);
  const { host = "127.0.0.1", port = 0, dir, clock = Date.now, random = randomBytes } = read;
  return { host, port, dir, now: clock, random, settings: settingsOf(read, host) };
}

function settingsOf(options: LocalSesOptions, host: string): Settings {
  const { preset: presetName = "easy" } = options;
  const preset = PRESETS[presetName];
  const publicHost = options.publicUrl === undefined ? undefined : bareHost(new URL(options.publicUrl).host);
  const autoVerify = options.autoVerify ?? preset.autoVerify;
  return {
    preset: presetName,
    hosts: hostRules(
      host,
      [...(options.allowHosts ?? []), ...(publicHost === undefined ? [] : [publicHost])],
      hostname(),
    ),
    publicUrl: options.publicUrl?.replace(/\/+$/, ""),
    autoVerify,
    anySender: options.anySender ?? preset.anySender ?? autoVerify,
    signatures: options.signatures ?? preset.strict,
    clockWindow: options.clockWindow ?? preset.strict,
    actionThrottle: options.actionThrottle ?? preset.strict,
    sevenBit: options.sevenBit ?? preset.strict,
    credentials: credentialTable(options.credentials ?? (preset.strict ? [EXAMPLE_CREDENTIALS] : [])),
    limits: {
      sandbox: options.sandbox ?? preset.sandbox,
      max24HourSend: options.dailyQuota ?? preset.dailyQuota,
      maxSendRate: options.sendRate ?? preset.sendRate,
    },
    resolve: options.resolve,
    onNotification: options.onNotification,
    topics: new Map(Object.entries(options.topics ?? {})),
    inboxBytes: options.inboxBytes ?? DEFAULT_INBOX,
  };
}

/** What to say where others can reach the endpoint; undefined for loopback. */
export function exposureOf(host: string, port: number): string | undefined {
  if (isLoopbackHost(host)) return undefined;
  return `the SES endpoint listens on ${host}, port ${port}: everyone who reaches it can read and delete its mail, and send more`;
}

function credentialTable(pairs: NonNullable<LocalSesOptions["credentials"]>): ReadonlyMap<string, string> {
  return new Map(pairs.map(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey]));
}
