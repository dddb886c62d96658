// Finds the EICAR test file in a message: the harmless file that every virus scanner takes for a virus.

import { decodedBody } from "../../read/body.ts";
import { outlineRaw } from "../../read/outline.ts";
import { walkRaw } from "../../read/walk.ts";
import { viewCaps } from "../parsed-mail.ts";

// In two halves, so that no scanner takes this file for the test file.
const SIGNATURE = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

// The test file has at most 128 octets; encoded in whatever way, with line ends, it stays far below this.
const longestEncoded = 1_024;

/** True when a part of the message is the test file: the signature, and nothing but white space behind it. */
export function holdsTestVirus(raw: Uint8Array): boolean {
  for (const { part } of walkRaw(outlineRaw(raw, viewCaps))) {
    const size = part.bodyEnd - part.bodyStart;
    if (part.parts.length > 0 || size < SIGNATURE.length || size > longestEncoded) continue;
    if (isTestFile(decodedBody(raw, part))) return true;
  }
  return false;
}

function isTestFile(content: Uint8Array): boolean {
  const text = Buffer.from(content).toString("latin1");
  return text.startsWith(SIGNATURE) && text.slice(SIGNATURE.length).trim() === "";
}
