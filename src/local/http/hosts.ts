// Which names the endpoint answers to. A web page on the internet can lead its own name to this machine (DNS
// rebinding) and would then be of the same origin as the inbox; so only names that no stranger can choose are taken:
// loopback, addresses where the endpoint was asked to listen beyond loopback, and what the caller allows.
import { isIPv4, isIPv6 } from "node:net";
import type { Reader } from "../../given.ts";
import type { HostRules } from "../model/state.ts";

/** What only this machine reaches. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}

/** Reads the host to listen on: an address, or a name of this machine. */
export const readHost: Reader<string> = (host, place) => {
  if (typeof host === "string" && (isAddress(host) || isHostName(host))) return host;
  const hint = host === "*" ? { hint: "0.0.0.0 listens on every IPv4 address, :: on IPv6 too" } : {};
  const expected = "an IP address or a host name without port, such as 127.0.0.1 or 0.0.0.0";
  return place.error("input.option", `expected ${expected}; got ${shown(host)}`, hint);
};

/** Reads a name that the inbox is to answer to: `mail`, `*.example.com`, an address; a port is ignored. */
export const readAllowedHost: Reader<string> = (host, place) => {
  const name = typeof host === "string" ? bareHost(host.startsWith("*.") ? host.slice(2) : host) : undefined;
  if (typeof host === "string" && name !== undefined) return host.startsWith("*.") ? `*.${name}` : name;
  return place.error(
    "input.option",
    `expected a host name such as mail, ses.example.com or *.example.com; got ${shown(host)}`,
    {
      hint: "leave out scheme and path; * alone would let web pages of others in",
    },
  );
};

/**
 * The rules of an endpoint.
 *
 * @param host - where it listens
 * @param allowed - names as {@link readAllowedHost} gives them
 * @param ownName - what this machine, or this container, calls itself
 */
export function hostRules(host: string, allowed: readonly string[], ownName: string): HostRules {
  const beyond = !isLoopbackHost(host);
  const names = new Set(beyond ? [bareHost(host), bareHost(ownName)].filter((name) => name !== undefined) : []);
  const suffixes: string[] = [];
  for (const name of allowed) {
    if (name.startsWith("*.")) suffixes.push(name.slice(1));
    else names.add(name);
  }
  return { names, suffixes, anyAddress: beyond };
}

/** True when a Host field is one to answer. */
export function isAllowedHost(host: string, { names, suffixes, anyAddress }: HostRules): boolean {
  const name = bareHost(host);
  if (name === undefined) return false;
  // RFC 6761 s6.3: names under localhost are always loopback.
  if (isLoopbackHost(name) || name.endsWith(".localhost") || names.has(name)) return true;
  return isAddress(name) ? anyAddress : suffixes.some((suffix) => name.endsWith(suffix));
}

/**
 * The name in a Host field (RFC 9110 s7.2): in lower case, without port, brackets and the dot of the root; undefined
 * for what is not a host, such as one with user information.
 */
export function bareHost(host: string): string | undefined {
  const lower = host.toLowerCase();
  const bracketed = /^\[([0-9a-f:.]{2,45})\](?::\d{1,5})?$/.exec(lower)?.[1];
  if (bracketed !== undefined) return isIPv6(bracketed) ? bracketed : undefined;
  if (isIPv6(lower)) return lower;
  const name = lower.replace(/:\d{1,5}$/, "").replace(/\.$/, "");
  return isIPv4(name) || isHostName(name) ? name : undefined;
}

function isAddress(text: string): boolean {
  return isIPv4(text) || (isIPv6(text) && !text.includes("%"));
}

// RFC 1123 s2.1, with the underscores of container names. What looks like an address but is not one is not a name either:
// clients read 127.1 and 0x7f.1 as addresses.
function isHostName(text: string): boolean {
  if (text.length > 253) return false;
  const labels = text.split(".");
  const last = labels.at(-1) ?? "";
  if (/^(\d+|0x[0-9a-f]*)$/i.test(last)) return false;
  return labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
}

/** A host in the form that a URL has. */
export function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** The host by which this machine itself reaches what listens on `host`. */
export function ownHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return /^[0:]*:[0:]*$/.test(host) ? "::1" : host;
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 100)) : typeof value;
}
