// The address of the service from the environment, as the AWS SDKs and the aws command read it. The shared configuration
// file (`endpoint_url`) is not read here.
import { errorIssue, OptionError } from "../../issues.ts";
import type { SesApi } from "./wire.ts";

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An address, and the variable that holds it. */
export interface EndpointVariable {
  readonly name: string;
  readonly value: string;
}

/** The variable of one API alone. API v1 and v2 have one each. */
export function ownEndpointVariable(api: SesApi): "AWS_ENDPOINT_URL_SES" | "AWS_ENDPOINT_URL_SESV2" {
  return api === "v1" ? "AWS_ENDPOINT_URL_SES" : "AWS_ENDPOINT_URL_SESV2";
}

/**
 * The API's own variable, else AWS_ENDPOINT_URL; an empty one counts as not set. With
 * AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true there is none.
 *
 * @throws OptionError when AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is neither true nor false
 * @example
 * endpointVariable("v2", { AWS_ENDPOINT_URL_SESV2: "http://127.0.0.1:8025" })?.value; // "http://127.0.0.1:8025"
 */
export function endpointVariable(api: SesApi, env: Environment): EndpointVariable | undefined {
  if (isIgnored(env)) return undefined;
  for (const name of [ownEndpointVariable(api), "AWS_ENDPOINT_URL"]) {
    const value = env[name];
    if (value !== undefined && value !== "") return { name, value };
  }
  return undefined;
}

const IGNORE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

// The SDK refuses any other value too: mail must not go to the real service because of a misspelt one.
function isIgnored(env: Environment): boolean {
  const value = env[IGNORE];
  if (value === undefined || value === "") return false;
  if (value !== "true" && value !== "false")
    throw new OptionError([errorIssue("input.option", [IGNORE], `${IGNORE} must be true or false`)]);
  return value === "true";
}

/** The environment of this process; empty on runtimes without one. */
export function environment(): Environment {
  const host: { readonly process?: { readonly env?: Environment } } = globalThis;
  return host.process?.env ?? {};
}
