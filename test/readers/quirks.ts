// What readers make of correct messages: each row a fault or a habit of one reader, told as narrowly as can be. A
// difference is the reader's when the habits of its rows, and nothing else, explain it.
import type { MessageInput } from "mimewright";
import { decodeWords } from "postal-mime";
import type { Difference } from "./compare.ts";
import type { ReadAddress, Reading } from "./reading.ts";

type Value = string | Uint8Array;

/** One habit of one reader. */
export interface Quirk {
  readonly reader: string;
  readonly version: string;
  readonly why: string;
  /** The least that shows it, From and text left out. */
  readonly example: Partial<MessageInput>;
  /** The places of a reading that it touches. */
  readonly places: RegExp;
  /** What the reader may make of a value. Nothing when the value does not concern it. */
  outcomes(value: Value, difference: Difference): readonly Value[];
}

/** A habit that spoils a whole field of addresses. */
export interface AddressQuirk extends Omit<Quirk, "places" | "outcomes"> {
  spoils(addresses: readonly ReadAddress[]): boolean;
}

const BODY = /^(text|html|attachments\[\d+\]\.enclosed\.text)$/;
const CONTENT = /^attachments\[\d+\]\.content$/;
const NAME = /\.(name|group)$/;
const ADDRESS = /\.address$/;
const HEADER_TEXT = /^subject$|^custom\.|\.(name|group|filename)$|\.enclosed\.subject$/;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

function onText(change: (text: string) => readonly string[]): Quirk["outcomes"] {
  return (value) => (typeof value === "string" ? change(value) : []);
}

// Octets one for one as characters, so that any content can be changed as text.
function onOctets(change: (octets: string) => readonly string[]): Quirk["outcomes"] {
  return (value) => {
    if (typeof value === "string") return [];
    return change(Buffer.from(value).toString("latin1")).map((text) => new Uint8Array(Buffer.from(text, "latin1")));
  };
}

