// Messages over hostile alphabets, each with the reading that every reader has to arrive at.
import fc from "fast-check";
import { type AttachmentInput, type MessageInput, message, toBytes } from "mimewright";
import { bodyText, fileName, headerText, octets } from "./alphabets.ts";
import { contentOf } from "./digest.ts";
import { addresses, mailbox, mailboxes, type Sample } from "./generate-addresses.ts";
import type { ReadAttachment, Reading } from "./reading.ts";

/** What is to be read; what only some readers tell is left to the comparison. */
export type Expected = Omit<Reading, "custom" | "defects"> & { readonly custom: ReadonlyMap<string, string> };

/** A message and its reading. */
export type MessageSample = Sample<MessageInput, Expected>;

const encoder = new TextEncoder();

/** RFC 2046 s4.1.1: each of the three line ends is one in the message. */
export function crlf(text: string): string {
  return text.replace(/\r\n|\r|\n/g, "\r\n");
}

function leaf(type: string, content: Uint8Array, more: Partial<ReadAttachment> = {}): ReadAttachment {
  const none = { filename: undefined, disposition: undefined, cid: undefined, enclosed: undefined };
  return { type, ...none, ...contentOf(content), ...more };
}

// Type and content of a file; a string of a text type is text, everything else octets.
const file: fc.Arbitrary<{ contentType: string; content: string | Uint8Array; octets: Uint8Array }> = fc
  .oneof(
    fc.tuple(fc.constantFrom("application/pdf", "image/png", "application/json", "font/woff2", "x-a/x.b+c"), octets),
    fc.tuple(fc.constantFrom("text/csv", "text/plain", "text/html", "text/x-log"), octets),
    fc.tuple(fc.constantFrom("text/csv", "text/plain", "text/html", "text/markdown"), bodyText),
  )
  .map(([contentType, content]) => ({
    contentType,
    content,
    octets: typeof content === "string" ? encoder.encode(crlf(content)) : content,
  }));

type FileSample = Sample<AttachmentInput, ReadAttachment>;

const attached: fc.Arbitrary<FileSample> = fc
  .record({
    file,
    filename: fileName,
    cid: fc.option(
      fc.nat({ max: 1e6 }).map((number) => `unused-${number}`),
      { nil: undefined, freq: 9 },
    ),
    encoding: fc.constantFrom<AttachmentInput["encoding"]>(undefined, undefined, undefined, "quoted-printable"),
    description: fc.option(headerText, { nil: undefined, freq: 6 }),
    date: fc.option(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), {
      nil: undefined,
      freq: 6,
    }),
  })
  .map(({ file: { contentType, content, octets: bytes }, filename, cid, encoding, description, date }) => ({
    input: {
      filename,
      contentType,
      content,
      ...(cid === undefined ? {} : { cid }),
      // The base64 of a string says that the string is base64 already, so strings ask for nothing.
      ...(encoding === undefined || typeof content === "string" ? {} : { encoding }),
      ...(description === undefined ? {} : { description }),
      ...(date === undefined ? {} : { modificationDate: date, size: bytes.length }),
    },
    expected: leaf(contentType, bytes, { filename, disposition: "attachment", cid }),
  }));

const forwarded: fc.Arbitrary<FileSample> = fc
  .record({ subject: headerText, text: bodyText, filename: fileName })
  .map(({ subject, text, filename }) => {
    const inner = message({ from: "inner@example.com", to: "other@example.com", subject, text });
    const content = toBytes(inner, { seed: "inner", now: () => new Date(0) });
    return {
      input: { filename, contentType: "message/rfc822", content },
      expected: leaf("message/rfc822", content, {
        filename,
        disposition: "attachment",
        enclosed: { subject, text: crlf(text) },
      }),
    };
  });

const shown: fc.Arbitrary<FileSample> = fc
  .record({ type: fc.constantFrom("image/png", "image/gif", "video/mp4"), content: octets })
  .map(({ type, content }) => ({
    input: { cid: "shown@example.com", contentType: type, content },
    expected: leaf(type, content, { disposition: "inline", cid: "shown@example.com" }),
  }));

interface Contents {
  readonly input: Partial<MessageInput>;
  readonly expected: Pick<Expected, "text" | "html" | "attachments">;
}

const contents: fc.Arbitrary<Contents> = fc
  .record(
    {
      text: bodyText,
      watch: bodyText,
      amp: bodyText,
      html: bodyText,
      calendar: bodyText,
      calendarFile: fileName,
      shown,
      files: fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: attached }, { weight: 1, arbitrary: forwarded }), {
        // RFC 2045 s7: one id, one part.
        selector: ({ expected }) => expected.cid ?? expected,
        maxLength: 3,
      }),
      textEncoding: fc.constantFrom<MessageInput["textEncoding"]>("base64", "quoted-printable"),
    },
    { requiredKeys: ["text"] },
  )
  .map(contentsOf);

interface Pieces {
  readonly text: string;
  readonly watch?: string;
  readonly amp?: string;
  readonly html?: string;
  readonly calendar?: string;
  readonly calendarFile?: string;
  readonly shown?: FileSample;
  readonly files?: readonly FileSample[];
  readonly textEncoding?: MessageInput["textEncoding"];
}

