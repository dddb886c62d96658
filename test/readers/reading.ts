// What a reader found in a message, in one form for all readers, so that readings can be compared.

/** A mailbox, or a group with its members. A name that is absent is empty. */
export type ReadAddress =
  | { readonly name: string; readonly address: string }
  | { readonly group: string; readonly members: readonly { readonly name: string; readonly address: string }[] };

/** A leaf of the tree that is not the text and not the html: attachments, inline parts, further alternatives. */
export interface ReadAttachment {
  /** Lower case, without parameters. */
  readonly type: string;
  readonly filename: string | undefined;
  readonly disposition: string | undefined;
  /** Without angle brackets. */
  readonly cid: string | undefined;
  /** Decoded octets, and digests of them; undefined where the reader does not give them. */
  readonly content: Uint8Array | undefined;
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  /** Of message/rfc822, where the reader opened it. */
  readonly enclosed: { readonly subject: string; readonly text: string } | undefined;
}

/** One reader's reading of one message. */
export interface Reading {
  readonly from: readonly ReadAddress[];
  readonly sender: readonly ReadAddress[];
  readonly to: readonly ReadAddress[];
  readonly cc: readonly ReadAddress[];
  readonly replyTo: readonly ReadAddress[];
  readonly subject: string;
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly references: string;
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly ReadAttachment[];
  /** Names of all fields of the head, lower case, in their order. */
  readonly names: readonly string[];
  /** Values of the fields whose name starts with `X-`, by lower-case name. Undefined: not decoded by the reader. */
  readonly custom: ReadonlyMap<string, string> | undefined;
  /** What the reader finds wrong with the message. Empty for readers that report nothing. */
  readonly defects: readonly string[];
}

/** Software that reads a message. */
export interface MailReader {
  readonly name: string;
  /** Undefined where the reader keeps CRLF in decoded text; else what it makes of it. */
  readonly lineEnds: "CRLF" | "LF";
  read(bytes: Uint8Array): Promise<Reading>;
  close(): void;
}
