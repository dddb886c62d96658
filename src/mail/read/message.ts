// The one reader of mail that another program wrote. The outline is made at once, in one pass over the bytes; everything
// else is made when it is asked for.

import { readOptionsOf, shapeOf, wholeNumber } from "../../given.ts";
import { errorIssue, OptionError } from "../../issues.ts";
import { type Address, type Mailbox, mailboxesOf } from "../headers/mailbox.ts";
import { isBytes } from "../octets/kinds.ts";
import { readAddressList } from "./addresses.ts";
import { decodedBody } from "./body.ts";
import { type ReadDate, readDate } from "./dates.ts";
import { defectsOf, type ReadDefect } from "./defects.ts";
import { decodeWords } from "./encoded-words.ts";
import { readIds } from "./message-ids.ts";
import { findField, outlineRaw, type RawCaps, type RawField, type RawPart, rawCaps } from "./outline.ts";
import { calendarIn, contentIdOf, type FilePart, isFile, lazy, type ReadCalendar, roleOf, shownText } from "./views.ts";
import { pathOf, type RawVisit, walkRaw } from "./walk.ts";
import { isDecoded } from "./word-places.ts";

/** How much of the bytes is read. What is more is a defect of the message, never an error. */
export interface ReadOptions {
  /** Parts in all. 10,000 when absent. */
  readonly parts?: number | undefined;
  /** Multiparts and enclosed messages inside one another. 100 when absent. */
  readonly depth?: number | undefined;
  /** Octets of one head. 1,048,576 when absent. */
  readonly headBytes?: number | undefined;
  /** Fields of one head. 10,000 when absent. */
  readonly fields?: number | undefined;
}

/** A file of a message that was read. */
export interface ReadFile extends FilePart {
  /** The message in it, for a part of message/rfc822 or message/global; undefined for every other. */
  message(): ReadMessage | undefined;
}

/**
 * A message that another program wrote. Its outline is there at once; values of fields are decoded when they are looked
 * at, bodies when their function is called, each once. Nothing of the bytes is copied before, so they must not change.
 */
export interface ReadMessage {
  /** The bytes that all offsets count in. */
  readonly bytes: Uint8Array;
  /** The outermost part: fields and parts by their offsets. */
  readonly root: RawPart;
  /** The fields of the head, in their order: those of `root`. */
  readonly fields: readonly RawField[];
  /** Every mailbox and group of From, names decoded; empty where there is no such field. Likewise the others. */
  readonly from: readonly Address[];
  readonly sender: Mailbox | undefined;
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  /** Decoded. */
  readonly subject: string | undefined;
  /** undefined without a Date, and for an unreadable one. */
  readonly date: ReadDate | undefined;
  /** With angle brackets, as all ids here. */
  readonly messageId: string | undefined;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  /** Every part, holders before what they hold, in the order of the bytes; those of enclosed messages too. */
  readonly parts: readonly RawVisit[];
  /** The parts that are not shown as text, in the order of the bytes; an enclosed message is one file. */
  readonly attachments: readonly ReadFile[];
  /** Everything that is wrong, in the order of the parts. Asking for it looks at every octet once. */
  readonly defects: readonly ReadDefect[];
  /** The text/plain parts that are shown, LF between lines; undefined when there is none. */
  text(): string | undefined;
  /** The text/html parts that are shown, likewise. */
  html(): string | undefined;
  /** The invitation that comes with the text; undefined when there is none. */
  calendar(): ReadCalendar | undefined;
}

const OPTIONS = shapeOf<ReadOptions>({
  parts: wholeNumber(1),
  depth: wholeNumber(1),
  headBytes: wholeNumber(1),
  fields: wholeNumber(1),
});

/**
 * Reads a message: an `.eml`, or bytes as they travel. Whatever is wrong with the message is a defect of it and never an
 * error; time and memory are linear in the number of bytes.
 *
 * @param bytes - lines end with CRLF or with LF
 * @throws OptionError `input.type` for anything but a Uint8Array; `input.option`, `input.unknown-key` for the options
 * @example
 * const mail = readMessage(await readFile("order.eml"));
 * console.log(mail.from, mail.subject, mail.text());
 * for (const file of mail.attachments) await writeFile(file.filename ?? "unnamed", file.content());
 */
export function readMessage(bytes: Uint8Array, options?: ReadOptions): ReadMessage {
  if (!isBytes(bytes)) {
    const hint = "for a text: new TextEncoder().encode(text); for a file: await readFile(path)";
    throw new OptionError([errorIssue("input.type", [], "a message is read from a Uint8Array", { hint })]);
  }
  const caps = options === undefined ? rawCaps : { ...rawCaps, ...defined(readOptionsOf(options, OPTIONS)) };
  return messageWithin(bytes, caps);
}

