// A newsletter to many readers: each gets a separate mail with a one-click unsubscription, within the quota and the
// rate of the account. Readers are read as fast as mail is sent, so a million of them need no more memory than ten.
import { compose, type Message } from "mimewright";
import type { Progress, Sender } from "mimewright/ses";

/** One reader. */
export interface Reader {
  readonly name: string;
  readonly address: string;
  /** Secret of this reader, as in the link that unsubscribes. */
  readonly token: string;
}

/** Many readers, from an array, a database cursor, a file. */
export type Readers = AsyncIterable<Reader> | Iterable<Reader>;

/** What is sent; `{name}` is replaced by the name of the reader. */
export interface Edition {
  readonly subject: string;
  readonly text: string;
}

/** Addresses by what to do with them: `later` may be tried again, `never` not, `unknown` may have got it. */
export interface Outcome {
  sent: number;
  readonly later: string[];
  readonly never: string[];
  readonly unknown: string[];
}

const base = compose({ from: "News <news@example.com>" }).header("List-Id", "News <news.example.com>");

// An invalid address is reported, and the others get their mail.
async function* mails(readers: Readers, { subject, text }: Edition, never: string[]): AsyncGenerator<Message> {
  for await (const { name, address, token } of readers) {
    const checked = base
      .to({ name, address })
      .subject(subject.replaceAll("{name}", () => name))
      .text(text.replaceAll("{name}", () => name))
      .listUnsubscribe(`https://news.example.com/unsubscribe/${encodeURIComponent(token)}`)
      .check();
    if (checked.ok) yield checked.value;
    else never.push(address);
  }
}

/** Sends an edition. `onProgress` is called after every mail. */
export async function sendNewsletter(
  sender: Pick<Sender, "sendAll">,
  readers: Readers,
  edition: Edition,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Outcome> {
  const outcome: Outcome = { sent: 0, later: [], never: [], unknown: [] };
  const results = sender.sendAll(mails(readers, edition, outcome.never), { rate: "quota", onProgress });
  for await (const result of results) {
    if (result.status === "sent") outcome.sent++;
    else if (result.status === "failed") outcome[result.retryable ? "later" : "never"].push(addressOf(result.mail));
    else outcome.unknown.push(addressOf(result.mail));
  }
  return outcome;
}

function addressOf({ to }: Message): string {
  const [first] = to ?? [];
  return first !== undefined && "address" in first ? first.address : "";
}
