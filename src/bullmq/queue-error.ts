// What a queue refuses or cannot do, apart from messages that are wrong: those are MessageErrors, as everywhere.

/** Codes of a {@link QueueError}. */
export type QueueErrorCode =
  /** A package is missing that the queue needs: the message names it. */
  | "queue.peer"
  /** The key was used before, for another message. */
  | "queue.key"
  /** Redis did not confirm in time. What was enqueued may be there or not; the same key can be used again. */
  | "queue.timeout"
  /** The queue or the worker is closed. */
  | "queue.closed";

/** Thrown by a queue. Holds no part of a message, and no credential. */
export class QueueError extends Error {
  override readonly name = "QueueError";
  readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
