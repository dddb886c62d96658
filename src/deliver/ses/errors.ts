// Whatever was thrown, as an outcome: its code, looked for through causes, and a line about it that tells nothing of the
// message.
import { clientReason } from "./client-error.ts";
import { errorChain, errorCode, MissingPackageError, property } from "./foreign.ts";
import type { WireError } from "./wire.ts";

/** What is known about the place where an error came up. */
export interface ErrorPlace {
  /** Whom the request was for. */
  readonly peer?: Peer | undefined;
  /** The request was serialised already: texts of errors may quote it, and only known ones are passed on. */
  readonly serialised?: boolean;
}

/** An error as an outcome. The text of foreign errors of the connection is not passed on: it may quote what was sent. */
export function wireError(error: unknown, origin: WireError["origin"], place: ErrorPlace = {}): WireError {
  const code = errorCode(error);
  if (origin === "wire") return { kind: "error", code, origin, ...connectionReason(error, code, place.peer) };
  if (origin !== "client") return { kind: "error", code, message: TEXTS[origin], origin };
  if (error instanceof MissingPackageError) {
    return { kind: "error", code, message: error.message, origin, passing: false, setUp: true };
  }
  return { kind: "error", origin, ...clientReason(error, code, place.serialised ?? false) };
}

const TEXTS = {
  deadline: "the deadline passed",
  abort: "the caller aborted the send",
} as const;

// What is said about a connection that failed: which endpoint, and where nothing listens.

/** Whom a request is for, as a URL or a request of the SDK names it. */
export interface Peer {
  readonly protocol: string;
  readonly hostname: string;
  /** Absent or empty for the protocol's own. */
  readonly port?: string | number | undefined;
}

/** The message of a connection's error, and whether nothing listens on this machine. */
export function connectionReason(
  error: unknown,
  code: string,
  peer: Peer | undefined,
): Pick<WireError, "message" | "absent"> {
  if (peer === undefined) return { message: "the connection failed" };
  const endpoint = endpointName(peer);
  const reached = code === "ECONNREFUSED" ? refusedAt(error) : undefined;
  if (code === "ECONNREFUSED" && isOnThisMachine(peer, reached)) {
    const message = `nothing listens at ${endpoint}; is \`npx mimewright serve\` running?`;
    return { message, absent: true };
  }
  const by = reached === undefined || reached.address === bareHost(peer) ? "" : `, refused by ${reached.shown}`;
  return { message: `the connection to ${endpoint} failed${by}` };
}

/** As in `http://127.0.0.1:8025`. */
export function endpointName({ protocol, hostname, port }: Peer): string {
  const host = hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
  return `${protocol}//${host}${port === undefined || port === "" ? "" : `:${port}`}`;
}

interface Reached {
  readonly address: string;
  readonly port: number;
  readonly shown: string;
}

// What refused may be a proxy, or an address that the name resolved to.
function refusedAt(error: unknown): Reached | undefined {
  for (const at of errorChain(error)) {
    const [address, port] = [property(at, "address"), property(at, "port")];
    if (typeof address !== "string" || typeof port !== "number" || !/^[0-9A-Fa-f.:]{2,45}$/.test(address)) continue;
    return { address, port, shown: address.includes(":") ? `[${address}]:${port}` : `${address}:${port}` };
  }
  return undefined;
}

function isOnThisMachine(peer: Peer, reached: Reached | undefined): boolean {
  if (isLoopback(bareHost(peer))) return true;
  // A name that resolves to this machine; another port is a proxy's.
  const port = peer.port === undefined || peer.port === "" ? STANDARD_PORTS.get(peer.protocol) : Number(peer.port);
  return reached !== undefined && isLoopback(reached.address) && reached.port === port;
}

const STANDARD_PORTS = new Map([
  ["http:", 80],
  ["https:", 443],
]);

function bareHost({ hostname }: Peer): string {
  return hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

// RFC 1122 s3.2.1.3, RFC 4291 s2.5.3, RFC 6761 s6.3; the unspecified address connects to this machine too.
function isLoopback(host: string): boolean {
  if (/^(?:.*\.)?localhost\.?$/.test(host) || host === "::1" || host === "::" || host === "0.0.0.0") return true;
  return /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(host);
}

// Whether an endpoint has ever answered: one that has is restarting when it refuses a connection, one that has not is
// not running.

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
