// What an outbox can fail with: one error, one stable code for each reason.

/** Codes of {@link OutboxError}, and of causes that the outbox itself gives to a result. */
export const outboxCodes = [
  "outbox.closed",
  "outbox.conflict",
  "outbox.crashed",
  "outbox.damaged",
  "outbox.driver",
  "outbox.foreign",
  "outbox.owned",
  "outbox.record",
  "outbox.version",
  "outbox.write",
] as const;

/** A code of the outbox, as in {@link outboxCodes}. */
export type OutboxCode = (typeof outboxCodes)[number];

/** What is wrong with a file, and what of it can still be read. */
export interface Damage {
  /** One line for each thing that is wrong. */
  readonly problems: readonly string[];
  /**
   * Commits that were reported as durable and are not in the file; 0 when none is missing, undefined when the count
   * of commits cannot be read.
   */
  readonly missingCommits: number | undefined;
  /** Records that can be read, whole with their message, by state. */
  readonly readable: Readonly<Record<string, number>>;
  /** Ids that were given and whose record or message cannot be read, at most 1,000 of them. */
  readonly unreadable: readonly number[];
}

/** Everything that goes wrong with an outbox itself. Holds no part of a message, no address and no key. */
export class OutboxError extends Error {
  override readonly name = "OutboxError";
  readonly code: OutboxCode;
  /** Of a file that is damaged. */
  readonly damage?: Damage;
  /** Place of the entry in the batch of `enqueueAll` that the error is about. */
  readonly index?: number;

  constructor(
    code: OutboxCode,
    message: string,
    detail: { readonly cause?: unknown; readonly damage?: Damage; readonly index?: number } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    if (detail.damage !== undefined) this.damage = detail.damage;
    if (detail.index !== undefined) this.index = detail.index;
  }
}
