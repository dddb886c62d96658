import { check, type MessageInput, message, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, made, options, renderedOf, short, untyped } from "./support.ts";

const one = (attachment: object) => made({ attachments: [attachment] }).attachments[0];
const wrong = (attachment: object) => issuesOf({ attachments: [attachment] });

describe("attachments", () => {
  it.each([5, "a", {}, null])("are a list, and not %j", (attachments) => {
    expect(issuesOf({ attachments })).toEqual(["input.type attachments"]);
  });

  it("are objects, each one, and no place of the list is empty", () => {
    expect(issuesOf({ attachments: [5, null, [], "a"] })).toEqual(
      [0, 1, 2, 3].map((at) => `input.type attachments.${at}`),
    );
    expect(issuesOf({ attachments: Array(1) })).toEqual(["input.type attachments.0"]);
  });

  it("have content", () => {
    expect(wrong({ filename: "a" })).toEqual(["attachment.content attachments.0.content"]);
  });

  it("open no path and fetch nothing: the hint says what to do", () => {
    const { issues } = check(
      untyped({ ...base, attachments: [{ content: "", path: "/etc/passwd", href: "http://x" }] }),
    );
    expect(issues.map(short)).toEqual(["input.unknown-key attachments.0.path", "input.unknown-key attachments.0.href"]);
    expect(issues.every(({ hint }) => hint !== undefined)).toBe(true);
  });

  it("tell everything that is wrong with one at once", () => {
    expect(
      wrong({
        filename: "a\0",
        contentType: "pdf",
        cid: "ü",
        disposition: "x",
        encoding: "rot13",
        size: -1,
        content: 5,
      }),
    ).toEqual([
      "attachment.filename attachments.0.filename",
      "type.syntax attachments.0.contentType",
      "cid.syntax attachments.0.cid",
      "input.option attachments.0.disposition",
      "input.type attachments.0.size",
      "encoding.unknown attachments.0.encoding",
      "attachment.content attachments.0.content",
    ]);
  });

  it("of ten thousand are written one behind the other", () => {
    const attachments = Array.from({ length: 10_000 }, (_, at) => ({
      filename: `${at}.bin`,
      content: new Uint8Array(1),
    }));
    const m = message({ ...base, text: "x", attachments });
    const output = new TextDecoder().decode(toBytes(m, options));
    expect(output.match(/filename=\d+\.bin/g)).toHaveLength(10_000);
  });
});

describe("types of attachments", () => {
  it("are the given one, else a Blob's own, else that of the name's extension, else octets", () => {
    const blob = new Blob(["x"], { type: "image/gif" });
    expect(one({ content: blob, contentType: "image/png", filename: "a.jpg" })?.type).toBe("image/png");
    expect(one({ content: blob, filename: "a.jpg" })?.type).toBe("image/gif");
    expect(one({ content: new Blob(["x"]), filename: "a.jpg" })?.type).toBe("image/jpeg");
    expect(one({ content: "x", filename: "A.PDF" })?.type).toBe("application/pdf");
    expect(one({ content: "x", filename: "__proto__" })?.type).toBe("application/octet-stream");
    expect(one({ content: "x" })?.type).toBe("application/octet-stream");
  });

  it("that a Blob brings are checked, and told at the Blob", () => {
    expect(wrong({ content: new Blob(["x"], { type: "garbage" }) })).toEqual([
      "type.syntax attachments.0.content.type",
    ]);
    expect(one({ content: new Blob(["x"], { type: "text/plain;charset=utf-8" }) })).toMatchObject({
      type: "text/plain",
      parameters: { charset: "utf-8" },
    });
  });

  it("are no multipart", () => {
    const { issues } = check(untyped({ ...base, attachments: [{ content: "", contentType: "multipart/report" }] }));
    expect(issues.map(short)).toEqual(["attachment.composite attachments.0.contentType"]);
    expect(issues[0]?.hint).toContain("toTree");
  });

  it("leave boundary and name to the composer, in every spelling", () => {
    for (const parameter of ["boundary=b", "name=n", "NAME=n"]) {
      expect(wrong({ content: "", contentType: `application/pdf; ${parameter}` })).toEqual([
        "type.conflict attachments.0.contentType",
      ]);
    }
    for (const parameter of ["name*=UTF-8''n", "name*0=n", "boundary*=n"]) {
      expect(wrong({ content: "", contentType: `application/pdf; ${parameter}` })).toEqual([
        "type.syntax attachments.0.contentType",
      ]);
    }
  });

  it("name the charset that a string is written in, and no other", () => {
    expect(one({ content: "x", filename: "a.txt" })?.parameters).toMatchObject({ charset: "UTF-8" });
    expect(one({ content: "x", contentType: "text/csv; charset=utf-8; header=present" })?.parameters).toMatchObject({
      charset: "UTF-8",
      header: "present",
    });
    expect(wrong({ content: "x", contentType: "text/plain; charset=iso-8859-1" })).toEqual([
      "type.conflict attachments.0.contentType",
    ]);
  });

  it("of bytes name what the caller says, and nothing by guess", () => {
    const content = new Uint8Array([233]);
    expect(one({ content, contentType: "text/plain; charset=iso-8859-1" })?.parameters).toEqual({
      charset: "iso-8859-1",
    });
    expect(one({ content, filename: "a.txt" })?.parameters).toEqual({});
  });
});

