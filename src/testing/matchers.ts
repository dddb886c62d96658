// The expectations as matchers for `expect.extend`, in Vitest and in Jest. No test framework is imported here.

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { argumentError, kindOf } from "../given.ts";
import type { Limits } from "../mail/limits/profiles.ts";
import { isUrl } from "../mail/octets/kinds.ts";
import type { EmlDiffOptions } from "./eml-diff.ts";
import { expectEmlFile, expectEmlInline, type UpdateMode, updateFromEnvironment } from "./expect-eml.ts";
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

/** What the matchers use of the `this` that Vitest and Jest give them. */
export interface MatcherContext {
  readonly isNot?: boolean | undefined;
  readonly testPath?: string | undefined;
}

/**
 * All matchers, for `expect.extend`. In Vitest, importing `mimewright/vitest` does it, and the types too.
 *
 * @example
 * import { expect } from "@jest/globals";
 * import { matchers } from "mimewright/testing";
 * expect.extend(matchers);
 */
export const matchers = {
  /** The message is the one in an `.eml` file; a path is relative to the test's own file. To be awaited. */
  async toMatchEml(
    this: MatcherContext,
    received: unknown,
    path: string | URL,
    options?: EmlDiffOptions,
  ): Promise<MatcherResult> {
    const fixture = {
      file: fixturePath(path, this.testPath),
      update: updateMode(this),
      howToUpdate: "If what was received is right, run the test with -u: that writes the file anew.",
      mustDiffer: this.isNot === true,
    };
    return expectEmlFile(received, fixture, options);
  },
  /** The message is the one written in the test. */
  toMatchEmlInline(received: unknown, expected: string, options?: EmlDiffOptions): MatcherResult {
    return expectEmlInline(received, expected, options);
  },
  /** The decoded subject is this one, or matches. */
  toHaveSubject(received: unknown, subject: TextMatch): MatcherResult {
    return expectSubject(received, subject);
  },
  /** Everybody named here gets the message, by To, Cc or the envelope. */
  toBeAddressedTo(
    received: unknown,
    mailboxes: AddressMatch | readonly AddressMatch[],
    options?: AddressedToOptions,
  ): MatcherResult {
    return expectAddressedTo(received, mailboxes, options);
  },
  /** There is a part of this type, with what is wanted of it. */
  toHavePart(received: unknown, type: TextMatch, part?: PartMatch): MatcherResult {
    return expectPart(received, type, part);
  },
  /** There is a file of this name, with what is wanted of it. */
  toHaveAttachment(received: unknown, filename: TextMatch, attachment?: AttachmentMatch): MatcherResult {
    return expectAttachment(received, filename, attachment);
  },
  /** The head has this field, with this decoded value if one is given. */
  toHaveHeader(received: unknown, name: string, value?: TextMatch): MatcherResult {
    return expectHeader(received, name, value);
  },
  /** The html or the text links to this URL. */
  toHaveLink(received: unknown, url: TextMatch): MatcherResult {
    return expectLink(received, url);
  },
  /** The message is within the limits: `sesV1`, `sesV2`, `smtp` or your own. */
  toFitLimits(received: unknown, limits: Limits): MatcherResult {
    return expectFitsLimits(received, limits);
  },
  /** No error and no warning of any check, under the limits of `smtp` unless others are given. */
  toHaveNoIssues(received: unknown, limits?: Limits): MatcherResult {
    return expectNoIssues(received, limits);
  },
};

/** The absolute path of a fixture: relative to the test's file, or to the working directory where there is none. */
function fixturePath(path: string | URL, testPath: string | undefined): string {
  if (isUrl(path)) return fileURLToPath(path);
  if (typeof path !== "string") throw argumentError(["path"], `expected a path or a file: URL; got ${kindOf(path)}`);
  return resolve(testPath === undefined ? "." : dirname(testPath), path);
}

// Vitest and Jest keep the answer to `-u` and CI in one and the same place; neither has a public door to it.
function updateMode(context: MatcherContext): UpdateMode {
  const state: unknown = Reflect.get(context, "snapshotState");
  const mode: unknown = typeof state === "object" && state !== null ? Reflect.get(state, "_updateSnapshot") : undefined;
  return mode === "all" || mode === "new" || mode === "none" ? mode : updateFromEnvironment();
}
