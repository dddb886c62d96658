// What paces a send from outside: a rate that several processes share, and whatever else must be true before a call.
import type { RateLevel } from "./rate.ts";

/**
 * Lets recipients through. Asked before every attempt of a call, the last thing before its first byte is written: what
 * must be on record before a message goes out can be put there.
 *
 * @example
 * const pacer: Pacer = {
 *   limited: true,
 *   state: { rate: 14, level: 0 },
 *   take: async (recipients, signal) => (await shared.wait(recipients, signal)) && (await ledger.begin(id)),
 *   throttled: () => shared.halve(),
 * };
 */
export interface Pacer {
  /**
   * Resolves with true when so many recipients may go. With false the call ends without this attempt: as `failed`,
   * code `send.aborted`, or as `unknown` when an earlier attempt may have been taken. Must not reject, and should
   * resolve soon after the signal is aborted.
   */
  take(recipients: number, signal: AbortSignal): Promise<boolean>;
  /** The service said that the sending rate is exceeded. */
  throttled(): void;
  /** Whether there is a rate at all: refusals because of it are then waited out rather than counted. */
  readonly limited: boolean;
  readonly state: RateLevel;
}
