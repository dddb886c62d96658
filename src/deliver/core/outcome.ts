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
