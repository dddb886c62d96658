// Limits as a caller hands them in: whole and of the right kinds, before anything is compared with them.
import { type Reader, unknownKey } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { isOptions } from "../../options/plain.ts";
import type { Limits, LimitValues } from "./profiles.ts";

type Kind = "number" | "boolean" | "strings";

const KINDS: Readonly<Record<keyof LimitValues, Kind>> = {
  bytes: "number",
  recipients: "number",
  splitRecipients: "number",
  parts: "number",
  depth: "number",
  headers: "number",
  headerBytes: "number",
  headBytes: "number",
  line: "number",
  text: "number",
  blockedExtensions: "strings",
  onceOnly: "strings",
  required: "strings",
  nullSender: "boolean",
  sevenBit: "boolean",
  sesFields: "boolean",
  tagLength: "number",
  configurationSetLength: "number",
};

const WHAT: Readonly<Record<Kind, string>> = {
  number: "this limit is a number, 0 or more",
  boolean: "this limit is true or false",
  strings: "this limit is a list of strings",
};

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(KINDS), "name", "sources"]);

// Profiles are frozen, and compared with every message that is sent.
const checked = new WeakSet<object>();

/** Reports what is wrong with limits at their place. True when something can be compared with them. */
export function areLimits(limits: unknown, place: Place): limits is Limits {
  if (typeof limits === "object" && limits !== null && checked.has(limits)) return true;
  if (!isOptions(limits)) {
    place.error("input.option", "limits are a profile", {
      hint: "give sesV1, sesV2, smtp, or { ...sesV1, name, parts: 100 }",
    });
    return false;
  }
  let good = true;
  const refuse = (key: string, message: string): void => {
    good = false;
    place.at(key).error("input.option", message);
  };
  for (const [key, kind] of Object.entries(KINDS)) {
    if (!isKind(Reflect.get(limits, key), kind)) refuse(key, WHAT[kind]);
  }
  if (typeof Reflect.get(limits, "name") !== "string") refuse("name", "limits have a name");
  for (const key of Object.keys(limits)) {
    if (KNOWN.has(key)) continue;
    good = false;
    place.sink.add(unknownKey(key, KNOWN, place.path));
  }
  if (good && Object.isFrozen(limits)) checked.add(limits);
  return good;
}

/** Reads limits among the options of an entry point. */
export const readLimits: Reader<Limits> = (value, place) => (areLimits(value, place) ? value : undefined);

function isKind(value: unknown, kind: Kind): boolean {
  if (kind === "boolean") return typeof value === "boolean";
  if (kind === "number") return typeof value === "number" && value >= 0;
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
