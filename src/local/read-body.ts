// Reads request bodies up to a limit, and all bodies at once up to another: memory is bounded whoever sends what.
import { SesError } from "./errors.ts";

/** Bytes of one body: 40 MB in base64 with room for the form or JSON around it. */
export const BODY_BYTES = 64 * 1_024 * 1_024;
const BYTES_AT_ONCE = 2 * BODY_BYTES;

/** Reads bodies of one endpoint. */
export type BodyReader = (request: Request, most?: number) => Promise<Uint8Array>;

/** A reader with its own budget of bytes in hand. The caller of a read holds them no longer than its request. */
export function bodyReader(): BodyReader {
  let inHand = 0;
  return async (request, most = BODY_BYTES) => {
    refuseDeclared(request, most);
    if (request.body === null) return new Uint8Array();
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of request.body) {
        length += chunk.length;
        inHand += chunk.length;
        if (length > most) throw tooLarge(most);
        if (inHand > BYTES_AT_ONCE) throw new SesError("ServiceUnavailable", "Too many large requests at once.");
        chunks.push(chunk);
      }
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
    } finally {
      inHand -= length;
    }
  };
}

// A body that says it is too large is refused before any of it is read.
function refuseDeclared(request: Request, most: number): void {
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge(most);
}

function tooLarge(most: number): SesError {
  return new SesError("RequestEntityTooLarge", `The body of the request is longer than ${most} bytes.`);
}
