// Replies of an SMTP server, and what a negative one means for the policy of the sender.
import type { AttemptRefused } from "../core/outcome.ts";
import { blot, ownMessageId } from "../core/result.ts";

/** What a reply answers. */
export type Step = "connect" | "tls" | "auth" | "mail" | "recipient" | "data";

/** A reply of the server (RFC 5321 s4.2). */
export interface Reply {
  /** Three digits. */
  readonly code: string;
  /** The enhanced status code (RFC 3463), as in `5.1.1`. */
  readonly status: string | undefined;
  /** The first line without its code. */
  readonly text: string;
}

const REPLY = /^([2-5]\d\d)(?:[ -]|$)(?:([245]\.\d{1,3}\.\d{1,3})(?=[ \t]|$))?(.*)/;
const MAX_REPLY = 1_000;

/** Reads a reply; undefined for anything that does not begin with a code. */
export function readReply(response: unknown): Reply | undefined {
  if (typeof response !== "string") return undefined;
  const [line = ""] = response.slice(0, MAX_REPLY).split(/[\r\n]/, 1);
  const [, code, status, text = ""] = REPLY.exec(line) ?? [];
  return code === undefined ? undefined : { code, status, text: text.trim() };
}

/** A negative reply: the server has not taken the message (RFC 5321 s4.2.1). */
export function readRefusal(response: unknown): Reply | undefined {
  const reply = readReply(response);
  return reply !== undefined && isNegative(reply) ? reply : undefined;
}

const isNegative = ({ code }: Reply) => code.startsWith("4") || code.startsWith("5");

/** What a negative reply means. Whom it concerns follows from the command that it answers. */
export function refusalBy(reply: Reply, step: Step): AttemptRefused {
  const { code } = reply;
  const message = textOf(reply);
  const base = { kind: "refused", code, message } as const;
  if (/\bdaily\b.{0,80}\b(?:quota|limit)\b/i.test(reply.text)) {
    return { ...base, again: "later", scope: "account", code: "send.quota", cause: { code, message } };
  }
  if (code.startsWith("4") && /\brate\b.{0,40}\b(?:exceeded|limit)|\btoo fast\b/i.test(reply.text)) {
    return { ...base, again: "now", scope: "message", throttled: "rate" };
  }
  // RFC 5321 s3.8: the server closes the channel, whatever was asked. RFC 4954 s6: 454 is a temporary failure to check.
  if (code === "421" || (step === "auth" && code === "454")) return { ...base, again: "now", scope: "account" };
  if (step === "connect") return { ...base, again: code.startsWith("4") ? "now" : "later", scope: "account" };
  if (step === "tls" || step === "auth" || OF_THE_ACCOUNT.has(code))
    return { ...base, again: "later", scope: "account" };
  return { ...base, again: isPassing(reply, step) ? "later" : "never", scope: "message", answered: true };
}

// RFC 4954 s6, RFC 3207 s4: authentication or TLS is required first, or the credentials do not serve.
const OF_THE_ACCOUNT: ReadonlySet<string> = new Set(["530", "534", "535", "538"]);

/** Whether the same may be accepted later. */
export function isPassing({ code, status }: Reply, step: Step): boolean {
  if (code.startsWith("4")) return true;
  // RFC 5321 s4.5.3.1.10: 552 after RCPT TO is "too many recipients", unless its status says otherwise.
  return code === "552" && step === "recipient" && (status === undefined || status.endsWith(".5.3"));
}

/** One line for people, without the addresses in it. */
export function textOf({ status, text }: Reply): string {
  return blot([status ?? "", text].filter((part) => part !== "").join(" ")) || "the server gave no reason";
}

// Postfix, Exim, Sendmail and OpenSMTPD, Microsoft 365, Amazon SES, Haraka, Gmail, qmail.
const QUEUE_IDS = [
  /\bqueued as <?([^\s<>]+)/i,
  /\bid=<?([^\s<>]+)/i,
  /^250 2\.0\.0 (\w{6,}) Message accepted/i,
  /^250 2\.\d\.\d OK <([^<>\s]+)>/i,
  /^250 Ok ([0-9a-f]+(?:-[0-9a-f]+)+)$/i,
  /\bQueued \(([\w.-]+)\)/i,
  /^250 2\.0\.0 OK +\d+ ([\w.-]+) - gsmtp$/i,
  /\bqp (\d+)$/i,
];

/** The id of the server's queue, where its reply names one; else the Message-ID, which SMTP servers keep; else the reply. */
export function sentId(response: unknown, raw: Uint8Array): string {
  const line = typeof response === "string" ? (response.slice(0, MAX_REPLY).split(/[\r\n]/, 1)[0] ?? "").trim() : "";
  for (const pattern of QUEUE_IDS) {
    const id = pattern.exec(line)?.[1]?.replace(/[.,;]$/, "");
    if (id !== undefined && id !== "") return id;
  }
  return ownMessageId(raw) ?? (blot(line) || "250");
}
