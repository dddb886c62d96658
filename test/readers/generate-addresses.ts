// Mailboxes and groups in every form of input, each with what a reader has to find.
import { domainToASCII } from "node:url";
import fc from "fast-check";
import type { AddressInput, MailboxInput } from "mimewright";
import { phrase } from "./alphabets.ts";
import type { ReadAddress } from "./reading.ts";

/** Input and what is expected to be read. */
export interface Sample<I, E> {
  readonly input: I;
  readonly expected: E;
}

interface ReadMailbox {
  readonly name: string;
  readonly address: string;
}

// RFC 5322 s3.2.3 and s3.4.1: atoms, and what needs quotes.
const localPart = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("ann", "bob.lee", "first+tag", "o'hara", "-dash", "!#$%&'*+/=?^_`{|}~", "1"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"john doe"', '"a@b"', '"a>b<c"', '"a,b;c"', '"a\\"b\\\\"', '"(x)"', '".dot."', '" "'),
  },
  { weight: 1, arbitrary: fc.constant("l".repeat(64)) },
);

const domain = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("example.com", "mail.example.org", "a-b.example", "xn--mnchen-3ya.de") },
  { weight: 2, arbitrary: fc.constantFrom("münchen.de", "例え.jp", "bücher.example", "пример.испытание") },
  { weight: 1, arbitrary: fc.constantFrom("[192.0.2.1]", "[IPv6:2001:db8::1]") },
  { weight: 1, arbitrary: fc.constant(`${"d".repeat(63)}.${"e".repeat(63)}.example.com`) },
);

const addrSpec: fc.Arbitrary<Sample<string, string>> = fc.tuple(localPart, domain).map(([local, host]) => ({
  input: `${local}@${host}`,
  expected: `${local}@${host.startsWith("[") ? host : domainToASCII(host)}`,
}));

// RFC 5322 s3.2.4: any name as a quoted-string.
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

export const mailbox: fc.Arbitrary<Sample<MailboxInput, ReadMailbox>> = fc.oneof(
  addrSpec.map(({ input, expected }) => ({ input, expected: { name: "", address: expected } })),
  fc.tuple(phrase, addrSpec).map(([name, { input, expected }]) => ({
    input: { name, address: input },
    expected: { name, address: expected },
  })),
  fc.tuple(phrase, addrSpec).map(([name, { input, expected }]) => ({
    input: `${quoted(name)} <${input}>`,
    expected: { name, address: expected },
  })),
);

type One = Sample<AddressInput, ReadAddress>;

const single: fc.Arbitrary<One> = mailbox;

const group: fc.Arbitrary<One> = fc
  .tuple(
    phrase.filter((name) => name !== ""),
    fc.array(mailbox, { maxLength: 3 }),
  )
  .map(([name, members]) => ({
    input: { group: name, members: members.map(({ input }) => input) },
    expected: { group: name, members: members.map(({ expected }) => expected) },
  }));

/** From: one mailbox or several. */
export const mailboxes: fc.Arbitrary<Sample<AddressInput, readonly ReadMailbox[]>> = fc
  .array(mailbox, { minLength: 1, maxLength: 3 })
  .map((list) => ({ input: list.map(({ input }) => input), expected: list.map(({ expected }) => expected) }));

/** To, Cc and Reply-To: mailboxes and groups, as one thing or as an array. */
export const addresses: fc.Arbitrary<Sample<AddressInput, readonly ReadAddress[]>> = fc
  .array(fc.oneof({ weight: 5, arbitrary: single }, { weight: 1, arbitrary: group }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((list) => {
    const [first, ...rest] = list;
    return {
      input: first !== undefined && rest.length === 0 ? first.input : list.map(({ input }) => input),
      expected: list.map(({ expected }) => expected),
    };
  });
