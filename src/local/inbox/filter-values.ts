// Looks at a filter before it is used: a misspelt condition would otherwise match everything.
import { checkOptions, optionNames } from "../../given.ts";
import { MESSAGE_KINDS, type MessageFilter } from "../model/model.ts";

type Kind = readonly [holds: (value: unknown) => boolean, what: string];

const isText = (value: unknown): value is string => typeof value === "string";
const TEXT: Kind = [isText, "a string"];
const PATTERN: Kind = [(value) => isText(value) || value instanceof RegExp, "a string or a RegExp"];
const TEXTS: Kind = [
  (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  "a string or a list of strings",
];
const TIME: Kind = [isTime, "a Date or a number of ms since the epoch"];
const BOOLEAN: Kind = [(value) => typeof value === "boolean", "true or false"];

const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    id: TEXT,
    to: TEXT,
    cc: TEXT,
    bcc: TEXT,
    from: TEXT,
    subject: PATTERN,
    text: PATTERN,
    tag: TEXTS,
    configurationSet: TEXT,
    header: TEXTS,
    hasAttachment: BOOLEAN,
    since: TIME,
    before: TIME,
    region: TEXT,
    kind: [(value) => MESSAGE_KINDS.some((kind) => kind === value), `one of ${MESSAGE_KINDS.join(", ")}`],
    after: TEXT,
    latest: BOOLEAN,
  } satisfies Record<keyof MessageFilter, Kind>),
);

/** The conditions that a filter may hold. */
export const FILTER_NAMES: readonly string[] = [...KINDS.keys()];

const NAMES = optionNames(FILTER_NAMES.join(" "));

/** Refuses conditions that there are not, and values of another kind. @throws OptionError, TypeError */
export function checkFilter(filter: MessageFilter): void {
  checkOptions(filter, NAMES);
  for (const [name, value] of Object.entries(filter)) {
    const [holds, what] = KINDS.get(name) ?? TEXT;
    if (value !== undefined && !holds(value)) throw new TypeError(`The filter ${name} takes ${what}.`);
  }
}

function isTime(value: unknown): boolean {
  return value instanceof Date ? !Number.isNaN(value.getTime()) : typeof value === "number" && !Number.isNaN(value);
}
