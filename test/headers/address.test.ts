import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageError } from "../../src/issues.ts";
import {
  type AddressShape,
  addressKey,
  formatMailbox,
  mailboxesOf,
  parseAddressList,
  readAddresses,
  readEnvelopeAddress,
} from "../../src/mail/headers/address.ts";
import { collect, hostilePieces } from "./support.ts";

function read(input: unknown, shape: AddressShape = "addresses") {
  return collect((place) => readAddresses(input, place.at("to"), shape));
}

const breaks = ["\r\nX-Evil: 1", "\n", "\r", "\r\nBcc: e@evil.com"];

describe("addresses as text", () => {
  it.each([
    ["ann@example.org", [{ address: "ann@example.org" }]],
    ["Ann <ann@example.org>", [{ name: "Ann", address: "ann@example.org" }]],
    ["John Q. Public <j@x.org>", [{ name: "John Q. Public", address: "j@x.org" }]],
    ['"Lee, Ann" <ann@x.org>', [{ name: "Lee, Ann", address: "ann@x.org" }]],
    ['"a \\"b\\" \\\\c" <ann@x.org>', [{ name: 'a "b" \\c', address: "ann@x.org" }]],
    ["Jørn Ærø <j@x.org>", [{ name: "Jørn Ærø", address: "j@x.org" }]],
    ["a@x.org, b@x.org", [{ address: "a@x.org" }, { address: "b@x.org" }]],
    ["a@localhost", [{ address: "a@localhost" }]],
    ["a@[192.0.2.1]", [{ address: "a@[192.0.2.1]" }]],
    ["a@[IPv6:2001:db8::1]", [{ address: "a@[IPv6:2001:db8::1]" }]],
    ["Team: a@x.org, b@x.org;", [{ group: "Team", members: [{ address: "a@x.org" }, { address: "b@x.org" }] }]],
    ["undisclosed-recipients:;", [{ group: "undisclosed-recipients", members: [] }]],
    ["A: a@x.org;, b@x.org", [{ group: "A", members: [{ address: "a@x.org" }] }, { address: "b@x.org" }]],
    ['"x@gmail.com x"@internal.domain', [{ address: '"x@gmail.com x"@internal.domain' }]],
  ])("reads %s", (text, expected) => {
    expect(read(text)).toEqual({ value: expected, codes: [], issues: [] });
  });

  it.each([
    '"john doe"@example.com',
    '"a>b<c"@example.com',
    '"a@b"@example.com',
    '"a\\"b"@example.com',
    '"john"@x.org',
  ])("keeps the quoted local part of %s byte for byte", (text) => {
    expect(read(text).value).toEqual([{ address: text }]);
    expect(formatMailbox({ address: text })).toBe(text);
  });

  it.each([
    ["foo", "address.syntax"],
    ["a@x.com b@y.com", "address.syntax"],
    ["<<a@x.com>>", "address.syntax"],
    ["a@b@c.com", "address.syntax"],
    ["a@", "address.syntax"],
    ["@x.com", "address.syntax"],
    ["<a@x.com", "address.syntax"],
    ["<a@x.com> b", "address.syntax"],
    ["<@relay.org:a@x.com>", "address.syntax"],
    ["a@x.com <b@x.com>", "address.syntax"],
    ["user@good.com(x)evil.com", "address.syntax"],
    ["alice@example.org)bob@evil.com", "address.syntax"],
    ["a@x.com,", "address.syntax"],
    ["a@x.com,,b@x.com", "address.syntax"],
    [",", "address.syntax"],
    ["(open a@x.com", "address.syntax"],
    ['"open a@x.com', "address.syntax"],
    ["a@[192.0.2.1", "address.syntax"],
    ["a: b: c@x.org;;", "address.syntax"],
    ["a: b@x.org", "address.syntax"],
    [":a@x.org;", "address.syntax"],
    ["a@x..com", "address.domain"],
    ["a@.x.com", "address.domain"],
    ["a@x.com.", "address.domain"],
    ["a@-x.com", "address.domain"],
    ["a@x-.com", "address.domain"],
    ["a@x_y.com", "address.domain"],
    ["a@[300.0.0.1]", "address.domain"],
    ["a@[IPv6:1::2::3]", "address.domain"],
    ["a@[tag:x]", "address.domain"],
    [".a@x.com", "address.local-part"],
    ["a.@x.com", "address.local-part"],
    ["a..b@x.com", "address.local-part"],
    ['""@x.com', "address.local-part"],
    ["jõgeva@example.com", "address.smtputf8"],
    ["用户@例え.jp", "address.smtputf8"],
    ["", "address.missing"],
    ["  ", "address.missing"],
    ["a\u0000@x.com", "header.control"],
    ["a@x.com\t", "header.control"],
  ])("refuses %j as %s", (text, code) => {
    expect(read(text)).toMatchObject({ value: [], codes: [code] });
  });

  it("drops comments with a warning, and never glues text over one", () => {
    const { value, issues } = read("Pete(A nice \\) chap) <pete(his account)@silly.test(his (nested) host)>");
    expect(value).toEqual([{ name: "Pete", address: "pete@silly.test" }]);
    expect(issues.map(({ code, severity }) => [code, severity])).toEqual([["address.comment", "warning"]]);
    expect(read("us(x)er@good.com").codes).toEqual(["address.syntax"]);
  });

  it("tells of blanks left out round the at-sign", () => {
    expect(read("a @ b.org")).toMatchObject({ value: [{ address: "a@b.org" }], codes: ["address.comment"] });
  });

  it("takes 64, 63 and 255 characters, and no more", () => {
    const domain = (length: number) =>
      `${"d".repeat(63)}.${"d".repeat(63)}.${"d".repeat(63)}.${"d".repeat(length - 192)}`;
    expect(read(`${"a".repeat(64)}@${domain(255)}`).codes).toEqual([]);
    expect(read(`${"a".repeat(65)}@x.com`).codes).toEqual(["address.local-part"]);
    expect(read(`a@${"d".repeat(63)}`).codes).toEqual([]);
    expect(read(`a@${"d".repeat(64)}`).codes).toEqual(["address.domain"]);
    expect(read(`a@${domain(254)}.d`).codes).toEqual(["address.domain"]);
    expect(read(`${"a".repeat(65)}@${domain(255)}`).codes).toEqual(["address.length"]);
    expect(read("a".repeat(100_000)).codes).toEqual(["address.length"]);
  });

  it("keeps a leading hyphen and warns of it", () => {
    expect(read("-bi@example.com")).toMatchObject({
      value: [{ address: "-bi@example.com" }],
      codes: ["address.leading-dash"],
    });
    expect(read('"a\\" -X x.php "@b.c').value).toEqual([{ address: '"a\\" -X x.php "@b.c' }]);
  });

  it("goes on behind an address that is well delimited but refused", () => {
    expect(read("a@-x.com, b@x.org, c@y_z.com")).toMatchObject({
      value: [{ address: "b@x.org" }],
      codes: ["address.domain", "address.domain"],
    });
  });
});

