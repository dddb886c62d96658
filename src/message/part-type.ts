// The type of a node of a caller's own tree, and its parameters. RFC 2045 s5.1.
import { isParameterName } from "../headers/parameters.ts";
import { checkHeaderText } from "../headers/tokens.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { type ContentType, readContentType } from "./content-type.ts";
import { readEntries } from "./input.ts";

/** Reads `type` and `parameters`; a name stands once over both. */
export function readPartType(
  given: Readonly<Record<string, unknown>>,
  path: Path,
  report: Report,
): ContentType | undefined {
  const read = readContentType(given.type, [...path, "type"], report);
  const further = readParameters(given.parameters, [...path, "parameters"], report);
  if (read === undefined || further === undefined) return undefined;
  const parameters: Record<string, string> = Object.assign(Object.create(null), read.parameters);
  for (const [name, value] of further) {
    if (Object.hasOwn(parameters, name)) {
      report(errorIssue("type.conflict", [...path, "parameters", name], "the parameter stands in type already"));
      return undefined;
    }
    parameters[name] = value;
  }
  for (const name of ["boundary", "name"]) {
    if (!Object.hasOwn(parameters, name)) continue;
    const message = `${name} is written by the composer`;
    report(errorIssue("type.conflict", [...path, "parameters", name], message, { hint: "for a name use filename" }));
    return undefined;
  }
  return { type: read.type, parameters };
}

function isParameter(name: string, value: string, path: Path, report: Report): boolean {
  return checkHeaderText(value, path, report) && isParameterName(name);
}

function readParameters(input: unknown, path: Path, report: Report): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  if (input === undefined) return parameters;
  const entries = readEntries(input, "parameters are an object of names and strings", path, report);
  if (entries === undefined) return undefined;
  let clean = true;
  for (const [name, value] of entries) {
    const key = name.toLowerCase();
    if (typeof value === "string" && isParameter(name, value, [...path, name], report) && !parameters.has(key)) {
      parameters.set(key, value);
      continue;
    }
    clean = false;
    report(
      errorIssue("type.syntax", [...path, name], "a parameter is a name and a string, each name once", {
        rfc: "RFC 2045 s5.1",
      }),
    );
  }
  return clean ? parameters : undefined;
}
