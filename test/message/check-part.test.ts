import { check, message, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, made, options, rendered, renderedOf, short, thrown, unfrozen, untyped } from "./support.ts";

const wrong = (body: unknown, input: object = {}) => issuesOf({ text: undefined, ...input, body });
const bytes = (text: string) => new TextEncoder().encode(text);

describe("a part", () => {
  it.each([5, null, "text/plain", []])("is an object, and not %j", (part) => {
    expect(wrong(part)).toEqual(["input.type body"]);
    expect(wrong({ type: "multipart/mixed", parts: [part] })).toEqual(["input.type body.parts.0"]);
    expect(wrong({ type: "message/rfc822", message: part })).toEqual(["input.type body.message"]);
  });

  it("has a type", () => {
    expect(wrong({ content: "x" })).toEqual(["type.syntax body.type"]);
    expect(wrong({ type: "text", content: "x" })).toEqual(["type.syntax body.type"]);
  });

  it("has no key that nobody knows", () => {
    expect(wrong({ type: "text/plain", content: "x", boundary: "b", cid: "c" })).toEqual([
      "input.unknown-key body.boundary",
      "input.unknown-key body.cid",
    ]);
  });

  it.each([
    [{ type: "text/plain" }],
    [{ type: "text/plain", parts: [] }],
    [{ type: "text/plain", message: {} }],
    [{ type: "text/plain", content: "", parts: [] }],
    [{ type: "multipart/mixed", content: "" }],
    [{ type: "multipart/mixed" }],
    [{ type: "message/rfc822" }],
    [{ type: "message/rfc822", content: "", message: {} }],
    [{ type: "message/partial", message: {} }],
  ])("holds exactly what its type allows: %j does not", (part) => {
    expect(wrong(part)).toEqual(["part.body body"]);
  });

  it("that is a multipart has at least one part, in a list without gaps", () => {
    for (const parts of [[], {}, 5, "x", null]) {
      expect(wrong({ type: "multipart/mixed", parts })).toEqual(["part.empty body.parts"]);
    }
    expect(wrong({ type: "multipart/mixed", parts: Array(2) })).toEqual([
      "input.type body.parts.0",
      "input.type body.parts.1",
    ]);
  });

  it("tells everything that is wrong in a tree, each with its path", () => {
    const body = {
      type: "multipart/mixed",
      parts: [
        { type: "text/plain", content: "x", id: "cid:a" },
        {
          type: "message/rfc822",
          message: { type: "multipart/alternative", parts: [{ type: "text/html", content: 5 }] },
        },
        { type: "a/b", content: "x", filename: "..", fields: { "X A": "v" }, disposition: "x", size: 0.5 },
      ],
    };
    expect(wrong(body)).toEqual([
      "cid.syntax body.parts.0.id",
      "attachment.content body.parts.1.message.parts.0.content",
      "attachment.filename body.parts.2.filename",
      "input.option body.parts.2.disposition",
      "input.type body.parts.2.size",
      "header.name body.parts.2.fields.X A",
    ]);
  });

  it("is copied and frozen: the caller's tree stays as it was, and changing it changes nothing", () => {
    const content = new Uint8Array([1]);
    const leaf = { type: "a/b", parameters: { x: "1" }, content, fields: [{ name: "X-A", value: "v" }] };
    const body = { type: "multipart/mixed", parts: [leaf] };
    const before = structuredClone(body);
    const m = made({ body });
    const first = rendered(m);
    expect(body).toEqual(before);
    expect(unfrozen(m.body)).toEqual([]);
    content.fill(9);
    leaf.parameters.x = "2";
    leaf.fields.length = 0;
    body.parts.length = 0;
    expect(rendered(m)).toBe(first);
  });
});