describe("addresses as data", () => {
  it("reads objects, groups and arrays of any depth", () => {
    const input = [
      { name: "Ann", address: "ann@x.org" },
      [["b@x.org"]],
      { group: "G", members: ["c@x.org", { address: "d@x.org" }] },
    ];
    expect(read(input)).toMatchObject({
      value: [
        { name: "Ann", address: "ann@x.org" },
        { address: "b@x.org" },
        { group: "G", members: [{ address: "c@x.org" }, { address: "d@x.org" }] },
      ],
      codes: [],
    });
    expect(read({ group: "Empty", members: [] }).value).toEqual([{ group: "Empty", members: [] }]);
  });

  it("never parses the address of an object as more than one address", () => {
    for (const address of [
      "a@example.com, z@evil.com",
      "Ann <a@x.org>",
      "<a@x.org>",
      " a@x.org",
      "a@x.org ",
      "a@x.org(c)",
      "user@good.com(x)evil.com",
      'a"b"@x.org',
      "g:a@x.org;",
    ]) {
      expect(read({ address })).toMatchObject({ value: [], codes: ["address.syntax"] });
    }
    expect(read({ address: '"john doe"@x.org' }).value).toEqual([{ address: '"john doe"@x.org' }]);
    expect(read({ address: "a@münchen.de" }).value).toEqual([{ address: "a@xn--mnchen-3ya.de" }]);
  });

  it("reports every element with its path", () => {
    const { value, issues } = read([
      "a@x.org",
      "bad",
      { address: "c@" },
      { name: 5, address: "d@x.org" },
      7,
      ["", null],
    ]);
    expect(value).toEqual([{ address: "a@x.org" }]);
    expect(issues.map(({ code, path }) => [code, path.join(".")])).toEqual([
      ["address.syntax", "to.1"],
      ["address.syntax", "to.2.address"],
      ["input.type", "to.3.name"],
      ["input.type", "to.4"],
      ["address.missing", "to.5.0"],
      ["input.type", "to.5.1"],
    ]);
  });

  it("refuses keys that mean nothing, and reads own keys only", () => {
    expect(read({ address: "a@x.org", adress: "x" }).issues[0]).toMatchObject({
      code: "input.unknown-key",
      path: ["to", "adress"],
    });
    expect(read(Object.create({ address: "a@x.org" })).codes).toEqual(["address.syntax"]);
    expect(read(JSON.parse('{"__proto__": 1, "address": "a@x.org"}')).codes).toEqual(["input.unknown-key"]);
  });

  it.each([[], ["bob@example.org"]])("ends with an array that stands in itself over and over: %j", (...inner) => {
    let list: unknown = inner;
    for (let level = 0; level < 40; level++) list = [list, list];
    expect([...new Set(read(list).codes)]).toEqual(["limit.recipients"]);
  });

  it("refuses an array that contains itself", () => {
    const loop: unknown[] = ["a@x.org"];
    loop.push(loop);
    expect(read(loop).codes).toEqual(["input.type"]);
  });

  it("reads very deep arrays without recursion", () => {
    let deep: unknown = "a@x.org";
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(read(deep).value).toEqual([{ address: "a@x.org" }]);
  });

  it("calls an empty field missing", () => {
    for (const input of ["", [], "  ", [[]]]) expect(read(input).codes).toEqual(["address.missing"]);
  });

  it("gives frozen results and leaves the input alone", () => {
    const input = [
      { name: "A", address: "a@x.org" },
      { group: "G", members: ["b@x.org"] },
    ];
    const before = structuredClone(input);
    const { value } = read(input);
    expect(input).toEqual(before);
    expect([value, ...value].every(Object.isFrozen)).toBe(true);
  });
});

