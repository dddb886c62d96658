// What a person means by a message: what comes in (…Input) and the checked, frozen values made of it.
// Data only; the rules are in check.ts.

import type { Issue } from "../../issues.ts";
import type { Address, AddressInput, Mailbox, MailboxInput } from "../headers/address.ts";
import type { Field, FieldValue } from "../headers/field.ts";
import type { TransferEncoding } from "../octets/choose.ts";

export type { TransferEncoding } from "../octets/choose.ts";

/** What an opened {@link Source} gives: chunks of bytes, at once or as they come. */
export type OpenedSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/**
 * Bytes that can be opened again and again, so that measuring, sending and retrying need no rewind.
 * Every opening must give the same bytes.
 *
 * @example
 * const report: Source = { size: 3, open: () => [new Uint8Array([1, 2, 3])] };
 */
export interface Source {
  /** Number of bytes that `open()` will give, when known. */
  readonly size?: number | undefined;
  open(): OpenedSource | Promise<OpenedSource>;
}

/** What a function gives that is content: all bytes, or what gives them in chunks. */
export type GivenBytes = Uint8Array | ArrayBuffer | Blob | OpenedSource;

/**
 * Content of an attachment or of a leaf part. A string becomes text in the message's charset; a function is called, and
 * a {@link Source} opened, at write time, each time anew. A bare stream or iterator is refused: it could be read once
 * only.
 *
 * @example
 * const forms: ContentInput[] = ["text", new Uint8Array([1]), () => createReadStream("a.pdf"), async () => readFile("a.pdf")];
 */
export type ContentInput =
  | string
  | Uint8Array
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | Source
  | (() => GivenBytes | Promise<GivenBytes>);

/** An attachment as the caller writes it. */
export interface AttachmentInput {
  readonly filename?: string | undefined;
  readonly content: ContentInput;
  /** `type/subtype`, parameters allowed; from the file name's extension when absent. */
  readonly contentType?: string | undefined;
  /** Content-ID without `cid:`; html that refers to it as `cid:…` makes it a related part. */
  readonly cid?: string | undefined;
  /** `attachment` unless the html shows the part. */
  readonly disposition?: "attachment" | "inline" | undefined;
  /** For bytes: the transfer encoding to use. `base64` over a string says that the string is base64 already. */
  readonly encoding?: TransferEncoding | undefined;
  /** Content-Description (RFC 2045 s8). */
  readonly description?: string | undefined;
  /** Written as the parameters of RFC 2183 only when given. */
  readonly size?: number | undefined;
  readonly modificationDate?: Date | undefined;
  readonly creationDate?: Date | undefined;
}

/** A calendar object (RFC 5545) that travels as an alternative, and as a file too when it has a name. */
export interface CalendarInput {
  /** The iTIP method, as in the object's own METHOD property (RFC 6047 s2.4). */
  readonly method: string;
  /** The object, or its bytes in UTF-8 (in UTF-16 with a byte order mark). */
  readonly content: string | Uint8Array | ArrayBuffer;
  /** Adds the same object as an attachment of this name. */
  readonly filename?: string | undefined;
}

/**
 * The value of a header field. Text is encoded where it must be, by the grammar of the field's name; a name that the
 * library does not know is unstructured text. `{ structured }` is for such a name with its own grammar: ASCII that
 * is folded at its blanks and never encoded. The other forms are those of a checked tree.
 *
 * @example
 * const headers = { "X-Campaign-Data": { structured: '{"id": 7, "tags": ["a", "b"]}' } };
 */
export type FieldInput = string | StructuredInput | FieldValue;

/** Text of a field that is written as it is. */
export interface StructuredInput {
  readonly structured: string;
}

/** Header fields by name, or as a list where order or repetition matters. */
export type HeadersInput =
  | Readonly<Record<string, FieldInput | readonly FieldInput[]>>
  | readonly { readonly name: string; readonly value: FieldInput }[];

/**
 * A node of a MIME tree of the caller's own. Exactly one of `content`, `parts` and `message` says what it holds:
 * a leaf, a multipart, or an enclosed message.
 */
