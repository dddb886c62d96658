// The rules of Amazon SES itself: fields that may occur once, files that it refuses, tags, and the fields that
// steer it.
import type { Place } from "../../issues.ts";

/** Fields that Amazon SES takes only once (developer guide, "Header fields in Amazon SES"), and To, Cc and Bcc (RFC 5322 s3.6). */
export const sesOnceOnly: readonly string[] = Object.freeze(
  (
    "Accept-Language acceptLanguage Archived-At Auto-Submitted Bounces-to Comments Content-Alternative Content-Base " +
    "Content-Class Content-Description Content-Disposition Content-Duration Content-ID Content-Language " +
    "Content-Length Content-Location Content-MD5 Content-Transfer-Encoding Content-Type Date Delivered-To " +
    "Disposition-Notification-Options Disposition-Notification-To DKIM-Signature DomainKey-Signature Errors-To From " +
    "Importance In-Reply-To Keywords List-Archive List-Help List-Id List-Owner List-Post List-Subscribe " +
    "List-Unsubscribe List-Unsubscribe-Post Message-Context Message-ID MIME-Version Organization Original-From " +
    "Original-Message-ID Original-Recipient Original-Subject Precedence Priority References Reply-To Return-Path " +
    "Return-Receipt-To Sender Solicitation Sensitivity Subject Thread-Index Thread-Topic User-Agent VBR-Info To Cc Bcc"
  ).split(" "),
);

/** Extensions of files that SES refuses ("Amazon SES unsupported attachment types"), lower case, without a period. */
export const sesBlockedExtensions: readonly string[] = Object.freeze(
  `ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk mad
  maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml msi msp mst
  ops pcd pif plg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 reg scf scr sct shb shs sys tmp url vb vbe vbs vps vsmacros
  vss vst vsw vxd ws wsc wsf wsh xnk`.split(/\s+/),
);

// Dots and spaces at the end vanish on Windows, format characters for the eye: neither hides an extension.
const invisible = /^[\s.\p{Cf}\p{Cc}\p{Z}]$/u;

/**
 * The last extension of a file name, lower case, without the period; empty when it has none.
 *
 * @example
 * extensionOf("Report.pdf.EXE. "); // "exe"
 */
export function extensionOf(filename: string): string {
  const folder = Math.max(filename.lastIndexOf("/"), filename.lastIndexOf("\\"));
  let end = filename.length;
  while (end > folder + 1 && invisible.test(filename.charAt(end - 1))) end--;
  const period = filename.lastIndexOf(".", end - 1);
  return period <= folder
    ? ""
    : filename
        .slice(period + 1, end)
        .replace(/[\p{Cf}\p{Cc}\p{Z}]/gu, "")
        .toLowerCase();
}

/** The extension of the first name that is on the list; undefined when none is. */
export function blockedExtension(filenames: readonly string[], blocked: readonly string[]): string | undefined {
  return filenames.map(extensionOf).find((extension) => extension !== "" && blocked.includes(extension));
}

// Tags: one table for parameters, for the X-SES-MESSAGE-TAGS field and for the embedded endpoint. SES as recorded in
// 2024-07; its API reference of 2026 still says 256 characters and leaves out period and at-sign.

/** The two parts of a tag. */
export type TagPart = "name" | "value";

/** What is wrong with a part of a tag. */
export type TagFault = "missing" | "too-long" | "characters";

/** Characters of a name, and of a value. */
export const TAG_LENGTH = 255;

// Gmail's Feedback-ID is made of these two; any other colon is refused.
const NAMES_WITH_COLON: ReadonlySet<string> = new Set(["ses:feedback-id-a", "ses:feedback-id-b"]);
const NAME = /^[A-Za-z0-9_-]+$/;
const VALUE = /^[A-Za-z0-9_.@-]+$/;

/**
 * The first fault of a tag's name or value; undefined when SES takes it.
 *
 * @param longest characters, 255 for SES
 * @example
 * tagFault("value", "spring.sale@2026", 255); // undefined
 * tagFault("name", "ses:mine", 255); // "characters"
 */
export function tagFault(part: TagPart, text: string, longest: number): TagFault | undefined {
  if (text === "") return "missing";
  if (text.length > longest) return "too-long";
  const known = part === "name" ? NAME.test(text) || NAMES_WITH_COLON.has(text) : VALUE.test(text);
  return known ? undefined : "characters";
}

/** What a part of a tag is, in words for people. */
export function tagRule(part: TagPart, longest: number): string {
  const length = Number.isFinite(longest) ? `1 to ${longest}` : "one or more";
  if (part === "value") return `a tag's value is ${length} of A-Z a-z 0-9 _ - . @`;
  return `a tag's name is ${length} of A-Z a-z 0-9 _ -, or ${[...NAMES_WITH_COLON].join(" or ")}`;
}

/** The limits that fields for SES are checked against. */
export interface SesFieldLimits {
  /** Whether these fields are read at all. */
  readonly sesFields: boolean;
  readonly tagLength: number;
  readonly configurationSetLength: number;
}

// Amazon SES Developer Guide, Amazon SES-specific headers: a value that breaks these rules sends the message, but not
// its events.
const CONFIGURATION_SET = /^[A-Za-z0-9_-]+$/;

/** Checks a field by its name; fields that do not steer SES pass. */
export function checkSesField(name: string, value: string, limits: SesFieldLimits, place: Place): void {
  if (!limits.sesFields) return;
  const lower = name.toLowerCase();
  if (lower === "x-ses-message-tags") checkTags(value, limits, place);
  else if (lower === "x-ses-configuration-set") checkConfigurationSet(value, limits, place);
}

// `n1=v1, n2=v2`
function checkTags(value: string, { tagLength }: SesFieldLimits, place: Place): void {
  for (const [index, tag] of value.split(",").entries()) {
    const why = wrongWith(tag, tagLength);
    if (why === undefined) continue;
    // One issue a field: what follows the first mistake is often part of it.
    place.error("limit.tag", `tag ${index + 1}: ${why}`, { hint: "write name=value, separated by commas" });
    return;
  }
}

function wrongWith(tag: string, longest: number): string | undefined {
  const equals = tag.indexOf("=");
  if (equals < 0) return "it is not name=value";
  if (tagFault("name", tag.slice(0, equals).trim(), longest) !== undefined) return tagRule("name", longest);
  return tagFault("value", tag.slice(equals + 1).trim(), longest) === undefined ? undefined : tagRule("value", longest);
}

function checkConfigurationSet(value: string, limits: SesFieldLimits, place: Place): void {
  const longest = limits.configurationSetLength;
  if (value.length <= longest && CONFIGURATION_SET.test(value)) return;
  place.error("limit.configuration-set", `the name of a configuration set is 1 to ${longest} of A-Z a-z 0-9 _ -`);
}
