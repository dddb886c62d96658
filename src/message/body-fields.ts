// The fields at the root of a tree of the caller's own, which stand in the head of the message: those that options
// stand for go the way of the options, so that nothing is written twice and recipients are recipients. RFC 5322 s3.6.

import { standsOnce } from "../headers/field-names.ts";
import type { Place } from "../issues.ts";
import { optionValue } from "./field-input.ts";
import { type FieldOption, type Given, type GivenHeaders, optionOfField, reportRepeated } from "./given-headers.ts";
import { fromPlace, originOf } from "./origins.ts";
import type { Part } from "./types.ts";

/** A tree without the fields that options stand for, and what the header of the message is given. */
export interface LiftedBody {
  readonly body: Part;
  readonly headers: GivenHeaders;
  /** Where the other fields of the root were given, by lower-case name. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Takes the fields that options stand for out of the root. A field that is given twice is `header.repeated`. */
export function liftFields(body: Part, headers: GivenHeaders, root: Place): LiftedBody {
  const options = new Map<FieldOption, Given>(headers.options);
  const inHeaders = new Map(headers.fields.map(({ field, place }) => [field.name.toLowerCase(), place]));
  const places = new Map<string, Place>();
  const kept = body.fields.filter(({ name, value }) => {
    const place = root.at("body").at("fields").at(name);
    const option = optionOfField(name);
    const first = option === undefined ? inHeaders.get(name.toLowerCase()) : options.get(option)?.place;
    if (first !== undefined && standsOnce(name)) reportRepeated(name, first, place);
    else if (option !== undefined) options.set(option, { value: optionValue(value), place });
    if (option === undefined) places.set(name.toLowerCase(), place);
    return option === undefined;
  });
  const rest = kept.length === body.fields.length ? body : withFields(body, kept);
  return { body: rest, headers: { ...headers, options }, places };
}

function withFields(body: Part, fields: Part["fields"]): Part {
  return fromPlace({ ...body, fields: Object.freeze(fields) }, originOf(body));
}