describe("shapes", () => {
  it("takes exactly one mailbox where one stands", () => {
    expect(read("a@x.org", "mailbox").codes).toEqual([]);
    for (const input of ["a@x.org, b@x.org", ["a@x.org", "b@x.org"], "G: a@x.org;", { group: "G", members: [] }]) {
      expect(read(input, "mailbox").codes).toEqual(["address.syntax"]);
    }
  });

  it("takes no group where mailboxes stand", () => {
    expect(read("a@x.org, b@x.org", "mailboxes").codes).toEqual([]);
    expect(read("G: a@x.org;", "mailboxes").codes).toEqual(["address.syntax"]);
  });

  it("gives the bare address of one mailbox for the envelope", () => {
    const envelope = (input: unknown) =>
      collect((place) => readEnvelopeAddress(input, place.at("envelope").at("from")));
    expect(envelope("Bounce <b@x.org>").value).toBe("b@x.org");
    expect(envelope({ address: "b@bücher.de" }).value).toBe("b@xn--bcher-kva.de");
    expect(envelope("a@x.org, b@x.org")).toMatchObject({ value: undefined, codes: ["address.syntax"] });
  });
});

describe("injection", () => {
  it("refuses a line break in every string of an address", () => {
    for (const evil of breaks) {
      const inputs = [`a@x.com${evil}`, `a@x.com>${evil}`, `Ann${evil} <a@x.com>`, `"a${evil}"@x.com`];
      const objects = [
        { address: `a@x.com${evil}` },
        { name: `X${evil}`, address: "a@x.com" },
        { group: `G${evil}`, members: [] },
      ];
      for (const input of [...inputs, ...objects]) {
        const { value, codes } = read(input);
        expect(codes).toContain("header.line-break");
        expect(value).toEqual([]);
      }
    }
  });

  it("never lets letters that narrow to CR or LF into an address", () => {
    for (const letter of ["\u760d\u760a", "\u010d\u010a", "\u0085", "\u2028"]) {
      expect(read(`a${letter}X@x.com`).codes).toEqual(["address.smtputf8"]);
      for (const { address } of mailboxesOf(read(`a@x${letter}y.com`).value)) expect(address).toMatch(/^[!-~]+$/);
    }
  });

  it("puts no content into what it reports", () => {
    for (const input of ["secret-name", "a@secret-name..com", "séc@secret-name.com", { address: "secret-name" }]) {
      expect(JSON.stringify(read(input).issues)).not.toContain("secret-name");
    }
  });
});

