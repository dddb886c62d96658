// The events of a transport. Whoever makes a transporter for each mail (Auth.js does, for each sign-in) adds listeners
// each time and removes none: they live as long as the transporter that they belong to, and no longer.
import { EventEmitter } from "node:events";

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
