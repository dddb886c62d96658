import { envelope, message, splitRecipients, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";

const from = "Ann <ann@example.com>";
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("envelope", () => {
  it("is the From mailbox and everybody in To, Cc and Bcc", () => {
    const m = message({ from, to: "b@example.com", cc: ["c@example.com"], bcc: "d@example.com" });
    expect(envelope(m)).toEqual({ from: "ann@example.com", to: ["b@example.com", "c@example.com", "d@example.com"] });
  });

  it("counts the members of groups", () => {
    const m = message({ from, to: "Team: a@example.com, b@example.com;, c@example.com" });
    expect(envelope(m).to).toEqual(["a@example.com", "b@example.com", "c@example.com"]);
  });

  it("has each recipient once: domains compare without case, local parts with it", () => {
    const m = message({ from, to: "a@example.com, a@EXAMPLE.com, A@example.com", bcc: "a@example.com" });
    expect(envelope(m).to).toEqual(["a@example.com", "A@example.com"]);
  });

  it("takes the Sender for bounces when there is one", () => {
    expect(envelope(message({ from, sender: "s@example.com", to: "b@example.com" })).from).toBe("s@example.com");
  });

  it("is the explicit one where given, each half by itself", () => {
    const bounce = message({ from, to: "b@example.com", envelope: { from: "bounce@example.net" } });
    expect(envelope(bounce)).toEqual({ from: "bounce@example.net", to: ["b@example.com"] });
    const list = message({ from, to: "list@example.com", envelope: { to: ["x@example.com", "y@example.com"] } });
    expect(envelope(list)).toEqual({ from: "ann@example.com", to: ["x@example.com", "y@example.com"] });
  });

  it("writes international domains as A-labels, as the header does", () => {
    const m = message({ from, to: "a@münchen.de" });
    expect(envelope(m).to).toEqual(["a@xn--mnchen-3ya.de"]);
    expect(text(toBytes(m))).toContain("To: a@xn--mnchen-3ya.de\r\n");
  });

  it("does not show blind copies in the bytes", () => {
    expect(text(toBytes(message({ from, to: "b@example.com", bcc: "secret@example.org" })))).not.toContain("secret");
  });
});

describe("splitRecipients", () => {
  const many = Array.from({ length: 101 }, (_, index) => `r${index}@example.com`);

  it("gives groups of at most max, in order, nobody lost and nobody twice", () => {
    const groups = splitRecipients(message({ from, to: many }), 50);
    expect(groups.map((group) => group.envelope.to.length)).toEqual([50, 50, 1]);
    expect(groups.flatMap((group) => group.envelope.to)).toEqual(many);
  });

  it("shows every group the same message, under its own envelope", () => {
    const m = message({ from, to: many, subject: "To all" });
    const options = { seed: "s", now: () => new Date(0) };
    for (const group of splitRecipients(m, 50)) {
      expect(toBytes(group.message, options)).toEqual(toBytes(m, options));
      expect(envelope(group.message)).toEqual(group.envelope);
    }
  });

  it("gives one group for one under and at max, none for nobody", () => {
    expect(splitRecipients(message({ from, to: many.slice(0, 49) }), 50)).toHaveLength(1);
    expect(splitRecipients(message({ from, to: many.slice(0, 50) }), 50)).toHaveLength(1);
    expect(splitRecipients(message({ from, to: many.slice(0, 51) }), 50)).toHaveLength(2);
    expect(splitRecipients(message({ from, to: "undisclosed-recipients:;" }), 50)).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses max = %s", (max) => {
    expect(() => splitRecipients(message({ from }), max)).toThrow(
      "input.option at max: expected a whole number of recipients, 1 or more",
    );
  });
});
