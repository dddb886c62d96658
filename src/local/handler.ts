// One request in, one answer out, whatever comes: the inbox page at `/`, `/verify` links and the JSON API under
// `/_local/`; then the two protocols of SES.
import { OptionError } from "../issues.ts";
import { answerQuery, errorResponse } from "./actions/answer-query.ts";
import { answerV2, v2ErrorResponse } from "./actions/v2.ts";
import { bodyReader } from "./http/read-body.ts";
import type { Handler } from "./http/server.ts";
import { uuid } from "./model/ids.ts";
import type { LocalState } from "./model/state.ts";
import { adminRoutes } from "./pages/admin-routes.ts";
import { errorAnswer } from "./pages/answers.ts";
import { eventRoute } from "./pages/event-route.ts";
import { isForeignPage, originOf, refuseForeign } from "./pages/guard.ts";
import { messageRoutes } from "./pages/message-routes.ts";
import { pageRoutes, verifyRoute } from "./pages/page-routes.ts";
import { BadRequest, follow } from "./pages/route.ts";
import { asSesError, SesError } from "./protocol/errors.ts";
import { ConnectionDropped } from "./protocol/faults.ts";

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

// Answers a request for a page or the JSON API; undefined when the path belongs to the protocol.
function localRoutes(state: LocalState): (request: Request) => Promise<Response | undefined> {
  const routes = [...pageRoutes, verifyRoute, ...messageRoutes, eventRoute, ...adminRoutes(bodyReader())];
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/" && pathname !== "/verify" && !pathname.startsWith("/_local/")) return undefined;
    const refusal = refuseForeign(request, state.settings.hosts);
    if (refusal !== undefined) return refusal;
    try {
      return (await follow(routes, state, request)) ?? errorAnswer(404, "There is nothing at this address.");
    } catch (error) {
      return failure(error);
    }
  };
}

// What the sender of the request can correct is answered; nothing else leaves the endpoint.
function failure(error: unknown): Response {
  if (error instanceof BadRequest || error instanceof SesError) return errorAnswer(error.status, error.message);
  if (error instanceof OptionError) return errorAnswer(400, error.message);
  return errorAnswer(500, "The request failed because of an error of the endpoint.");
}
