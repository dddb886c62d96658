// Statements to many customers, each with the same terms attached, on one machine. All of them are on the disk before the
// first goes out; a program that is ended in the middle goes on where it was when it is started again.
import { message } from "mimewright";
import { type OutboxEntry, openOutbox } from "mimewright/outbox";
import type { Sender } from "mimewright/ses";

/** One customer's statement. */
export interface Statement {
  readonly account: string;
  readonly address: string;
  readonly text: string;
}

/** What is the same for everybody. */
export interface Period {
  /** Such as `2026-10`. */
  readonly name: string;
  readonly terms: Uint8Array;
}

/** Accounts by what became of their statement: `unknown` may have got it, `dead` has not. */
export interface Report {
  readonly sent: number;
  readonly unknown: readonly string[];
  readonly dead: readonly string[];
}

// The account and the period make the key: however often the program is started, a statement goes in once.
function* entries(statements: Iterable<Statement>, { name, terms }: Period): Generator<OutboxEntry> {
  for (const { account, address, text } of statements) {
    const mail = message({
      ...{ from: "Bank <statements@example.com>", to: address, subject: `Your statement for ${name}`, text },
      attachments: [{ filename: "terms.pdf", content: terms }],
    });
    yield { mail, key: `statement-${name}-${account}`, tags: { period: name } };
  }
}

/** Sends the statements of a period to whoever has not got theirs. The same call after a crash takes up the rest. */
export async function sendStatements(
  path: string,
  sender: Pick<Sender, "sendRaw">,
  statements: readonly Statement[],
  period: Period,
): Promise<Report> {
  const outbox = await openOutbox({ path, sender });
  try {
    await outbox.enqueueAll(entries(statements, period));
    const report = { sent: 0, unknown: [] as string[], dead: [] as string[] };
    for (const { account } of statements) {
      const { status } = await outbox.wait(`statement-${period.name}-${account}`);
      if (status === "sent") report.sent++;
      else report[status === "unknown" ? "unknown" : "dead"].push(account);
    }
    return report;
  } finally {
    await outbox.close();
  }
}
