// Messages of others, as octets: looked at, read, and enclosed in a message of ours.
import { lintRaw, smtp } from "mimewright";
import { outline, readEml } from "mimewright/testing";
import { promised, stepOf, type Target } from "../target.ts";
import { BASE, checkLines, written } from "./fields.ts";
import { RAW_WORDS } from "./words.ts";

export const raw: Target = {
  name: "raw",
  words: RAW_WORDS,
  longest: 16_000,
  async run(input) {
    const before = Buffer.from(input);
    const issues = lintRaw(input, smtp);
    const codes = [...new Set(issues.map(({ code }) => code))].sort().join();
    const drawn = await outline(input);
    const read = await readEml(input);
    promised(before.equals(input), "the octets are not changed");
    return `${codes} ${stepOf(drawn.split("\n").length)} ${read.attachments.length > 0} ${read.from.length > 0}`;
  },
};

export const enclosed: Target = {
  name: "enclosed",
  words: RAW_WORDS,
  longest: 16_000,
  async run(input) {
    const attachments = [{ filename: "a.eml", content: input, contentType: "message/rfc822" }];
    const bytes = written({ ...BASE, text: "Hi", attachments });
    if (typeof bytes === "string") return bytes;
    checkLines(bytes);
    // What is enclosed has no parts that the outer message sees as its own.
    const { root } = await readEml(bytes);
    promised(root.parts.length === 2, `the message has ${root.parts.length} parts`);
    const inner = root.parts[1];
    return `ok ${inner?.type} ${stepOf(bytes.length >> 8)} ${bytes.length > input.length + 400}`;
  },
};
