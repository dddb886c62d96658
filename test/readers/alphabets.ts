// Strings that break composers: what a person, an attacker or a script of another direction may write.
import fc from "fast-check";

// Controls have no place in a header; everything else does.
const HEADER_PIECES: readonly string[] = [
  "a",
  "Re: report",
  "Zoë",
  "e\u0301\u0323",
  "👨‍👩‍👧‍👦",
  "🇩🇪🇯🇵",
  "👍🏽",
  "שלום",
  "\u202egpj.exe\u202c",
  "\u2066مرحبا\u2069",
  "日本語",
  "日".repeat(30),
  "=?utf-8?Q?x?=",
  "=?utf-8?B?w6k=?=",
  "=?",
  "?=",
  "=0D=0A",
  '"',
  "\\",
  ",",
  ";",
  ":",
  "(",
  ")",
  "<",
  ">",
  "@",
  "'",
  "%41",
  "_",
  " ",
  "  ",
  ".",
  "x".repeat(70),
  "w ".repeat(50),
  "\u00a0",
  "\u0085",
  "\u2028",
  "\u3000",
  "\u200d",
  "\ufeff",
  "\ufffd",
  "\u760d\u760a",
  "\u010d\u010a",
];

// RFC 5322 s2.1.1: what no line can hold.
const LONG_PIECES: readonly string[] = ["y".repeat(998), "z".repeat(1500), "ü".repeat(600)];

const BODY_PIECES: readonly string[] = [
  ...HEADER_PIECES,
  ...LONG_PIECES,
  "\r",
  "\n",
  "\r\n",
  "\n\n",
  "\r\r\n",
  "\n\r",
  "\0",
  "\t",
  "\b",
  "\f",
  "\x1a",
  "\x7f",
  "From me",
  "\nFrom me",
  "\n>From me",
  "\n.",
  "\n..\n",
  "\n.\r\nMAIL FROM:<x>",
  " \n",
  "\t\r\n",
  "=3D",
  "=\n",
  "\n--",
  "\n--=_\n",
  "begin 644 a\n",
  "x".repeat(76),
  "x".repeat(997),
];

function textOf(pieces: readonly string[], maxLength: number): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 20 }) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 20 }) },
  );
  return fc.array(piece, { maxLength }).map((list) => list.join(""));
}

/** Unstructured text of a header: no controls, well-formed, now and then longer than a line may be. */
export const headerText: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: textOf(HEADER_PIECES, 8) },
  { weight: 1, arbitrary: textOf([...HEADER_PIECES, ...LONG_PIECES, "\t"], 8) },
);

/** Display names and group names. */
export const phrase: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: textOf(HEADER_PIECES, 4) },
  { weight: 2, arbitrary: fc.constantFrom("Ann", "Ann B. Lee", "Jörg Müller", "山田太郎", "O'Hara, Zoë") },
);

/** Names of files: no folders, no drive, no bidi controls, not blank. */
export const fileName: fc.Arbitrary<string> = fc
  .tuple(textOf(HEADER_PIECES, 5), fc.constantFrom("", ".txt", ".pdf", ".png", ".ics", ".日本", ".tar.gz"))
  .map(([stem, extension]) => `${stem.replace(/[/:\u202a-\u202e\u2066-\u2069]/g, "")}${extension}`)
  .map((name) =>
    name.trim() === "" || /^\.+$/.test(name) || /^\\\\|\.\.\\/.test(name) ? `n${name.length}.dat` : name,
  );

/** Text and html of a body: anything that is well-formed. */
export const bodyText: fc.Arbitrary<string> = textOf(BODY_PIECES, 14);

/** Octets of a file. */
export const octets: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  bodyText.map((text) => new TextEncoder().encode(text)),
  fc.constantFrom(new Uint8Array(0), new Uint8Array(57), new Uint8Array(58).fill(255)),
);