describe("names of attachments", () => {
  it("are the given one, else a File's own, else one is made of type and place", () => {
    const file = new File(["x"], "own.txt");
    expect(one({ content: file, filename: "given.txt" })?.filename).toBe("given.txt");
    expect(one({ content: file })?.filename).toBe("own.txt");
    expect(
      made({ attachments: [{ content: "x" }, { content: "x", contentType: "application/pdf" }] }).attachments,
    ).toMatchObject([{ filename: "attachment-1.bin" }, { filename: "attachment-2.pdf" }]);
    expect(one({ content: "Subject: s\r\n\r\nx", contentType: "message/rfc822" })?.filename).toBe("attachment-1.eml");
  });

  it("are wanted of everything that the html does not show", () => {
    const parts = [
      { cid: "shown", content: "x" },
      { cid: "not", content: "x" },
    ];
    const m = made({ html: '<img src="cid:shown">', attachments: parts });
    expect(m.attachments.map(({ filename }) => filename)).toEqual([undefined, "attachment-2.bin"]);
  });

  it("that a File brings are told at the File", () => {
    expect(wrong({ content: new File([""], "a\u0001") })).toEqual(["attachment.filename attachments.0.content.name"]);
  });

  it("are strings, and null is none", () => {
    for (const filename of [5, null, {}]) {
      expect(wrong({ content: "", filename })).toEqual(["attachment.filename attachments.0.filename"]);
    }
  });
});

describe("details of attachments", () => {
  it("are written when they are given", () => {
    const output = renderedOf({
      attachments: [
        {
          filename: "a.bin",
          content: "x",
          description: "Grüße",
          size: 1,
          creationDate: new Date(0),
          modificationDate: new Date(1000),
        },
      ],
    }).replaceAll("\r\n ", " ");
    expect(output).toContain(
      "Content-Disposition: attachment; filename=a.bin; size=1; " +
        'creation-date="Thu, 01 Jan 1970 00:00:00 +0000"; modification-date="Thu, 01 Jan 1970 00:00:01 +0000"\r\n',
    );
    expect(output).toContain("Content-Description: =?UTF-8?B?R3LDvMOfZQ==?=\r\n");
  });

  it.each([
    ["size", "1\r\nRCPT TO:<e@e>", "input.type"],
    ["size", 1.5, "input.type"],
    ["size", Number.NaN, "input.type"],
    ["description", 5, "input.type"],
    ["disposition", "Inline", "input.option"],
    ["modificationDate", new Date(Number.NaN), "header.date"],
    ["creationDate", "today", "header.date"],
    ["creationDate", Number.POSITIVE_INFINITY, "header.date"],
  ])("are checked: %s is not %j", (key, value, code) => {
    expect(wrong({ content: "", [key]: value })).toEqual([`${code} attachments.0.${key}`]);
  });

  it("say attachment unless asked, for a message too, and inline for what the html shows", () => {
    expect(one({ content: "x" })?.disposition).toBe("attachment");
    expect(one({ content: "Subject: s\r\n\r\nx", filename: "a.eml" })?.disposition).toBe("attachment");
    expect(one({ content: "x", disposition: "inline" })?.disposition).toBe("inline");
    const shown = { html: "<img src=cid:a>", attachments: [{ cid: "a", content: "x" }] };
    expect(made(shown).attachments[0]?.disposition).toBe("inline");
  });
});

