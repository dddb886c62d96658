// What the transport of SES asks of a way to the service, and what it learns from one attempt.

import type { CallField } from "../core/call-fields.ts";
import type { WireProgress } from "../core/outcome.ts";
import type { RawCall } from "../core/transport.ts";

/** Which API the calls go to: v1 has SendRawEmail, v2 has SendEmail with raw content. */
export type SesApi = "v1" | "v2";

/** How one attempt is made. */
export interface AttemptOptions {
  /** Aborted at a deadline or by the caller: the attempt then stops writing at once. */
  readonly signal: AbortSignal;
  /** Where the attempt notes how far it got. */
  readonly progress: WireProgress;
  /** Awaited before any byte can leave; when it rejects, so does the attempt. */
  readonly beforeFirstByte: () => Promise<void>;
  /** Milliseconds to add to the clock when signing, once the service said that ours is wrong. */
  readonly skew?: number;
}

/** An HTTP answer as it came. A body that is cut short, over the bound or unreadable is absent. */
export interface WireAnswer {
  readonly kind: "answer";
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** No answer. `code` is the system's, the client's name for the error, or one of this library. */
export interface WireError {
  readonly kind: "error";
  readonly code: string;
  readonly message: string;
  /** `client`: the client gave up before it had a request to write. */
  readonly origin: "wire" | "client" | "deadline" | "abort";
  /** Of a client: the reason may be gone the next time. */
  readonly passing?: boolean;
  /** Of a client: it lacks something that every message needs, such as its region. */
  readonly setUp?: boolean;
  /** Nothing listens at an endpoint on this machine, and nothing has answered there before. */
  readonly absent?: boolean;
  /** What the client itself called it, where `code` is one of this library. */
  readonly reason?: { readonly code: string; readonly message: string };
}

/**
 * What a client said that took no notice of us: a stand-in for the SDK's, in a test or around it. Nothing of the wire
 * is seen: only its answer.
 */
export interface WireWord {
  readonly kind: "word";
  readonly status: number;
  readonly messageId?: string;
  readonly code: string;
  readonly text: string;
}

export type WireOutcome = WireAnswer | WireError | WireWord;

/**
 * A way to SES. Never retries, never follows a redirect. Rejects with what `beforeFirstByte` rejects with and with nothing
 * else: an error is an outcome.
 */
export interface Wire {
  readonly api: SesApi;
  send(call: RawCall, options: AttemptOptions): Promise<WireOutcome>;
  quota(options: AttemptOptions): Promise<WireOutcome>;
  /** Fields of a call that this way cannot serve, each with the reason. */
  readonly unserved?: ReadonlyMap<CallField, string>;
  /** The region of the endpoint, when the client knows it. */
  region(): Promise<string | undefined>;
  /** Drops what this library opened; a client of the user's stays as it is. */
  close(): void;
}

/** A response body is read up to here; a longer one is not an answer of SES. */
export const MAX_ANSWER = 1_048_576;
