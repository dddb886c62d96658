// Why a client had no request to write: no credentials, no region, a package that is missing. The client's own sentence
// is passed on: nothing of the message is known to it yet.
import { isError } from "../../mail/octets/kinds.ts";
import { errorChain, property } from "./foreign.ts";
import type { WireError } from "./wire.ts";

/** Code, message and what is known of the reason. */
export function clientReason(
  error: unknown,
  code: string,
  serialised: boolean,
): Pick<WireError, "code" | "message" | "passing" | "reason" | "setUp"> {
  const passing = isPassing(error);
  const text = isError(error) ? sentence(error.message) : "";
  const reason = { code, message: text === "" ? NO_REQUEST : text };
  if (isOfCredentials(error)) {
    const hint = /sso login|aws login/i.test(text) ? "" : `; ${credentialsHint}`;
    return { code: "send.credentials", message: `${reason.message}${hint}`, passing, reason };
  }
  const safe = !serialised || SIGNING.test(text);
  const setUp = !serialised && isOfSetUp(error, text);
  return { code, message: safe ? reason.message : `${NO_REQUEST} (${code})`, passing, ...(setUp ? { setUp } : {}) };
}

// What the SDK says before it looks at the message: no region, an address that is not one, a client of the other API. An
// endpoint id is the message's own.
function isOfSetUp(error: unknown, text: string): boolean {
  if (/\bEndpointId\b/i.test(text)) return false;
  return (
    /^Region\b/.test(text) || errorChain(error).some((at) => SET_UP.has(at.name) || property(at, "code") === BAD_URL)
  );
}

const SET_UP: ReadonlySet<string> = new Set(["EndpointError", "OtherApi"]);
const BAD_URL = "ERR_INVALID_URL";

const NO_REQUEST = "the client gave no request to send";

/** What to do without credentials. */
export const credentialsHint =
  "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN with temporary keys) or AWS_PROFILE, " +
  "or give the client its credentials";

const PROVIDER = /^(?:Credentials|Token)?ProviderError$/;

/** True for errors of the SDK's providers, and for answers of the services that they ask. */
export function isOfSdk(error: unknown): boolean {
  return errorChain(error).some((at) => PROVIDER.test(at.name) || isAnswer(at));
}

// An answer of another service is one of STS or of a sign-on: the call itself has not gone out yet.
function isOfCredentials(error: unknown): boolean {
  return (
    isOfSdk(error) ||
    isOfFile(error) ||
    errorChain(error).some(({ message }) => /\bcredentials?\b/i.test(message) || KEYS.test(message))
  );
}

// The files that the SDK reads while it makes a request are those of keys and tokens.
function isOfFile(error: unknown): boolean {
  return errorChain(error).some((at) => property(at, "syscall") === "open" && typeof property(at, "path") === "string");
}

const KEYS = /\b(?:accessKeyId|secretAccessKey|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY)\b/;

function isAnswer(error: Error): boolean {
  return property(error, "$fault") !== undefined || typeof property(answerOf(error), "httpStatusCode") === "number";
}

function answerOf(error: Error): unknown {
  return property(error, "$metadata");
}

// Thrown by the SDK while it signs, after the message was serialised.
const SIGNING = /SigV4|signature-v4/i;

const AWAY = /^(?:E(?:CONN|HOST|NET|PIPE$|TIMEDOUT$|AI_AGAIN$)|ENOTFOUND$|UND_ERR_)/;
const PASSING = /^(?:TimeoutError|Throttling|TooManyRequests|ServiceUnavailable)/;
// Providers of the SDK put the error they met into their own text.
const AWAY_IN_TEXT =
  /\b(?:ECONN[A-Z]+|E(?:HOST|NET)UNREACH|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|TimeoutError|responded with status: (?:429|5\d\d))\b/;

// Credentials may come over the network: from STS, an instance's or a container's metadata, a sign-on. What fails there
// may be over in a minute, while the client's own reason stays.
function isPassing(error: unknown): boolean {
  return errorChain(error).some((at) => {
    const code = property(at, "code");
    if (typeof code === "string" && AWAY.test(code)) return true;
    if (PASSING.test(at.name) || saysSo(at)) return true;
    return PROVIDER.test(at.name) && (AWAY_IN_TEXT.test(at.message) || !FINAL.test(at.message));
  });
}

// What the SDK's providers say when there is nothing to wait for: a person has to set, sign on or repair something.
const FINAL = new RegExp(
  [
    "could not (?:load|resolve|be found)|unable to find|not found|not (?:specified|present|configured|valid|accepted)",
    "missing|invalid|incomplete|expired|sso login|aws login|re-?authenticate|disabled|cannot be used|skipping|please pass",
    "(?:did|does) not (?:contain|return)|requires|unsupported|cycle|conflicting|no HTTP credential|command failed|ENOENT",
  ].join("|"),
  "i",
);

// The marks of the SDK on errors of its services.
function saysSo(error: Error): boolean {
  const retryable = property(error, "$retryable");
  if (retryable !== undefined && retryable !== false) return true;
  const status = property(answerOf(error), "httpStatusCode");
  return typeof status === "number" && status >= 500;
}

const MAX_TEXT = 300;

/** The first line of a text, without addresses, key ids and what looks like a secret. */
function sentence(text: string): string {
  const [line = ""] = text.slice(0, 4 * MAX_TEXT).split(/[\r\n]/, 1);
  // A command line may hold a token.
  if (/^Command failed/i.test(line)) return "the command of credential_process failed";
  const words = line.split(/([\s,;:'"<>()[\]{}]+)/).map((word) => {
    if (word.indexOf("@") > 0) return "[address]";
    return isSecret(word) ? "[secret]" : word;
  });
  return words.join("").trim().slice(0, MAX_TEXT);
}

// Key ids, secrets of 40 characters, tokens of more: letters of both cases and digits in one long word.
function isSecret(word: string): boolean {
  if (/^A[KS]IA[A-Z0-9]{12,}$/.test(word)) return true;
  if (word.length < 32 || !/^[A-Za-z0-9+/=_-]+$/.test(word)) return false;
  return /[A-Z]/.test(word) && /[a-z]/.test(word) && /[0-9]/.test(word);
}
