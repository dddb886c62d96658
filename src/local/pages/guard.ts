// Keeps web pages of others out: a page on the internet can send requests to this machine, by a name that it points
// here (DNS rebinding) or straight across origins, and must neither read mail nor change anything.
import { bareHost, isAllowedHost } from "../http/hosts.ts";
import type { HostRules } from "../model/state.ts";
import { errorAnswer } from "./answers.ts";

/** The refusal of a request that may come from another site's page; undefined where it is accepted. */
export function refuseForeign(request: Request, hosts: HostRules): Response | undefined {
  const host = hostOf(request);
  if (!isAllowedHost(host, hosts)) return errorAnswer(403, refusalOf(host));
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  return fromElsewhere(request) ? errorAnswer(403, "Pages of other sites may not change anything here.") : undefined;
}

function refusalOf(host: string): string {
  const name = bareHost(host);
  const how =
    name === undefined
      ? ""
      : `, or start the endpoint with --allow-host ${name} (allowHosts: [${JSON.stringify(name)}])`;
  return `This inbox does not answer to the host name ${JSON.stringify(host.slice(0, 253))}: open it as 127.0.0.1 or localhost${how}.`;
}

/**
 * Whether a web page sent a request of the SES protocol. Browsers let a form post one across origins, and
 * most settings ask for no signature. Clients other than browsers say neither origin nor site, so they may come by
 * any name that leads here.
 */
export function isForeignPage(request: Request, hosts: HostRules): boolean {
  if (!isOfPage(request)) return false;
  return !isAllowedHost(hostOf(request), hosts) || fromElsewhere(request) || !saysItsOrigin(request);
}

// Browsers send the origin with every POST, and the site to loopback and over TLS. An image or a script that a page
// loads from another address of this machine comes with neither, but with the name of the browser.
function isOfPage(request: Request): boolean {
  if (saysItsOrigin(request)) return true;
  const reads = request.method === "GET" || request.method === "HEAD";
  return reads && /^mozilla\//i.test(request.headers.get("user-agent") ?? "");
}

function saysItsOrigin({ headers }: Request): boolean {
  return headers.has("origin") || headers.has("sec-fetch-site");
}

function fromElsewhere(request: Request): boolean {
  const origin = request.headers.get("origin");
  // A proxy in front may speak TLS; host and port are the same all the same.
  if (origin !== null && origin.toLowerCase().replace(/^https?:\/\//, "") !== hostOf(request)) return true;
  // Browsers send the site that a request comes from; other clients do not.
  const site = request.headers.get("sec-fetch-site");
  return site !== null && site !== "same-origin" && site !== "none";
}

/** Host and port that the client asked for, in lower case. */
export function hostOf(request: Request): string {
  return (request.headers.get("host") ?? new URL(request.url).host).toLowerCase();
}

/**
 * The endpoint's own address as the client wrote it, for links in mail: whoever reached it by this name can follow
 * them, also through a forwarded port. Undefined for a name that the pages do not answer to.
 */
export function originOf(request: Request, hosts: HostRules): string | undefined {
  const host = hostOf(request);
  return request.headers.has("host") && isAllowedHost(host, hosts) ? `http://${host}` : undefined;
}
