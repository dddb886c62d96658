// What the readers of one message share, and how an option is found.
import type { Report } from "../issues.ts";
import { type FieldOption, type Given, type GivenHeaders, repeated } from "./given-headers.ts";
import type { PartContext } from "./part-details.ts";

/** What the readers of one message share. */
export interface Door {
  readonly given: Readonly<Record<string, unknown>>;
  readonly headers: GivenHeaders;
  readonly context: PartContext;
  readonly report: Report;
}

/** An option, wherever it was given: by its name or as a field in `headers`, not both. */
export function pick({ given, headers, report }: Door, option: FieldOption, name: string): Given | undefined {
  const inHeaders = headers.options.get(option);
  if (given[option] === undefined) return inHeaders;
  if (inHeaders !== undefined) report(repeated(name, [option], inHeaders.path));
  return { value: given[option], path: [option] };
}

/** A property only when there is a value: absent and undefined are the same to no one. */
export function present<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}
