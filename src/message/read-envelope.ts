// The envelope option: a bounce address and recipients apart from what the header shows. RFC 5321 s3.3.

import { readObject, shapeOf } from "../given.ts";
import { readAddresses, readEnvelopeAddress } from "../headers/address.ts";
import type { Place } from "../issues.ts";
import { hintsFor } from "../option-hints.ts";
import { record } from "../plain.ts";
import { unique } from "./envelope.ts";
import type { Message } from "./types.ts";

const ENVELOPE = shapeOf<NonNullable<Message["envelope"]>>(
  { from: readReversePath, to: readEnvelopeRecipients },
  { expected: "an envelope, an object { from?, to? }", code: "input.type", hints: hintsFor.envelope },
);

/** Reads `{ from?, to? }`. */
export function readEnvelope(input: unknown, place: Place): Message["envelope"] {
  const read = readObject(input, ENVELOPE, place);
  return read && record(read);
}

// RFC 5321 s4.5.5: notifications have no return address.
function readReversePath(input: unknown, place: Place): string | undefined {
  if (input === null || input === "" || input === "<>") return "";
  return readEnvelopeAddress(input, place);
}

function readEnvelopeRecipients(input: unknown, place: Place): readonly string[] | undefined {
  if (input === "" || isEmptyList(input)) {
    return place.error("envelope.empty", "expected at least one recipient", { rfc: "RFC 5321 s3.3" });
  }
  return unique([readAddresses(input, place, "addresses")]);
}

function isEmptyList(input: unknown): boolean {
  try {
    return Array.isArray(input) && input.length === 0;
  } catch {
    return false; // what throws is reported where it is read
  }
}
