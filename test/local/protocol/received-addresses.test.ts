// Address lists as clients send them: names, groups, comments, encoded-words, and a text for each mistake.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAddress, readReceivedList, readReceivedMailbox } from "../../../src/local/protocol/address-list.ts";
import { SesError } from "../../../src/local/protocol/errors.ts";

function addresses(text: string): readonly string[] {
  return readReceivedList(text).map(({ address }) => address);
}

function mistake(text: string): string {
  try {
    readReceivedList(text);
  } catch (error) {
    return error instanceof SesError ? `${error.code}: ${error.message}` : "not a SesError";
  }
  return "none";
}

describe("address lists as received", () => {
  it("give bare addresses, with and without names", () => {
    expect(addresses('ann@x.org, Bob <bob@x.org>,"Doe, J." <j@x.org> ,<k@x.org>')).toEqual([
      "ann@x.org",
      "bob@x.org",
      "j@x.org",
      "k@x.org",
    ]);
  });

  it("flatten groups, empty ones too", () => {
    expect(addresses("team: a@x.org, B <b@x.org>; , c@x.org, nobody:;")).toEqual(["a@x.org", "b@x.org", "c@x.org"]);
  });

  it("skip comments, nested and with quoted pairs", () => {
    expect(addresses("(a (b \\) c) d) ann@x.org (Ann), (x) Bob (y) <bob@x.org> (z)")).toEqual([
      "ann@x.org",
      "bob@x.org",
    ]);
  });

  it("keep encoded-words in names, and undo quotes", () => {
    expect(readReceivedMailbox("=?UTF-8?Q?a=2Cb?= <a@x.org>").name).toBe("=?UTF-8?Q?a=2Cb?=");
    expect(readReceivedMailbox('"A \\"B\\" C" <a@x.org>').name).toBe('A "B" C');
  });

  it("take quoted local parts and domain literals as they are", () => {
    expect(addresses('"a b@c"@x.org, ann@[192.0.2.1], <"<"@x.org>')).toEqual([
      '"a b@c"@x.org',
      "ann@[192.0.2.1]",
      '"<"@x.org',
    ]);
  });

  it("skip empty members", () => {
    expect(addresses(" , ,a@x.org,, ")).toEqual(["a@x.org"]);
    expect(addresses("")).toEqual([]);
  });

  const MISTAKES: readonly (readonly [string, string])[] = [
    ["ann", "Missing final '@domain'"],
    ["Ann <ann>", "Missing final '@domain'"],
    ["<>", "Missing final '@domain'"],
    ["@x.org", "Missing local name"],
    ["ann@", "Missing domain"],
    ["ann@x_y.org", "Domain contains illegal character"],
    ["ann@x.org@y.org", "Domain contains illegal character"],
    ["<ann@x.org> x", "Domain contains illegal character"],
    ["ann@x .org", "Domain contains control or whitespace"],
    ["ann@.x.org", "Domain starts with dot"],
    ["ann@x.org.", "Domain ends with dot"],
    ["ann@x..org", "Domain contains dot-dot"],
    ["a nn@x.org", "Local address contains control or whitespace"],
    ["änn@x.org", "Local address contains control or whitespace"],
    ["Änn <änn@x.org>", "Local address contains control or whitespace"],
    ["ann@öx.org", "Domain contains control or whitespace"],
    ["ä@", "Local address contains control or whitespace"],
    ["a b", "Local address contains control or whitespace"],
    ['"ann"', "Missing domain"],
    ['"a\r\nb"@x.org', 'Invalid email address "a\r\nb"@x.org.'],
    ["ann@[192.0.2.1]x", "Domain contains illegal character"],
    [`${"a".repeat(320)}@x.org`, `Address length is more than 320 characters long: '${"a".repeat(320)}@x.org'.`],
    ["a[b@x.org", "Local address contains illegal character"],
    [".ann@x.org", "Local address starts with dot"],
    ["ann.@x.org", "Local address ends with dot"],
    ["a..b@x.org", "Local address contains dot-dot"],
    ['"ann" x@x.org', "Quote not at end of local address"],
    ['"ann@x.org', "Missing '\"'"],
    ["<ann@x.org", "Missing '>'"],
    ["ann@x.org (", "Missing ')'"],
    ["<a@x.org><b@x.org>", "Extra route-addr"],
    ["team: a@x.org", "Missing ';' at end of group"],
    ["a: b: c@x.org;;", "Nested group"],
    [": a@x.org;", "Illegal group name"],
    ["a@x.org;", "Illegal semicolon, not in group"],
  ];

  for (const [text, message] of MISTAKES) {
    it(`tell "${message}" for ${text}`, () => {
      expect(mistake(text)).toBe(`InvalidParameterValue: ${message}`);
    });
  }

  it("leave a quoted local part alone but for line breaks", () => {
    expect(addresses('"a\tb ü"@x.org')).toEqual(['"a\tb ü"@x.org']);
  });

  it("give no address that a comment parts", () => {
    expect(mistake("ann(x)bob@x.org")).toBe("InvalidParameterValue: Local address contains control or whitespace");
    expect(mistake("ann@x.o(x)rg")).toBe("InvalidParameterValue: Domain contains control or whitespace");
    expect(addresses("(x)ann@x.org(y), Bob(z)B <bob@x.org>(z)")).toEqual(["ann@x.org", "bob@x.org"]);
  });

  it("give addresses or a SesError for any text, and only addresses that stand in it", () => {
    const piece = fc.constantFrom(...'ab.@<>()[]:;,"\\ \t\r\n=?ü', "a@x.org", "<a@x.org>");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const found = mistake(text);
        expect(found).toMatch(/^(none|InvalidParameterValue: .+)$/s);
        if (found !== "none") return;
        for (const address of addresses(text)) {
          expect(text).toContain(address);
          expect(address).toMatch(/^(?:"[^\r\n]*"|[\x21-\x7e]+)@[\x21-\x7e]+$/);
        }
      }),
    );
  });

  it("give every plain address of a joined list back", () => {
    const word = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}[a-z0-9]$/);
    const address = fc.tuple(word, word).map(([local, domain]) => `${local}@${domain}.org`);
    fc.assert(
      fc.property(fc.array(address, { maxLength: 20 }), (list) => {
        expect(addresses(list.map((one, index) => (index % 2 ? `N ${index} <${one}>` : one)).join(", "))).toEqual(list);
      }),
    );
  });
});

describe("one address of a parameter", () => {
  const refused = (text: string) => {
    try {
      return readAddress(text).map(({ address }) => address);
    } catch (error) {
      return error instanceof SesError ? error.message : "not a SesError";
    }
  };

  it("is a mailbox or a group", () => {
    expect(refused('"Smith, Bob" <bob@x.org>')).toEqual(["bob@x.org"]);
    expect(refused("team: a@x.org, b@x.org;")).toEqual(["a@x.org", "b@x.org"]);
    expect(refused("Zoë <zoe@x.org>, ")).toEqual(["zoe@x.org"]);
  });

  it("is never a list, and never empty", () => {
    expect(refused("a@x.org, b@x.org")).toBe("Illegal address");
    expect(refused("Smith, Bob <bob@x.org>")).toBe("Illegal address");
    expect(refused("")).toBe("Invalid email address .");
    expect(refused(" ")).toBe("Invalid email address .");
  });

  it("holds no line break, in a name neither", () => {
    expect(refused("Bob\r\nBcc: eve@x.org <bob@x.org>")).not.toBeInstanceOf(Array);
    expect(refused('"Bob\r\nBcc" <bob@x.org>')).toBe('Invalid email address "Bob\r\nBcc" <bob@x.org>.');
  });
});
