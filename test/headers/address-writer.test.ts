import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, formatMailbox } from "../../src/mail/headers/address.ts";
import { formatField } from "../../src/mail/headers/field.ts";
import { utf8 } from "../../src/mail/octets/charset.ts";
import { decodeWord, hostileText, latin1, linesOf, wordsOf } from "./support.ts";

function to(...addresses: readonly Address[]): string {
  return formatField({ name: "To", value: { kind: "addresses", addresses } }, { charset: utf8, legacyNames: false });
}

describe("formatMailbox", () => {
  it.each([
    [undefined, "a@x.org"],
    ["Ann Lee", "Ann Lee <a@x.org>"],
    ["Lee, Ann", '"Lee, Ann" <a@x.org>'],
    ["John Q. Public", '"John Q. Public" <a@x.org>'],
    ["two  spaces", '"two  spaces" <a@x.org>'],
    ['say "hi" \\o/', '"say \\"hi\\" \\\\o/" <a@x.org>'],
    ["Keld Jørn Simonsen", "=?UTF-8?Q?Keld_J=C3=B8rn_Simonsen?= <a@x.org>"],
    ["山田太郎", "=?UTF-8?B?5bGx55Sw5aSq6YOO?= <a@x.org>"],
    [" Ann ", "=?UTF-8?Q?_Ann_?= <a@x.org>"],
    ["=?utf-8?Q?x?=", "=?UTF-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?= <a@x.org>"],
  ])("writes %j", (name, expected) => {
    expect(formatMailbox(name === undefined ? { address: "a@x.org" } : { name, address: "a@x.org" })).toBe(expected);
  });

  it("writes words in the charset it is given", () => {
    expect(formatMailbox({ name: "Jørn", address: "a@x.org" }, latin1)).toBe("=?ISO-8859-1?Q?J=F8rn?= <a@x.org>");
  });

  it("never puts a word inside quotes, and never folds", () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const text = formatMailbox({ name, address: "a@x.org" });
        expect(text).toMatch(/^[ -~]*$/);
        if (text.startsWith('"')) expect(text).not.toContain("=?");
      }),
    );
  });
});

describe("an address field", () => {
  it("folds behind commas and keeps a mailbox on one line", () => {
    const field = to(
      ...Array.from({ length: 300 }, (_, i) => ({ name: `Recipient ${i}`, address: `r${i}@example.org` })),
    );
    const lines = linesOf(field);
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(78);
      expect(line).toMatch(/>,?$/);
    }
  });

  // GMime keeps the CRLF of a fold between atoms.
  it("does not fold within a name that fits a line", () => {
    const name = "The Department of Readers and Writers of the University of Example";
    const address = "first.and.second.name@a-department.example.org";
    const before = { address: "somebody-with-a-long-address@example.com" };
    const first = `To: ${before.address},`;
    expect(linesOf(to(before, { name, address }))).toEqual([first, ` ${name}`, ` <${address}>`]);
    expect(linesOf(to({ name, address }))).toEqual([`To: ${name}`, ` <${address}>`]);
    const group = { group: name, members: [{ address }] };
    expect(linesOf(to(before, group))).toEqual([first, ` ${name}:`, ` ${address};`]);
  });

  it("writes groups, empty ones too", () => {
    expect(to({ group: "Team", members: [{ address: "a@x.org" }, { address: "b@x.org" }] })).toBe(
      "To: Team: a@x.org, b@x.org;\r\n",
    );
    expect(to({ group: "undisclosed-recipients", members: [] })).toBe("To: undisclosed-recipients:;\r\n");
    expect(to({ group: "A", members: [] }, { address: "b@x.org" })).toBe("To: A:;, b@x.org\r\n");
  });

  it("separates an encoded group name from its colon", () => {
    expect(to({ group: "Équipe", members: [{ address: "a@x.org" }] })).toBe(
      "To: =?UTF-8?Q?=C3=89quipe?= : a@x.org;\r\n",
    );
    expect(to({ group: "Équipe", members: [] })).toBe("To: =?UTF-8?Q?=C3=89quipe?= :;\r\n");
  });

  it("encodes a group name with a colon, which JavaMail splits inside quotes", () => {
    expect(to({ group: "A: B", members: [] })).toBe("To: =?UTF-8?Q?A=3A_B?= :;\r\n");
  });

  it("splits a name of 1200 letters into Q words", () => {
    const field = to({ name: "x".repeat(1200), address: "a@x.org" });
    expect(Math.max(...linesOf(field).map(({ length }) => length))).toBe(76);
    expect(wordsOf(field).map(decodeWord).join("")).toBe("x".repeat(1200));
  });

  it("leaves plain atoms between words, so that no two words need to touch", () => {
    const name = "Ünïversity of Applied Sciences and Arts of the Free State, Department of Cömputer Science";
    expect(to({ name, address: "a@x.org" })).toBe(
      "To: =?UTF-8?B?w5xuw692ZXJzaXR5?= of Applied Sciences and Arts of the Free\r\n =?UTF-8?Q?State=2C?= Department of =?UTF-8?B?Q8O2bXB1dGVy?= Science\r\n <a@x.org>\r\n",
    );
  });
});
