// Teaches Vitest's expect the matchers, and TypeScript their types; and a test of Vitest with an inbox.

import { test as base, expect } from "vitest";
import type { Inbox } from "../local/inbox.ts";
import { type LocalSes, startLocalSes } from "../local/start.ts";
import type { Limits } from "../mail/limits/profiles.ts";
import type { EmlDiffOptions } from "./eml-diff.ts";
import type { AddressedToOptions, AddressMatch } from "./expect-head.ts";
import type { AttachmentMatch, PartMatch } from "./expect-parts.ts";
import type { TextMatch } from "./expectation.ts";
import type { MailInput } from "./mail.ts";
import { matchers } from "./matchers.ts";
import { findingsReport, type PreflightOptions, preflight } from "./preflight/preflight.ts";

/** The matchers, as a test calls them on a message, bytes, the text of an `.eml`, an info or an inbox entry. */
export interface EmlMatchers {
  /**
   * The message is the one in an `.eml` file, by what a reader sees. To be awaited. `vitest -u` writes the file; a
   * missing one is written too, but not in CI.
   *
   * @param path - relative to the test's own file, or a `file:` URL
   * @example
   * await expect(m).toMatchEml("welcome.eml");
   */
  toMatchEml(path: string | URL, options?: EmlDiffOptions): Promise<void>;
  /**
   * The message is the one written here; plain UTF-8 will do for what is encoded in the message.
   *
   * @example
   * expect(m).toMatchEmlInline(`
   *   From: Ann <ann@example.com>
   *   To: bob@example.com
   *   Subject: Grüße
   *   MIME-Version: 1.0
   *   Content-Type: text/plain; charset=UTF-8
   *
   *   Hello
   * `, { ignore: ["Date", "Message-ID"] });
   */
  toMatchEmlInline(expected: string, options?: EmlDiffOptions): void;
  /** The decoded subject is this one, or matches. */
  toHaveSubject(subject: TextMatch): void;
  /** Everybody named here gets the message, by To, Cc or the envelope. */
  toBeAddressedTo(mailboxes: AddressMatch | readonly AddressMatch[], options?: AddressedToOptions): void;
  /** There is a part of this type, with what is wanted of it; a string for `text` is a part of the text. */
  toHavePart(type: TextMatch, part?: PartMatch): void;
  /** There is a file of this name, with what is wanted of it. */
  toHaveAttachment(filename: TextMatch, attachment?: AttachmentMatch): void;
  /** The head has this field, with this decoded value if one is given. */
  toHaveHeader(name: string, value?: TextMatch): void;
  /** The html or the text links to this URL. */
  toHaveLink(url: TextMatch): void;
  /** The message is within the limits: `sesV1`, `sesV2`, `smtp` or your own. */
  toFitLimits(limits: Limits): void;
  /** No error and no warning of any check, under the limits of `smtp` unless others are given. */
  toHaveNoIssues(limits?: Limits): void;
  /**
   * Preflight finds nothing that fails at a reader. To be awaited.
   *
   * @example
   * await expect(m).toPassPreflight({ audience: "bulk" });
   */
  toPassPreflight(options?: PreflightOptions): Promise<void>;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: a merged declaration has the type parameters of the first one
  interface Matchers<T = any> extends EmlMatchers {}
}

expect.extend({
  ...matchers,
  async toPassPreflight(received: MailInput, options?: PreflightOptions) {
    const findings = await preflight(received, options);
    const message = () =>
      findings.length === 0 ? "preflight found nothing" : `preflight found:\n${findingsReport(findings)}`;
    return { pass: findings.length === 0, message };
  },
});

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
