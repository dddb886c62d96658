// mimewright: compose, check, render. Sending, files, html, charsets and tests have their own entry points.

export { issueCodes } from "./issues/codes.ts";
export type { Checked, Issue, IssueCode, Path, Severity } from "./issues.ts";
export { MessageError, OptionError } from "./issues.ts";
export type { Address, AddressInput, Group, Mailbox, MailboxInput } from "./mail/headers/address.ts";
export { formatMailbox, parseAddressList } from "./mail/headers/address.ts";
export type { Field, FieldValue } from "./mail/headers/field.ts";
export { check, checkLimits, compose } from "./mail/limits/check.ts";
export { lintRaw } from "./mail/limits/lint-raw.ts";
export type { Limits } from "./mail/limits/profiles.ts";
export { sesV1, sesV2, smtp } from "./mail/limits/profiles.ts";
export { message } from "./mail/message/check.ts";
export type { Composer } from "./mail/message/compose.ts";
export type { RecipientGroup } from "./mail/message/envelope.ts";
export { envelope, splitRecipients } from "./mail/message/envelope.ts";
export type {
  Attachment,
  AttachmentInput,
  BytesOptions,
  Calendar,
  CalendarInput,
  ChunksOptions,
  Content,
  ContentInput,
  Envelope,
  EnvelopeInput,
  FieldInput,
  GivenBytes,
  HeadersInput,
  Message,
  MessageInput,
  OpenedSource,
  Part,
  PartInput,
  Priority,
  RenderOptions,
  Source,
  StructuredInput,
  TransferEncoding,
  Transport,
  WrittenPartInput,
  ZonedDate,
} from "./mail/message/types.ts";
export type { Charset } from "./mail/octets/charset.ts";
export { registerCharset } from "./mail/octets/charset.ts";
export type { CollectOptions, Measure } from "./mail/render/output.ts";
export { collect, measure, partBytes, toBytes, toChunks, toStream } from "./mail/render/output.ts";
export type { Renderable, Rendered } from "./mail/render/render.ts";
export { loadPending, render } from "./mail/render/render.ts";
export type { Rendering } from "./mail/render/render-options.ts";
export type { PartSize } from "./mail/render/sheet.ts";
export { toTree } from "./mail/render/tree.ts";
