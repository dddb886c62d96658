// A sender as an object of functions that are its own properties, so that a deep copy of what holds it still sends.
import type { Sender } from "../deliver/core/sender.ts";

/** The sender, without a prototype that a copy would lose. In a copy `counts` are those of its time. */
export function plainSender(sender: Sender): Sender {
  return {
    send: (m, options) => sender.send(m, options),
    sendRaw: (mail, options) => sender.sendRaw(mail, options),
    trySend: (m, options) => sender.trySend(m, options),
    sendAll: (messages, options) => sender.sendAll(messages, options),
    resume: (m, earlier, options) => sender.resume(m, earlier, options),
    quota: () => sender.quota(),
    region: () => sender.region(),
    close: (options) => sender.close(options),
    events: { on: (listener) => sender.events.on(listener) },
    get counts() {
      return sender.counts;
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}
