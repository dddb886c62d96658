// @upyo/smtp composes inside its transport and does not export the composer. The adapter loads a copy of the published
// module that differs by one export, so that no connection is timed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createMessage, type Message } from "@upyo/core";
import type { Letter, Person } from "../letter.ts";
import type { Rival } from "./rival.ts";

type Convert = (message: Message) => Promise<{ readonly raw: string }>;

const convert = await loadConverter();

async function loadConverter(): Promise<Convert> {
  const original = createRequire(import.meta.url).resolve("@upyo/smtp");
  const source = readFileSync(join(dirname(original), "index.js"), "utf8");
  const folder = join(import.meta.dirname, "generated");
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, "upyo-smtp.mjs");
  writeFileSync(copy, `${source}\nexport { convertMessage };\n`);
  const { convertMessage } = await import(copy);
  return convertMessage;
}

// Its type of an address asks for the sign between the halves.
function typedPerson({ name, address }: Person) {
  const at = address.lastIndexOf("@");
  return { name, address: `${address.slice(0, at)}@${address.slice(at + 1)}` as const };
}

interface Addressed extends Omit<Letter, "from" | "to"> {
  readonly from: ReturnType<typeof typedPerson>;
  readonly to: readonly ReturnType<typeof typedPerson>[];
}

function compose({ from, to, subject, text, html, enclosures }: Addressed): Promise<Uint8Array> {
  const made = createMessage({
    ...{ from, to: [...to], subject },
    content: html === undefined ? { text: text ?? "" } : text === undefined ? { html } : { html, text },
    attachments: enclosures.map(({ filename, type, content }) => {
      const [kind = "", subtype = ""] = type.split("/");
      const contentType = `${kind}/${subtype}` as const;
      return { inline: false, filename, content, contentType, contentId: filename };
    }),
  });
  return convert(made).then(({ raw }) => Buffer.from(raw));
}

export const upyo: Rival = {
  name: "@upyo/smtp",
  prepare(letter) {
    const typed = { ...letter, from: typedPerson(letter.from), to: letter.to.map(typedPerson) };
    return () => compose(typed);
  },
  unequal({ to, text, html, subject }) {
    const notes: string[] = [];
    if (/[^\r\n -~]/.test(`${text}${html}`)) notes.push("cuts UTF-8 characters by soft line breaks");
    if (to.length > 10 || subject.length > 100) notes.push("folds no header");
    return notes;
  },
};
