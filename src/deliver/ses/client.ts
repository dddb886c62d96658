// The client among the options: what people give in its place, and what to give instead.
import { errorIssue, OptionError } from "../../issues.ts";
import { property } from "./foreign.ts";

const GIVE =
  "give client: new SESClient({}) of @aws-sdk/client-ses, new SESv2Client({}) of @aws-sdk/client-sesv2, or sesHttpClient({ … })";

/** @throws OptionError for options that are a client themselves, and for a client that is missing or cannot send */
export function checkClient(options: unknown): void {
  const wrong = wrongOptions(options) ?? wrongClient(property(options, "client"));
  if (wrong !== undefined) throw clientError(wrong);
}

/** The error for a client that cannot be used. */
export function clientError(wrong: string): OptionError {
  return new OptionError([errorIssue("input.option", ["client"], wrong, { hint: GIVE })]);
}

function wrongOptions(options: unknown): string | undefined {
  if (typeof options === "function") return "options are an object, not a class";
  if (typeof options !== "object" || options === null) return "options are an object";
  if (property(options, "client") !== undefined) return undefined;
  if (property(options, "middlewareStack") !== undefined || canSend(options)) return "a client alone is not an option";
  if (property(options, "SES") !== undefined) return "SES is an option of nodemailer's own transport";
  for (const key of ["ses", "sesClient", "sesv2", "SESClient"]) {
    if (canSend(property(options, key))) return `the option for the client is client, not ${key}`;
  }
  if (property(options, "transport") !== undefined)
    return "there is no client, and a transport goes to sender({ transport })";
  return "there is no client";
}

function wrongClient(client: unknown): string | undefined {
  if (typeof client === "function") return "client is a class, not an instance of it";
  if (typeof client !== "object" || client === null) return "client is not a client";
  if (typeof property(client, "then") === "function") return "client is a promise: await it";
  if (typeof property(client, "sendRawEmail") === "function" && !canSend(client)) {
    return "client is one of the AWS SDK v2, which has no send()";
  }
  return undefined;
}

function canSend(value: unknown): boolean {
  return typeof property(value, "send") === "function";
}
