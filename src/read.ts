// The door `mimewright/read`: reading mail that another program wrote.
export type { Address, Group, Mailbox } from "./mail/headers/mailbox.ts";
export type { ToInputOptions } from "./mail/input/to-input.ts";
export { inputLosses, toInput } from "./mail/input/to-input.ts";
export { decodedBody } from "./mail/read/body.ts";
export type { ReadDate } from "./mail/read/dates.ts";
export type { DefectCode, ReadDefect } from "./mail/read/defects.ts";
export { decodeWords } from "./mail/read/encoded-words.ts";
export type { HeadDefectKind, RawField } from "./mail/read/head.ts";
export type { ReadFile, ReadMessage, ReadOptions } from "./mail/read/message.ts";
export { decodedValue, readMessage } from "./mail/read/message.ts";
export type { RawDefect, RawDefectKind, RawPart } from "./mail/read/outline.ts";
export type { ParameterDefect } from "./mail/read/parameters.ts";
export type { FilePart, FileRole, ReadCalendar } from "./mail/read/views.ts";
export { decodedText } from "./mail/read/views.ts";
export type { RawVisit } from "./mail/read/walk.ts";
export { pathOf } from "./mail/read/walk.ts";
