// Whether an endpoint has ever answered: one that has is restarting when it refuses a connection, one that has not is
// not running.
import type { Peer } from "./connection-error.ts";
import { wireError } from "./errors.ts";
import type { WireError } from "./wire.ts";

/** Kept for as long as a client is used. */
export class Answered {
  #ever = false;

  /** An answer came. */
  note(): void {
    this.#ever = true;
  }

  /** A connection's error as an outcome, which names the endpoint. */
  connectionError(error: unknown, peer: Peer | undefined): WireError {
    const { absent = false, ...outcome } = wireError(error, "wire", { peer });
    return absent && !this.#ever ? { ...outcome, absent } : outcome;
  }
}
