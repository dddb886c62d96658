// The message of a v2 request: the raw bytes it brings, or one composed of its parts.
import { composeSimple } from "./compose-simple.ts";
import { invalidValue, SesError } from "./errors.ts";
import { uuid } from "./identifiers.ts";
import type { LocalState } from "./model.ts";
import { type ReceivedMessage, readReceivedMessage } from "./received-message.ts";
import type { V2Input } from "./v2-input.ts";

/** A message and what its head says. */
export interface V2Mail {
  readonly raw: Uint8Array;
  readonly received: ReceivedMessage;
}

/** The message to send. @throws SesError MessageRejected when a raw message cannot be read */
export async function v2Mail(state: LocalState, input: V2Input): Promise<V2Mail> {
  const { content } = input;
  if ("raw" in content) return { raw: content.raw, received: readRaw(content.raw) };
  if (input.from === undefined) throw invalidValue("FromEmailAddress is required for simple content.");
  const { from, lists, replyTo } = input;
  const raw = await composeSimple({
    ...content,
    ...lists,
    from,
    replyTo,
    at: state.now(),
    seed: uuid(state.random),
  });
  return { raw, received: readReceivedMessage(raw) };
}

// v2 names what is wrong with the message itself differently from what is wrong with a parameter.
function readRaw(raw: Uint8Array): ReceivedMessage {
  try {
    return readReceivedMessage(raw);
  } catch (thrown) {
    if (thrown instanceof SesError) throw new SesError("MessageRejected", thrown.message);
    throw thrown;
  }
}
