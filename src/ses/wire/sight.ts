// How far one attempt got, as far as it can be seen: the difference between "not sent" and "nobody knows".

/** Bytes of the request that reached the socket: none, some, or nobody can tell. */
export type Written = "none" | "some" | "unknown";

/** What wants to know while the attempt runs. */
export interface SightListener {
  /** The request was handed to the runtime. `seen` when its connection can be watched. */
  readonly started?: (seen: boolean) => void;
  readonly connected?: () => void;
  readonly answered?: () => void;
}

/** Filled in by the wire, read by the sender at the moment it must decide. */
export class Sight {
  #written: Written = "none";
  #status: number | undefined;
  #found = false;
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

  /** From here on the request is out of our hands. A request that cannot be watched may be written at any time. */
  started({ seen }: { readonly seen: boolean }): void {
    if (!seen && this.#written === "none") this.#written = "unknown";
    this.#listener.started?.(seen);
  }

  /** The connection stands, and with it the first byte is handed to the socket. */
  connected(): void {
    if (this.#written === "some") return;
    this.#written = "some";
    this.#listener.connected?.();
  }

  /** The kernel refused the first write whole: the connection that stood was gone, and no byte went into it. */
  refused(): void {
    if (this.#status === undefined) this.#written = "none";
  }

  /** The request that was to be watched has shown itself. */
  found(): void {
    this.#found = true;
  }

  /** Foreign code failed: without a request to look at, nobody can say what it wrote. */
  failed(): void {
    if (!this.#found && this.#written === "none") this.#written = "unknown";
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
