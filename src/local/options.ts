// What an endpoint can be told at its start: two presets, and a switch of its own for each kind of strictness.
import type { Resolve, SesNotification, Settings } from "./model.ts";

/** Options of {@link startLocalSes}. A switch wins over the preset. */
export interface LocalSesOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Loopback only: the endpoint hands out mail to whoever reaches it. */
  readonly host?: "127.0.0.1" | "::1" | "localhost";
  /**
   * `easy`, the default, takes mail from anybody signed anyhow, without limits. `strict` is a new account: signatures
   * and their dates are checked, identities wait for their verification, the sandbox limits apply.
   */
  readonly preset?: "easy" | "strict";
  /** Identities are verified at once, and unknown senders count as verified. */
  readonly autoVerify?: boolean;
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
  /** Keys that may sign. Without any, `strict` accepts the example pair of AWS's documentation, `easy` every key. */
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
  /** Bytes of messages kept in memory, 64 MiB unless told; the oldest go first. */
  readonly inboxBytes?: number;
}

const PRESETS = {
  easy: { autoVerify: true, sandbox: false, strict: false, sendRate: -1, dailyQuota: -1 },
  // A new account: 200 messages a day, one a second.
  strict: { autoVerify: false, sandbox: true, strict: true, sendRate: 1, dailyQuota: 200 },
} as const;

/** The example pair that AWS's documentation signs with. It opens nothing. */
const EXAMPLE_CREDENTIALS = {
  accessKeyId: ["AKIA", "IOSFODNN7", "EXAMPLE"].join(""),
  secretAccessKey: ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/"),
};

const HOSTS: readonly string[] = ["127.0.0.1", "::1", "localhost"];
const DEFAULT_INBOX = 64 * 1_024 * 1_024;

/** Options as the endpoint uses them. @throws TypeError for a value that cannot be used */
export function readOptions(options: LocalSesOptions): Settings {
  const { preset: presetName = "easy" } = options;
  if (!Object.hasOwn(PRESETS, presetName)) throw new TypeError('The preset is "easy" or "strict".');
  const preset = PRESETS[presetName];
  return {
    autoVerify: options.autoVerify ?? preset.autoVerify,
    signatures: options.signatures ?? preset.strict,
    clockWindow: options.clockWindow ?? preset.strict,
    actionThrottle: options.actionThrottle ?? preset.strict,
    sevenBit: options.sevenBit ?? preset.strict,
    credentials: credentialTable(options.credentials ?? (preset.strict ? [EXAMPLE_CREDENTIALS] : [])),
    limits: {
      sandbox: options.sandbox ?? preset.sandbox,
      max24HourSend: limitOf("dailyQuota", options.dailyQuota ?? preset.dailyQuota),
      maxSendRate: limitOf("sendRate", options.sendRate ?? preset.sendRate),
    },
    resolve: options.resolve,
    onNotification: options.onNotification,
    topics: new Map(Object.entries(options.topics ?? {})),
    inboxBytes: options.inboxBytes ?? DEFAULT_INBOX,
  };
}

/** A limit that may be set while the endpoint runs: a number from 0, or -1. @throws TypeError */
export function limitOf(name: string, value: number): number {
  if (value === -1 || (value >= 0 && Number.isFinite(value))) return value;
  throw new TypeError(`${name} is a number from 0, or -1 for no limit.`);
}

/** The host to listen on. @throws TypeError for anything that others could reach */
export function hostOf({ host = "127.0.0.1" }: LocalSesOptions): string {
  if (HOSTS.includes(host)) return host;
  throw new TypeError("The endpoint listens on loopback only: 127.0.0.1, ::1 or localhost.");
}

function credentialTable(pairs: NonNullable<LocalSesOptions["credentials"]>): ReadonlyMap<string, string> {
  return new Map(pairs.map(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey]));
}
