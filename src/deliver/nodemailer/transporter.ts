// The transporters of nodemailer that a transport is in, copies of it included: their events, their plugins, their sender.
import { EventEmitter } from "node:events";
import type { Sender } from "../core/sender.ts";
import { refuseMessage } from "./compiled-mail.ts";
import { isObject } from "./given.ts";

/** What a transporter needs of a transport in order to send. */
interface Sendable {
  readonly name: string;
  readonly version: string;
  readonly send: (...given: never) => unknown;
}

// What has lost its functions on the way (JSON, a message to a worker) are options of an SMTP transport to nodemailer,
// by default for localhost. RFC 1035 s2.3.4: a label has at most 63 octets, so that this host is never looked up.
/** Options that keep nodemailer from sending by SMTP to a server that exists. */
export const NOT_FOR_SMTP = {
  host: "sesTransport-was-copied-without-its-functions--give-createTransport-the-transport-itself",
};

// nodemailer sets `mailer`, which must work for a frozen transport, and must not be seen by whoever copies or merges
// all properties: a transporter refers to its transport.
export function acceptMailer(transport: object): void {
  let mailer: unknown;
  Object.defineProperty(transport, "mailer", {
    get: () => mailer,
    set: (value: unknown) => {
      mailer = value;
    },
  });
}

// nodemailer sets `mailer` of the transport or of a copy first, and then adds its listeners.
export function ownerOf(self: unknown, transport: Sendable): object {
  const holder = isObject(self) ? self : transport;
  const mailer: unknown = Reflect.get(holder, "mailer");
  if (!isObject(mailer)) return holder;
  refuseMessagesIn(mailer);
  lendSend(mailer, transport);
  return mailer;
}

// A transporter that is given where a transport belongs (`createTransport(mailer)`, `server: mailer` of Auth.js), or a
// spread of one, has no `send`, and is options of SMTP for localhost to nodemailer. With this it sends.
function lendSend(mailer: object, { name, version, send }: Sendable): void {
  const lent = { name, version, send };
  for (const [key, value] of Object.entries(lent)) if (!(key in mailer)) Reflect.set(mailer, key, value);
}

const refusing = new WeakSet<object>();

// nodemailer composes before a transport sees the mail, and what versions before 9 say of a message is about the
// frozen object of an address. A plugin comes first.
function refuseMessagesIn(mailer: object): void {
  const use: unknown = Reflect.get(mailer, "use");
  if (typeof use !== "function" || refusing.has(mailer)) return;
  refusing.add(mailer);
  const plugin = ({ data }: { readonly data: object }, done: (error?: unknown) => void) => {
    try {
      refuseMessage(data);
    } catch (error) {
      return done(error);
    }
    done();
  };
  Reflect.apply(use, mailer, ["compile", plugin]);
}

// Whoever makes a transporter for each mail (Auth.js does, for each sign-in) adds listeners each time and removes none:
// they live as long as the transporter that they belong to, and no longer.
type Listener = (...args: unknown[]) => void;

/** Listeners, each kept alive by its owner: the transporter that the transport is in, or the transport itself. */
export class TransportEvents {
  readonly #emitters = new WeakMap<object, EventEmitter>();
  readonly #owners = new Set<WeakRef<object>>();
  // Until the next event: `createTransport(transport).once("idle", next)` keeps nothing of the transporter.
  readonly #recent = new Set<object>();

  on(owner: object, event: string, listener: Listener): void {
    this.#of(owner).on(event, listener);
  }

  once(owner: object, event: string, listener: Listener): void {
    this.#of(owner).once(event, listener);
  }

  /** Removes a listener, whoever owned the transport when it was added. */
  off(event: string, listener: Listener): void {
    for (const emitter of this.#all()) emitter.off(event, listener);
  }

  emit(event: string): void {
    const emitters = this.#all();
    this.#recent.clear();
    for (const emitter of emitters) emitter.emit(event);
  }

  #of(owner: object): EventEmitter {
    const known = this.#emitters.get(owner);
    if (known !== undefined) return known;
    const emitter = new EventEmitter();
    this.#emitters.set(owner, emitter);
    this.#owners.add(new WeakRef(owner));
    this.#recent.add(owner);
    return emitter;
  }

  #all(): readonly EventEmitter[] {
    const found: EventEmitter[] = [];
    for (const reference of this.#owners) {
      const owner = reference.deref();
      const emitter = owner && this.#emitters.get(owner);
      if (emitter === undefined) this.#owners.delete(reference);
      else found.push(emitter);
    }
    return found;
  }
}

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
    transport: sender.transport,
    limits: sender.limits,
    get counts() {
      return sender.counts;
    },
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}
