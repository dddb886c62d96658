// Checked values as plain records. Whoever puts something on Object.prototype must not give a message a Bcc, or a part
// a file name, that nobody wrote: what is left out of a record stays out.

// An empty prototype of their own keeps records as fast as other objects; one without any would make them dictionaries.
const bare: object = Object.freeze(Object.create(null));

/** The own properties of a value, frozen, with nothing behind them to look further in. */
export function record<T extends object>(value: T): T {
  const copy: T = Object.assign(Object.create(bare), value);
  return Object.freeze(copy);
}
