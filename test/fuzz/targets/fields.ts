// What stands in a head: addresses, unstructured fields, file names, content types. What is accepted reads back.
import {
  type Address,
  check,
  formatMailbox,
  type Mailbox,
  MessageError,
  type MessageInput,
  message,
  OptionError,
  parseAddressList,
  toBytes,
} from "mimewright";
import { readEml } from "mimewright/testing";
import { findField, outlineRaw } from "../../../src/mail/read/outline.ts";
import { promised, stepOf, type Target, textOf } from "../target.ts";
import { HEAD_WORDS } from "./words.ts";

export const BASE = { from: "a@example.com", to: "b@example.com", date: new Date(Date.UTC(2026, 0, 2)) } as const;
export const SEED = { seed: "fuzz" } as const;

/** The codes of an error that may be thrown. Any other goes on. */
export function codesOf(error: unknown): string {
  if (!(error instanceof MessageError || error instanceof OptionError)) throw error;
  promised(error.issues.length > 0 && !error.message.includes("undefined"), "an error says what is wrong");
  return [...new Set(error.issues.map(({ code }) => code))].sort().join();
}

/** The octets of a message; or the codes for which it is refused. */
export function written(input: MessageInput): Uint8Array | string {
  try {
    return toBytes(message(input), SEED);
  } catch (error) {
    return codesOf(error);
  }
}

/** RFC 5322 s2.1.1, s2.3: no line over 998 octets, no CR or LF alone. And nobody sees a blind copy. */
export function checkLines(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString("latin1");
  const lines = text.split("\r\n");
  promised(
    lines.every((line) => line.length <= 998 && !/[\r\n]/.test(line)),
    "lines end with CRLF, and have 998 octets at most",
  );
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  promised(!/^Bcc:/im.test(head), "no Bcc is written");
}

// The reader of encoded-words takes U+FEFF at the start of one for the mark of its charset.
const marksOff = (text: string) => text.replaceAll("\ufeff", "").replaceAll('"name":"",', "");

function mailboxesOf(entry: Address): readonly Mailbox[] {
  return "group" in entry ? entry.members : [entry];
}

function placesIn(field: string): string {
  return JSON.stringify(
    parseAddressList(field)
      .flatMap(mailboxesOf)
      .map(({ address }) => address),
  );
}

export const addresses: Target = {
  name: "addresses",
  words: HEAD_WORDS,
  longest: 4_000,
  async run(input) {
    const text = textOf(input);
    const bytes = written({ ...BASE, to: text });
    if (typeof bytes === "string") return bytes;
    checkLines(bytes);
    const found = parseAddressList(text);
    const read = await readEml(bytes);
    const places = found.flatMap(mailboxesOf).map(({ address }) => address);
    // The reader of addresses takes "<" in a quoted local part for the beginning of an address: read by ours, then.
    const isOdd = places.some((address) => address.startsWith('"'));
    const field = findField(outlineRaw(bytes).fields, "to")?.value ?? "";
    const [is, was] = isOdd
      ? [placesIn(field), JSON.stringify(places)]
      : [read.to, found].map((list) => marksOff(JSON.stringify(list)));
    promised(is === was, `${was} reads back as ${is}`);
    const alone = found.map((entry) => ("group" in entry ? "" : formatMailbox(entry)));
    const kinds = found.map((entry) => ("group" in entry ? "g" : entry.name === undefined ? "a" : "n"));
    return `ok ${stepOf(found.length)} ${[...new Set(kinds)].sort().join("")} ${/=\?/.test(alone.join())}`;
  },
};

export const fields: Target = {
  name: "fields",
  words: HEAD_WORDS,
  longest: 2_000,
  async run(input) {
    const text = textOf(input);
    const at = text.indexOf("|");
    const [name, value] = at < 0 ? ["X-Fuzz", text] : [text.slice(0, at), text.slice(at + 1)];
    const bytes = written({ ...BASE, subject: value, text: "Hi", headers: { [name]: value } });
    if (typeof bytes === "string") return bytes;
    checkLines(bytes);
    const read = await readEml(bytes);
    promised(
      marksOff(read.subject ?? "") === marksOff(value),
      `subject ${JSON.stringify(value)} reads back as ${JSON.stringify(read.subject)}`,
    );
    promised(
      read.headers.filter((field) => field.name.toLowerCase() === name.toLowerCase()).length === 1,
      "one field of the name",
    );
    return `ok ${stepOf(bytes.length >> 6)} ${/[^\0-\x7f]/.test(value)}`;
  },
};

export const fileNames: Target = {
  name: "file-names",
  words: HEAD_WORDS,
  longest: 1_000,
  async run(input) {
    const filename = textOf(input);
    const bytes = written({ ...BASE, attachments: [{ filename, content: "x" }] });
    if (typeof bytes === "string") return bytes;
    checkLines(bytes);
    const [file, ...more] = (await readEml(bytes)).attachments;
    promised(file !== undefined && more.length === 0, "one file comes back");
    const given = file?.filename ?? "";
    // Folders before it, and what turns a name around, are left out with a warning.
    const isChanged = check({ ...BASE, attachments: [{ filename, content: "x" }] }).issues.some(
      ({ code }) => code === "attachment.filename",
    );
    promised(isChanged || filename === given, `${JSON.stringify(filename)} reads back as ${JSON.stringify(given)}`);
    return `ok ${stepOf(bytes.length >> 6)} ${file?.type} ${/[^\0-\x7f]/.test(given)} ${given.length === filename.length}`;
  },
};

export const types: Target = {
  name: "types",
  words: HEAD_WORDS,
  longest: 1_000,
  async run(input) {
    const contentType = textOf(input);
    const bytes = written({ ...BASE, text: "Hi", attachments: [{ filename: "a.bin", content: "x", contentType }] });
    if (typeof bytes === "string") return bytes;
    checkLines(bytes);
    const [file] = (await readEml(bytes)).attachments;
    const plain = contentType.toLowerCase().split(";")[0]?.trim();
    promised(file?.type === plain, `${JSON.stringify(contentType)} reads back as ${file?.type}`);
    return `ok ${/^(?:text|image|application|multipart|message)/.exec(plain ?? "")?.[0]} ${stepOf(bytes.length >> 6)}`;
  },
};
