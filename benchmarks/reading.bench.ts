// Reading messages: everything that a reader gives, decoded, and compared with what was written.
import { type AddressObject, simpleParser } from "mailparser";
import { message, toBytes } from "mimewright";
import { type Address, readMessage } from "mimewright/read";
import type { Bench } from "./bench.ts";
import { type Decoded, readByPostalMime, unlike } from "./equal.ts";
import { formatMs, printTable, race, type Timing } from "./harness.ts";
import { type Letter, letterToMany, letterWithFiles, type Person, smallLetter } from "./letter.ts";
import { inputOf } from "./rivals/mimewright.ts";

const MB = 1024 * 1024;

interface Reader {
  readonly name: string;
  readonly read: (bytes: Uint8Array) => Decoded | Promise<Decoded>;
}

const mimewright: Reader = {
  name: "mimewright",
  read(bytes) {
    const mail = readMessage(bytes);
    return {
      ...{ from: people(mail.from), to: people(mail.to), subject: mail.subject, text: mail.text(), html: mail.html() },
      files: mail.attachments.map(({ filename, content }) => ({ filename, content: content() })),
    };
  },
};

const mailparser: Reader = {
  name: "mailparser",
  async read(bytes) {
    // What others do not do either: a text made of html, html made of a text, links and images put into it.
    const skipped = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };
    const mail = await simpleParser(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), skipped);
    return {
      ...{ from: listed(mail.from), to: listed(mail.to), subject: mail.subject, text: mail.text },
      html: mail.html === false ? undefined : mail.html,
      files: mail.attachments.map(({ filename, content }) => ({ filename, content })),
    };
  },
};

const readers: readonly Reader[] = [mimewright, { name: "postal-mime", read: readByPostalMime }, mailparser];

function people(addresses: readonly Address[]): readonly Person[] {
  return addresses.flatMap((one) =>
    "members" in one ? people(one.members) : [{ name: one.name ?? "", address: one.address }],
  );
}

function listed(field: AddressObject | AddressObject[] | undefined): readonly Person[] {
  const fields = field === undefined ? [] : Array.isArray(field) ? field : [field];
  return fields.flatMap(({ value }) => value.map(({ name, address = "" }) => ({ name, address })));
}

function reading(name: string, title: string, makeLetter: () => Letter): Bench {
  return {
    name,
    title,
    async run() {
      const letter = makeLetter();
      const bytes = toBytes(message(inputOf(letter)));
      let ours = true;
      const notes: string[] = [];
      for (const reader of readers) {
        const differs = unlike(letter, await reader.read(bytes));
        if (differs.length > 0) notes.push(`${reader.name}: NOT the same values: ${differs.join(", ")}`);
        if (reader === mimewright) ours = differs.length === 0;
      }
      printRace(await race(readers.map(({ name: who, read }) => ({ name: who, run: () => read(bytes) }))));
      for (const note of notes) console.log(`  - ${note}`);
      return ours;
    },
  };
}

function printRace(timings: readonly Timing[]): void {
  const rows = timings.map(({ name, median, ratio, low, high, rounds }) => [
    ...[name, formatMs(median), ratio.toFixed(2), `${low.toFixed(2)} - ${high.toFixed(2)}`, String(rounds)],
  ]);
  printTable([["", "median", "time x ours", "middle half", "rounds"], ...rows]);
}

/** What was composed, read: each reader gives every value. */
export const readingBenches: readonly Bench[] = [
  reading("read-small", "reading a small message: text, html, non-ASCII subject", smallLetter),
  reading("read-recipients", "reading a message to 300 recipients with names", () => letterToMany(300)),
  reading("read-attachment", "reading a message with one attachment of 5 MB", () => letterWithFiles(1, 5 * MB)),
];
