// mimetext: content must be encoded by the caller, so that is part of the job.
import { createMimeMessage } from "mimetext";
import type { Letter } from "../letter.ts";
import type { Rival } from "./rival.ts";

function compose({ from, to, subject, text, html, enclosures }: Letter): Uint8Array {
  const made = createMimeMessage();
  made.setSender({ name: from.name, addr: from.address });
  made.setTo(to.map(({ name, address }) => ({ name, addr: address })));
  made.setSubject(subject);
  if (text !== undefined) made.addMessage({ contentType: "text/plain", data: text });
  if (html !== undefined) made.addMessage({ contentType: "text/html", data: html });
  for (const { filename, type, content } of enclosures) {
    const data = Buffer.from(content.buffer, content.byteOffset, content.length).toString("base64");
    made.addAttachment({ filename, contentType: type, encoding: "base64", data });
  }
  return Buffer.from(made.asRaw());
}

export const mimetext: Rival = {
  name: "mimetext",
  prepare: (letter) => () => compose(letter),
  unequal({ text, html, subject, enclosures }) {
    const notes = ["writes LF line ends", "encodes no text: 8-bit octets under a 7bit label"];
    const long = (body: string | undefined) => body !== undefined && body.length > 100_000;
    if (long(text) || long(html)) notes.push("the body is copied as it is");
    if (subject.length > 100) notes.push("the subject is one line of any length");
    if (enclosures.length > 0) notes.push("wraps no base64: one line of any length");
    return notes;
  },
};
