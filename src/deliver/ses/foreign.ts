// Errors behind errors: causes, and the several errors of one attempt over several addresses.
import { isError } from "../../mail/octets/kinds.ts";

/** A property of something that is not known; undefined when it has none, inherited ones included. */
export function property(value: unknown, name: string): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  return Reflect.get(value, name);
}

const MAX_ERRORS = 20;

/** The error and those behind it, causes before siblings; at most 20 of them. */
export function errorChain(error: unknown): readonly Error[] {
  const found: Error[] = [];
  const open: unknown[] = [error];
  while (open.length > 0 && found.length < MAX_ERRORS) {
    const at = open.shift();
    if (!isError(at) || found.includes(at)) continue;
    found.push(at);
    const errors = property(at, "errors");
    open.push(at.cause, ...(Array.isArray(errors) ? errors.slice(0, MAX_ERRORS) : []));
  }
  return found;
}

/** The first system code in the chain, else the error's name. */
export function errorCode(error: unknown): string {
  for (const at of errorChain(error)) {
    const code = property(at, "code");
    if (typeof code === "string" && code !== "") return code;
  }
  return isError(error) ? error.name : "Error";
}

/** A package that is not installed. Its text is ours, so that it is passed on. */
export class MissingPackageError extends TypeError {
  readonly code = "ERR_MODULE_NOT_FOUND";
}
