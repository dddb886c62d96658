// The legacy charsets as data: preferred MIME name, aliases, and the codes that every reader turns into the same
// character. "Every reader" is the WHATWG Encoding Standard (browsers) on one side, the national standard as Python
// has it on the other: what they read differently is left out here, so it is reported instead of altered on the way.
import type { CodeSet } from "./code-table.ts";

/** A charset that is written with one table of codes. */
export interface LegacyCharset extends CodeSet {
  /** The preferred MIME name of the IANA registry. */
  readonly name: string;
  readonly aliases: readonly string[];
}

// JIS X 0208 has one wave dash, minus, parallel, cent, pound and not sign each. The vendors read those codes as the
// full-width forms, the standard as the others, so neither character is safe.
const vendorForms = "\u2016\u2225\u2212\uff0d\u301c\uff5e\u00a2\uffe0\u00a3\uffe1\u00ac\uffe2";

const japanese: readonly LegacyCharset[] = [
  {
    // JIS X 0208 rows 1-8 and 16-84 in shifted form; not the rows that NEC and IBM added, and no user-defined ones.
    name: "Shift_JIS",
    aliases: ["shift-jis", "sjis", "x-sjis", "ms_kanji", "csshiftjis"],
    codec: "shiftjis",
    codes: ["A1-DF", "81-84 40-FC", "88-9F 40-FC", "E0-EA 40-FC"],
    // Converters of IBM descent rotate three controls: SUB, FS and DEL.
    refused: `${vendorForms}\u001a\u001c\u007f`,
  },
  {
    // Rows 1-8 and 16-84 again, half-width katakana behind 8E, JIS X 0212 behind 8F.
    name: "EUC-JP",
    aliases: ["eucjp", "x-euc-jp", "cseucpkdfmtjapanese"],
    codec: "eucjp",
    codes: ["A1-A8 A1-FE", "B0-F4 A1-FE", "8E-8E A1-DF", "8F-8F A1-FE A1-FE"],
    refused: vendorForms,
  },
];

// What Windows calls Japanese, by the table that browsers share (WHATWG Encoding s5, index jis0208): JIS X 0208 with
// row 13 of NEC and the rows of IBM, and one reading of the vendors' forms. Only readers of that table show it right.
const windows31J: LegacyCharset = {
  // WHATWG Encoding s12.3.2: IBM's characters have their codes in FA-FC, not in the copies of NEC (ED, EE).
  name: "windows-31j",
  aliases: ["cp932", "ms932", "windows-932", "cswindows31j"],
  codec: "shiftjis",
  codes: ["A1-DF", "81-84 40-FC", "87-87 40-FC", "88-9F 40-FC", "E0-EA 40-FC", "FA-FC 40-FC"],
  // As in Shift_JIS: converters of IBM descent rotate these.
  refused: "\u001a\u001c\u007f",
};

/** The characters of ISO-2022-JP-MS, as codes of EUC-JP. WHATWG Encoding s12.2.2: IBM's are in the rows of NEC. */
export const eucJpMs: CodeSet = {
  codec: "eucjp",
  codes: ["A1-A8 A1-FE", "AD-AD A1-FE", "B0-F4 A1-FE", "F9-FC A1-FE", "8E-8E A1-DF"],
  refused: "",
};

const korean: readonly LegacyCharset[] = [
  {
    // KS X 1001 alone. Browsers read the label as the larger CP949, but other readers do not.
    name: "EUC-KR",
    aliases: ["euckr", "cseuckr", "ks_c_5601-1987", "ksc5601", "ks_c_5601-1989", "ksc_5601"],
    codec: "euckr",
    codes: ["A1-FE A1-FE"],
    // The euro and registered signs came with the edition of 1998; the Hangul filler is a composing sign in some.
    refused: "\u20ac\u00ae\u3164",
  },
];

const chinese: readonly LegacyCharset[] = [
  {
    // RFC 1345 s5: rows 1-9 and 16-87 of GB 2312.
    name: "GB2312",
    aliases: ["gb_2312", "gb_2312-80", "csgb2312", "euc-cn"],
    codec: "gbk",
    codes: ["A1-A9 A1-FE", "B0-F7 A1-FE"],
    // The middle dot and the dash are read as two different characters; the others are GBK's additions to these rows.
    refused: `\u00b7\u2014\u20ac${gbkAdditions()}`,
  },
  {
    // Without what only GB 18030 gave a character outside the private use area (A8BC, A8BF, A989-A995, FE50-FEA0).
    name: "GBK",
    aliases: ["cp936", "ms936", "windows-936"],
    codec: "gbk",
    codes: [
      "81-A7 40-FE",
      "A8-A8 40-BB",
      "A8-A8 BD-BE",
      "A8-A8 C0-FE",
      "A9-A9 40-88",
      "A9-A9 96-FE",
      "AA-FD 40-FE",
      "FE-FE 40-4F",
    ],
    // GBK has no euro sign; where it was added later it has two codes.
    refused: "\u20ac",
  },
  {
    // Two octets as in GBK, four for the rest of the BMP; what lies beyond is computed.
    name: "GB18030",
    aliases: ["gb18030-2000", "gb18030-2005"],
    codec: "gb18030",
    codes: ["81-FE 40-FE", "81-84 30-39 81-FE 30-39"],
    // The editions of 2000, 2005 and 2022 put these at different codes.
    refused: `\u1e3f${span(0xfe10, 0xfe19)}${span(0x9fb4, 0x9fbb)}`,
  },
  {
    // The ideographs of ETEN Big5 and its symbols, without Hong Kong's and ETEN's additions (C6A1-C8FE, F9D6 and up).
    // The ideographs come first: ten and thirty are repeated among the symbols.
    name: "Big5",
    aliases: ["big-5", "csbig5", "cn-big5", "x-x-big5"],
    codec: "big5",
    codes: ["A4-C5 40-FE", "C6-C6 40-7E", "C9-F8 40-FE", "F9-F9 40-D5", "A1-A2 40-FE", "A3-A3 40-BF"],
    // Symbols whose Unicode counterpart was never agreed on, and the euro sign.
    refused: "\u00af\u2027\u20ac\u2215\u2295\u2299\ufe51\ufe68\uff5e\uffe0\uffe1\uffe5",
  },
];

