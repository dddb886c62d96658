import { describe, expect, it } from "vitest";
import { issuesOf, made } from "./support.ts";

const image = (id: string) => ({ type: "image/png", id, content: new Uint8Array([1]) });
const html = (content: string | Uint8Array, more: object = {}) => ({ type: "text/html", content, ...more });
const related = (...parts: readonly object[]) => ({ type: "multipart/related", parts });
const wrong = (body: object, input: object = {}) => issuesOf({ text: undefined, ...input, body });

describe("html in a tree", () => {
  it("refers to parts of the tree, wherever they stand, in brackets or percent-encoded", () => {
    const page = html('<img src="cid:a"><td background="CID:b%40example.com"><p style="background:url(cid:c)">');
    expect(wrong(related(page, image("<a>"), image("b@example.com"), related(html("x"), image("c"))))).toEqual([]);
  });

  it("may refer to an attachment beside the tree", () => {
    const attachments = [{ content: "x", cid: "a" }];
    const codes = wrong(html("<img src=cid:a>"), { attachments });
    expect(codes).not.toContain("cid.dangling body.content (warning)");
  });

  it("is told what it refers to and no part has, once for each id, at its own place", () => {
    const body = related(html("<img src=cid:a><img src=cid:b><img src=cid:a>"), image("b"), html("<img src=cid:d>"));
    expect(wrong(body)).toEqual([
      "cid.dangling body.parts.0.content (warning)",
      "cid.dangling body.parts.2.content (warning)",
    ]);
    expect(made({ body }).issues[0]?.message).toContain("cid:a");
  });

  it("is read in its own charset, and as bytes", () => {
    const utf16 = new Uint8Array([...'<img src="cid:ok">'].flatMap((char) => [char.charCodeAt(0), 0]));
    const parameters = { charset: "utf-16le" };
    expect(wrong(related(html(utf16, { parameters }), image("ok")))).toEqual([]);
    expect(wrong(html(utf16, { parameters }))).toEqual(["cid.dangling body.content (warning)"]);
    expect(wrong(html(new TextEncoder().encode("<img src=cid:x>")))).toEqual(["cid.dangling body.content (warning)"]);
  });

  it("of an enclosed message is that message's own matter", () => {
    const inner = html("<img src=cid:a>", { fields: { From: "ann@example.com" } });
    const enclosed = { type: "message/rfc822", message: inner };
    expect(wrong({ type: "multipart/mixed", parts: [image("a"), enclosed] })).toEqual([
      "cid.dangling body.parts.1.message.content (warning)",
    ]);
    const whole = related(inner, image("a"));
    expect(wrong({ type: "message/rfc822", message: { ...whole, fields: { From: "ann@example.com" } } })).toEqual([]);
    expect(wrong(related(html("<img src=cid:a>"), { type: "message/rfc822", message: whole }))).toEqual([
      "cid.dangling body.parts.0.content (warning)",
    ]);
  });

  it("that is opened when it is written is not looked at", () => {
    expect(wrong({ type: "text/html", content: () => [new TextEncoder().encode("<img src=cid:a>")] })).toEqual([]);
  });
});

describe("a Content-ID in a tree", () => {
  it("that stands twice is told at the second, since readers take either", () => {
    const body = related(html("<img src=cid:a>"), image("a"), image("<a>"));
    expect(wrong(body)).toEqual(["cid.duplicate body.parts.2.id (warning)"]);
  });
});
