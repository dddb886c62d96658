// What a transport says came of an attempt, as it is believed. Transports are written by others, and in languages
// without types: what is none of the outcomes says nothing, and then the service may have the message.
import type {
  AttemptCause,
  AttemptOutcome,
  AttemptRefused,
  AttemptSent,
  AttemptUnknown,
  RefusedRecipient,
} from "./outcome.ts";

type Given = Readonly<Record<string, unknown>>;

/**
 * A copy of the outcome of a transport, each property asked for once. What is not an outcome is `unknown`: neither "sent",
 * which was never said, nor "failed", after which it would be sent again.
 *
 * @param recipients - those of the call: no other can have been refused
 */
export function trustedOutcome(value: unknown, recipients: readonly string[]): AttemptOutcome {
  try {
    const given = isObject(value) ? { ...value } : {};
    return sent(given, recipients) ?? refused(given) ?? unknown(given) ?? NOTHING;
  } catch {
    return NOTHING; // a getter or a proxy throws
  }
}

const NOTHING: AttemptUnknown = Object.freeze({
  kind: "unknown",
  cause: Object.freeze({ code: "send.response", message: "the transport did not say what came of the message" }),
});

function sent(given: Given, recipients: readonly string[]): AttemptSent | undefined {
  const { kind, messageId, requestId, refused: others } = given;
  if (kind !== "sent" || typeof messageId !== "string" || messageId === "") return undefined;
  const list = others === undefined ? [] : refusedRecipients(others, new Set(recipients));
  if (list === undefined) return undefined;
  return {
    kind,
    messageId,
    ...(typeof requestId === "string" ? { requestId } : {}),
    ...(list.length === 0 ? {} : { refused: list }),
  };
}

// The first reason counts for a recipient who is named twice. A stranger is a recipient under another name: then no one
// can say who of them was refused.
function refusedRecipients(value: unknown, recipients: ReadonlySet<string>): readonly RefusedRecipient[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const first = new Map<string, RefusedRecipient>();
  for (const one of value as readonly unknown[]) {
    const { recipient, again, code, message } = isObject(one) ? one : {};
    if (typeof recipient !== "string" || !recipients.has(recipient)) return undefined;
    if ((again !== "later" && again !== "never") || typeof code !== "string" || typeof message !== "string") {
      return undefined;
    }
    if (!first.has(recipient)) first.set(recipient, { recipient, again, code, message });
  }
  return [...first.values()];
}

function refused(given: Given): AttemptRefused | undefined {
  const { kind, again, scope, code, message, requestId, httpStatus, retryAfter } = given;
  const { answered, corrected, throttled, unreached } = given;
  if (kind !== "refused" || typeof code !== "string" || typeof message !== "string") return undefined;
  if (again !== "now" && again !== "later" && again !== "never") return undefined;
  if (scope !== "message" && scope !== "account" && scope !== "configuration-set") return undefined;
  const cause = causeFrom(given.cause);
  return {
    ...{ kind, again, scope, code, message },
    ...(cause === undefined ? {} : { cause }),
    ...(typeof requestId === "string" ? { requestId } : {}),
    ...(isCount(httpStatus) ? { httpStatus } : {}),
    ...(isCount(retryAfter) ? { retryAfter } : {}),
    ...(typeof answered === "boolean" ? { answered } : {}),
    ...(typeof corrected === "boolean" ? { corrected } : {}),
    ...(throttled === "rate" || throttled === "other" ? { throttled } : {}),
    ...(unreached === "away" || unreached === "absent" ? { unreached } : {}),
  };
}

function unknown(given: Given): AttemptUnknown | undefined {
  const { kind, requestId } = given;
  const cause = causeFrom(given.cause);
  if (kind !== "unknown" || cause === undefined) return undefined;
  return { kind, cause, ...(typeof requestId === "string" ? { requestId } : {}) };
}

function causeFrom(value: unknown): AttemptCause | undefined {
  if (!isObject(value)) return undefined;
  const { code, message, httpStatus } = value;
  if (typeof code !== "string" || typeof message !== "string") return undefined;
  return { code, message, ...(isCount(httpStatus) ? { httpStatus } : {}) };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

function isObject(value: unknown): value is Given {
  return typeof value === "object" && value !== null;
}
