// What tests give to the library: options that fix seed and date, and texts that are hard to write into a message.
import type { RenderOptions } from "../mail/message/types.ts";

/**
 * Options for `toBytes`, `writeEml` and their kin in tests: a fixed seed and a fixed date (2030-01-01, 00:00 UTC).
 *
 * @example
 * toBytes(m, fixedOptions); // the same bytes, whenever and wherever
 */
export const fixedOptions: RenderOptions = Object.freeze({ seed: "test", now: () => new Date(Date.UTC(2030, 0, 1)) });

/** Display names and file names people really have, and some that only tests have. */
export const hardNames: readonly string[] = Object.freeze([
  "O'Brien",
  'Dwayne "The Rock" Johnson',
  "Müller, Zoë",
  "Anne-Marie (Anni) d’Été",
  "back\\slash",
  "ann@example.org",
  "山田 太郎",
  "محمد بن سلمان",
  "שָׁלוֹם",
  "Владимир",
  "Nguyễn Thị Ánh", // precomposed
  "Nguye\u0302\u0303n Thi\u0323 A\u0301nh", // the same with combining marks
  "👩‍👩‍👧‍👦 The Family",
  "🇯🇵🚄",
  "=?utf-8?Q?not_a_word?= Ann",
  "<Bold> & Sons",
  "{{firstName}}",
  "$& $1 %s",
  "undefined",
  "Ann\u00a0Nobreak",
  "A very long name ".repeat(12).trimEnd(),
  "長い名前".repeat(30),
]);

/** Subjects: long, folded badly by many, or full of what templates trip over. */
export const hardSubjects: readonly string[] = Object.freeze([
  "Grüße aus Köln",
  "  two blanks on both sides  ",
  "Re: [#42] 100 % of “it” = 50 € – ok?",
  "ご注文ありがとうございます 🎉",
  "مرحبا بالعالم",
  "👨‍👩‍👧‍👦".repeat(20),
  "supercalifragilistic".repeat(30),
  "é".repeat(300),
  "=?utf-8?Q?already_encoded?=",
  "{{subject}} & <b>tags</b>",
  "日本語とEnglishとemoji🙂の混ざった、とても長い件名です。".repeat(6),
]);

/** Texts: line ends, long lines, and what relays and templates change. */
export const hardTexts: readonly string[] = Object.freeze([
  "one line without an end",
  "\n\n\nonly empty lines around\n\n\n",
  "a dot\n.\nalone\n..\nand two\n",
  "From the start\nFrom here on\n>From there\n",
  "blanks at the end   \ntabs at the end\t\t\n-- \nsignature\n",
  `${"long ".repeat(2_000)}\n`,
  `${"x".repeat(5_000)}\n`,
  "=3D =20 soft=\nbreak\n",
  "Zoë, 日本語, русский, עברית, العربية, ไทย\n",
  "👩‍💻 🏳️‍🌈 👍🏽 🇨🇭\n",
  "e\u0301 and é, \u200b zero width, \u202e right to left\n",
  "{{name}} $\u007bname} <%= name %> %s $& $1 \\n\n",
  "<script>alert(1)</script> &amp; &lt;b&gt; \"quotes\" 'quotes'\n",
  "--boundary\n--boundary--\nContent-Type: text/html\n\nnot a part\n",
  "",
]);
