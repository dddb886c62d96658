// Messages in memory, from the everyday one to the very large one.
import { composing } from "./composing.ts";
import {
  letterOfFixture,
  letterOfHtml,
  letterOfJapanese,
  letterOfSubject,
  letterToMany,
  letterWithFiles,
  smallLetter,
} from "./letter.ts";
import { mimewright, mimewrightInto, mimewrightLent } from "./rivals/mimewright.ts";
import { nodemailer } from "./rivals/nodemailer.ts";

const MB = 1024 * 1024;

export const messages = [
  composing("small", "small message: text, html, non-ASCII subject", smallLetter, { budget: 3_000 }),
  composing("attachment-10mb", "one attachment of 10 MB", () => letterWithFiles(1, 10 * MB), { budget: 3_000 }),
  composing("attachment-25mb", "one attachment of 25 MB", () => letterWithFiles(1, 25 * MB), { budget: 4_000 }),
  composing("reuse-64mb", "one attachment of 64 MB, buffers of the caller's", () => letterWithFiles(1, 64 * MB), {
    ...{ budget: 6_000, among: [mimewright, mimewrightLent, mimewrightInto, nodemailer] },
  }),
  composing("files-100", "100 attachments of 100 KB", () => letterWithFiles(100, 100 * 1024), { budget: 3_000 }),
  composing("fixture", "the receipt of the fixtures: text, html, two files", () => letterOfFixture("receipt")),
  composing("files-1000", "1,000 attachments of 100 bytes", () => letterWithFiles(1_000, 100)),
  composing("recipients", "1,000 recipients with names", () => letterToMany(1_000)),
  composing("html", "1 MB of html", () => letterOfHtml(MB)),
  composing("japanese", "1 MB of Japanese text", () => letterOfJapanese(MB)),
  composing("subject", "subject of 10 KB, not ASCII", () => letterOfSubject(10_000)),
];