function span(first: number, last: number): string {
  return String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

function gbkAdditions(): string {
  return `\u0144\u0148\u0251\u0261\u01f9\u1e3f${span(0x2170, 0x2179)}${span(0xfe30, 0xfe4f)}`;
}

// One octet a character: the upper half of the table is all there is to know.
function singleByte(name: string, codec: CodeSet["codec"], aliases: readonly string[], refused = ""): LegacyCharset {
  const c1 = !name.startsWith("ISO");
  return { name, aliases, codec, codes: [c1 ? "80-FF" : "A0-FF"], refused };
}

// RFC 1345 and the registry: the parts of ISO/IEC 8859. Their C1 octets are characters to some readers, so they are
// not written.
const iso8859: readonly LegacyCharset[] = [
  singleByte("ISO-8859-1", "iso88591", ["iso8859-1", "iso_8859-1", "latin1", "l1", "csisolatin1"]),
  singleByte("ISO-8859-2", "iso88592", ["iso8859-2", "iso_8859-2", "latin2", "l2", "csisolatin2"]),
  singleByte("ISO-8859-3", "iso88593", ["iso8859-3", "iso_8859-3", "latin3", "l3", "csisolatin3"]),
  singleByte("ISO-8859-4", "iso88594", ["iso8859-4", "iso_8859-4", "latin4", "l4", "csisolatin4"]),
  singleByte("ISO-8859-5", "iso88595", ["iso8859-5", "iso_8859-5", "cyrillic", "csisolatincyrillic"]),
  singleByte("ISO-8859-6", "iso88596", ["iso8859-6", "iso_8859-6", "arabic", "csisolatinarabic"]),
  singleByte("ISO-8859-7", "iso88597", ["iso8859-7", "iso_8859-7", "greek", "csisolatingreek"]),
  singleByte("ISO-8859-8", "iso88598", ["iso8859-8", "iso_8859-8", "hebrew", "csisolatinhebrew"]),
  singleByte("ISO-8859-9", "iso88599", ["iso8859-9", "iso_8859-9", "latin5", "l5", "csisolatin5"]),
  singleByte("ISO-8859-10", "iso885910", ["iso8859-10", "latin6", "l6", "csisolatin6"]),
  singleByte("ISO-8859-11", "iso885911", ["iso8859-11", "tis-620"]),
  singleByte("ISO-8859-13", "iso885913", ["iso8859-13", "latin7"]),
  singleByte("ISO-8859-14", "iso885914", ["iso8859-14", "latin8", "l8"]),
  singleByte("ISO-8859-15", "iso885915", ["iso8859-15", "latin-9", "latin9", "l9"]),
  singleByte("ISO-8859-16", "iso885916", ["iso8859-16", "latin10", "l10"]),
];

const windows: readonly LegacyCharset[] = [
  singleByte("windows-874", "windows874", ["cp874", "dos-874"]),
  singleByte("windows-1250", "windows1250", ["cp1250", "x-cp1250"]),
  singleByte("windows-1251", "windows1251", ["cp1251", "x-cp1251"]),
  singleByte("windows-1252", "windows1252", ["cp1252", "x-cp1252"]),
  singleByte("windows-1253", "windows1253", ["cp1253", "x-cp1253"]),
  singleByte("windows-1254", "windows1254", ["cp1254", "x-cp1254"]),
  // Holam haser for vav came later than most tables.
  singleByte("windows-1255", "windows1255", ["cp1255", "x-cp1255"], "\u05ba"),
  singleByte("windows-1256", "windows1256", ["cp1256", "x-cp1256"]),
  singleByte("windows-1257", "windows1257", ["cp1257", "x-cp1257"]),
  singleByte("windows-1258", "windows1258", ["cp1258", "x-cp1258"]),
];

const koi8: readonly LegacyCharset[] = [
  singleByte("KOI8-R", "koi8r", ["koi8", "koi", "cskoi8r"]),
  // RFC 2319 has two box drawings where browsers have the Belarusian short u.
  singleByte("KOI8-U", "koi8u", ["cskoi8u"], "\u255d\u256c"),
];

/** Every charset that a table of codes describes. */
export const codeSets: readonly LegacyCharset[] = [
  ...japanese,
  ...korean,
  ...chinese,
  ...iso8859,
  ...windows,
  ...koi8,
  windows31J,
];
