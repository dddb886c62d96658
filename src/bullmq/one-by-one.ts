// Lets one in at a time, first come, first served.

/** Messages over which a worker may have died are made ready one by one: then a death says which of them it was. */
export class OneByOne {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when everybody before is out. @returns what is called to go out; more than once does no harm */
  async enter(): Promise<() => void> {
    const before = this.#last;
    let leave = () => {};
    this.#last = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  }
}
