// The rules of a good message over raw bytes that another program composed. Nothing is patched: what is wrong is reported.

import { type Issue, IssueList, type Place } from "../../issues.ts";
import { isBytes } from "../octets/kinds.ts";
import { messageWithin } from "../read/message.ts";
import type { Lint, LintRule } from "./lint.ts";
import { lintBodies, lintTexts } from "./lint-bodies.ts";
import { lintFields, lintHeads } from "./lint-head.ts";
import { lintOctets } from "./lint-octets.ts";
import { lintStructure, lintTypes } from "./lint-structure.ts";
import { lintAddresses, lintLists, lintValues } from "./lint-values.ts";
import type { Limits } from "./profiles.ts";
import { areLimits } from "./read-limits.ts";

const rules: readonly LintRule[] = [
  lintSize,
  lintHeads,
  lintOctets,
  lintFields,
  lintAddresses,
  lintValues,
  lintLists,
  lintStructure,
  lintTypes,
  lintBodies,
  lintTexts,
];

/**
 * Checks raw bytes of a message against the standards and against limits. Never throws, whatever is given; time is
 * linear in their number.
 *
 * @param bytes - a message as it would be sent, line ends CRLF
 * @param limits - `sesV1`, `sesV2`, `smtp`, or one of them with values of your own
 * @returns errors and warnings, each with the number of its line. Paths: `["head", "Subject"]` is a field of the
 * message, `["parts", 0, 1, "Content-Type"]` one of a part, by indices into the tree of parts (an enclosed message is
 * child 0 of its part), `["body"]` and `["parts", 0, "body"]` the octets of a part
 * @example
 * for (const issue of lintRaw(await readFile("mail.eml"), sesV1)) console.log(issue.code, issue.message);
 */
export function lintRaw(bytes: Uint8Array, limits: Limits): readonly Issue[] {
  const list = new IssueList();
  const place = list.root;
  if (!areLimits(limits, place.at("limits")) || !areBytes(bytes, place)) return list.issues;
  const { parts, depth, headBytes, headers: fields } = limits;
  const mail = messageWithin(bytes, { parts, depth, headBytes, fields });
  const lint: Lint = { bytes, limits, root: mail.root, visits: mail.parts, place };
  for (const rule of rules) rule(lint);
  return list.issues;
}

function areBytes(bytes: unknown, place: Place): boolean {
  if (isBytes(bytes)) return true;
  const hint = "for a text: new TextEncoder().encode(text)";
  place.error("input.type", "expected raw bytes, a Uint8Array", { hint });
  return false;
}

function lintSize({ bytes, limits, place }: Lint): void {
  if (bytes.length <= limits.bytes) return;
  place.error("limit.bytes", `the message has ${bytes.length} bytes, ${limits.name} takes ${limits.bytes}`);
}
