// Did a rival write the message that was meant? Read back by postal-mime, a parser that is none of ours.
import PostalMime, { type Address, type Email } from "postal-mime";
import type { Letter, Person } from "./letter.ts";

/** Names of what differs between the letter and its bytes; empty when the message reads back equal. */
export async function differences(letter: Letter, bytes: Uint8Array): Promise<readonly string[]> {
  const email = await PostalMime.parse(bytes, { maxNestingDepth: 50 });
  const found: string[] = [];
  if (!samePeople([letter.from], email.from === undefined ? [] : [email.from])) found.push("From");
  if (!samePeople(letter.to, email.to ?? [])) found.push("To");
  if (email.subject !== letter.subject) found.push("Subject");
  if (canonical(email.text) !== canonical(letter.text)) found.push("text");
  if (canonical(email.html) !== canonical(letter.html)) found.push("html");
  if (!sameFiles(letter, email)) found.push("attachments");
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

function samePeople(people: readonly Person[], addresses: readonly Address[]): boolean {
  return (
    people.length === addresses.length &&
    people.every(({ name, address }, index) => {
      const other = addresses[index];
      return other?.name === name && other.address === address;
    })
  );
}

function sameFiles({ enclosures }: Letter, { attachments }: Email): boolean {
  return (
    enclosures.length === attachments.length &&
    enclosures.every(({ filename, content }, index) => {
      const other = attachments[index];
      if (other?.filename !== filename || typeof other.content === "string") return false;
      return Buffer.compare(content, new Uint8Array(other.content)) === 0;
    })
  );
}