function defined(options: ReadOptions): Partial<Record<keyof ReadOptions, number>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** The message in the bytes, read up to the caps. */
export function messageWithin(bytes: Uint8Array, caps: RawCaps): ReadMessage {
  return messageAt(bytes, outlineRaw(bytes, caps, decodeWords));
}

// The message whose outline starts at a part: the outermost one, or one that is enclosed.
function messageAt(bytes: Uint8Array, root: RawPart): ReadMessage {
  return new MessageReading(bytes, root);
}

// A class for its accessors alone: on an object literal they cost more than the outline of a small message.
class MessageReading implements ReadMessage {
  readonly bytes: Uint8Array;
  readonly root: RawPart;
  readonly fields: readonly RawField[];
  readonly text = lazy(() => shownText(this.bytes, this.#own(), "text/plain"));
  readonly html = lazy(() => shownText(this.bytes, this.#own(), "text/html"));
  readonly calendar = lazy(() => calendarIn(this.bytes, this.#own()));
  readonly #parts = lazy(() => [...walkRaw(this.root)]);
  readonly #own = lazy(() => this.#parts().filter(({ enclosed }) => !enclosed));
  readonly #files = lazy(() =>
    this.#own()
      .filter(isFile)
      .map((visit) => fileAt(this.bytes, visit)),
  );
  readonly #defects = lazy(() => defectsOf(this.bytes, this.#parts()));
  readonly #read = new Map<string, readonly Address[]>();

  constructor(bytes: Uint8Array, root: RawPart) {
    this.bytes = bytes;
    this.root = root;
    this.fields = root.fields;
  }

  get from(): readonly Address[] {
    return this.#addresses("from");
  }

  get sender(): Mailbox | undefined {
    return mailboxesOf(this.#addresses("sender"))[0];
  }

  get replyTo(): readonly Address[] {
    return this.#addresses("reply-to");
  }

  get to(): readonly Address[] {
    return this.#addresses("to");
  }

  get cc(): readonly Address[] {
    return this.#addresses("cc");
  }

  get bcc(): readonly Address[] {
    return this.#addresses("bcc");
  }

  get subject(): string | undefined {
    return textOf(this.fields, "subject");
  }

  get date(): ReadDate | undefined {
    return readDate(fieldValue(this.fields, "date")).date;
  }

  get messageId(): string | undefined {
    return readIds(fieldValue(this.fields, "message-id"))[0];
  }

  get inReplyTo(): readonly string[] {
    return readIds(fieldValue(this.fields, "in-reply-to"));
  }

  get references(): readonly string[] {
    return readIds(fieldValue(this.fields, "references"));
  }

  get parts(): readonly RawVisit[] {
    return this.#parts();
  }

  get attachments(): readonly ReadFile[] {
    return this.#files();
  }

  get defects(): readonly ReadDefect[] {
    return this.#defects();
  }

  #addresses(name: string): readonly Address[] {
    const made = this.#read.get(name) ?? addressesIn(this.fields, name);
    this.#read.set(name, made);
    return made;
  }
}

function fileAt(bytes: Uint8Array, visit: RawVisit): ReadFile {
  const { part } = visit;
  const content = lazy(() => decodedBody(bytes, part));
  return {
    part,
    path: pathOf(visit),
    filename: part.filename,
    type: part.type,
    disposition: part.disposition,
    cid: contentIdOf(part),
    role: roleOf(visit),
    content,
    message: lazy(() => {
      if (part.message !== undefined) return messageAt(bytes, part.message);
      // RFC 6532 s3.5: message/global may be encoded; its octets are a message when they are decoded.
      return /^message\/(?:rfc822|global)$/.test(part.type) ? readMessage(content()) : undefined;
    }),
  };
}

/** The value of a field as a reader shows it: encoded-words decoded where a field may have them. RFC 2047 s5. */
export function decodedValue({ name, value }: RawField): string {
  return isDecoded(name, value) ? decodeWords(value) : value;
}

/** The addresses of every field of that name, which is given in lower case. */
export function addressesIn(fields: readonly RawField[], name: string): readonly Address[] {
  const values = fields.filter((field) => field.name.length === name.length && field.name.toLowerCase() === name);
  return values.flatMap(({ value }) => readAddressList(value).addresses);
}

function fieldValue(fields: readonly RawField[], name: string): string {
  return findField(fields, name)?.value ?? "";
}

/** The decoded value of the first field of that name, which is given in lower case. */
export function textOf(fields: readonly RawField[], name: string): string | undefined {
  const field = findField(fields, name);
  return field === undefined ? undefined : decodeWords(field.value);
}
