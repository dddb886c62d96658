// Teaches Vitest's expect the matchers, and TypeScript their types.
import { expect } from "vitest";
import type { Limits } from "../limits/profiles.ts";
import { findingsReport } from "../preflight/assert.ts";
import { type PreflightOptions, preflight } from "../preflight/preflight.ts";
import type { EmlDiffOptions } from "../testing/eml-diff.ts";
import type { AddressedToOptions, AddressMatch } from "../testing/expect-head.ts";
import type { AttachmentMatch, PartMatch } from "../testing/expect-parts.ts";
import type { TextMatch } from "../testing/expectation.ts";
import type { MailInput } from "../testing/mail.ts";
import { matchers } from "../testing/matchers.ts";

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
