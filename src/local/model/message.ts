// A message in the inbox, the notifications about it, and the conditions to find it by. Plain data, no behaviour.
import type { NotificationType } from "./account.ts";

/**
 * Why there is a message: `sent` by a client, `verification` with the link that verifies an address, `feedback` is a
 * bounce or complaint forwarded by mail, `auto-reply` the answer of the out-of-office simulator address.
 */
export const MESSAGE_KINDS = ["sent", "verification", "feedback", "auto-reply"] as const;

/** Why a message is in the inbox. */
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Codes of what the service does to a message that its sender may not expect. */
export const NOTE_CODES = [
  /** text outside of 7-bit ASCII without a charset or encoded-words */
  "ses.seven-bit",
  /** a From field that FromEmailAddress takes the place of */
  "ses.from-replaced",
  /** a Reply-To field that ReplyToAddresses take the place of */
  "ses.reply-to-replaced",
  /** an attachment whose bytes its transfer encoding cannot carry */
  "ses.attachment-encoding",
  /** a parameter that has an effect at the service and none here */
  "ses.not-played",
] as const;

/** What the service does to a message that its sender may not expect; shown with the findings about the message. */
export interface DeliveryNote {
  readonly code: (typeof NOTE_CODES)[number];
  readonly severity: "error" | "warning";
  readonly message: string;
  /** The parameter, as in `Message.Subject`. */
  readonly place: string;
  /** What to do about it. */
  readonly hint: string | undefined;
}

/** A message the endpoint has taken. Never changed once stored. */
export interface StoredMessage {
  /** The MessageId the client was answered. */
  readonly id: string;
  readonly kind: MessageKind;
  readonly region: string;
  /** When it was taken, in ms. */
  readonly at: number;
  /** `SendEmail`, `SendRawEmail`, `v2 SendEmail`; for what the endpoint itself wrote, its kind. */
  readonly action: string;
  readonly accessKeyId: string | undefined;
  /** The bare address of the sender: Source, else the From field. */
  readonly source: string;
  /** Where bounces and complaints go by mail. */
  readonly feedbackTo: string;
  /** The envelope: bare addresses that get the message, each once, in order. */
  readonly recipients: readonly string[];
  /** Bare addresses by the field or parameter they came in; `bcc` also holds envelope-only recipients. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  /** The Subject field, decoded and at most 1,000 characters: for lists, not for comparing content. */
  readonly subject: string;
  /** The From field, unfolded and decoded, at most 1,000 characters. */
  readonly from: string;
  /** Name and value pairs: the Tags parameter, else the X-SES-MESSAGE-TAGS field. */
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly configurationSet: string | undefined;
  readonly sourceArn: string | undefined;
  readonly fromArn: string | undefined;
  readonly returnPathArn: string | undefined;
  /** What the service changed or would have changed. */
  readonly notes: readonly DeliveryNote[];
  /** The bytes exactly as they were given (SendEmail: as composed). */
  readonly raw: Uint8Array;
  /** The head the recipient sees, CRLF, with the blank line that ends it. */
  readonly head: Uint8Array;
  /** Where the body begins in `raw`: `deliveredBytes(message)` joins head and body. */
  readonly bodyAt: number;
}

/** A bounce, complaint or delivery notification, as published to a topic. */
export interface SesNotification {
  readonly type: NotificationType;
  /** Of the message it is about. */
  readonly messageId: string;
  readonly region: string;
  /** In ms. */
  readonly at: number;
  readonly topicArn: string;
  /** The SES JSON: `{ notificationType, mail, bounce | complaint | delivery }`. */
  readonly message: Readonly<Record<string, unknown>>;
  /** The SNS envelope around it, as a topic's HTTP subscriber gets it. */
  readonly envelope: Readonly<Record<string, unknown>>;
}

/** Which messages: every given condition must hold. Addresses are compared without regard to case. */
export interface MessageFilter {
  /** The MessageId. */
  readonly id?: string;
  /** A bare address that gets the message: one of the envelope's recipients, also those of Cc and Bcc. */
  readonly to?: string;
  /** A bare address among those of Cc. */
  readonly cc?: string;
  /** A bare address among those that get the message without being named in it. */
  readonly bcc?: string;
  /** A bare address: one of the From field, or the sender of the envelope. */
  readonly from?: string;
  /** A part of the subject, or a pattern for it. */
  readonly subject?: string | RegExp;
  /** A part of the plain text, or a pattern for it; of the html where there is no plain text. */
  readonly text?: string | RegExp;
  /** `name:value` of a tag, or its name alone; of several each one. */
  readonly tag?: string | readonly string[];
  /** The name of the configuration set. */
  readonly configurationSet?: string;
  /**
   * `Name:value` of a header field, as it was sent or as it is delivered, or its name alone; of several each one. The
   * name is compared without regard to case, the value as a whole, unfolded and decoded.
   */
  readonly header?: string | readonly string[];
  /** Whether there are files in the message, images of the html among them. */
  readonly hasAttachment?: boolean;
  /** Only messages taken at this time or later; a number is in ms since the epoch. */
  readonly since?: Date | number;
  /** Only messages taken before this time; a number is in ms since the epoch. */
  readonly before?: Date | number;
  readonly region?: string;
  readonly kind?: MessageKind;
  /** Only messages taken after this one. */
  readonly after?: string;
  /** Of those that match only the newest. */
  readonly latest?: boolean;
}
