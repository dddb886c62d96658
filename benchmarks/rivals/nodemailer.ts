// nodemailer by its shortest way from options to bytes, without a transport around it.
import MailComposer from "nodemailer/lib/mail-composer";
import type { Options } from "nodemailer/lib/mailer";
import type { Letter } from "../letter.ts";
import type { Rival } from "./rival.ts";

/** The letter as mail options. */
export function optionsOf({ from, to, subject, text, html, enclosures }: Letter): Options {
  return {
    ...{ from, to: [...to], subject },
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    attachments: enclosures.map(({ filename, type, content }) => ({
      filename,
      contentType: type,
      content: Buffer.from(content.buffer, content.byteOffset, content.length),
    })),
  };
}

export const nodemailer: Rival = {
  name: "nodemailer",
  prepare(letter) {
    const options = optionsOf(letter);
    return () => new MailComposer(options).compile().build();
  },
  unequal: () => [],
};

/** Text in quoted-printable, whatever its characters. */
export const nodemailerQuoted: Rival = {
  name: "nodemailer, quoted-printable",
  prepare(letter) {
    const options: Options = { ...optionsOf(letter), textEncoding: "quoted-printable" };
    return () => new MailComposer(options).compile().build();
  },
  unequal: () => [],
};
