// mimewright/mimetext: from mimetext's messages.
export { fromMimeText } from "./mimetext/from-mimetext.ts";
export type { MimeTextField, MimeTextMessage, MimeTextPart } from "./mimetext/part.ts";
