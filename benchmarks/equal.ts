// Did a rival write the message that was meant? Read back by postal-mime, a parser that is none of ours.
import PostalMime, { type Address, type Email } from "postal-mime";
import type { Letter, Person } from "./letter.ts";

/** A message as a reader gives it, everything decoded. */
export interface Decoded {
  readonly from: readonly Person[];
  readonly to: readonly Person[];
  readonly subject: string | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly files: readonly { readonly filename: string | undefined; readonly content: Uint8Array }[];
}

/** Names of what differs between the letter and its bytes; empty when the message reads back equal. */
export async function differences(letter: Letter, bytes: Uint8Array): Promise<readonly string[]> {
  return unlike(letter, await readByPostalMime(bytes));
}

/** What postal-mime reads. */
export async function readByPostalMime(bytes: Uint8Array): Promise<Decoded> {
  const { from, to, subject, text, html, attachments } = await PostalMime.parse(bytes, { maxNestingDepth: 50 });
  return {
    ...{ from: from === undefined ? [] : peopleOf([from]), to: peopleOf(to ?? []), subject, text, html },
    files: attachments.map(({ filename, content }) => ({ filename: filename ?? undefined, content: octets(content) })),
  };
}

function peopleOf(addresses: readonly Address[]): readonly Person[] {
  return addresses.map(({ name, address = "" }) => ({ name, address }));
}

function octets(content: Email["attachments"][number]["content"]): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
}

/** Names of what differs between the letter and what was read. */
export function unlike(letter: Letter, read: Decoded): readonly string[] {
  const found: string[] = [];
  if (!samePeople([letter.from], read.from)) found.push("From");
  if (!samePeople(letter.to, read.to)) found.push("To");
  if (read.subject !== letter.subject) found.push("Subject");
  if (canonical(read.text) !== canonical(letter.text)) found.push("text");
  if (canonical(read.html) !== canonical(letter.html)) found.push("html");
  if (!sameFiles(letter, read)) found.push("attachments");
  return found;
}

/** The line with most octets, without its line end. */
export function longestLine(bytes: Uint8Array): number {
  let longest = 0;
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    longest = Math.max(longest, bytes[end - 1] === 13 ? end - 1 - start : end - start);
    start = end + 1;
  }
  return Math.max(longest, bytes.length - start);
}

// Line ends, and one at the end, are not counted against anybody.
function canonical(text: string | undefined): string {
  return (text ?? "").replace(/\r\n?/g, "\n").trimEnd();
}

function samePeople(people: readonly Person[], addresses: readonly Person[]): boolean {
  return (
    people.length === addresses.length &&
    people.every(({ name, address }, index) => {
      const other = addresses[index];
      return other?.name === name && other.address === address;
    })
  );
}

function sameFiles({ enclosures }: Letter, { files }: Decoded): boolean {
  return (
    enclosures.length === files.length &&
    enclosures.every(({ filename, content }, index) => {
      const other = files[index];
      return other?.filename === filename && Buffer.compare(content, other.content) === 0;
    })
  );
}
