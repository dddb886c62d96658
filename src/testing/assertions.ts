// The expectations as functions that throw, for Node's own test runner and every other.

import { AssertionError } from "node:assert";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Limits } from "../mail/limits/profiles.ts";
import { isUrl } from "../mail/octets/kinds.ts";
import type { EmlDiffOptions } from "./eml-diff.ts";
import { expectEmlFile, expectEmlInline, updateFromEnvironment } from "./expect-eml.ts";
import {
  type AddressedToOptions,
  type AddressMatch,
  expectAddressedTo,
  expectHeader,
  expectSubject,
} from "./expect-head.ts";
import { expectFitsLimits, expectNoIssues } from "./expect-limits.ts";
import { type AttachmentMatch, expectAttachment, expectLink, expectPart, type PartMatch } from "./expect-parts.ts";
import type { MatcherResult, TextMatch } from "./expectation.ts";
import type { MailInput } from "./mail.ts";

// The stack starts where the test called the assertion.
function assertResult({ pass, message }: MatcherResult, assertion: { readonly name: string }): void {
  if (pass) return;
  const stackStartFn = typeof assertion === "function" ? assertion : assertResult;
  throw new AssertionError({ message: message(), operator: assertion.name, stackStartFn });
}

/**
 * The message is the one in an `.eml` file. A missing file is written, outside CI; `MIMEWRIGHT_UPDATE=1` writes those
 * that differ.
 *
 * @param path - relative to the working directory, or a `file:` URL
 * @throws AssertionError (as a rejection) with the first difference in full
 * @example
 * await assertMatchesEml(m, new URL("welcome.eml", import.meta.url));
 */
export async function assertMatchesEml(mail: MailInput, path: string | URL, options?: EmlDiffOptions): Promise<void> {
  const file = isUrl(path) ? fileURLToPath(path) : resolve(path);
  const howToUpdate =
    "If what was received is right, run the test with MIMEWRIGHT_UPDATE=1: that writes the file anew.";
  const fixture = { file, update: updateFromEnvironment(), howToUpdate };
  assertResult(await expectEmlFile(mail, fixture, options), assertMatchesEml);
}

/** The message is the one written in the test. @throws AssertionError */
export function assertMatchesEmlInline(mail: MailInput, expected: string, options?: EmlDiffOptions): void {
  assertResult(expectEmlInline(mail, expected, options), assertMatchesEmlInline);
}

/** The decoded subject is this one, or matches. @throws AssertionError */
export function assertSubject(mail: MailInput, subject: TextMatch): void {
  assertResult(expectSubject(mail, subject), assertSubject);
}

/** Everybody named here gets the message, by To, Cc or the envelope. @throws AssertionError */
export function assertAddressedTo(
  mail: MailInput,
  mailboxes: AddressMatch | readonly AddressMatch[],
  options?: AddressedToOptions,
): void {
  assertResult(expectAddressedTo(mail, mailboxes, options), assertAddressedTo);
}

/** There is a part of this type, with what is wanted of it. @throws AssertionError */
export function assertPart(mail: MailInput, type: TextMatch, part?: PartMatch): void {
  assertResult(expectPart(mail, type, part), assertPart);
}

/** There is a file of this name, with what is wanted of it. @throws AssertionError */
export function assertAttachment(mail: MailInput, filename: TextMatch, attachment?: AttachmentMatch): void {
  assertResult(expectAttachment(mail, filename, attachment), assertAttachment);
}

/** The head has this field, with this decoded value if one is given. @throws AssertionError */
export function assertHeader(mail: MailInput, name: string, value?: TextMatch): void {
  assertResult(expectHeader(mail, name, value), assertHeader);
}

/** The html or the text links to this URL. @throws AssertionError */
export function assertLink(mail: MailInput, url: TextMatch): void {
  assertResult(expectLink(mail, url), assertLink);
}

/** The message is within the limits: `sesV1`, `sesV2`, `smtp` or your own. @throws AssertionError */
export function assertFitsLimits(mail: MailInput, limits: Limits): void {
  assertResult(expectFitsLimits(mail, limits), assertFitsLimits);
}

/** No error and no warning of any check, under the limits of `smtp` unless others are given. @throws AssertionError */
export function assertNoIssues(mail: MailInput, limits?: Limits): void {
  assertResult(expectNoIssues(mail, limits), assertNoIssues);
}
