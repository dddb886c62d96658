// The envelope option: a bounce address and recipients apart from what the header shows. RFC 5321 s3.3.
import { readAddresses, readEnvelopeAddress } from "../headers/address.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { put } from "./door.ts";
import { unique } from "./envelope.ts";
import { type OptionsShape, readOptional, readOptions } from "./input.ts";
import { record } from "./record.ts";
import type { Message } from "./types.ts";

const ENVELOPE: OptionsShape = { known: new Set(["from", "to"]), what: "an envelope is { from?, to? }" };

/** Reads `{ from?, to? }`. */
export function readEnvelope(input: unknown, path: Path, report: Report): Message["envelope"] {
  const given = readOptions(input, ENVELOPE, path, report);
  if (given === undefined) return undefined;
  const draft: { from?: string; to?: readonly string[] } = {};
  put(draft, "from", readOptional(given.from, readReversePath, [...path, "from"], report));
  put(draft, "to", readOptional(given.to, readEnvelopeRecipients, [...path, "to"], report));
  return record(draft);
}

// RFC 5321 s4.5.5: notifications have nobody to return to.
function readReversePath(input: unknown, path: Path, report: Report): string | undefined {
  if (input === null || input === "" || input === "<>") return "";
  return readEnvelopeAddress(input, path, report);
}

function readEnvelopeRecipients(input: unknown, path: Path, report: Report): readonly string[] | undefined {
  if (input === "" || isEmptyList(input)) {
    report(errorIssue("envelope.empty", path, "the envelope has no recipient", { rfc: "RFC 5321 s3.3" }));
    return undefined;
  }
  return unique([readAddresses(input, path, report, "addresses")]);
}

function isEmptyList(input: unknown): boolean {
  try {
    return Array.isArray(input) && input.length === 0;
  } catch {
    return false; // what throws is told by whoever reads it
  }
}
