// The syntax of `type/subtype; name=value` in the message's own head, as far as the service refuses mistakes in it.
// RFC 2045 s5.1.
import { invalidValue } from "../protocol/errors.ts";

/** Checks field values with parameters. @throws SesError `Expected '=', got 'null'` and the like */
export function checkMimeParameters(values: readonly string[]): void {
  for (const value of values) checkValue(value);
}

function checkValue(value: string): void {
  let at = nextSemicolon(value, 0);
  while (at < value.length) {
    const start = at + 1;
    at = nextSemicolon(value, start);
    const parameter = value.slice(start, at).trim();
    // A semicolon at the end, or two in a row, stand in many messages and are let through.
    if (parameter !== "" && !parameter.startsWith("(")) checkParameter(parameter);
  }
}

function checkParameter(parameter: string): void {
  const name = /^[^\s=]*/.exec(parameter)?.[0] ?? "";
  const rest = parameter.slice(name.length).trimStart();
  if (rest.startsWith("=")) return;
  throw invalidValue(`Expected '=', got '${rest === "" ? "null" : rest.slice(0, 40)}'`);
}

// The next semicolon outside of quotes, or the end.
function nextSemicolon(value: string, from: number): number {
  let quoted = false;
  for (let at = from; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === "\\" && quoted) at++;
    else if (character === '"') quoted = !quoted;
    else if (character === ";" && !quoted) return at;
  }
  return value.length;
}
