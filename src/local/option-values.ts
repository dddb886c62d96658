// Looks at names and values of an endpoint's options: callers in JavaScript may give anything.
import { checkOptions, optionNames } from "../given.ts";
import type { LocalSesOptions } from "./options.ts";

type Kind = readonly [holds: (value: unknown) => boolean, what: string];

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isFunction = (value: unknown): boolean => typeof value === "function";
const isWhole = (value: unknown, least: number, most: number): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const BOOLEAN: Kind = [(value) => typeof value === "boolean", "true or false"];
const FUNCTION: Kind = [isFunction, "a function"];
const LIMIT: Kind = [
  (value) => typeof value === "number" && (value === -1 || (value >= 0 && Number.isFinite(value))),
  "a number from 0, or -1 for no limit",
];

const KINDS: Readonly<Record<keyof LocalSesOptions, Kind>> = {
  port: [(value) => isWhole(value, 0, 65_535), "a whole number from 0 to 65535"],
  // What hosts.ts looks at itself.
  host: [() => true, ""],
  allowHosts: [Array.isArray, "a list of host names"],
  publicUrl: [isHttpUrl, "an http or https URL such as http://localhost:8025"],
  preset: [() => true, ""],
  autoVerify: BOOLEAN,
  anySender: BOOLEAN,
  sandbox: BOOLEAN,
  sevenBit: BOOLEAN,
  signatures: BOOLEAN,
  clockWindow: BOOLEAN,
  actionThrottle: BOOLEAN,
  sendRate: LIMIT,
  dailyQuota: LIMIT,
  credentials: [isKeys, "a list of { accessKeyId, secretAccessKey }"],
  clock: FUNCTION,
  random: FUNCTION,
  resolve: FUNCTION,
  dir: [isText, "the path of a directory"],
  onNotification: FUNCTION,
  topics: [(value) => isRecord(value) && Object.values(value).every(isHttpUrl), "an object of http URLs by topic ARN"],
  inboxBytes: [(value) => isWhole(value, 1, Number.MAX_SAFE_INTEGER), "a whole number of bytes from 1"],
};

const NAMES = optionNames(
  `port host allowHosts publicUrl preset autoVerify anySender sandbox sevenBit signatures clockWindow actionThrottle sendRate \
dailyQuota credentials clock random resolve dir onNotification topics inboxBytes`,
);
const CREDENTIALS = optionNames("accessKeyId secretAccessKey");

/** Refuses names that no endpoint knows, and values of another kind. @throws OptionError, TypeError */
export function checkLocalOptions(options: LocalSesOptions): void {
  checkOptions(options, NAMES);
  const { credentials } = options;
  for (const [index, pair] of (Array.isArray(credentials) ? credentials : []).entries())
    checkOptions(pair, CREDENTIALS, ["credentials", index]);
  checkValues(options);
}

// An option that is undefined was not given.
function checkValues(options: LocalSesOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.entries(KINDS).find(([known]) => known === name)?.[1];
    if (value === undefined || kind === undefined) continue;
    const [holds, what] = kind;
    if (!holds(value)) throw new TypeError(`${name} must be ${what}.`);
  }
}

function isHttpUrl(value: unknown): boolean {
  return typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isPair(pair: ReadonlyMap<string, unknown>): boolean {
  return isText(pair.get("accessKeyId")) && isText(pair.get("secretAccessKey"));
}

function isKeys(value: unknown): boolean {
  return Array.isArray(value) && value.every((pair) => isRecord(pair) && isPair(new Map(Object.entries(pair))));
}