describe("depth and number of parts", () => {
  const nested = (depth: number) => {
    let part: object = { type: "text/plain", content: "x" };
    for (let at = 1; at < depth; at++) part = { type: "multipart/mixed", parts: [part] };
    return part;
  };

  it("are at most 100 levels", () => {
    expect(wrong(nested(99))).toEqual([]);
    expect(wrong(nested(100))).toEqual([]);
    expect(wrong(nested(101))[0]).toMatch(/^limit\.depth body(?:\.parts\.0){100}$/);
    expect(wrong(nested(20_000))).toHaveLength(1);
  });

  it("are bounded for a tree that holds itself", () => {
    const parts: unknown[] = [];
    const body = { type: "multipart/mixed", parts };
    parts.push(body);
    expect(wrong(body).map((issue) => issue.split(" ")[0])).toEqual(["limit.depth"]);
  });

  it("are bounded for a small tree that names its parts again and again", () => {
    let body: object = { type: "text/plain", content: "x" };
    for (let at = 0; at < 60; at++) body = { type: "multipart/mixed", parts: [body, body] };
    expect(wrong(body).map((issue) => issue.split(" ")[0])).toEqual(["limit.parts"]);
  });

  it("are bounded by 100,000 parts in all", () => {
    const leaf = { type: "a/b", content: new Uint8Array() };
    const many = (count: number) => ({ type: "multipart/mixed", parts: Array(count - 1).fill(leaf) });
    expect(wrong(many(100_000))).toEqual([]);
    expect(wrong(many(100_001))).toEqual(["limit.parts body.parts.99999"]);
  });
});

describe("parameters of a part", () => {
  it("stand in the type or beside it, each once", () => {
    const output = renderedOf({
      body: { type: "text/plain; format=flowed", parameters: { delsp: "yes" }, content: "x" },
    });
    expect(output).toContain("Content-Type: text/plain; format=flowed; delsp=yes; charset=UTF-8\r\n");
    expect(wrong({ type: "text/plain; a=b", parameters: { A: "c" }, content: "" })).toEqual([
      "type.conflict body.parameters.a",
    ]);
    expect(wrong({ type: "text/plain", parameters: { a: "b", A: "c" }, content: "" })).toEqual([
      "type.syntax body.parameters.A",
    ]);
  });

  it("are checked beside a type that is wrong as well", () => {
    expect(wrong({ type: "plain", parameters: { "a b": "x" }, content: "" })).toEqual([
      "type.syntax body.type",
      "type.syntax body.parameters.a b",
    ]);
  });

  it.each(["boundary", "name", "NAME"])("leave %s to the composer", (name) => {
    expect(wrong({ type: "a/b", parameters: { [name]: "x" }, content: "" })).toEqual([
      `type.conflict body.parameters.${name.toLowerCase()}`,
    ]);
    expect(wrong({ type: `a/b; ${name}=x`, content: "" })).toHaveLength(1);
  });

  it.each(["", "a b", "a*", "a*0*", "ü", "a=b", "a".repeat(61)])("have no name like %j", (name) => {
    expect(wrong({ type: "a/b", parameters: { [name]: "x" }, content: "" })).toEqual([
      `type.syntax body.parameters.${name}`,
    ]);
  });

  it("are an object of strings", () => {
    for (const parameters of [5, "a=b", null]) {
      expect(wrong({ type: "a/b", parameters, content: "" })).toEqual(["input.type body.parameters"]);
    }
    expect(wrong({ type: "a/b", parameters: { a: 5 }, content: "" })).toEqual(["type.syntax body.parameters.a"]);
    expect(wrong({ type: "a/b", parameters: { a: "x\r\ny" }, content: "" })).toContain(
      "header.line-break body.parameters.a",
    );
  });

  it("keep names that mean something to objects", () => {
    const parameters: unknown = JSON.parse('{"__proto__":"x","constructor":"y"}');
    expect(renderedOf({ body: { type: "a/b", parameters, content: "" } })).toContain(
      "Content-Type: a/b; __proto__=x; constructor=y\r\n",
    );
  });

  it("of multipart/related name the type of its root (RFC 2387 s3.1)", () => {
    const parts = [
      { type: "text/html", content: "<p>", id: "a" },
      { type: "image/png", content: new Uint8Array(), id: "b@c" },
    ];
    const type = (parameters: object) =>
      Object(made({ body: { type: "multipart/related", parameters, parts } }).body).parameters.type;
    expect(type({})).toBe("text/html");
    expect(type({ start: "<b@c>" })).toBe("image/png");
    expect(type({ start: "<nobody>" })).toBe("text/html");
    expect(type({ type: "x/y" })).toBe("x/y");
  });
});

