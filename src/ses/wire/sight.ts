// How far one attempt got, as far as it can be seen: the difference between "not sent" and "nobody knows".

/** Bytes of the request that reached the socket: none, some, or nobody can tell. */
export type Written = "none" | "some" | "unknown";

/**
 * What is seen of a request: `whole`, all that is written; `shown`, all of it once it has shown itself; `nothing`.
 */
export type View = "whole" | "shown" | "nothing";

/** What wants to know while the attempt runs. */
export interface SightListener {
  /** The request was handed to the runtime. `watched` when its connection is. */
  readonly started?: (watched: boolean) => void;
  /** It has shown itself: from here on its connection is watched. */
  readonly found?: () => void;
  readonly connected?: () => void;
  readonly answered?: () => void;
}

/** Filled in by the wire, read by the sender at the moment it must decide. */
export class Sight {
  #written: Written = "none";
  #status: number | undefined;
  #view: View = "nothing";
  #requests = 0;
  readonly #listener: SightListener;

  constructor(listener: SightListener = {}) {
    this.#listener = listener;
  }

  get written(): Written {
    return this.#written;
  }

  /** The status line of the answer, once its head is read. */
  get status(): number | undefined {
    return this.#status;
  }

  /** From here on the request is out of our hands. What is not seen may be written at any time. */
  started(view: View): void {
    this.#view = view;
    if (view !== "whole" && this.#written === "none") this.#written = "unknown";
    this.#listener.started?.(view === "whole");
  }

  /** A request has shown itself: until its connection stands not one byte of it has left. */
  found(): void {
    // Whoever makes a second request for one attempt may have written the first.
    if (this.#requests++ > 0 || this.#view !== "shown" || this.#written !== "unknown") return;
    this.#written = "none";
    this.#listener.found?.();
  }

  /** The connection stands, and with it the first byte is handed to the socket. */
  connected(): void {
    if (this.#written === "some") return;
    this.#written = "some";
    this.#listener.connected?.();
  }

  /** The kernel refused the first write whole: the connection that stood was gone, and no byte went into it. */
  refused(): void {
    if (this.#status === undefined && this.#view !== "nothing" && this.#requests === 1) this.#written = "none";
  }

  /** Foreign code failed: without a request to look at, nobody can say what it wrote. */
  failed(): void {
    if (this.#requests === 0 && this.#written === "none") this.#written = "unknown";
  }

  answered(status: number): void {
    this.#written = "some";
    this.#status = status;
    this.#listener.answered?.();
  }
}

/**
 * Codes of errors that come before any byte of the request: no address, no connection, no TLS. They prove the
 * request unsent where the socket itself cannot be seen.
 */
const BEFORE_THE_FIRST_BYTE = new Set([
  ..."ECONNREFUSED ENOTFOUND EAI_AGAIN EAI_FAIL ENETUNREACH EADDRNOTAVAIL".split(" "),
  ..."UND_ERR_CONNECT_TIMEOUT ERR_TLS_CERT_ALTNAME_INVALID CERT_HAS_EXPIRED".split(" "),
  ..."DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE".split(" "),
]);

/** True for errors that cannot come after the first byte. */
export function provesUnsent(code: string): boolean {
  return BEFORE_THE_FIRST_BYTE.has(code);
}
