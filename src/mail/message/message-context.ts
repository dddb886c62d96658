// What the readers of one message share, and how an option is found.
import type { Reader } from "../../given.ts";
import type { Place } from "../../issues.ts";
import type { ChangedNames } from "./file-name.ts";
import { FIELD_OF_OPTION, type FieldOption, type GivenHeaders, reportRepeated } from "./given-headers.ts";
import type { Given, PartContext } from "./part-context.ts";
import type { Message, Part } from "./types.ts";

/** What the readers of one message share. */
export interface MessageContext {
  readonly given: Given;
  readonly headers: GivenHeaders;
  /** The caller's checked tree, without the fields that options set. */
  readonly body: Part | undefined;
  readonly part: PartContext;
  /** The root of the input. */
  readonly place: Place;
  /** The places of file names that a check changed. */
  readonly changedNames: ChangedNames;
}

/** Reads an option, wherever it was given: by its name or as a field in `headers`, not both. */
export function readOption<T>({ given, headers, place }: MessageContext, option: FieldOption, read: Reader<T>) {
  const inHeaders = headers.options.get(option);
  const value = given[option];
  if (value === undefined) return inHeaders && read(inHeaders.value, inHeaders.place);
  const at = place.at(option);
  if (inHeaders !== undefined) reportRepeated(FIELD_OF_OPTION[option], at, inHeaders.place);
  return read(value, at);
}

/** A message that is being read. Its readers fill it one after another, so that no property is copied twice. */
export type Draft = { -readonly [K in keyof Message]: Message[K] };