describe("text in a part", () => {
  it("is written in the charset that its type names, else in the message's, and the type says so", () => {
    expect(renderedOf({ charset: "us-ascii", body: { type: "text/plain", content: "a\nb" } })).toContain(
      "Content-Type: text/plain; charset=US-ASCII\r\nContent-Transfer-Encoding: 7bit\r\n\r\na\r\nb",
    );
    expect(wrong({ type: "text/plain; charset=us-ascii", content: "é" })).toEqual(["charset.unmappable body.content"]);
    expect(wrong({ type: "text/plain", parameters: { charset: "klingon" }, content: "" })).toEqual([
      "charset.unknown body.parameters.charset",
    ]);
  });

  it("as bytes is labelled as the caller says, known charset or not", () => {
    expect(renderedOf({ body: { type: "text/plain; charset=klingon", content: bytes("a") } })).toContain(
      "charset=klingon",
    );
    expect(renderedOf({ body: { type: "text/plain", content: bytes("a") } })).toContain("Content-Type: text/plain\r\n");
  });

  it("of another type is UTF-8, and no line end is touched", () => {
    expect(renderedOf({ body: { type: "application/json", content: '{"é":\n1}' } })).toContain(
      Buffer.from('{"é":\n1}').toString("base64"),
    );
  });
});

describe("transfer encodings of parts", () => {
  it("are checked against the content", () => {
    expect(wrong({ type: "text/plain", content: "é", encoding: "7bit" })).toEqual(["encoding.mismatch body.encoding"]);
    expect(wrong({ type: "text/plain", content: "é", encoding: "8bit" })).toEqual(["encoding.eight-bit body.encoding"]);
    expect(wrong({ type: "text/plain", content: "é", encoding: "8bit" }, { transport: "8bit" })).toEqual([]);
  });

  it("of composites are those of their parts (RFC 2045 s6.4)", () => {
    const parts = [{ type: "text/plain", content: "x" }];
    for (const encoding of ["base64", "quoted-printable"]) {
      expect(wrong({ type: "multipart/mixed", parts, encoding })).toEqual(["encoding.mismatch body.encoding"]);
      expect(wrong({ type: "message/rfc822", message: parts[0], encoding })).toEqual([
        "encoding.mismatch body.encoding",
      ]);
      expect(wrong({ type: "message/rfc822", content: "Subject: s\n\nx", encoding })).toContain(
        "encoding.mismatch body.encoding",
      );
    }
    expect(wrong({ type: "multipart/mixed", parts, encoding: "7bit" })).toEqual([]);
  });
});

describe("body", () => {
  it("is the whole content: no other body stands beside it", () => {
    const body = { type: "text/plain", content: "x" };
    const calendar = { method: "REQUEST", content: "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR" };
    expect(issuesOf({ body, html: "<p>", amp: "<p>", watch: "<p>", calendar, textEncoding: "base64" })).toEqual(
      ["text", "html", "amp", "watch", "calendar", "textEncoding"].map((name) => `part.body ${name}`),
    );
  });

  it("stands before attachments, its own fields kept", () => {
    const body = { type: "text/plain", content: "x", fields: { "X-Part": "1" } };
    expect(renderedOf({ body })).toMatch(/From: [\s\S]*X-Part: 1\r\nMIME-Version/);
    const output = renderedOf({ body, attachments: [{ filename: "a.bin", content: "y" }] });
    expect(output).toMatch(/multipart\/mixed[\s\S]*\r\nX-Part: 1\r\nContent-Type: text\/plain[\s\S]*filename=a\.bin/);
  });
});

