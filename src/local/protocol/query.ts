// Reads the parameters of the Query protocol: a form in the body, the query of the address, or both.
// Names are compared as text in a Map, so that no name means anything but itself.
import { decodeBase64 } from "../../mail/octets/base64.ts";
import { invalidValue, SesError } from "./errors.ts";

/** Parameters by full name: `Destination.ToAddresses.member.1`. */
export type Parameters = ReadonlyMap<string, string>;

// The largest request the reference allows has some 200 parameters.
const mostParameters = 5_000;
const longestName = 256;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads parameters out of an address's query and a form.
 *
 * @param query - the query without its question mark
 * @param body - the octets of an `application/x-www-form-urlencoded` form
 * @throws SesError MalformedQueryString or InvalidQueryParameter
 */
export function readParameters(query: string, body: Uint8Array): Parameters {
  const parameters = new Map<string, string>();
  readForm(query, parameters);
  readForm(formText(body), parameters);
  return parameters;
}

function formText(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw malformed("The query string contains a syntax error: it is not UTF-8.");
  }
}

function readForm(form: string, into: Map<string, string>): void {
  let at = 0;
  while (at < form.length) {
    const found = form.indexOf("&", at);
    const end = found < 0 ? form.length : found;
    readPair(form.slice(at, end), into);
    at = end + 1;
  }
}

function readPair(pair: string, into: Map<string, string>): void {
  const trimmed = trimBreaks(pair);
  if (trimmed === "") return;
  const equals = trimmed.indexOf("=");
  if (equals < 0) throw malformed("The query string contains a syntax error: a parameter has no '='.");
  const name = decode(trimmed.slice(0, equals));
  checkName(name);
  if (into.has(name)) throw invalid(`The parameter ${name} is given more than once.`);
  if (into.size >= mostParameters) throw invalid("There are too many parameters.");
  into.set(name, decode(withoutStray(name, trimmed.slice(equals + 1))));
}

// Clients that write a form by hand put line breaks before `&` and at its end.
function trimBreaks(pair: string): string {
  let start = 0;
  let end = pair.length;
  while (start < end && isBreak(pair.charCodeAt(start))) start++;
  while (end > start && isBreak(pair.charCodeAt(end - 1))) end--;
  return pair.slice(start, end);
}

function isBreak(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d;
}

// The reference's ListVerifiedEmailAddresses sample ends its Timestamp with a stray `%`.
function withoutStray(name: string, value: string): string {
  return name === "Timestamp" && value.endsWith("%") ? value.slice(0, -1) : value;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    throw malformed(
      "The query string contains a syntax error: a '%' is not followed by two hexadecimal digits of UTF-8.",
    );
  }
}

function checkName(name: string): void {
  if (name === "") throw malformed("The query string contains a syntax error: a parameter has no name.");
  if (name.length > longestName) throw invalid("A parameter name is too long.");
  const odd = /[^A-Za-z0-9._-]/u.exec(name);
  if (odd !== null) throw malformed(`Keys may not contain ${odd[0]}`);
}

function malformed(message: string): SesError {
  return new SesError("MalformedQueryString", message);
}

function invalid(message: string): SesError {
  return new SesError("InvalidQueryParameter", message);
}

/** A parameter's text; one that is empty counts as absent, for the clients that write null as an empty text. */
export function given(parameters: Parameters, name: string): string | undefined {
  const value = parameters.get(name);
  return value === "" ? undefined : value;
}

/** The members of a list in the order of their numbers: `name.member.1`, `name.member.2`, …. */
export function listOf(parameters: Parameters, name: string): readonly string[] {
  return indices(parameters, `${name}.member.`, "").map((index) => parameters.get(`${name}.member.${index}`) ?? "");
}

/** The numbers in use in the names `prefix<number>suffix`, ascending. */
export function indices(parameters: Parameters, prefix: string, suffix: string): readonly string[] {
  const found: string[] = [];
  for (const name of parameters.keys()) {
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue;
    const index = name.slice(prefix.length, name.length - suffix.length);
    if (!/^[1-9]\d{0,5}$/.test(index)) throw invalid(`${name} is not a member of a list: members are numbered from 1.`);
    found.push(index);
  }
  return found.sort((a, b) => Number(a) - Number(b));
}

/** `true` or `false`, in any case; anything else is not a boolean. */
export function booleanOf(value: string, member: string): boolean {
  const lower = value.toLowerCase();
  if (lower !== "true" && lower !== "false")
    throw invalidValue(`Value '${shown(value)}' at '${member}' must be true or false.`);
  return lower === "true";
}

/** Octets out of base64; line breaks between the characters are skipped. @throws SesError InvalidParameterValue */
export function blobOf(value: string, member: string): Uint8Array {
  const bytes = decodeBase64(value);
  if (bytes === undefined) throw invalidValue(`The value at '${member}' is not valid base64.`);
  return bytes;
}

function shown(value: string): string {
  return value.slice(0, 200);
}