export interface PartInput {
  /** `type/subtype`; parameters go into `parameters`. */
  readonly type: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Further fields of the part's head. Content-Type, -Transfer-Encoding, -Disposition and -ID have options. */
  readonly fields?: HeadersInput | undefined;
  readonly disposition?: "attachment" | "inline" | undefined;
  readonly filename?: string | undefined;
  /** Content-ID, with or without angle brackets. */
  readonly id?: string | undefined;
  readonly description?: string | undefined;
  readonly size?: number | undefined;
  readonly modificationDate?: Date | number | undefined;
  readonly creationDate?: Date | number | undefined;
  readonly encoding?: TransferEncoding | undefined;
  /**
   * Label of the charset of encoded-words and strings in this part and in those inside it. That of the part around it
   * when absent; a tree whose root says none takes that of the first of its parts that does, else UTF-8.
   */
  readonly charset?: string | undefined;
  /** As the message's; only the outermost part decides, or the first of its parts where that says nothing. */
  readonly transport?: Transport | undefined;
  readonly content?: ContentInput | Content | undefined;
  readonly parts?: readonly (PartInput | WrittenPartInput)[] | undefined;
  readonly message?: PartInput | undefined;
  /** As a checked tree has it: see {@link WrittenPartInput}. */
  readonly written?: Uint8Array | undefined;
}

/**
 * A part of a multipart that is written already, head and body, as `partBytes` gives it: its octets travel unchanged,
 * so that a signature over them holds (RFC 1847 s2.1). It says everything itself: nothing is given beside it.
 */
export interface WrittenPartInput {
  readonly written: Uint8Array;
}

/** The smtp side of a message: who gets bounces and who gets the message, apart from what the header shows. */
export interface EnvelopeInput {
  /**
   * The bounce address. From the Sender or the From mailbox when absent. `""` is the null reverse-path of
   * notifications and automatic replies (RFC 5321 s4.5.5), which SMTP takes and Amazon SES does not; `null` and `<>`
   * say the same.
   */
  readonly from?: MailboxInput | null | undefined;
  /** The recipients. To, Cc and Bcc when absent. */
  readonly to?: AddressInput | undefined;
}

/**
 * A moment and the zone in which it is written.
 *
 * @example
 * const date: ZonedDate = { at: new Date(), offset: 540 }; // Tue, 24 Nov 2026 14:06:07 +0900
 */
export interface ZonedDate {
  /** Or text that says its offset, as JSON makes of a `Date`. */
  readonly at: Date | string;
  /** Minutes east of UTC: 540 is +0900, -210 is -0330. */
  readonly offset: number;
}

/** Everything that a message can be made of. */
export interface MessageInput {
  readonly from: AddressInput;
  readonly sender?: MailboxInput | undefined;
  readonly to?: AddressInput | undefined;
  readonly cc?: AddressInput | undefined;
  /** Never written into the message; part of the envelope only. */
  readonly bcc?: AddressInput | undefined;
  readonly replyTo?: AddressInput | undefined;
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  /** AMP for Email, an alternative between text and html. */
  readonly amp?: string | undefined;
  /** Apple Watch html, an alternative between text and html. */
  readonly watch?: string | undefined;
  readonly calendar?: CalendarInput | undefined;
  readonly attachments?: readonly AttachmentInput[] | undefined;
  /** A tree of the caller's own instead of text, html, amp, watch and calendar. */
  readonly body?: PartInput | undefined;
  readonly headers?: HeadersInput | undefined;
  /**
   * The Date of the message: written in UTC when it is a `Date`, else in the zone that it says. Text is a date-time of
   * RFC 5322 or a time of ISO 8601 with its offset.
   */
  readonly date?: Date | ZonedDate | string | undefined;
  /** `<left@right>` of RFC 5322 s3.6.4, with or without its brackets. Made from the seed when absent. */
  readonly messageId?: string | undefined;
  /**
   * Ids of other messages, as they were printed between `<` and `>`; one that is not `<left@right>` is a warning. A
   * string may hold several.
   */
  readonly inReplyTo?: string | readonly string[] | undefined;
  /** As `inReplyTo`: the ids of the thread, oldest first. */
  readonly references?: string | readonly string[] | undefined;
  /** Label of the charset of bodies and encoded-words. UTF-8 when absent. */
  readonly charset?: string | undefined;
  /** Transfer encoding of text, html, amp, watch and calendar. */
  readonly textEncoding?: TransferEncoding | undefined;
  /** `8bit` lets 8-bit text travel as it is, for relays that all speak 8BITMIME. `7bit` when absent. */
  readonly transport?: Transport | undefined;
  readonly envelope?: EnvelopeInput | undefined;
  /** One HTTPS URI (and mailto: URIs beside it): writes the one-click pair of RFC 8058. */
  readonly listUnsubscribe?: string | readonly string[] | undefined;
  readonly priority?: Priority | undefined;
  /** RFC 3834 s5: `auto-generated`, `auto-replied`, `auto-notified` or `no`. */
  readonly autoSubmitted?: string | undefined;
}

/** The bytes that the way to the reader can carry. */
export type Transport = "7bit" | "8bit";

export type Priority = "high" | "normal" | "low";

/** Checked content: bytes in memory, or a source that is opened at write time. */
export type Content =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "source"; readonly source: CheckedSource };

