// What attachments and the parts of a tree have in common: disposition, description, size and dates. RFC 2183.

import type { Charset } from "../encoding/charset.ts";
import { readOptional } from "../given.ts";
import { checkField } from "../headers/field.ts";
import type { Place } from "../issues.ts";
import { readDate, readTime } from "./date-input.ts";
import type { Transport } from "./types.ts";

/** What the whole message says about its parts. */
export interface PartContext {
  readonly charset: Charset;
  readonly transport: Transport;
}

export const DETAIL_KEYS = ["disposition", "description", "size", "modificationDate", "creationDate"] as const;

/** The checked details; only what was given. */
export interface PartDetails {
  readonly disposition?: "attachment" | "inline";
  readonly description?: string;
  readonly size?: number;
  readonly modificationDate?: number;
  readonly creationDate?: number;
}

export function readDetails(
  given: Readonly<Record<string, unknown>>,
  { charset }: PartContext,
  place: Place,
): PartDetails {
  const { disposition, description, size } = given;
  const details: { -readonly [K in keyof PartDetails]: PartDetails[K] } = {};
  if (disposition === "attachment" || disposition === "inline") details.disposition = disposition;
  else if (disposition !== undefined) {
    place.at("disposition").error("input.option", "disposition is attachment or inline");
  }
  if (typeof description === "string") {
    const field = { name: "Content-Description", value: { kind: "text", text: description } } as const;
    if (checkField(field, charset, place.at("description"))) details.description = description;
  } else if (description !== undefined) {
    place.at("description").error("input.type", "a description is a string");
  }
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) details.size = size;
  else if (size !== undefined) place.at("size").error("input.type", "size is a whole number of bytes");
  for (const key of ["modificationDate", "creationDate"] as const) {
    const input = given[key];
    // A checked part has its dates as milliseconds.
    const read = typeof input === "number" ? readTime : readDate;
    const time = readOptional(input, read, place.at(key));
    if (time !== undefined) details[key] = time;
  }
  return details;
}
