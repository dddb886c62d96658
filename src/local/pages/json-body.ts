// The JSON body of a request that changes something.

import type { BodyReader } from "../http/read-body.ts";
import { type JsonObject, objectOf } from "../storage/json.ts";
import { BadRequest } from "./route.ts";

const mostBytes = 64 * 1_024;

/**
 * Reads the body as a JSON object; an empty body is an empty object.
 *
 * @throws BadRequest for another content type: forms are what pages of others can send without asking
 */
export async function readJsonBody(request: Request, readBody: BodyReader): Promise<JsonObject> {
  const type = request.headers.get("content-type");
  if (type !== null && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new BadRequest("Send JSON, with Content-Type: application/json.", 415);
  }
  const bytes = await readBody(request, mostBytes);
  if (bytes.length === 0) return objectOf({}, "body");
  return objectOf(parse(new TextDecoder().decode(bytes)), "body");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest("The body is not well-formed JSON.");
  }
}