describe("trees of other kinds", () => {
  const report = {
    type: "multipart/report",
    parameters: { "report-type": "delivery-status" },
    parts: [
      { type: "text/plain", content: "Not delivered.\n" },
      { type: "message/delivery-status", content: "Reporting-MTA: dns; a.example\n\nAction: failed\n" },
      { type: "message/rfc822", content: "Subject: =?utf-8?Q?x?=\r\n\r\nü\r\n" },
    ],
  };

  it("report a delivery (RFC 3464): fields of a report 7bit, its line ends CRLF, the message enclosed", () => {
    const output = renderedOf({ body: report });
    expect(output).toContain("Content-Type: multipart/report; report-type=delivery-status;");
    expect(output).toContain(
      "Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" +
        "Reporting-MTA: dns; a.example\r\n\r\nAction: failed\r\n",
    );
    expect(output).toMatch(/^[\x20-\x7e\r\n]*$/);
  });

  it("may give the head of a message only (RFC 6522)", () => {
    const headers = { type: "text/rfc822-headers", content: "From: a@example.com\nSubject: s\n" };
    const body = { ...report, parts: [...report.parts.slice(0, 2), headers] };
    expect(renderedOf({ body })).toContain("\r\n\r\nFrom: a@example.com\r\nSubject: s\r\n");
  });

  it("keep a signed part to the octet", () => {
    const signed = "Content-Type: text/plain\r\n\r\nsigned  text\r\n.\r\nFrom here\r\n";
    const body = {
      type: "multipart/signed",
      parameters: { protocol: "application/pkcs7-signature", micalg: "sha-256" },
      parts: [
        { type: "message/rfc822", content: `From: a@example.com\r\n${signed}` },
        { type: "application/pkcs7-signature", filename: "smime.p7s", content: new Uint8Array([1]) },
      ],
    };
    expect(renderedOf({ body })).toContain(`From: a@example.com\r\n${signed}`);
  });

  it("enclose trees in messages in trees, each head with its own fields", () => {
    const inner = {
      type: "text/plain",
      content: "in",
      fields: { From: "c@example.com", Subject: "Größe", Date: "Tue, 24 Nov 2026 05:06:07 +0000" },
    };
    const middle = { type: "message/rfc822", message: inner };
    const output = renderedOf({ subject: "out", body: { type: "multipart/mixed", parts: [middle] } });
    expect(output).toContain("Content-Type: message/rfc822\r\n\r\nFrom: c@example.com\r\n");
    expect(output.match(/MIME-Version: 1\.0/g)).toHaveLength(2);
    expect(output).toMatch(/Subject: =\?UTF-8\?[BQ]\?/);
  });

  it("are rendered by themselves too, and then have the fields that they say", () => {
    const tree = { type: "text/plain", content: "x", fields: { From: "a@example.com" } };
    expect(rendered(tree)).toBe(
      "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n" +
        "Content-Transfer-Encoding: 7bit\r\n\r\nx",
    );
    expect(thrown(() => toBytes({ type: "multipart/mixed", parts: [] }, options))).toEqual(["part.empty parts"]);
    for (const input of [null, 5, "x", undefined]) {
      expect(thrown(() => toBytes(untyped(input) as never, options)).length).toBeGreaterThan(0);
    }
  });
});

describe("warnings in a tree", () => {
  it("let it through, and are kept", () => {
    const body = { type: "a/b", content: "", filename: "../a.txt" };
    expect(check({ ...base, body }).issues.map(short)).toEqual(["attachment.filename body.filename (warning)"]);
    expect(message({ ...base, body }).body?.filename).toBe("a.txt");
    expect(rendered(body)).toContain("filename=a.txt");
  });
});

describe("a secured multipart", () => {
  const leaf = { type: "text/plain", content: "x" };
  const signature = { type: "application/pkcs7-signature", content: new Uint8Array([1]) };
  it("says how it is secured, and has two parts (RFC 1847 s2.1, s2.2)", () => {
    const body = { type: "multipart/signed", parts: [leaf, signature] };
    expect(issuesOf({ text: undefined, body })).toEqual([
      "type.syntax body.parameters.protocol",
      "type.syntax body.parameters.micalg",
    ]);
    const parameters = { protocol: "application/pkcs7-signature", micalg: "sha-256" };
    expect(issuesOf({ text: undefined, body: { ...body, parameters } })).toEqual([]);
    expect(issuesOf({ text: undefined, body: { ...body, parameters, parts: [leaf] } })).toEqual([
      "part.body body.parts",
    ]);
    const encrypted = { type: "multipart/encrypted", parts: [leaf, signature] };
    expect(issuesOf({ text: undefined, body: encrypted })).toEqual(["type.syntax body.parameters.protocol"]);
  });
});

describe("a string as body", () => {
  it("is told to be text or html", () => {
    const [issue] = check(untyped({ ...base, body: "Hello" })).issues;
    expect(issue).toMatchObject({ code: "input.type", path: ["body"], hint: "use text or html" });
  });
});
