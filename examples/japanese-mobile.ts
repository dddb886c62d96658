// Mail for Japanese mobile phones: ISO-2022-JP, as carriers and old phones read it, and UTF-8 for a text that has a
// character which that charset lacks. Nothing is replaced by a question mark.
import { check, type Message, type MessageInput, message } from "mimewright";
import "mimewright/charset";

// ISO-2022-JP has no half-width katakana; the full-width ones read the same.
function fullWidth(text: string): string {
  return text.replace(/[\uff65-\uff9f]+/g, (katakana) => katakana.normalize("NFKC"));
}

/** The message in ISO-2022-JP when it can be written in it, else in UTF-8. @throws MessageError */
export function mobileMail(input: MessageInput): Message {
  const { subject, text } = input;
  const prepared: MessageInput = {
    ...input,
    subject: subject === undefined ? undefined : fullWidth(subject),
    text: text === undefined ? undefined : fullWidth(text),
  };
  const checked = check({ ...prepared, charset: "ISO-2022-JP" });
  return checked.ok ? checked.value : message(prepared);
}