/** A source as it is in a checked message. What it opens is looked at when it is read. */
export interface CheckedSource {
  readonly size?: number;
  readonly open: () => unknown;
}

/** A checked attachment. */
export interface Attachment {
  readonly filename?: string;
  readonly content: Content;
  /** Lower-case `type/subtype`. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Without angle brackets. */
  readonly cid?: string;
  readonly disposition: "attachment" | "inline";
  /** True when the html refers to the cid: the part then is in the multipart/related. */
  readonly related: boolean;
  readonly encoding?: TransferEncoding;
  readonly description?: string;
  readonly size?: number;
  readonly modificationDate?: number;
  readonly creationDate?: number;
}

/** A checked calendar object, line ends CRLF. */
export interface Calendar {
  readonly method: string;
  readonly content: string;
  readonly filename?: string;
}

/** A checked node of a MIME tree. Usable as a {@link PartInput} again, changed or not. */
export interface Part {
  /** Lower-case `type/subtype`. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly fields: readonly Field[];
  readonly disposition?: "attachment" | "inline";
  readonly filename?: string;
  /** Without angle brackets. */
  readonly id?: string;
  readonly description?: string;
  readonly size?: number;
  readonly modificationDate?: number;
  readonly creationDate?: number;
  readonly encoding?: TransferEncoding;
  /** The charset's MIME label, where the part names one. */
  readonly charset?: string;
  readonly transport?: Transport;
  readonly content?: Content;
  readonly parts?: readonly Part[];
  readonly message?: Part;
  /** Head and body, where they were written already. */
  readonly written?: Uint8Array;
}

/**
 * A message that passed every check. Frozen through and through; made by `message()`, `check()` and
 * `compose()…build()` only.
 */
export interface Message {
  readonly from: readonly Mailbox[];
  readonly sender?: Mailbox;
  readonly to?: readonly Address[];
  readonly cc?: readonly Address[];
  readonly bcc?: readonly Address[];
  readonly replyTo?: readonly Address[];
  readonly subject?: string;
  /** Bodies as they were given; their line ends become CRLF when they are written. */
  readonly text?: string;
  readonly html?: string;
  readonly amp?: string;
  readonly watch?: string;
  readonly calendar?: Calendar;
  readonly attachments: readonly Attachment[];
  readonly body?: Part;
  /** Further fields, the ones that options set (priority, autoSubmitted, listUnsubscribe) included. */
  readonly headers: readonly Field[];
  /** Milliseconds since 1970. */
  readonly date?: number;
  /** The zone in which the date is written, as `+0900`; UTC when absent. */
  readonly dateZone?: string;
  /** With angle brackets, as all ids here. */
  readonly messageId?: string;
  readonly inReplyTo?: readonly string[];
  readonly references?: readonly string[];
  /** The charset's MIME label. */
  readonly charset: string;
  readonly textEncoding?: TransferEncoding;
  readonly transport: Transport;
  readonly envelope?: { readonly from?: string; readonly to?: readonly string[] };
  /** Warnings: what a reader or a relay may do to the message. */
  readonly issues: readonly Issue[];
}

/**
 * Who gets the bounces and who gets the message (RFC 5321 s3.3). Addresses only, ASCII, domains as A-labels; `from` is
 * empty for the null reverse-path.
 */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** What `toBytes` takes. */
export interface BytesOptions extends RenderOptions {
  /**
   * Where the message is written, from the first byte on, instead of into a fresh buffer. `measure(m, options).bytes`
   * tells how many bytes it must have at least. It must not share memory with what is attached.
   */
  readonly into?: Uint8Array<ArrayBuffer> | undefined;
}

/** What `toChunks` takes. */
export interface ChunksOptions extends RenderOptions {
  /**
   * Whose the chunks are. `own`, when absent: the receiver's, for good. `lent`: a chunk is the receiver's only until it
   * asks for the next one, which may be written over it; nothing is allocated per chunk then. Never for a receiver
   * that keeps or queues chunks, as Node streams and sockets do.
   */
  readonly chunks?: "own" | "lent" | undefined;
}

/** What rendering needs besides the message. With the same options the same message gives the same bytes. */
export interface RenderOptions {
  /** Date of the message when it has none. The current time when absent. */
  readonly now?: (() => Date) | undefined;
  /** Boundaries and a missing Message-ID come from it. Random when absent. */
  readonly seed?: string | undefined;
  /** Right side of a generated Message-ID. The From domain when absent. */
  readonly idDomain?: string | undefined;
  /** Adds an ASCII `filename=` and an encoded-word `name=` beside RFC 2231 names, for old Outlook and QQ. */
  readonly legacyNames?: boolean | undefined;
}
