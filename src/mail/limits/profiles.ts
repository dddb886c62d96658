// What the services and relays a message goes through accept: plain data, each value with its source and date.
import { onceOnlyFields } from "../headers/field-names.ts";
import { sesBlockedExtensions, sesOnceOnly, TAG_LENGTH } from "./ses.ts";

/** What a limit rests on. */
export interface LimitSource {
  /** Title of the page or section of the standard. */
  readonly source: string;
  /** Since when, or when it was last seen: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `from/to`. */
  readonly date: string;
  /** What to know about the value. */
  readonly note?: string;
}

/** The values of a profile. `Infinity` means no limit. */
export interface LimitValues {
  /** Octets of the message after MIME encoding, before an API's own base64. */
  readonly bytes: number;
  /** Recipients of one call, members of groups included, each once. */
  readonly recipients: number;
  /** Recipients of one message that a sender splits into several calls. */
  readonly splitRecipients: number;
  /** Nodes of the MIME tree, multiparts and the message itself included. */
  readonly parts: number;
  /** Multiparts and enclosed messages inside one another. */
  readonly depth: number;
  /** Fields of one head. */
  readonly headers: number;
  /** Octets of one field's value, unfolded. */
  readonly headerBytes: number;
  /** Octets of one head. */
  readonly headBytes: number;
  /** Octets of a line, without CRLF. */
  readonly line: number;
  /** Octets of the text, and of the html, before encoding. */
  readonly text: number;
  /** Extensions of files that are refused, lower case, without a period. */
  readonly blockedExtensions: readonly string[];
  /** Fields that may occur once in the head of the message. */
  readonly onceOnly: readonly string[];
  /** Fields that the head of the message must have. */
  readonly required: readonly string[];
  /** The null reverse-path is taken as the sender of the envelope (RFC 5321 s4.5.5). */
  readonly nullSender: boolean;
  /** Bodies should be 7-bit on the way. */
  readonly sevenBit: boolean;
  /** Fields that steer SES are read: X-SES-MESSAGE-TAGS, X-SES-CONFIGURATION-SET. */
  readonly sesFields: boolean;
  /** Characters of a tag's name, and of its value. */
  readonly tagLength: number;
  /** Characters of a configuration set's name. */
  readonly configurationSetLength: number;
}

/**
 * Limits of one way to send.
 *
 * @example
 * const strict: Limits = { ...sesV1, name: "ours", parts: 100 };
 */
export interface Limits extends LimitValues {
  readonly name: string;
  /** Where each value of the profile comes from. */
  readonly sources: Readonly<Record<keyof LimitValues, LimitSource>>;
}

const caps = {
  splitRecipients: 100_000,
  parts: 500,
  depth: 30,
  headers: 1_000,
  headerBytes: 65_536,
  headBytes: 1_048_576,
  line: 998,
  text: 10_485_760,
} as const;

const own: LimitSource = {
  source: "cap of this library",
  date: "2026-11",
  note: "far above what mail needs; raise it when it is in your way",
};
const lineSource: LimitSource = { source: "RFC 5322 s2.1.1", date: "2008-10" };

const capSources = {
  splitRecipients: own,
  parts: own,
  depth: own,
  headers: own,
  headerBytes: own,
  headBytes: own,
  line: lineSource,
  text: own,
} as const;

const sesSources = {
  ...capSources,
  parts: { ...own, note: "SES publishes none; 500 is reported by users" },
  headBytes: { ...own, note: "SES answers `Header section too long.` at a limit it does not publish" },
  line: {
    source: "Amazon SES API Reference, RawMessage",
    date: "2026",
    note: "1,000 octets with CRLF, as RFC 5322 s2.1.1",
  },
  blockedExtensions: {
    source: "Amazon SES Developer Guide, Amazon SES unsupported attachment types",
    date: "2025/2026",
    note: "the same list since 2018",
  },
  onceOnly: {
    source: "Amazon SES Developer Guide, Header fields in Amazon SES; RFC 5322 s3.6 for To, Cc and Bcc",
    date: "2025/2026",
    note: "List-Unsubscribe-Post is on the list since after 2022-11",
  },
  required: {
    source: "Amazon SES API Reference, SendRawEmail",
    date: "2026",
    note: "SES writes the Date itself",
  },
  nullSender: {
    source: "Amazon SES API Reference, SendRawEmail and SendEmail",
    date: "2026",
    note: "the sender is a verified identity",
  },
  sevenBit: {
    source: "Amazon SES Developer Guide, Using MIME encoding",
    date: "2022",
    note: "8-bit is taken, and not kept when SES edits the message",
  },
  sesFields: { source: "Amazon SES Developer Guide, Amazon SES-specific headers", date: "2022" },
  tagLength: {
    source: "Answers of SES to SendEmail, InvalidParameterValue",
    date: "2024-07",
    note: "`Tag value cannot exceed 255 characters.`; the API reference of 2026 says 256",
  },
  configurationSetLength: {
    source: "Amazon SES Developer Guide, Creating configuration sets",
    date: "2022",
    note: "A-Z a-z 0-9 _ - only",
  },
} as const;

