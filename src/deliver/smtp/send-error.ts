// What an error of nodemailer proves. A negative reply is a no whenever it comes, and before the content goes out nothing is
// taken; a connection that ends without a reply afterwards leaves the outcome unknown.
import { isError } from "../../mail/octets/kinds.ts";
import type { AttemptOutcome, AttemptRefused } from "../core/outcome.ts";
import { blot } from "../core/result.ts";
import { isPassing, type Reply, readRefusal, refusalBy, type Step } from "./reply.ts";
import { at, type ContentRead } from "./transporter.ts";

/** What is known beside the error. */
export interface SendState {
  /** As in `SMTP smtp.example.com:587`. */
  readonly server: string;
  readonly content: ContentRead;
}

// What nodemailer 6 to 10 put on an error (`smtp-connection`, `_formatError`).
interface Seen extends SendState {
  readonly code: string;
  readonly command: string;
  readonly message: string;
  readonly error: unknown;
}

/** The outcome of a send that ended with an error. */
export function outcomeOfError(error: unknown, state: SendState): AttemptOutcome {
  const own = (name: string) => {
    const value = at(error, name);
    return typeof value === "string" ? value : "";
  };
  const code = own("code") || (isError(error) ? error.name : "Error");
  const message = own("message") || "nodemailer gave no reason";
  const seen: Seen = { ...state, code, message, command: own("command"), error };
  const reply = passingReply(error) ?? readRefusal(at(error, "response"));
  if (reply !== undefined) return refusalBy(reply, stepOf(seen));
  return refusedWithoutReply(seen) ?? { kind: "unknown", cause: { code, message: blot(message) } };
}

// Everybody was refused: what passes for one of them is tried again for all.
function passingReply(error: unknown): Reply | undefined {
  const errors = at(error, "rejectedErrors");
  if (!Array.isArray(errors)) return undefined;
  const replies = errors.map((one: unknown) => readRefusal(at(one, "response")));
  return replies.find((one) => one !== undefined && isPassing(one, "recipient"));
}

// `CONN` is the connection at any time: its greeting, and a reply of which nodemailer does not say what it answers.
function stepOf({ code, command, message }: Seen): Step {
  if (command === "STARTTLS" || code === "ETLS") return "tls";
  if (command.startsWith("AUTH") || code === "EAUTH") return "auth";
  if (command === "MAIL FROM") return "mail";
  if (command === "RCPT TO") return "recipient";
  return command === "EHLO" || command === "HELO" || message.startsWith("Invalid greeting") ? "connect" : "data";
}

function refusedWithoutReply(seen: Seen): AttemptRefused | undefined {
  const { code, command, server, content } = seen;
  const original = at(seen.error, "originalCode");
  const text = blot(seen.message);
  const cause = { code: typeof original === "string" ? original : code, message: text };
  const account = { kind: "refused", again: "later", scope: "account", cause } as const;
  const own = { kind: "refused", scope: "message", cause } as const;
  const lost = {
    ...own,
    again: "now",
    code: "send.connection",
    message: `the connection to ${server} failed`,
  } as const;
  if (wasNotReached(seen)) return { ...lost, unreached: isOnThisMachine(seen) ? "absent" : "away" };
  if (isOfTls(seen)) return { ...account, code: "send.connection", message: `no TLS with ${server}: ${text}` };
  if (isOfLogin(seen)) return { ...account, code: "send.credentials", message: `no login at ${server}: ${text}` };
  // `smtp-pool`: what still waited when the owner of the transporter closed it.
  if (seen.message === "Connection pool was closed") {
    return { ...account, code: "send.connection", message: "the transporter is closed" };
  }
  if (isOfTheMail(seen)) return { ...own, again: "never", code: "send.transport", message: text };
  if (BEFORE_CONTENT.has(command) || code === "EENVELOPE") {
    return { ...own, again: "now", code: "send.response", message: `${server} gave no reply of SMTP` };
  }
  return content === "none" ? lost : undefined;
}

// `_setEnvelope`, `_actionMAIL`, `_actionRCPT`, `_actionDATA`: an error of these, or of `EENVELOPE`, is before the content.
const BEFORE_CONTENT: ReadonlySet<string> = new Set(["EHLO", "HELO", "MAIL FROM", "RCPT TO"]);

// `API`: refused before a command was sent. `EMESSAGE` at MAIL FROM: larger than the server's SIZE (RFC 1870 s6).
function isOfTheMail({ code, command }: Seen): boolean {
  if (code === "EMAXRECIPIENTS" || code === "EREQUIRETLS") return true;
  return (code === "EENVELOPE" && command === "API") || (code === "EMESSAGE" && /^(?:API|MAIL FROM)$/.test(command));
}

// Node names the system call. `ECONNECTION` of `API`: `_isDestroyedMessage`, the connection was gone before the message.
function wasNotReached({ code, command, error }: Seen): boolean {
  const call = at(error, "syscall");
  if (call === "connect" || call === "getaddrinfo" || code === "EDNS" || code === "EPROXY") return true;
  return code === "ECONNECTION" && command === "API";
}

function isOnThisMachine({ error, message }: Seen): boolean {
  const address = at(error, "address");
  return message.includes("ECONNREFUSED") && typeof address === "string" && /^(?:127\.|::1$)/.test(address);
}

// `EOAUTH2`, `ENOAUTH` from nodemailer 8 on.
function isOfLogin({ code, command }: Seen): boolean {
  return code === "EAUTH" || code === "ENOAUTH" || code === "EOAUTH2" || command.startsWith("AUTH");
}

// What Node and OpenSSL say of a certificate that they do not trust, in the handshake alone, where nodemailer says ESOCKET.
const CERTIFICATE =
  /^(?:self[- ]signed certificate|unable to (?:get|verify)|certificate (?:has expired|is not yet valid)|Hostname\/IP does not match certificate)/;

function isOfTls({ code, message }: Seen): boolean {
  return code === "ETLS" || (code === "ESOCKET" && CERTIFICATE.test(message));
}
