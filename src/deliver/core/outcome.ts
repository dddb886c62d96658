// What came of one attempt, in the one vocabulary that the policy of retries and holds knows. Every transport maps the
// answers of its service to it.

/** Whom a refusal concerns besides its message: every message of the account, or of one configuration set. */
export type RefusalScope = "account" | "configuration-set";

/** One recipient whom the service refused, definitely, while it took the message for others. */
export interface RefusedRecipient {
  /** As in the call. */
  readonly recipient: string;
  /** `later`: the same may be accepted later. */
  readonly again: "later" | "never";
  /** The service's code. */
  readonly code: string;
  /** One line for people, without addresses and content. */
  readonly message: string;
}

/** The service took the message, for everybody but those in `refused`. */
export interface AttemptSent {
  readonly kind: "sent";
  /** The id that the service gave. */
  readonly messageId: string;
  readonly requestId?: string;
  /** Never all recipients of the call: that is a refusal. */
  readonly refused?: readonly RefusedRecipient[];
}

/** What the service, the connection or the client called what went wrong. */
export interface AttemptCause {
  readonly code: string;
  /** One line for people, without addresses and content. */
  readonly message: string;
  /** HTTP status, when there was one. */
  readonly httpStatus?: number;
}

/**
 * A definite no: the service has not taken the message.
 *
 * `again`: `now`, the same bytes may be sent again after a short wait; `later`, every message of the scope is refused for
 * a while; `never`, this message will be refused again.
 */
export interface AttemptRefused {
  readonly kind: "refused";
  readonly again: "now" | "later" | "never";
  /**
   * Whom it concerns. With `now` it counts when the retries are used up; with `never` and a scope beside the message a
   * change of the configuration is needed, and other messages are held up too.
   */
  readonly scope: "message" | RefusalScope;
  /** The code of the result: the service's own, or one of `sendCodes`. */
  readonly code: string;
  /** One line for people, without addresses and content. */
  readonly message: string;
  /** As the service, the connection or the client called it; `code` and `message` when absent. */
  readonly cause?: AttemptCause;
  readonly requestId?: string;
  /** HTTP status, when there was one. */
  readonly httpStatus?: number;
  /** The service read the call and answered: it refuses this message, and no others because of it. */
  readonly answered?: boolean;
  /** Milliseconds before which another attempt is of no use, when the service says so. */
  readonly retryAfter?: number;
  /** Too fast: `rate` when the sending rate was exceeded, so that it is lowered; `other` for any other throttling. */
  readonly throttled?: "rate" | "other";
  /** No connection was made: the endpoint is `away`, or nothing listens at an endpoint on this machine (`absent`). */
  readonly unreached?: "away" | "absent";
  /** The transport corrected what was refused, its clock for example: the next attempt is made at once, one time. */
  readonly corrected?: boolean;
}

/** Bytes were written and no trustworthy answer came: the service may have taken the message, or not. */
export interface AttemptUnknown {
  readonly kind: "unknown";
  readonly cause: AttemptCause;
  readonly requestId?: string;
}

/** What came of one attempt. */
export type AttemptOutcome = AttemptSent | AttemptRefused | AttemptUnknown;

// What a transport says came of an attempt, as it is believed. Transports are written by others, and in languages
// without types: what is none of the outcomes says nothing, and then the service may have the message.

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

// How far one attempt got, as far as it can be seen: the difference between "not sent" and "unknown".

/** Bytes of the request that reached the socket: none, some, or unknown. */
export type Written = "none" | "some" | "unknown";

/**
 * What is seen of a request: `whole`, all that is written; `shown`, all of it once it has shown itself; `nothing`.
 */
export type View = "whole" | "shown" | "nothing";

/** Called while the attempt runs. */
export interface ProgressListener {
  /** The request was handed to the runtime. `watched` when its connection is. */
  readonly started?: (watched: boolean) => void;
  /** It has shown itself: from here on its connection is watched. */
  readonly found?: () => void;
  readonly connected?: () => void;
  readonly answered?: () => void;
}

/**
 * Filled in by a transport, read by the sender at the moment it must decide. A transport that sees nothing of the wire
 * calls `started("nothing")` before it writes, and that is all.
 */
export class WireProgress {
  #written: Written = "none";
  #answer: { readonly soFar: AttemptOutcome | undefined } | undefined;
  #view: View = "nothing";
  #requests = 0;
  readonly #listener: ProgressListener;

  constructor(listener: ProgressListener = {}) {
    this.#listener = listener;
  }

  get written(): Written {
    return this.#written;
  }

  /** What the answer is known to say, should no more of it come. */
  get soFar(): AttemptOutcome | undefined {
    return this.#answer?.soFar;
  }

  /** From here on the request is out of our hands. What is not seen may be written at any time. */
  started(view: View): void {
    this.#view = view;
    if (view !== "whole" && this.#written === "none") this.#written = "unknown";
    this.#listener.started?.(view === "whole");
  }

  /** A request has shown itself: until its connection is open, not one byte of it has left. */
  found(): void {
    // Whoever makes a second request for one attempt may have written the first.
    if (this.#requests++ > 0 || this.#view !== "shown" || this.#written !== "unknown") return;
    this.#written = "none";
    this.#listener.found?.();
  }

  /** The connection is open, and with it the first byte is handed to the socket. */
  connected(): void {
    if (this.#written === "some") return;
    this.#written = "some";
    this.#listener.connected?.();
  }

  /** The kernel refused the first write whole: the connection was gone, and no byte went into it. */
  refused(): void {
    if (this.#answer === undefined && this.#view !== "nothing" && this.#requests === 1) this.#written = "none";
  }

  /** Foreign code failed: without a request to look at, what it wrote is unknown. */
  failed(): void {
    if (this.#requests === 0 && this.#written === "none") this.#written = "unknown";
  }

  /**
   * An answer begins. The deadline for its first byte is over; that of the whole call goes on.
   *
   * @param soFar - what the beginning alone proves, such as a definite no by its status; absent when it proves nothing
   */
  answered(soFar?: AttemptOutcome): void {
    this.#written = "some";
    this.#answer = { soFar };
    this.#listener.answered?.();
  }
}
