// One request in, one answer out, whatever comes: pages and the JSON API, v2, and the Query protocol for the rest.

import { answerQuery, errorResponse } from "./actions/query-protocol.ts";
import { answerV2, v2ErrorResponse } from "./actions/v2.ts";
import { bodyReader } from "./http/read-body.ts";
import { uuid } from "./model/ids.ts";
import type { LocalState } from "./model/model.ts";
import { isForeignPage, originOf } from "./pages/guard.ts";
import { localRoutes } from "./pages/routes.ts";
import { asSesError, SesError } from "./protocol/errors.ts";
import { ConnectionDropped } from "./protocol/faults.ts";

/** Answers a request. Rejects only when a fault drops the connection. */
export type Handler = (request: Request) => Promise<Response>;

/** The handler of one endpoint. */
export function createHandler(state: LocalState): Handler {
  const routes = localRoutes(state);
  const readBody = bodyReader();
  return async (request) => {
    try {
      const page = isProtocol(request) ? undefined : await routes(request);
      if (page !== undefined) return page;
      if (isForeignPage(request, state.settings.hosts))
        throw new SesError("AccessDenied", "Web pages may not call this endpoint.");
      const url = new URL(request.url);
      const read = {
        method: request.method,
        path: url.pathname,
        query: url.search.slice(1),
        headers: request.headers,
        host: request.headers.get("host") ?? url.host,
        origin: state.settings.publicUrl ?? originOf(request, state.settings.hosts) ?? state.url,
        body: await readBody(request),
      };
      return isV2(url.pathname) ? await answerV2(state, read) : await answerQuery(state, read);
    } catch (thrown) {
      if (thrown instanceof ConnectionDropped) throw thrown;
      const requestId = uuid(state.random);
      const path = new URL(request.url).pathname;
      return isV2(path) ? v2ErrorResponse(thrown, requestId) : errorResponse(asSesError(thrown), requestId);
    }
  };
}

// One operation of API v2 was below /v1/ in older clients.
function isV2(path: string): boolean {
  return path.startsWith("/v2/") || path.startsWith("/v1/email/");
}

// A form posted to `/`, an address with an Action in its query (version 2 signatures may use GET), or v2.
function isProtocol(request: Request): boolean {
  const { pathname, searchParams } = new URL(request.url);
  if (isV2(pathname)) return true;
  return pathname === "/" && (searchParams.has("Action") || (request.method !== "GET" && request.method !== "HEAD"));
}
