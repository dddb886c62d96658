import { collect, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { latin1, made, options, rejected, rendered, thrown } from "../message/support.ts";

const text = (body: string) => `Subject: s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}`;
const bytes = (content: string) => new TextEncoder().encode(content);
const collected = async (input: object) => latin1(await collect(made(input), { ...options, maxBytes: 1_000_000 }));

describe("an enclosed message from a source", () => {
  it("is written as the same message from memory is", async () => {
    const content = bytes(text("ü\r\n"));
    const expected = rendered(made({ attachments: [{ filename: "a.eml", content }] }));
    for (const source of [
      () => [content],
      new Blob([content]),
      async () => [content.subarray(0, 9), content.subarray(9)],
    ]) {
      expect(await collected({ attachments: [{ filename: "a.eml", content: source }] })).toBe(expected);
    }
    expect(rendered(made({ attachments: [{ filename: "a.eml", content: () => [content] }] }))).toBe(expected);
  });

  it("is looked at when it is read: what does not fit is told with its place", async () => {
    const content = () => [bytes("\r\nno head")];
    const attachments = [
      { filename: "a.txt", content: "x" },
      { filename: "a.eml", content },
    ];
    expect(thrown(() => toBytes(made({ attachments }), options))).toEqual(["attachment.content attachments.1.content"]);
    expect(await rejected(collected({ attachments }))).toEqual(["attachment.content attachments.1.content"]);
    const body = { type: "multipart/digest", parts: [{ type: "message/rfc822", content }] };
    expect(await rejected(collected({ body }))).toEqual(["attachment.content body.parts.0.content"]);
  });

  it("stands anywhere in a tree, beside other sources, which stay sources", async () => {
    const order: string[] = [];
    const source = (name: string, content: string) => async () => {
      order.push(name);
      return [bytes(content)];
    };
    const body = {
      type: "multipart/mixed",
      parts: [
        { type: "application/pdf", content: source("pdf", "%PDF") },
        {
          type: "message/rfc822",
          message: { type: "multipart/mixed", parts: [{ type: "message/rfc822", content: source("eml", text("in")) }] },
        },
      ],
    };
    const output = await collected({ body });
    expect(order).toEqual(["eml", "pdf"]);
    expect(output).toContain("\r\n\r\nJVBERg==\r\n");
    expect(output).toContain("\r\n\r\nSubject: s\r\n");
  });

  it("may come from a source that fills one buffer again and again", async () => {
    const buffer = new Uint8Array(1);
    const content = async function* () {
      for (const octet of bytes(text("abc"))) yield buffer.fill(octet);
    };
    expect(await collected({ attachments: [{ filename: "a.eml", content }] })).toContain(text("abc"));
  });

  it("never holds the boundary of the message around it", async () => {
    const boundary = /boundary="(.*)"/.exec(rendered(made({ text: "t", html: "h" })))?.[1];
    const content = () => [bytes(text(`--${boundary}\r\n`))];
    const output = await collected({ text: "t", attachments: [{ filename: "a.eml", content }] });
    expect(output).toContain(`--${boundary}\r\n`);
    expect(/boundary="(.*)"/.exec(output)?.[1]).not.toBe(boundary);
  });

  it("keeps 8-bit leaves where the way carries them, every parent labelled", async () => {
    const content = async () => [
      bytes(text("ü\r\n").replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")),
    ];
    const output = await collected({ text: "x", transport: "8bit", attachments: [{ filename: "a.eml", content }] });
    expect(output.match(/Content-Transfer-Encoding: 8bit/g)).toHaveLength(3);
  });
});
