// Checked values as plain records. Whoever puts something on Object.prototype must not give a message a Bcc, or a part
// a file name, that nobody wrote: what is left out of a record stays out.

/** The own properties of a value, frozen, without a prototype to look further in. */
export function record<T extends object>(value: T): T {
  const bare: T = Object.assign(Object.create(null), value);
  return Object.freeze(bare);
}
