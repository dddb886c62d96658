// The door `mimewright/read`: reading mail that somebody else wrote.
export type { Address, Group, Mailbox } from "./headers/mailbox.ts";
export type { ToInputOptions } from "./message/to-input.ts";
export { inputLosses, toInput } from "./message/to-input.ts";
export { decodedBody } from "./read/body.ts";
export type { ReadDate } from "./read/dates.ts";
export type { DefectCode, ReadDefect } from "./read/defects.ts";
export { decodeWords } from "./read/encoded-words.ts";
export type { HeadDefectKind, RawField } from "./read/head.ts";
export type { ReadFile, ReadMessage, ReadOptions } from "./read/message.ts";
export { decodedValue, readMessage } from "./read/message.ts";
export type { RawDefect, RawDefectKind, RawPart } from "./read/outline.ts";
export type { ParameterDefect } from "./read/parameters.ts";
export type { FilePart, FileRole, ReadCalendar } from "./read/views.ts";
export { decodedText } from "./read/views.ts";
export type { RawVisit } from "./read/walk.ts";
export { pathOf } from "./read/walk.ts";
