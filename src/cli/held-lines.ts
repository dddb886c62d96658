// What holds a line of messages, for people: why, and until when.
import type { HoldReason } from "../ses.ts";
import { type Paint, shown } from "./paint.ts";

/** A hold of an outbox or of a queue. */
export interface Held extends HoldReason {
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** A line for each. */
export function heldLines(held: readonly Held[], paint: Paint): readonly string[] {
  return held.map(({ scope, configurationSet, code, message, until }) => {
    const whom =
      scope === "account"
        ? "all messages"
        : `messages of configuration set ${configurationSet === undefined ? "(the identity\u2019s own)" : shown(configurationSet)}`;
    const why = message === "" ? shown(code) : `${shown(code)}: ${shown(message)}`;
    return `${paint("yellow", "held")} until ${new Date(until).toISOString()}, then one is tried: ${whom}; ${why}`;
  });
}
