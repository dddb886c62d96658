// Everything that is not the SES protocol: the inbox page at `/`, the JSON API under `/_local/`, `/verify` links.
// The handler asks here first and goes on with the protocol when the answer is undefined.

import { bodyReader } from "../http/read-body.ts";
import type { LocalState } from "../model/model.ts";
import { SesError } from "../protocol/errors.ts";
import { JsonShapeError } from "../storage/json.ts";
import { adminRoutes } from "./admin-routes.ts";
import { errorAnswer } from "./answers.ts";
import { eventRoute } from "./event-route.ts";
import { refuseForeign } from "./guard.ts";
import { messageRoutes } from "./message-routes.ts";
import { pageRoutes } from "./page-routes.ts";
import { BadRequest, follow } from "./route.ts";
import { verifyRoute } from "./verify-route.ts";

/** Answers a request for a page or the JSON API; undefined when the path belongs to the protocol. */
export type LocalRoutes = (request: Request) => Promise<Response | undefined>;

/** Binds the routes to one endpoint. */
export function localRoutes(state: LocalState): LocalRoutes {
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

// What the sender of the request can mend is told; everything else is told to nobody outside.
function failure(error: unknown): Response {
  if (error instanceof BadRequest || error instanceof SesError) return errorAnswer(error.status, error.message);
  if (error instanceof JsonShapeError) return errorAnswer(400, error.message);
  return errorAnswer(500, "The request failed for a reason that is not its own.");
}
