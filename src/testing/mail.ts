// What the test kit takes for a mail, and what it makes of one.
import type { Address, Mailbox } from "../mail/headers/mailbox.ts";
import type { Message } from "../mail/message/types.ts";
import type { Rendered } from "../mail/render/render.ts";

/** Something that holds the bytes of a message: an inbox entry, a captured mail, a mail that was read. */
export interface HeldMail {
  readonly raw: Uint8Array;
  /** The envelope, where it is known. */
  readonly envelope?: MailEnvelope | undefined;
  /** The envelope as an inbox entry has it. */
  readonly recipients?: readonly string[] | undefined;
  readonly source?: string | undefined;
}

/** What a nodemailer transport reports, with the message in it: `streamTransport` with `buffer: true`. */
export interface MailInfo {
  readonly message: unknown;
  readonly envelope?: { readonly from: string | false; readonly to: readonly string[] } | undefined;
}

/** Everything the test kit reads. A string is the text of an `.eml`, not a path. */
export type MailInput = Message | Rendered | HeldMail | MailInfo | Uint8Array | ArrayBuffer | string;

/** Who gets bounces and who gets the message. */
export interface MailEnvelope {
  readonly from?: string | undefined;
  readonly to: readonly string[];
}

/** A field of a head: unfolded, encoded-words decoded where the field may have them (RFC 2047 s5). */
export interface ReadHeader {
  readonly name: string;
  readonly value: string;
}

/** A part of the MIME tree, decoded. */
export interface ReadPart {
  /** Numbers from the outermost part down, from 1: `1.2`. Empty for the outermost part. */
  readonly path: string;
  /** Lower-case `type/subtype`. */
  readonly type: string;
  /** Of Content-Type, the boundary left out. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly disposition?: string | undefined;
  readonly filename?: string | undefined;
  /** Content-ID without angle brackets. */
  readonly cid?: string | undefined;
  readonly headers: readonly ReadHeader[];
  /** Octets of a part that holds no parts, transfer encoding removed. */
  readonly content?: Uint8Array | undefined;
  /** The content as text when the type is text, LF between lines. */
  readonly text?: string | undefined;
  /** Parts of a multipart; the enclosed message of a message/rfc822. */
  readonly parts: readonly ReadPart[];
}

/** A file in a message. */
export interface ReadAttachment {
  readonly filename?: string | undefined;
  readonly type: string;
  readonly disposition?: string | undefined;
  readonly cid?: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly content: Uint8Array;
}

/** A message as `readEml` gives it: everything decoded at once, so that it can be compared as a whole. */
export interface EmlMessage extends HeldMail {
  /** Every field of the head, in order. */
  readonly headers: readonly ReadHeader[];
  readonly subject?: string | undefined;
  readonly from: readonly Address[];
  readonly sender?: Mailbox | undefined;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly date?: Date | undefined;
  /** With angle brackets. */
  readonly messageId?: string | undefined;
  /** The plain text that is shown, LF between lines. */
  readonly text?: string | undefined;
  /** The html that is shown, likewise. */
  readonly html?: string | undefined;
  readonly attachments: readonly ReadAttachment[];
  /** The MIME tree. */
  readonly root: ReadPart;
  readonly raw: Uint8Array;
}