describe("enclosed messages", () => {
  const text = (body: string) => `Subject: s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}`;

  it("are never encoded as a whole: their 8-bit leaves are", () => {
    const output = renderedOf({ attachments: [{ filename: "a.eml", content: text("ü\r\n") }] });
    expect(output).toContain("Content-Type: message/rfc822; name=a.eml\r\nContent-Transfer-Encoding: 7bit\r\n");
    expect(output).toMatch(/=C3=BC|w7w/);
    expect(output).toMatch(/^[\x20-\x7e\r\n]*$/);
  });

  it("must have a head", () => {
    for (const content of ["", "\r\nno head", new Uint8Array([1, 2])]) {
      expect(wrong({ filename: "a.eml", content })).toEqual(["attachment.content attachments.0.content"]);
    }
  });

  it("take no encoding but 7bit", () => {
    const content = text("x");
    expect(wrong({ filename: "a.eml", content: new TextEncoder().encode(content), encoding: "base64" })).toEqual([
      "encoding.mismatch attachments.0.encoding",
    ]);
    expect(wrong({ filename: "a.eml", content, encoding: "quoted-printable" })).toEqual([
      "encoding.mismatch attachments.0.encoding",
    ]);
    expect(wrong({ filename: "a.eml", content, encoding: "7bit" })).toEqual([]);
  });

  it("that come as base64 text are decoded first, in whatever case the encoding is named (RFC 2045 s6.1)", () => {
    const content = Buffer.from(text("x")).toString("base64");
    for (const encoding of ["BASE64", "Base64"]) {
      const upper = untyped({ attachments: [{ filename: "a.eml", encoding, content }] });
      expect(renderedOf(upper)).toBe(renderedOf({ attachments: [{ filename: "a.eml", encoding: "base64", content }] }));
    }
    expect(renderedOf({ attachments: [{ filename: "a.eml", encoding: "base64", content }] })).toContain(
      "\r\n\r\nSubject: s\r\n",
    );
  });

  it("and reports are 7-bit", () => {
    const contentType = "message/delivery-status";
    expect(wrong({ contentType, content: "Reporting-MTA: dns; ü\r\n" })).toEqual([
      "attachment.eight-bit attachments.0.content",
    ]);
    expect(wrong({ contentType, content: `Reporting-MTA: ${"a".repeat(1000)}\r\n` })).toEqual([
      "attachment.line attachments.0.content",
    ]);
    expect(wrong({ contentType, content: "Reporting-MTA: dns; a\r\n" })).toEqual([]);
  });
});

describe("the types of the input", () => {
  it("take frozen lists and whatever Node calls bytes and streams", () => {
    const attachments = Object.freeze([Object.freeze({ filename: "a.bin", content: Buffer.from("x") })]);
    const input: MessageInput = { ...base, attachments };
    expect(check(input).ok).toBe(true);
  });
});

describe("the charset of a type", () => {
  it.each(["utf8", "UTF-8", "utf-8", '"utf8"'])("is that of the message under any of its labels: %s", (label) => {
    const output = renderedOf({
      attachments: [{ filename: "a.csv", content: "ü", contentType: `text/csv; charset=${label}` }],
    });
    expect(output).toContain("Content-Type: text/csv; charset=UTF-8; name=a.csv\r\n");
  });
});
