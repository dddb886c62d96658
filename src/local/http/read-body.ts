// Reads request bodies up to a limit, large ones one after another: memory is bounded whatever is sent, and clients
// that send large messages at the same time wait their turn.
import { SesError } from "../protocol/errors.ts";

/** Bytes of one body: 40 MiB in base64 are 53.4 MiB, with room for the form or JSON around it. */
const BODY_BYTES = 56 * 1_024 * 1_024;
/** A body up to this many bytes waits for no other. */
const SMALL_BYTES = 256 * 1_024;
const BYTES_AT_ONCE = BODY_BYTES + 64 * SMALL_BYTES;
/** How long a large body waits for the one before it, in ms. */
const PATIENCE = 60_000;

/** Reads bodies of one endpoint. */
export type BodyReader = (request: Request, most?: number) => Promise<Uint8Array>;

/** A reader with its own budget of bytes in hand. The caller of a read holds them no longer than its request. */
export function bodyReader(): BodyReader {
  const takeTurn = turns();
  let inHand = 0;
  return async (request, most = BODY_BYTES) => {
    refuseDeclared(request, most);
    if (request.body === null) return new Uint8Array();
    const chunks: Uint8Array[] = [];
    let length = 0;
    let endTurn: (() => void) | undefined;
    try {
      for await (const chunk of request.body) {
        length += chunk.length;
        inHand += chunk.length;
        if (length > most) throw tooLarge(most);
        if (length > SMALL_BYTES) endTurn ??= await takeTurn();
        if (inHand > BYTES_AT_ONCE) throw tooMany();
        chunks.push(chunk);
      }
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
    } finally {
      inHand -= length;
      endTurn?.();
    }
  };
}

// Gives one turn at a time, in the order they were asked for; what ends a turn is called once.
function turns(): () => Promise<() => void> {
  const waiting = new Set<() => void>();
  let busy = false;
  const end = (): void => {
    const [next] = waiting;
    if (next === undefined) busy = false;
    else next();
  };
  return async () => {
    if (busy) await inTurn(waiting);
    busy = true;
    return end;
  };
}

function inTurn(waiting: Set<() => void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (settle: () => void): void => {
      clearTimeout(timer);
      waiting.delete(start);
      settle();
    };
    const start = (): void => leave(resolve);
    const timer = setTimeout(() => leave(() => reject(tooMany())), PATIENCE);
    waiting.add(start);
  });
}

// A body that says it is too large is refused before any of it is read.
function refuseDeclared(request: Request, most: number): void {
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge(most);
}

function tooLarge(most: number): SesError {
  return new SesError("RequestEntityTooLarge", `The body of the request is longer than ${most} bytes.`);
}

function tooMany(): SesError {
  return new SesError("ServiceUnavailable", "Too many large requests at once.");
}