describe("helpers", () => {
  it("flattens groups and compares domains without case", () => {
    expect(mailboxesOf(parseAddressList("G: a@x.org, b@x.org;, c@x.org")).map(({ address }) => address)).toEqual([
      "a@x.org",
      "b@x.org",
      "c@x.org",
    ]);
    expect(addressKey("Ann@Example.COM")).toBe("Ann@example.com");
    expect(addressKey('"a@B"@X.org')).toBe('"a@B"@x.org');
  });

  it("throws every error of a list, and no warning", () => {
    expect(() => parseAddressList("a@x..com, b@-y.com")).toThrow(MessageError);
    expect(parseAddressList("-a@x.org (c)")).toEqual([{ address: "-a@x.org" }]);
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...hostilePieces.filter((piece) => /^[ -~]+$/.test(piece))), { maxLength: 12 }),
        (pieces) => {
          const name = pieces.join("").trim();
          const mailbox = name === "" ? { address: "a@x.org" } : { name, address: "a@x.org" };
          const text = formatMailbox(mailbox);
          if (!text.includes("=?")) expect(parseAddressList(text)).toEqual([mailbox]);
          else expect(name.length > 900 || name.includes("=?")).toBe(true);
        },
      ),
    );
  });

  it("never throws, and reports or returns for any text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...hostilePieces, "a@b.c", "<a@b.c>", ":", ";"), { maxLength: 12 }),
        (pieces) => {
          const { value, codes } = read(pieces.join(""));
          expect(value.length + codes.length).toBeGreaterThan(0);
          for (const { address } of mailboxesOf(value)) expect(address).toMatch(/^[ -~]{3,320}$/);
        },
      ),
    );
  });
});

describe("what a refusal says", () => {
  it.each([
    ["a@example.com; b@example.com", /commas separate/, /a@example\.com, b@example\.com/],
    ["Ann <a@example.com>; Bob <b@example.com>", /commas separate/, /,/],
    ["Smith, Bob <b@example.com>", /comma in a name without quotes/, /"Smith, Bob"/],
    ["a..b@docomo.ne.jp", /single dots/, /in quotes/],
    ["ab.@docomo.ne.jp", /single dots/, /in quotes/],
  ])("fits the mistake: %s", (text, message, hint) => {
    const { issues } = read(text);
    expect(issues[0]?.message).toMatch(message);
    expect(issues[0]?.hint).toMatch(hint);
  });
});
