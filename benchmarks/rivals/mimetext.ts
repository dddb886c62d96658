// mimetext: content must be encoded by the caller, so that is part of the job.
import { createMimeMessage } from "mimetext";
import type { Letter } from "../letter.ts";
import type { Rival } from "./rival.ts";

/** How text and files come to it: as they are (base64 in one line), or as a caller must give them to be legal. */
type Given = "as it is" | "encoded";

const LINE = /.{76}(?=.)/g;

function base64(bytes: Buffer, given: Given): string {
  const text = bytes.toString("base64");
  return given === "encoded" ? text.replace(LINE, "$&\r\n") : text;
}

function compose({ from, to, subject, text, html, enclosures }: Letter, given: Given): Uint8Array {
  const made = createMimeMessage();
  made.setSender({ name: from.name, addr: from.address });
  made.setTo(to.map(({ name, address }) => ({ name, addr: address })));
  made.setSubject(subject);
  const add = (contentType: string, body: string): void => {
    if (given === "as it is") made.addMessage({ contentType, data: body });
    else made.addMessage({ contentType, encoding: "base64", data: base64(Buffer.from(body), given) });
  };
  if (text !== undefined) add("text/plain", text);
  if (html !== undefined) add("text/html", html);
  for (const { filename, type, content } of enclosures) {
    const data = base64(Buffer.from(content.buffer, content.byteOffset, content.length), given);
    made.addAttachment({ filename, contentType: type, encoding: "base64", data });
  }
  return Buffer.from(made.asRaw());
}

/** What it writes when the caller encodes and wraps the bodies: the nearest it comes to the work of a composer. */
export const mimetextEncoded: Rival = {
  name: "mimetext, encoded by caller",
  prepare: (letter) => () => compose(letter, "encoded"),
  unequal: () => ["writes LF line ends", "checks next to nothing", "writes a subject as one word of any length"],
};

export const mimetext: Rival = {
  name: "mimetext",
  prepare: (letter) => () => compose(letter, "as it is"),
  unequal({ text, html, enclosures }) {
    const notes = ["writes LF line ends", "encodes no text: 8-bit octets under a 7bit label"];
    const long = (body: string | undefined) => body !== undefined && body.length > 100_000;
    if (long(text) || long(html)) notes.push("copies the body as it is");
    if (enclosures.length > 0) notes.push("wraps no base64: one line of any length");
    return notes;
  },
};