const sesValues = {
  ...caps,
  recipients: 50,
  blockedExtensions: sesBlockedExtensions,
  onceOnly: sesOnceOnly,
  required: Object.freeze(["From"]),
  nullSender: false,
  sevenBit: true,
  sesFields: true,
  tagLength: TAG_LENGTH,
  configurationSetLength: 64,
} as const;

/** SES API v1 (`SendRawEmail`): 10 MB. */
export const sesV1: Limits = profile({
  name: "sesV1",
  ...sesValues,
  bytes: 10_485_760,
  sources: {
    ...sesSources,
    bytes: {
      source: "Amazon SES API Reference 2010-12-01, SendRawEmail",
      date: "2015-02-13",
      note: "10 MB; the service's error names 10485760 bytes",
    },
    recipients: {
      source: "Amazon SES API Reference 2010-12-01, SendRawEmail",
      date: "2015-02-13",
      note: "over To, Cc and Bcc; each member of a group counts",
    },
  },
});

/** SES API v2 (`SendEmail` with raw content): 40 MB. */
export const sesV2: Limits = profile({
  name: "sesV2",
  ...sesValues,
  bytes: 41_943_040,
  sources: {
    ...sesSources,
    bytes: {
      source: "Amazon SES Developer Guide, Service quotas in Amazon SES",
      date: "2022-04",
      note: "40 MB; the exact number of bytes is not published, 40 * 1024^2 is assumed as v1 counts so",
    },
    recipients: { source: "Amazon SES API v2 Reference, Destination", date: "2026" },
  },
});

/** Any SMTP relay: what the standards ask for. */
export const smtp: Limits = profile({
  name: "smtp",
  ...caps,
  bytes: Number.POSITIVE_INFINITY,
  recipients: 100,
  blockedExtensions: Object.freeze([]),
  onceOnly: onceOnlyFields,
  required: Object.freeze(["From", "Date"]),
  nullSender: true,
  sevenBit: true,
  sesFields: false,
  tagLength: Number.POSITIVE_INFINITY,
  configurationSetLength: Number.POSITIVE_INFINITY,
  sources: {
    ...capSources,
    bytes: { source: "RFC 1870 s3", date: "1995-11", note: "no common limit: each relay says its own with SIZE" },
    recipients: { source: "RFC 5321 s4.5.3.1.8", date: "2008-10", note: "what every relay takes at least" },
    blockedExtensions: { source: "RFC 2183 s5", date: "1997-08", note: "no standard refuses file types" },
    onceOnly: { source: "RFC 5322 s3.6, RFC 2045 s3, RFC 2369 s3, RFC 8058 s3, RFC 8098 s2", date: "2017-02" },
    required: { source: "RFC 5322 s3.6", date: "2008-10" },
    nullSender: { source: "RFC 5321 s4.5.5", date: "2008-10" },
    sevenBit: { source: "RFC 6152 s3", date: "2011-03", note: "relays without 8BITMIME exist" },
    sesFields: { source: "Amazon SES Developer Guide, Amazon SES-specific headers", date: "2022", note: "SES only" },
    tagLength: { source: "Amazon SES API Reference, MessageTag", date: "2026", note: "SES only" },
    configurationSetLength: {
      source: "Amazon SES Developer Guide, Creating configuration sets",
      date: "2022",
      note: "SES only",
    },
  },
});

function profile(limits: Limits): Limits {
  return Object.freeze({ ...limits, sources: Object.freeze(limits.sources) });
}