const postalMime: readonly Omit<Quirk, "reader" | "version">[] = [
  {
    why: "ends the last line of a 7bit or quoted-printable body, which has no line end",
    example: { text: "no line end" },
    places: BODY,
    outcomes: onText((text) => [`${text}\n`]),
  },
  {
    why: "takes CRLF for LF in content that is 7bit or quoted-printable, and ends its last line",
    example: { attachments: [{ filename: "a.csv", content: "a\r\nb" }] },
    places: CONTENT,
    outcomes: onOctets((octets) => {
      const lines = octets.replaceAll("\r\n", "\n");
      return [lines, `${lines}\n`, `${octets}\n`];
    }),
  },
  {
    why: "ends a calendar object with exactly one LF and drops the byte order mark at its beginning",
    example: { calendar: { method: "REQUEST", content: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n\r\n" } },
    places: CONTENT,
    outcomes: (value, { type }) => {
      if (typeof value === "string" || type !== "text/calendar") return [];
      const text = decoder
        .decode(value)
        .replaceAll("\r\n", "\n")
        .replace(/^\ufeff/, "");
      let end = text.length;
      while (text[end - 1] === "\n") end--;
      return [encoder.encode(`${text.slice(0, end)}\n`)];
    },
  },
  {
    why: "takes U+FEFF for a byte order mark where decoding starts: at a body, at an encoded-word, at a file name",
    example: { subject: "\ufeffa" },
    places: new RegExp(`${BODY.source}|${HEADER_TEXT.source}`),
    outcomes: onText(withoutMarks),
  },
  {
    why: "decodes an encoded-word in a file name that RFC 2231 has decoded already",
    example: { attachments: [{ filename: "=?utf-8?Q?x?=", content: "x" }] },
    places: /\.filename$/,
    outcomes: onText((name) => [decodeWords(name)]),
  },
  {
    why: "leaves out the quotes of a local part that stands without angle brackets, and trims it",
    example: { to: '"john doe"@example.com' },
    places: ADDRESS,
    outcomes: onText((address) => withoutQuotes(address).flatMap((bare) => [bare, bare.replace(/^ +@/, "@")])),
  },
];

// Every choice of marks to leave out.
function withoutMarks(text: string): readonly string[] {
  const pieces = text.split("\ufeff");
  if (pieces.length > 7) return [pieces.join("")];
  const found: string[] = [];
  for (let choice = 0; choice < 1 << (pieces.length - 1); choice++) {
    found.push(pieces.reduce((joined, piece, at) => joined + (choice & (1 << (at - 1)) ? "" : "\ufeff") + piece));
  }
  return found;
}

// RFC 5322 s3.2.4: the quotes of a quoted-string are no part of it.
function withoutQuotes(address: string): readonly string[] {
  if (!address.startsWith('"')) return [];
  const at = address.lastIndexOf("@");
  return [address.slice(1, at - 1).replace(/\\(.)/g, "$1") + address.slice(at)];
}

const mailparser: readonly Omit<Quirk, "reader" | "version">[] = [
  {
    why: "reads an empty 7bit or quoted-printable part of a multipart as one line end",
    example: { text: "", html: "<p>" },
    places: BODY,
    outcomes: onText((text) => (text === "" ? ["\n"] : [])),
  },
  {
    why: "reads an empty 7bit or quoted-printable part of a multipart as one line end",
    example: { attachments: [{ filename: "a.csv", content: "" }] },
    places: CONTENT,
    outcomes: onOctets((octets) => (octets === "" ? ["\r\n"] : [])),
  },
];

const python: readonly Omit<Quirk, "reader" | "version">[] = [
  {
    why: "shows a space between the encoded-words of a name (python/cpython#128110), and a run of white space as one space",
    example: { to: { name: "日".repeat(30), address: "a@example.com" } },
    places: NAME,
    outcomes: (value, { found }) => {
      if (typeof value !== "string" || typeof found !== "string") return [];
      // Python counts U+0085 as white space.
      // Beside "Reply-To: " one word holds 18 octets.
      const several = encoder.encode(value).length > 18 || /[\s\x85]{2}|[^\S ]|\x85/.test(value);
      const bare = (text: string): string => text.replace(/[\s\x85]/g, "");
      return several && bare(found) === bare(value) ? [found] : [];
    },
  },
  {
    why: "shows the space of the fold when a value begins on the second line, as it has to after a long name",
    example: { headers: { [`X-${"Long".repeat(15)}`]: "日本語" } },
    places: /^custom\.x-(long)+$/,
    outcomes: onText((text) => [` ${text}`]),
  },
  {
    why: "leaves out the quotes of a local part that begins or ends with a dot",
    example: { to: '".dot."@example.com' },
    places: ADDRESS,
    outcomes: onText((address) => (address.startsWith('".') ? withoutQuotes(address) : [])),
  },
];

const emailMime: readonly Omit<Quirk, "reader" | "version">[] = [
  {
    why: "makes every LF of quoted-printable content a CRLF",
    example: {
      attachments: [{ filename: "a.bin", content: new Uint8Array([10, 13]), encoding: "quoted-printable" }],
    },
    places: CONTENT,
    outcomes: onOctets((octets) => [octets.replaceAll("\n", "\r\n"), octets.replace(/(?<!\r)\n/g, "\r\n")]),
  },
];

function rowsOf(reader: string, version: string, rows: readonly Omit<Quirk, "reader" | "version">[]): readonly Quirk[] {
  return rows.map((row) => ({ ...row, reader, version }));
}

/** All of them. */
export const quirks: readonly Quirk[] = [
  ...rowsOf("postal-mime", "4.0.0", postalMime),
  ...rowsOf("mailparser", "3.14.2", mailparser),
  ...rowsOf("python email", "3.11", python),
  ...rowsOf("Email::MIME", "1.953", emailMime),
];

/** Those of address fields. */
export const addressQuirks: readonly AddressQuirk[] = [
  {
    reader: "postal-mime",
    version: "4.0.0",
    why: "takes the colon of an IPv6 literal without angle brackets for the end of a group's name",
    example: { to: "ann@[IPv6:2001:db8::1]" },
    spoils: (addresses) => mailboxes(addresses).some(({ name, address }) => name === "" && address.includes("[IPv6:")),
  },
  {
    reader: "postal-mime",
    version: "4.0.0",
    why: "ends a group at a semicolon inside quotes",
    example: { to: { group: "Team", members: { name: ";", address: "ann@example.com" } } },
    spoils: (addresses) =>
      addresses.some(
        (one) =>
          "group" in one &&
          one.members.some(({ name, address }) => (isPlain(name) && name.includes(";")) || address.includes(";")),
      ),
  },
  {
    reader: "postal-mime",
    version: "4.0.0",
    why: "ends an address in angle brackets at a > inside quotes",
    example: { to: { name: "Ann", address: '"a>b"@example.com' } },
    spoils: (addresses) => mailboxes(addresses).some(({ name, address }) => name !== "" && address.includes(">")),
  },
];

function mailboxes(addresses: readonly ReadAddress[]) {
  return addresses.flatMap((one) => ("group" in one ? one.members : [one]));
}

// Names that are written in quotes and not as encoded-words.
function isPlain(name: string): boolean {
  return /^[ -~]*$/.test(name) && !name.includes("=?");
}

/** The rows that explain a difference between them; undefined when they do not. */
export function explain(
  difference: Difference,
  message: Pick<Reading, "from" | "sender" | "to" | "cc" | "replyTo">,
): readonly { readonly why: string }[] | undefined {
  const { expected, found, place, reader } = difference;
  for (const field of ["from", "sender", "to", "cc", "replyTo"] as const) {
    if (!place.startsWith(`${field}[`) && !place.startsWith(`${field}.`)) continue;
    const spoilt = addressQuirks.filter((quirk) => quirk.reader === reader && quirk.spoils(message[field]));
    if (spoilt.length > 0) return spoilt;
  }
  if (!isValue(expected) || !isValue(found)) return undefined;
  let open: { readonly value: Value; readonly rows: readonly Quirk[] }[] = [{ value: expected, rows: [] }];
  for (const quirk of quirks) {
    if (quirk.reader !== reader || !quirk.places.test(place)) continue;
    const more = open.flatMap(({ value, rows }) =>
      quirk.outcomes(value, difference).map((outcome) => ({ value: outcome, rows: [...rows, quirk] })),
    );
    const explained = more.find(({ value }) => isSame(value, found));
    if (explained !== undefined) return explained.rows;
    open = [...open, ...more];
  }
  return undefined;
}

function isValue(value: unknown): value is Value {
  return typeof value === "string" || value instanceof Uint8Array;
}

function isSame(one: Value, other: Value): boolean {
  if (typeof one === "string" || typeof other === "string") return one === other;
  return Buffer.compare(one, other) === 0;
}
