// Options that stand for further fields: priority, Auto-Submitted, the one-click pair.

import type { Field } from "../headers/field.ts";
import { checkHeaderText, isToken } from "../headers/tokens.ts";
import type { Place } from "../issues.ts";
import { reportRepeated } from "./given-headers.ts";
import { readListUnsubscribe } from "./list-unsubscribe.ts";

type OptionFields = (input: unknown, place: Place) => readonly Field[];

const READERS: readonly (readonly [option: string, read: OptionFields])[] = [
  ["listUnsubscribe", readListUnsubscribe],
  ["autoSubmitted", readAutoSubmitted],
  ["priority", readPriority],
];

/** The fields that the options give. One that stands in `headers` too is `header.repeated`. */
export function readOptionFields(
  given: Readonly<Record<string, unknown>>,
  inHeaders: ReadonlyMap<string, Place>,
  place: Place,
): readonly Field[] {
  const fields: Field[] = [];
  for (const [option, read] of READERS) {
    if (given[option] === undefined) continue;
    for (const field of read(given[option], place.at(option))) {
      const other = inHeaders.get(field.name.toLowerCase());
      if (other === undefined) fields.push(field);
      else reportRepeated(field.name, place.at(option), other);
    }
  }
  return fields;
}

function structured(name: string, text: string): Field {
  return { name, value: { kind: "structured", text } };
}

// RFC 3834 s5: no, auto-generated, auto-replied, or another word for later use.
function readAutoSubmitted(input: unknown, place: Place): readonly Field[] {
  if (typeof input === "string" && !checkHeaderText(input, place)) return [];
  if (typeof input === "string" && isToken(input) && input.length <= 78) return [structured("Auto-Submitted", input)];
  place.error("header.value", "expected auto-generated, auto-replied, auto-notified or no", {
    rfc: "RFC 3834 s5",
  });
  return [];
}

// RFC 2156 s5.3.4 and s5.3.6 name Importance and Priority; X-Priority is what most readers show.
const PRIORITIES = new Map<unknown, readonly (readonly [name: string, text: string])[]>([
  [
    "high",
    [
      ["X-Priority", "1 (Highest)"],
      ["Importance", "high"],
      ["Priority", "urgent"],
    ],
  ],
  ["normal", []],
  [
    "low",
    [
      ["X-Priority", "5 (Lowest)"],
      ["Importance", "low"],
      ["Priority", "non-urgent"],
    ],
  ],
]);

function readPriority(input: unknown, place: Place): readonly Field[] {
  const fields = PRIORITIES.get(input);
  if (fields !== undefined) return fields.map(([name, text]) => structured(name, text));
  place.error("header.value", "expected high, normal or low", { rfc: "RFC 2156 s5.3" });
  return [];
}
