// Checked values as plain records. Whoever puts something on Object.prototype must not give a message a Bcc, or a part
// a file name, that nobody wrote: what is left out of a record stays out.

// An empty prototype of their own keeps records as fast as other objects; one without any would make them dictionaries.
const bare: object = Object.freeze(Object.create(null));

/** The own properties of a value, frozen, with nothing behind them to look further in. */
export function record<T extends object>(value: T): T {
  return Object.freeze(ownCopy(value));
}

/** The own properties of a value, with nothing behind them to look further in. Getters are asked once. */
export function ownCopy<T extends object>(value: T): T & Readonly<Record<string, unknown>> {
  return Object.assign(Object.create(bare), value);
}

/**
 * Makes the instances of a class records: nothing stands behind their own properties. A class of one's own is how a
 * record carries a mark that nobody else can set, read off or copy: a private field.
 */
export function makeBare(prototype: object): void {
  Reflect.deleteProperty(prototype, "constructor");
  Object.setPrototypeOf(prototype, null);
  Object.freeze(prototype);
}
