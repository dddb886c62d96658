// What is said about a connection that failed: which endpoint, and where nothing listens.
import { errorChain } from "./error-chain.ts";
import { property } from "./sdk-command.ts";
import type { WireError } from "./wire.ts";

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
