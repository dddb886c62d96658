// What the readers of one message share, and how an option is found.
import type { Place } from "../../issues.ts";
import type { ChangedNames } from "./file-name.ts";
import { type FieldOption, type GivenField, type GivenHeaders, reportRepeated } from "./given-headers.ts";
import type { PartContext } from "./part-context.ts";
import type { Message, Part } from "./types.ts";

/** What the readers of one message share. */
export interface MessageContext {
  readonly given: Readonly<Record<string, unknown>>;
  readonly headers: GivenHeaders;
  /** The caller's checked tree, without the fields that options set. */
  readonly body: Part | undefined;
  /** Where the fields at the root of the tree were given, by lower-case name. */
  readonly bodyPlaces: ReadonlyMap<string, Place>;
  readonly part: PartContext;
  /** The root of the input. */
  readonly place: Place;
  /** The places of file names that a check changed. */
  readonly changedNames: ChangedNames;
}

/** An option, wherever it was given: by its name or as a field in `headers`, not both. */
export function pick(
  { given, headers, place }: MessageContext,
  option: FieldOption,
  name: string,
): GivenField | undefined {
  const inHeaders = headers.options.get(option);
  if (given[option] === undefined) return inHeaders;
  if (inHeaders !== undefined) reportRepeated(name, place.at(option), inHeaders.place);
  return { value: given[option], place: place.at(option) };
}

/** A message that is being read. Its readers fill it one after another, so that no property is copied twice. */
export type Draft = { -readonly [K in keyof Message]: Message[K] };

/** Sets a property only when there is a value: absent and undefined are the same to no one. */
export function put<T extends object, K extends keyof T>(draft: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) draft[key] = value;
}
