// The query of an address that lists messages, as a filter.
import { FILTER_NAMES } from "../inbox/filter-values.ts";
import { MESSAGE_KINDS, type MessageFilter, type MessageKind } from "../model/model.ts";
import { BadRequest } from "./route.ts";

/** The parameters that narrow a list of messages. */
export const FILTER_PARAMETERS: readonly string[] = FILTER_NAMES;

const TEXTS = ["id", "to", "cc", "bcc", "from", "subject", "text", "configurationSet", "region", "after"] as const;
const LISTS = ["tag", "header"] as const;
const TIMES = ["since", "before"] as const;
const SWITCHES = ["hasAttachment", "latest"] as const;

/** The filter that a query asks for. @throws BadRequest for a value that cannot be used */
export function filterOf(query: URLSearchParams): MessageFilter {
  const filter: { -readonly [name in keyof MessageFilter]: MessageFilter[name] } = {};
  for (const name of TEXTS) {
    const value = oneValue(query, name);
    if (value !== undefined) filter[name] = value;
  }
  for (const name of LISTS) if (query.has(name)) filter[name] = query.getAll(name);
  for (const name of TIMES) {
    const value = oneValue(query, name);
    if (value !== undefined) filter[name] = timeOf(name, value);
  }
  for (const name of SWITCHES) {
    const value = oneValue(query, name);
    if (value !== undefined) filter[name] = switchOf(name, value);
  }
  const kind = oneValue(query, "kind");
  if (kind !== undefined) filter.kind = kindOf(kind);
  return filter;
}

/** The one value of a parameter; undefined without one. @throws BadRequest for several */
export function oneValue(query: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = query.getAll(name);
  if (others.length > 0) throw new BadRequest(`${name} is given ${others.length + 1} times; it takes one value.`);
  return value;
}

function timeOf(name: string, value: string): Date {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) throw new BadRequest(`${name} has to be a time such as 2026-03-01T10:00:00Z.`);
  return time;
}

// `?latest` alone says it all.
function switchOf(name: string, value: string): boolean {
  if (value === "" || value === "true") return true;
  if (value === "false") return false;
  throw new BadRequest(`${name} has to be true or false.`);
}

function kindOf(value: string): MessageKind {
  const kind = MESSAGE_KINDS.find((known) => known === value);
  if (kind === undefined) throw new BadRequest(`kind has to be one of ${MESSAGE_KINDS.join(", ")}.`);
  return kind;
}
