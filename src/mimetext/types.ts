// What of mimetext's messages is read: its classes, as far as their shape matters here.

/** A header field as mimetext keeps it. */
export interface MimeTextField {
  readonly name: string;
  readonly value?: unknown;
  readonly disabled?: boolean | undefined;
}

/** A body or an attachment of a mimetext message. */
export interface MimeTextPart {
  readonly data: unknown;
  readonly headers: { readonly fields: readonly MimeTextField[] };
}

/** What of a mimetext `MIMEMessage` is read. */
export interface MimeTextMessage {
  readonly headers: { readonly fields: readonly MimeTextField[] };
  readonly messages: readonly MimeTextPart[];
}
