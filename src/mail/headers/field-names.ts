// Header fields as data, and what is known about them by name: the grammar of their value and how often they occur.
// RFC 5322 s2.2, s3.6, RFC 2045 s3, RFC 2369 s3, RFC 2919 s2, RFC 3834 s5, RFC 4021, RFC 8058 s3.1, RFC 8098 s2.
import type { Address } from "./mailbox.ts";
import type { Parameter } from "./parameters.ts";

/** A value by its grammar. */
export type FieldValue =
  /** Unstructured text; becomes encoded-words where it must. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "addresses"; readonly addresses: readonly Address[] }
  /** Message ids, angle brackets included. */
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  /** Milliseconds since 1970, written in the zone (`+0900`); in UTC when there is none. */
  | { readonly kind: "date"; readonly time: number; readonly zone?: string }
  /** ASCII with its own grammar: folded at its single spaces, never encoded. */
  | { readonly kind: "structured"; readonly text: string }
  | { readonly kind: "parameterized"; readonly value: string; readonly parameters: readonly Parameter[] };

/** A field whose name is kept as given. */
export interface Field {
  readonly name: string;
  readonly value: FieldValue;
}

/** The grammar of a field's value. `list` is that of RFC 2369: URIs in angle brackets, comments, a phrase. */
export type FieldGrammar =
  | "mailbox"
  | "mailboxes"
  | "addresses"
  | "id"
  | "ids"
  | "date"
  | "structured"
  | "list"
  | "text";

const names: Readonly<Record<Exclude<FieldGrammar, "text">, string>> = {
  mailbox: "Sender Resent-Sender",
  mailboxes: "From Resent-From Disposition-Notification-To Return-Receipt-To Errors-To Bounces-To",
  addresses: "To Cc Bcc Reply-To Resent-To Resent-Cc Resent-Bcc Resent-Reply-To Mail-Followup-To Mail-Reply-To",
  id: "Message-ID Resent-Message-ID Content-ID",
  ids: "In-Reply-To References",
  date: "Date Resent-Date Expires Expiry-Date Reply-By Deferred-Delivery Latest-Delivery-Time Delivery-Date",
  list: "List-Archive List-Help List-Id List-Owner List-Post List-Subscribe List-Unsubscribe",
  structured:
    "Accept-Language Archived-At ARC-Authentication-Results ARC-Message-Signature ARC-Seal Authentication-Results " +
    "Auto-Submitted Autocrypt Autocrypt-Gossip Autocrypt-Setup-Message BIMI-Indicator BIMI-Location BIMI-Selector " +
    "Content-Alternative Content-Base Content-Class Content-Disposition Content-Duration " +
    "Content-Features Content-Language Content-Length Content-Location Content-MD5 Content-Transfer-Encoding " +
    "Content-Type DKIM-Signature DomainKey-Signature Feedback-ID Importance List-Unsubscribe-Post Message-Context " +
    "MIME-Version MT-Priority OpenPGP Original-Recipient Disposition-Notification-Options Precedence Priority Received Received-SPF " +
    "Require-Recipient-Valid-Since Return-Path Sensitivity TLS-Required VBR-Info X-Auto-Response-Suppress X-Google-DKIM-Signature " +
    "X-Mailgun-Variables X-MSMail-Priority X-Priority X-SMTPAPI X-SES-CONFIGURATION-SET X-SES-FROM-ARN " +
    "X-SES-LIST-MANAGEMENT-OPTIONS X-SES-MESSAGE-TAGS X-SES-RETURN-PATH-ARN X-SES-SOURCE-ARN",
};

/**
 * Fields that a message has at most once, by the standards that define them. Comments, Keywords, trace fields and
 * Resent- fields may occur any number of times (RFC 5322 s3.6), and so may DKIM-Signature (RFC 6376 s4.2).
 */
export const onceOnlyFields: readonly string[] = Object.freeze(
  (
    "Date From Sender Reply-To To Cc Bcc Message-ID In-Reply-To References Subject MIME-Version Content-Type " +
    "Content-Transfer-Encoding Content-ID Content-Description Content-Disposition List-Archive List-Help List-Id " +
    "List-Owner List-Post List-Subscribe List-Unsubscribe List-Unsubscribe-Post Auto-Submitted " +
    "Disposition-Notification-To Disposition-Notification-Options"
  ).split(" "),
);

// Made when the first is asked for: an import does not pay for it.
let grammars: ReadonlyMap<string, FieldGrammar> | undefined;
const onceOnly: ReadonlySet<string> = new Set(onceOnlyFields.map((name) => name.toLowerCase()));

function buildGrammars(): ReadonlyMap<string, FieldGrammar> {
  const map = new Map<string, FieldGrammar>();
  const add = (grammar: Exclude<FieldGrammar, "text">): void => {
    for (const name of names[grammar].toLowerCase().split(" ")) map.set(name, grammar);
  };
  for (const grammar of ["mailbox", "mailboxes", "addresses", "id", "ids", "date", "list", "structured"] as const)
    add(grammar);
  return map;
}

/** The grammar of a field's value; `text` for unstructured fields and unknown names. Case of the name is ignored. */
export function fieldGrammar(name: string): FieldGrammar {
  grammars ??= buildGrammars();
  return grammars.get(name.toLowerCase()) ?? "text";
}

/** True when a message has at most one field of this name. Case of the name is ignored. */
export function standsOnce(name: string): boolean {
  const key = name.toLowerCase();
  return onceOnly.has(key) || key.startsWith("content-") || key.startsWith("list-");
}
