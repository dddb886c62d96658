// Vitest's test with an inbox: an SES endpoint for each file that asks for one.
import { test as base } from "vitest";
import type { Inbox } from "../local/inbox.ts";
import { type LocalSes, startLocalSes } from "../local/start.ts";

/** What a test of this `test` can ask for. */
export interface MailFixtures {
  /** The endpoint of the file: `ses.url` is what an SES client takes as its endpoint. */
  readonly ses: LocalSes;
  /** Its inbox, empty when the test starts: `waitFor`, `list`, `faults`, …. */
  readonly inbox: Inbox;
}

// Tests of a file that run at the same time share the inbox: it is emptied only when none of them uses it.
let users = 0;

/**
 * `test` of Vitest, with the fixtures `ses` and `inbox`. The endpoint starts when the first test of a file asks for it
 * and ends with the file.
 *
 * @example
 * test("sends a welcome", async ({ ses, inbox }) => {
 *   await signUp("bob@example.com", { endpoint: ses.url });
 *   expect(await inbox.waitFor({ to: "bob@example.com" })).toHaveSubject("Welcome");
 * });
 */
export const test = base.extend<MailFixtures>({
  ses: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures are needed
    async ({}, use) => {
      const ses = await startLocalSes();
      await use(ses);
      await ses.close();
    },
    { scope: "file" },
  ],
  inbox: async ({ ses }, use) => {
    if (ses === undefined) throw new Error("the test of mimewright/vitest needs Vitest 3.2 or newer");
    if (users === 0) await ses.inbox.reset();
    users++;
    try {
      await use(ses.inbox);
    } finally {
      users--;
    }
  },
});
