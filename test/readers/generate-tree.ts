// Trees of the caller's own, nested as they may be, each with the leaves that every reader has to find.
import fc from "fast-check";
import type { PartInput } from "mimewright";
import { bodyText, fileName, headerText, octets } from "./alphabets.ts";
import { contentOf } from "./digest.ts";
import { crlf, type Expected, type MessageSample } from "./generate.ts";
import type { ReadAttachment } from "./reading.ts";

interface Tree {
  readonly input: PartInput;
  readonly leaves: readonly ReadAttachment[];
}

const file: fc.Arbitrary<Tree> = fc
  .record({
    type: fc.constantFrom("application/pdf", "text/csv", "image/png"),
    content: octets,
    filename: fileName,
    description: headerText,
    note: headerText,
  })
  .map(({ type, content, filename, description, note }) => ({
    input: { type, content, filename, disposition: "attachment", description, fields: { "X-Note": note } },
    leaves: [{ type, filename, disposition: "attachment", cid: undefined, enclosed: undefined, ...contentOf(content) }],
  }));

const encoder = new TextEncoder();

const enclosed: fc.Arbitrary<Tree> = fc
  .record({ subject: headerText, text: bodyText, filename: fileName, foreign: fc.boolean() })
  .map(({ subject, text, filename, foreign }) => {
    const raw = encoder.encode(
      `From: c@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `Content-Transfer-Encoding: 8bit\r\nSubject: plain\r\n\r\n${crlf(text).replaceAll("\0", "")}`,
    );
    const message: PartInput = {
      type: "text/plain",
      content: text,
      fields: { From: "c@example.com", Subject: subject },
    };
    const read = foreign ? { subject: "plain", text: crlf(text).replaceAll("\0", "") } : { subject, text: crlf(text) };
    return {
      // What somebody else composed comes as bytes, 8-bit and with long lines; what is ours as a tree.
      input: {
        type: "message/rfc822",
        filename,
        disposition: "attachment",
        ...(foreign ? { content: raw } : { message }),
      },
      leaves: [
        {
          type: "message/rfc822",
          filename,
          disposition: "attachment",
          cid: undefined,
          enclosed: read,
          ...contentOf(undefined),
        },
      ],
    };
  });

const { tree } = fc.letrec<{ tree: Tree; multipart: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    { weight: 3, arbitrary: file },
    { weight: 1, arbitrary: enclosed },
    { weight: 2, arbitrary: tie("multipart") },
  ),
  multipart: fc
    .tuple(
      fc.constantFrom("multipart/mixed", "multipart/related", "multipart/alternative", "multipart/x-own"),
      fc.array(tie("tree"), { minLength: 1, maxLength: 3 }),
    )
    .map(([type, children]) => ({
      input: { type, parts: children.map(({ input }) => input) },
      leaves: children.flatMap(({ leaves }) => leaves),
    })),
}));

/** A message whose content is a tree: a text, then whatever there is. */
export const treeMessageSample: fc.Arbitrary<MessageSample> = fc
  .record({ text: bodyText, subject: headerText, rest: fc.array(tree, { minLength: 1, maxLength: 3 }) })
  .map(({ text, subject, rest }) => ({
    input: {
      from: "a@example.com",
      to: "b@example.com",
      subject,
      messageId: "<a@b.example>",
      date: new Date(0),
      body: {
        type: "multipart/mixed",
        parts: [{ type: "text/plain", content: text }, ...rest.map(({ input }) => input)],
      },
    },
    expected: expectedOf(
      text,
      subject,
      rest.flatMap(({ leaves }) => leaves),
    ),
  }));

function expectedOf(text: string, subject: string, attachments: readonly ReadAttachment[]): Expected {
  return {
    from: [{ name: "", address: "a@example.com" }],
    sender: [],
    to: [{ name: "", address: "b@example.com" }],
    cc: [],
    replyTo: [],
    subject,
    messageId: "<a@b.example>",
    inReplyTo: "",
    references: "",
    date: 0,
    text: crlf(text),
    html: "",
    attachments,
    names: ["from", "to", "subject", "message-id", "date", "mime-version", "content-type"],
    custom: new Map(),
  };
}
