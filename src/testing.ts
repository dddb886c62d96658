// The door `mimewright/testing`: reading, comparing and capturing mail in tests, without a test framework.
export {
  assertAddressedTo,
  assertAttachment,
  assertFitsLimits,
  assertHeader,
  assertLink,
  assertMatchesEml,
  assertMatchesEmlInline,
  assertNoIssues,
  assertPart,
  assertSubject,
} from "./testing/assertions.ts";
export type { CapturedMail, CaptureInfo, CaptureTransport, SentMail } from "./testing/capture.ts";
export { captureTransport } from "./testing/capture.ts";
export { type Difference, type EmlDiff, type EmlDiffOptions, emlDiff } from "./testing/eml-diff.ts";
export { loadEml } from "./testing/expect-eml.ts";
export type { AddressedToOptions, AddressMatch } from "./testing/expect-head.ts";
export type { AttachmentMatch, PartMatch } from "./testing/expect-parts.ts";
export type { MatcherResult, TextMatch } from "./testing/expectation.ts";
export type {
  EmlMessage,
  HeldMail as RawMail,
  MailEnvelope,
  MailInfo,
  MailInput,
  ReadAttachment,
  ReadHeader,
  ReadPart,
} from "./testing/mail.ts";
export type { MatcherContext } from "./testing/matchers.ts";
export { matchers } from "./testing/matchers.ts";
export type { NormalizeOptions } from "./testing/normalize.ts";
export { normalizeEml } from "./testing/normalize.ts";
export { outline } from "./testing/outline.ts";
export { readEml } from "./testing/read-eml.ts";
export { fixedOptions, hardNames, hardSubjects, hardTexts } from "./testing/test-inputs.ts";
