// How the endpoint reads mail. The bytes are untrusted: what is too deep or has too many parts is not taken apart.
import { type ReadMessage, readMessage } from "../../mail/read/message.ts";

/** How much of a message is read: far above what mail needs, far below what would fill the memory. */
export const viewCaps = { parts: 1_000, depth: 50, headBytes: 1_048_576, fields: 10_000 };

/** Reads bytes as the endpoint reads all of them. */
export function readView(bytes: Uint8Array): ReadMessage {
  return readMessage(bytes, viewCaps);
}

/** What keeps a message from being taken apart; undefined when nothing does. */
export function tooComplex({ parts }: ReadMessage): string | undefined {
  for (const { part } of parts) {
    for (const { kind } of part.defects) {
      if (kind === "parts") return `This message has more than ${viewCaps.parts} parts. It is not taken apart.`;
      if (kind === "depth") {
        return `The parts of this message are nested deeper than ${viewCaps.depth}. It is not taken apart.`;
      }
    }
  }
  return undefined;
}
