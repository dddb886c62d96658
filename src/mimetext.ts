// mimewright/mimetext: from mimetext's messages.
export { fromMimeText } from "./deliver/mimetext/from-mimetext.ts";
export type { MimeTextField, MimeTextMessage, MimeTextPart } from "./deliver/mimetext/part.ts";
