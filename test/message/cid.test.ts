import { check } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, made, renderedOf, untyped } from "./support.ts";

const image = { contentType: "image/png", content: new Uint8Array([1]) };
const issue = (input: object) => check(untyped({ ...base, ...input })).issues[0];

describe("a Content-ID", () => {
  it("is written in brackets, whether they were given or not", () => {
    for (const cid of ["logo", "<logo>"]) {
      expect(renderedOf({ html: '<img src="cid:logo">', attachments: [{ ...image, cid }] })).toContain(
        "\r\nContent-ID: <logo>\r\n",
      );
    }
    expect(made({ attachments: [{ ...image, cid: "a.b@example.com" }] }).attachments[0]?.cid).toBe("a.b@example.com");
  });

  it.each(["", "ü x", "é@x", "a b", "a@b@c", "<a", "a>", "<>", "a..b", "@a", "a@", "cid:i", "CID:i", 5, null])(
    "is no %j",
    (cid) => {
      expect(issuesOf({ attachments: [{ ...image, cid }] })).toEqual(["cid.syntax attachments.0.cid"]);
    },
  );

  it("is told to come without cid:", () => {
    expect(issue({ attachments: [{ ...image, cid: "cid:i" }] })?.hint).toContain("without cid:");
  });

  it("fits a line", () => {
    const cid = "a".repeat(998 - "Content-ID: <>".length);
    expect(issuesOf({ attachments: [{ ...image, cid: `${cid}a` }] })).toEqual(["cid.syntax attachments.0.cid"]);
    const output = renderedOf({ html: `<img src="cid:${cid}">`, attachments: [{ ...image, cid }] });
    expect(Math.max(...output.split("\r\n").map((line) => line.length))).toBe(998);
  });

  it("stands once", () => {
    const attachments = [{ ...image, cid: "a" }, image, { ...image, cid: "<a>" }];
    expect(issuesOf({ html: "<img src=cid:a>", attachments })).toEqual(["cid.duplicate attachments.2.cid"]);
    expect(issue({ html: "<img src=cid:a>", attachments })?.message).toContain("attachments[0].cid");
  });
});

describe("html and attachments", () => {
  it("make a related part of what the html shows, and a file of the rest", () => {
    const attachments = [
      { ...image, cid: "a" },
      { ...image, cid: "b" },
      { ...image, filename: "c.png" },
    ];
    const m = made({ html: '<p style="background:url(cid:a)">', attachments });
    expect(m.attachments.map(({ related, disposition }) => [related, disposition])).toEqual([
      [true, "inline"],
      [false, "attachment"],
      [false, "attachment"],
    ]);
    expect(m.issues.map(({ code, path }) => [code, path])).toEqual([["cid.unreferenced", ["attachments", 1, "cid"]]]);
  });

  it("find each other through percent-encoding and character references (RFC 2392 s2)", () => {
    const html = '<img src="CID:a%40example.com"><img src="&#99;id:b">';
    const attachments = [
      { ...image, cid: "a@example.com" },
      { ...image, cid: "b" },
    ];
    expect(issuesOf({ html, attachments })).toEqual([]);
  });

  it("keep the disposition that was asked for", () => {
    const attachments = [{ ...image, cid: "a", disposition: "attachment" }];
    expect(made({ html: "<img src=cid:a>", attachments }).attachments[0]).toMatchObject({
      related: true,
      disposition: "attachment",
    });
  });

  it("warn of every id that no part has, once each", () => {
    const found = issuesOf({ html: "<img src=cid:x><img src=cid:x><img src=cid:y>" });
    expect(found).toEqual(["cid.dangling html (warning)", "cid.dangling html (warning)"]);
    expect(issue({ html: "<img src=cid:x>" })?.message).toContain("cid:x");
  });

  it("never repeat a text of the html that is no id", () => {
    for (const url of ["cid:a%0d%0Asecret", `cid:${"secret".repeat(20)}`, "cid:secret%20word"]) {
      const found = issue({ html: `<img src="${url}">` });
      expect(found?.code).toBe("cid.dangling");
      expect(found?.message).not.toContain("secret");
    }
  });

  it("without html show nothing: parts with an id are files, and told", () => {
    const m = made({ text: "cid:a", attachments: [{ ...image, cid: "a" }] });
    expect(m.attachments[0]).toMatchObject({ related: false, disposition: "attachment", filename: "attachment-1.png" });
    expect(m.issues.map(({ code }) => code)).toEqual(["cid.unreferenced"]);
  });
});
