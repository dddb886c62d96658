import { describe, expect, it } from "vitest";
import { joined } from "../../src/mail/octets/kernel/pieces.ts";

const three = new Uint8Array([1, 2, 3]);

describe("joined", () => {
  it("puts the chunks behind one another", () => {
    expect([...joined([three, new Uint8Array(), three], 6)]).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it.each([5, 7])("gives nothing that was not written: %i for 6 octets", (length) => {
    expect(() => joined([three, three], length)).toThrow(RangeError);
  });
});
