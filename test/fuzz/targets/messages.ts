// Whole messages: trees whose contents look like boundaries, and options as JSON brings them.
import { check, type MessageInput, measure, message, sesV1, toBytes } from "mimewright";
import { outline, type ReadPart, readEml } from "mimewright/testing";
import { promised, stepOf, type Target, textOf } from "../target.ts";
import { BASE, checkLines, codesOf, SEED, written } from "./fields.ts";
import { HEAD_WORDS } from "./words.ts";

// The boundaries that the seed gives, so that contents can hold them.
const probe = new TextDecoder("latin1").decode(
  toBytes(message({ ...BASE, text: "a", attachments: [{ filename: "a", content: "b" }] }), SEED),
);
const [, boundary = "a"] = /boundary="?([^"\r\n;]+)/.exec(probe) ?? [];

export const tree: Target = {
  name: "tree",
  words: [
    ...HEAD_WORDS,
    ...[boundary, `--${boundary}`, `\r\n--${boundary}--\r\n`, `\n--${boundary}`, "=_", "--=_", "\r\n.\r\n", "\nFrom "],
    ...["|", "=\r\n", "=3D", " \r\n", "\t\n", `${"é".repeat(30)}\n`, "x".repeat(1_100)],
  ],
  longest: 8_000,
  async run(input) {
    // An attachment has its octets back, whatever they are; a text has its lines.
    const [first = "", ...others] = textOf(input).split("|").slice(0, 20);
    const attachments = others.map((content, index) => ({
      filename: `${index}.txt`,
      content: new TextEncoder().encode(content),
      ...(index % 3 === 1 ? { encoding: "7bit" as const } : {}),
    }));
    const bytes = written({ ...BASE, text: first, attachments });
    if (typeof bytes === "string") return bytes;
    checkLines(bytes);
    const read = await readEml(bytes);
    promised(
      read.attachments.length === others.length,
      `${others.length} files read back as ${read.attachments.length}`,
    );
    promised(linesOf(read.text ?? "") === linesOf(first), "the text reads back");
    for (const [index, file] of read.attachments.entries()) {
      const [is, was] = [Buffer.from(file.content).toString(), others[index] ?? ""];
      promised(is === was, `file ${index} reads back`);
    }
    const encodings = bytes.length < 4_000 ? encodingsOf(read.root) : "long";
    return `ok ${stepOf(others.length)} ${encodings}`;
  },
};

// RFC 2046 s4.1.1: lines of a text end as the reader's system ends them. One end at the end is the composer's.
const linesOf = (text: string) => text.replace(/\r\n?/g, "\n").replace(/\n$/, "");

function encodingsOf(root: ReadPart): string {
  const names = new Set<string>();
  const open = [root];
  for (const part of open) {
    open.push(...part.parts);
    const field = part.headers.find(({ name }) => name.toLowerCase() === "content-transfer-encoding");
    names.add(field?.value ?? "-");
  }
  return [...names].sort().join();
}

export const options: Target = {
  name: "options",
  isJson: true,
  words: [
    ...HEAD_WORDS,
    ..."from|sender|to|cc|bcc|replyTo|subject|text|html|amp|watch|calendar|method|attachments|filename|content|contentType".split(
      "|",
    ),
    ..."cid|disposition|encoding|description|size|body|type|parts|message|parameters|fields|id|headers|name|value|date".split(
      "|",
    ),
    ..."messageId|inReplyTo|references|charset|textEncoding|transport|priority|listUnsubscribe|group|members|address".split(
      "|",
    ),
    ..."envelope|7bit|8bit|base64|quoted-printable|inline|<img src=cid:a>|<style>a{b:url(cid:a)}|__proto__|constructor".split(
      "|",
    ),
  ],
  longest: 8_000,
  async run(input) {
    let given: MessageInput;
    try {
      given = JSON.parse(textOf(input));
    } catch {
      return "no JSON";
    }
    const before = JSON.stringify(given);
    const checked = check(given, sesV1);
    promised(JSON.stringify(given) === before, "the input is not changed");
    promised(JSON.stringify(check(given, sesV1)) === JSON.stringify(checked), "the same input has the same issues");
    const codes = [...new Set(checked.issues.map(({ code }) => code))].sort().join();
    if (!checked.ok) return codes;
    const render = { ...SEED, date: BASE.date };
    try {
      const bytes = toBytes(checked.value, render);
      promised(measure(checked.value, render).bytes === bytes.length, "the size is what was measured");
      checkLines(bytes);
      return `ok ${codes} ${shapeOf(await outline(bytes))}`;
    } catch (error) {
      return `late ${codesOf(error)}`;
    }
  },
};

// The types alone, each once.
function shapeOf(drawn: string): string {
  return [...new Set(drawn.match(/[a-z]+\/[a-z\d.+-]+/g) ?? [])].sort().join().slice(0, 200);
}
