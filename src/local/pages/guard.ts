// Keeps web pages of others out: a page on the internet can send requests to this machine, by a name that it points
// here (DNS rebinding) or straight across origins, and must neither read mail nor change anything.
import { errorAnswer } from "./answers.ts";

/** The refusal of a request that may come from somebody else's page; undefined lets it through. */
export function refuseForeign(request: Request): Response | undefined {
  const host = hostOf(request);
  if (!isLoopback(host)) {
    return errorAnswer(403, "This inbox is for this machine only: open it as 127.0.0.1 or localhost.");
  }
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  return fromElsewhere(request) ? errorAnswer(403, "Pages of other sites may not change anything here.") : undefined;
}

/**
 * Whether a web page sent a request of the SES protocol. A form needs nobody's leave to post one across origins, and
 * most settings ask for no signature. Clients that are no browser say neither origin nor site, so they may come by
 * any name that leads here.
 */
export function isForeignPage(request: Request): boolean {
  const ofPage = request.headers.has("origin") || request.headers.has("sec-fetch-site");
  return ofPage && (!isLoopback(hostOf(request)) || fromElsewhere(request));
}

function fromElsewhere(request: Request): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null && origin.toLowerCase() !== `http://${hostOf(request)}`) return true;
  // Browsers tell where a request comes from; a client that is none says nothing.
  const site = request.headers.get("sec-fetch-site");
  return site !== null && site !== "same-origin" && site !== "none";
}

/** Host and port that the client asked for, in lower case. */
export function hostOf(request: Request): string {
  return (request.headers.get("host") ?? new URL(request.url).host).toLowerCase();
}

// RFC 6761 s6.3: names under localhost are always loopback.
function isLoopback(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, "");
  if (name === "localhost" || name === "[::1]") return true;
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name) || /^[a-z0-9-]{1,63}\.localhost$/.test(name);
}
