// What a queue refuses or cannot do, apart from messages that are wrong: those are MessageErrors, as everywhere.

/** Codes of a {@link QueueError}; what they mean stands in docs/errors.md. */
export const queueCodes = ["queue.closed", "queue.key", "queue.peer", "queue.refused", "queue.timeout"] as const;

/** One of {@link queueCodes}. */
export type QueueErrorCode = (typeof queueCodes)[number];

/** Thrown by a queue. Holds no part of a message, and no credential. */
export class QueueError extends Error {
  override readonly name = "QueueError";
  readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