// The order of the leaves: alternatives from plain to rich, what the html shows, what is attached.
function contentsOf(pieces: Pieces): Contents {
  const { text, watch, amp, calendar, calendarFile, files = [], textEncoding } = pieces;
  const image = pieces.html === undefined ? undefined : pieces.shown;
  const html = image === undefined ? pieces.html : `<img src="cid:shown@example.com">${pieces.html}`;
  const leaves: ReadAttachment[] = [];
  if (watch !== undefined) leaves.push(leaf("text/watch-html", encoder.encode(crlf(watch))));
  if (amp !== undefined) leaves.push(leaf("text/x-amp-html", encoder.encode(crlf(amp))));
  const object = calendar === undefined ? undefined : encoder.encode(crlf(calendar));
  if (object !== undefined) leaves.push(leaf("text/calendar", object));
  if (image !== undefined) leaves.push(image.expected);
  for (const { expected } of files) leaves.push(expected);
  if (object !== undefined && calendarFile !== undefined) {
    leaves.push(leaf("text/calendar", object, { filename: calendarFile, disposition: "attachment" }));
  }
  return {
    input: {
      text,
      ...(watch === undefined ? {} : { watch }),
      ...(amp === undefined ? {} : { amp }),
      ...(html === undefined ? {} : { html }),
      ...(calendar === undefined ? {} : { calendar: calendarInput(calendar, calendarFile) }),
      ...(textEncoding === undefined ? {} : { textEncoding }),
      attachments: [...(image === undefined ? [] : [image]), ...files].map(({ input }) => input),
    },
    expected: { text: crlf(text), html: crlf(html ?? ""), attachments: leaves },
  };
}

function calendarInput(content: string, filename: string | undefined): NonNullable<MessageInput["calendar"]> {
  return { method: "REQUEST", content, ...(filename === undefined ? {} : { filename }) };
}

const messageId = fc.constantFrom(
  "<a@b.example>",
  "<1.2.3@mail.example.com>",
  "<x$y@[192.0.2.1]>",
  `<${"i".repeat(200)}@e.x>`,
);

/** A message and what is to be read of it. */
export const messageSample: fc.Arbitrary<MessageSample> = fc
  .record({
    from: mailboxes,
    sender: mailbox,
    to: fc.option(addresses, { nil: undefined, freq: 9 }),
    cc: fc.option(addresses, { nil: undefined, freq: 2 }),
    replyTo: fc.option(addresses, { nil: undefined, freq: 2 }),
    subject: fc.option(headerText, { nil: undefined, freq: 19 }),
    contents,
    custom: fc.uniqueArray(
      fc.tuple(fc.constantFrom("X-Tag", "X-Note", "x-lower", `X-${"Long".repeat(15)}`), headerText),
      {
        selector: ([name]) => name,
        maxLength: 3,
      },
    ),
    messageId,
    inReplyTo: fc.option(messageId, { nil: undefined, freq: 2 }),
    references: fc.option(fc.array(messageId, { minLength: 1, maxLength: 12 }), { nil: undefined, freq: 2 }),
    // RFC 5322 s3.3 knows no parts of a second.
    date: fc.integer({ min: -2e9, max: 2e11 }).map((seconds) => seconds * 1000),
  })
  .map((draft) => ({ input: inputOf(draft), expected: expectedOf(draft) }));

type Draft = {
  readonly from: Sample<MessageInput["from"], Expected["from"]>;
  readonly sender: Sample<NonNullable<MessageInput["sender"]>, Expected["from"][number]>;
  readonly to: Sample<MessageInput["from"], Expected["to"]> | undefined;
  readonly cc: Sample<MessageInput["from"], Expected["cc"]> | undefined;
  readonly replyTo: Sample<MessageInput["from"], Expected["replyTo"]> | undefined;
  readonly subject: string | undefined;
  readonly contents: Contents;
  readonly custom: readonly (readonly [name: string, value: string])[];
  readonly messageId: string;
  readonly inReplyTo: string | undefined;
  readonly references: readonly string[] | undefined;
  readonly date: number;
};

/** Stands in the envelope, and must not stand in the bytes. */
export const HIDDEN = "hidden-recipient@blind.example";

function inputOf({ from, sender, to, cc, replyTo, subject, inReplyTo, references, ...rest }: Draft): MessageInput {
  return {
    from: from.input,
    ...(from.expected.length > 1 ? { sender: sender.input } : {}),
    ...(to === undefined ? {} : { to: to.input }),
    ...(cc === undefined ? {} : { cc: cc.input }),
    bcc: HIDDEN,
    ...(replyTo === undefined ? {} : { replyTo: replyTo.input }),
    ...(subject === undefined ? {} : { subject }),
    ...rest.contents.input,
    headers: rest.custom.map(([name, value]) => ({ name, value })),
    messageId: rest.messageId,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references === undefined ? {} : { references }),
    date: new Date(rest.date),
  };
}

function expectedOf(draft: Draft): Expected {
  const { from, sender, to, cc, replyTo, subject, custom, inReplyTo, references } = draft;
  return {
    from: from.expected,
    sender: from.expected.length > 1 ? [sender.expected] : [],
    to: to?.expected ?? [],
    cc: cc?.expected ?? [],
    replyTo: replyTo?.expected ?? [],
    subject: subject ?? "",
    messageId: draft.messageId,
    inReplyTo: inReplyTo ?? "",
    references: references?.join(" ") ?? "",
    date: draft.date,
    ...draft.contents.expected,
    custom: new Map(custom.map(([name, value]) => [name.toLowerCase(), value])),
    names: [
      "from",
      ...(from.expected.length > 1 ? ["sender"] : []),
      ...(replyTo === undefined ? [] : ["reply-to"]),
      ...(to === undefined ? [] : ["to"]),
      ...(cc === undefined ? [] : ["cc"]),
      ...(subject === undefined ? [] : ["subject"]),
      "message-id",
      ...(inReplyTo === undefined ? [] : ["in-reply-to"]),
      ...(references === undefined ? [] : ["references"]),
      "date",
      ...custom.map(([name]) => name.toLowerCase()),
      "mime-version",
      "content-type",
    ],
  };
}
