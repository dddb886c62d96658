// What a route is, how a request finds it, and how its JSON body is read.

import { nearestName } from "../../options/suggestions.ts";
import type { BodyReader } from "../http/read-body.ts";
import type { LocalState } from "../model/state.ts";
import { matchPath } from "../protocol/operations.ts";
import { errorAnswer } from "./answers.ts";

/** A request that found its route. */
export interface Visit {
  readonly state: LocalState;
  readonly request: Request;
  readonly url: URL;
  /** The segments of the path for which the route has `{name}`, decoded. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** One route. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Such as `/_local/messages/{id}`: names in braces match one segment. */
  readonly path: string;
  /** The parameters that the query of its address may have; none unless given. */
  readonly query?: readonly string[];
  answer(visit: Visit): Promise<Response> | Response;
}

/** A request that its sender can correct. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** Answers by the route that fits; undefined when no route has this path. */
export async function follow(
  routes: readonly Route[],
  state: LocalState,
  request: Request,
): Promise<Response | undefined> {
  const url = new URL(request.url);
  const method = request.method === "HEAD" ? "GET" : request.method;
  const allowed: string[] = [];
  for (const route of routes) {
    const parameters = match(route.path, url.pathname);
    if (parameters === undefined) continue;
    if (route.method === method) {
      checkQuery(route, url);
      return route.answer({ state, request, url, parameters });
    }
    allowed.push(route.method);
  }
  if (allowed.length === 0) return undefined;
  const allow = allowed.join(", ");
  return errorAnswer(405, `This address takes ${allow}.`, { allow });
}

// A misspelt parameter would otherwise narrow nothing and look like an answer. The page itself takes whatever links
// to it carry.
function checkQuery({ method, path, query = [] }: Route, { pathname, searchParams }: URL): void {
  if (!pathname.startsWith("/_local/")) return;
  for (const name of searchParams.keys()) {
    if (!query.includes(name)) throw new BadRequest(unknownName(name, `${method} ${path}`, query));
  }
}

/** What to say of a name that `place` does not take. */
function unknownName(name: string, place: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  const all = known.length === 0 ? "It takes none." : `It takes ${known.join(", ")}.`;
  return `${place} does not take ${JSON.stringify(name.slice(0, 100))}${hint === "" ? "." : hint} ${all}`;
}

function match(pattern: string, path: string): ReadonlyMap<string, string> | undefined {
  const values = matchPath(pattern, path);
  if (values === undefined) return undefined;
  const names = pattern.split("/").filter((segment) => segment.startsWith("{"));
  return new Map(names.map((name, index) => [name.slice(1, -1), decodeSegment(values[index] ?? "")]));
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new BadRequest("The address is not well formed.");
  }
}

const mostBytes = 64 * 1_024;

/**
 * Reads the body as JSON; an empty body is an empty object.
 *
 * @throws BadRequest for another content type: forms are what pages of others can send without asking
 */
export async function readJsonBody(request: Request, readBody: BodyReader): Promise<unknown> {
  const type = request.headers.get("content-type");
  if (type !== null && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new BadRequest("Send JSON, with Content-Type: application/json.", 415);
  }
  const bytes = await readBody(request, mostBytes);
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BadRequest("The body is not well-formed JSON.");
  }
}
