// mimewright: compose, check, render. Sending, files, html, charsets and tests have doors of their own.
export type { Charset } from "./encoding/charset.ts";
export { registerCharset } from "./encoding/charset.ts";
export type { Address, AddressInput, Group, Mailbox, MailboxInput } from "./headers/address.ts";
export { formatMailbox, parseAddressList } from "./headers/address.ts";
export type { Field, FieldValue } from "./headers/field.ts";
export type { Checked, Issue, IssueCode, Path, Severity } from "./issues.ts";
export { issueCodes, MessageError, OptionError } from "./issues.ts";
export { check, checkLimits, compose } from "./limits/check.ts";
export { lintRaw } from "./limits/lint-raw.ts";
export type { Limits } from "./limits/profiles.ts";
export { sesV1, sesV2, smtp } from "./limits/profiles.ts";
export { message } from "./message/check.ts";
export type { Composer } from "./message/compose.ts";
export type { RecipientGroup } from "./message/envelope.ts";
export { envelope, splitRecipients } from "./message/envelope.ts";
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
} from "./message/types.ts";
export type { Measure } from "./mime/measure.ts";
export { measure } from "./mime/measure.ts";
export type { CollectOptions } from "./mime/output.ts";
export { collect, toBytes, toChunks, toStream } from "./mime/output.ts";
export { partBytes } from "./mime/part-bytes.ts";
export type { PartSize, Segment } from "./mime/plan.ts";
export type { Renderable, Rendered } from "./mime/render.ts";
export { loadPending, render } from "./mime/render.ts";
export type { Rendering } from "./mime/render-options.ts";
export { toTree } from "./mime/tree.ts";
