// What other readers make of messages that are wrong: each row names the fault, who reads it otherwise, and how. A
// difference is explained when the message has the fault and the row is about that value.
import type { DefectCode, ReadMessage } from "mimewright/read";
import type { Difference } from "./compare.ts";

/** A habit of other readers before one kind of fault. */
export interface FaultQuirk {
  readonly readers: readonly string[];
  readonly why: string;
  /** The values of a reading that it touches. */
  readonly places: RegExp;
  hasFault(mail: ReadMessage, difference: Difference): boolean;
}

const BOTH = ["postal-mime", "mailparser"];
const SCRIPTS = ["python email", "Email::MIME", "GMime"];
const ALL = [...BOTH, ...SCRIPTS];
const PEOPLE = /^(?:from|sender|to|cc|replyTo)[.[]/;
const ADDRESSES = /^(?:from|sender|to|cc|reply-to)$/i;
const CONTENT = /^(?:text|html|attachments)/;

const has =
  (...codes: readonly DefectCode[]) =>
  ({ defects }: ReadMessage): boolean =>
    defects.some(({ code }) => codes.includes(code));

function holdsEightBit({ bytes, parts }: ReadMessage): boolean {
  return parts.some(({ part }) => bytes.subarray(part.headStart, part.headEnd).some((octet) => octet > 0x7f));
}

function isSeveral(parts: ReadMessage["parts"], type: string): boolean {
  return parts.filter(({ part }) => part.type === type).length > 1;
}

function hasField({ fields }: ReadMessage["root"], name: string): boolean {
  return fields.some((field) => field.name.toLowerCase() === name);
}

function isRepeated({ parts }: ReadMessage): boolean {
  return parts.some(({ part }) => {
    const names = part.fields.map(({ name }) => name.toLowerCase());
    return new Set(names).size < names.length;
  });
}

const WORD_WITH_SPECIAL = /=\?[^?\s]*(?:[,;:<>@"()\\][^?\s]*\?[bq]\?[^?\s]*|\?[bq]\?[^?\s]*[,;:<>@"()\\][^?\s]*)\?=/i;

function isCharset(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

/** Every habit that the tests of agreement met. */
export const faultQuirks: readonly FaultQuirk[] = [
  {
    readers: ["mailparser", ...SCRIPTS],
    why: "a semicolon within an address ends it, as a comma does; in GMime 3.2.13 it ends the group too",
    places: PEOPLE,
    hasFault: ({ fields }) =>
      fields.some(({ name, value }) => ADDRESSES.test(name) && /@[^,\s]*;[^\s,]|<[^<>"]*;/.test(value)),
  },
  {
    readers: ["python email", "Email::MIME"],
    why: "a closing parenthesis within a domain ends the address, in 3.11 and in Email::Address::XS 1.05",
    places: PEOPLE,
    hasFault: ({ fields }) => fields.some(({ name, value }) => ADDRESSES.test(name) && /@[^,\s(]*\)/.test(value)),
  },
  {
    readers: ALL,
    why: "a line of the head that is no field is a field to them, or ends the name of one",
    places: /^(?:names|from|sender|to|cc|replyTo|subject|messageId|inReplyTo|references|date)/,
    hasFault: has("malformed-field", "empty-name", "mbox-line", "byte-order-mark", "name-blank"),
  },
  {
    readers: ALL,
    why: "a Content-Type that cannot be read is a type of its own, where RFC 2045 s5.2 has text/plain",
    places: CONTENT,
    hasFault: has("type"),
  },
  {
    readers: ALL,
    why: "a parameter that breaks the grammar ends elsewhere, or loses its comment",
    places: /^attachments|^text$|^html$/,
    hasFault: has("disposition"),
  },
  {
    readers: ALL,
    why: "parts whose delimiters are missing or wrong begin and end elsewhere",
    places: CONTENT,
    hasFault: has("boundary-missing", "boundary-illegal", "boundary-repeated", "boundary-unused", "boundary-unclosed"),
  },
  {
    readers: ALL,
    why: "a multipart without a closing head has no parts, or other ones",
    places: CONTENT,
    hasFault: has("no-blank-line", "no-fields", "malformed-field", "empty-name", "blank-fold"),
  },
  {
    readers: ALL,
    why: "text beside an address, an unclosed quote or bracket, and a stray colon end an address elsewhere",
    places: PEOPLE,
    hasFault: has("address"),
  },
  {
    readers: ALL,
    why: "8-bit octets in a head are U+FFFD, Latin-1 or nothing to them; here UTF-8 where they are that, else Latin-1",
    places: /^(?:names|subject|from|sender|to|cc|replyTo|messageId|inReplyTo|references|attachments|text|html)/,
    hasFault: holdsEightBit,
  },
  {
    readers: ALL,
    why: "an encoded-word that breaks its encoding stays as it is written, or loses other octets",
    places: /^subject$|\.(?:name|group|filename|subject)$/,
    hasFault: has("encoded-word"),
  },
  {
    readers: ALL,
    why: "dates are read by the language's Date, which takes other forms and days; mailparser gives the present for none",
    places: /^date$/,
    hasFault: ({ date, fields }) => date === undefined || fields.some(({ name }) => /^date$/i.test(name)),
  },
  {
    readers: ALL,
    why: "ids without brackets, or with one of them, are completed by mailparser and left by postal-mime",
    places: /^(?:messageId|inReplyTo|references)$/,
    hasFault: has("message-id"),
  },
  {
    readers: ALL,
    why: "octets that are no base64 or quoted-printable are left out, or kept, otherwise",
    places: CONTENT,
    hasFault: has("body", "encoding"),
  },
  {
    readers: BOTH,
    why: "several texts: plain ones become html, and are set off with markup or line breaks",
    places: /^(?:text|html)$/,
    hasFault: ({ parts }) => parts.filter(({ part }) => /^text\/(?:plain|html)$/.test(part.type)).length > 1,
  },
  {
    readers: ALL,
    why: "a special within an encoded-word of a name ends the name, where here the word is one (RFC 2047 s5(3) has none)",
    places: PEOPLE,
    hasFault: ({ fields }) => fields.some(({ value }) => WORD_WITH_SPECIAL.test(value)),
  },
  {
    readers: ALL,
    why: "a run of white space between the words of a name stays, where here it is one space",
    places: /\.(?:name|group)$/,
    hasFault: (_, { expected, found }) => typeof found === "string" && expected === found.replace(/[ \t]+/g, " "),
  },
  {
    readers: ALL,
    why: "Sender has every mailbox of the field, where RFC 5322 s3.6.2 has one",
    places: /^sender/,
    hasFault: ({ fields }) => fields.some(({ name, value }) => /^sender$/i.test(name) && value.includes(",")),
  },
  {
    readers: ["postal-mime"],
    why: "keeps blanks at the ends of quoted-printable lines, which RFC 2045 s6.7(3) takes out",
    places: /^(?:text|html|attachments\[\d+\]\.content)$/,
    hasFault: ({ parts }) => parts.some(({ part }) => part.encoding === "quoted-printable"),
  },
  {
    readers: BOTH,
    why: "a name that is the address itself is left out",
    places: /\.name$/,
    hasFault: (_, { expected, found }) => found === "" && typeof expected === "string" && expected.includes("@"),
  },
  {
    readers: ["postal-mime"],
    why: "reads words of an unknown charset as windows-1252, where here they are UTF-8 if they can be",
    places: /^subject$|\.(?:name|group|filename|subject)$/,
    hasFault: ({ parts }) =>
      parts.some(({ part }) =>
        part.fields.some(({ value }) =>
          [...value.matchAll(/=\?([^?\s*]+)[^?\s]*\?[bq]\?/gi)].some(([, label = ""]) => !isCharset(label)),
        ),
      ),
  },
  {
    readers: ["postal-mime"],
    why: "shows a text whose disposition is of no standard, also where its type has a name",
    places: CONTENT,
    hasFault: ({ parts }) =>
      parts.some(
        ({ part }) => /^text\//.test(part.type) && !/^(?:attachment|inline)$/.test(part.disposition ?? "inline"),
      ),
  },
  {
    readers: ["mailparser"],
    why: "leaves out the line end at the end of a text that is followed by no delimiter, and in a report",
    places: /^(?:text|html)$/,
    hasFault: (_, { expected, found }) => typeof found === "string" && expected === `${found}\n`,
  },
  {
    readers: ["mailparser"],
    why: "takes the type of a file from its name where the field says application/octet-stream or is missing",
    places: /^attachments\[\d+\]\.type$/,
    hasFault: ({ parts }, { expected }) =>
      expected === "application/octet-stream" ||
      (expected === "text/plain" && parts.some(({ part }) => !hasField(part, "content-type"))),
  },
  {
    readers: ["mailparser"],
    why: "reads an empty part of a message whose lines end with LF as one line end",
    places: /^attachments\[\d+\]\.content$/,
    hasFault: (_, { expected }) => expected instanceof Uint8Array && expected.length === 0,
  },
  {
    readers: ["mailparser"],
    why: "parts are looked for under every type with a boundary, in 3.14.2",
    places: CONTENT,
    hasFault: ({ parts }) =>
      parts.some(({ part }) => !part.type.startsWith("multipart/") && part.parameters.has("boundary")),
  },
  {
    readers: ["mailparser"],
    why: "an encoded-word whose charset has a special in it stays as it is written, in 3.14.2",
    places: /^subject$|\.(?:name|group|filename|subject)$/,
    hasFault: (_, { found }) => typeof found === "string" && /=\?[^?\s]*[^\w?*\s-][^?\s]*\?[bq]\?/i.test(found),
  },
  {
    readers: ["mailparser"],
    why: "an A-label with other characters than letters, digits and hyphens is decoded all the same, in 3.14.2",
    places: /\.address$/,
    hasFault: (_, { expected }) => typeof expected === "string" && /@.*xn--[^.]*[^\w.-]/.test(expected),
  },
  {
    readers: ["mailparser"],
    why: "a run of white space between ids is one space, in 3.14.2",
    places: /^references$/,
    hasFault: (_, { expected, found }) => typeof expected === "string" && found === expected.replace(/[ \t]+/g, " "),
  },
  {
    readers: ["mailparser"],
    why: "an empty head has one field without a name, in 3.14.2",
    places: /^names$/,
    hasFault: ({ fields }) => fields.length === 0,
  },
  {
    readers: SCRIPTS,
    why: "of several texts of one type they are asked for the first, and the others are files",
    places: CONTENT,
    hasFault: ({ parts }) => ["text/plain", "text/html"].some((type) => isSeveral(parts, type)),
  },
  {
    readers: ["Email::MIME"],
    why: "takes what stands before the first delimiter for a part where it has a colon, in 1.953",
    places: CONTENT,
    hasFault: ({ bytes, parts }) =>
      parts.some(({ part }) =>
        bytes.subarray(part.bodyStart, part.parts[0]?.headStart ?? part.bodyStart).includes(0x3a),
      ),
  },
  {
    readers: ["python email"],
    why: "does not join sections of a parameter whose names differ in case (RFC 2045 s5.1), in 3.11",
    places: /^attachments\[\d+\]\.filename$/,
    hasFault: ({ parts }) => parts.some(({ part }) => part.fields.some(({ value }) => /[A-Z]\*\d/.test(value))),
  },
  {
    readers: ["Email::MIME"],
    why: "loses the last field of a head that no blank line ends, in 1.953",
    places: /./,
    hasFault: has("no-blank-line"),
  },
  {
    readers: ALL,
    why: "of fields that stand once, and twice in the message, they take the last",
    places: /./,
    hasFault: isRepeated,
  },
];
