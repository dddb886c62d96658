// The octets of a part, as a detached signature covers them, and parts that are written already. RFC 1847 s2.1.
import fc from "fast-check";
import {
  check,
  collect,
  measure,
  message,
  type PartInput,
  partBytes,
  sesV1,
  smtp,
  toBytes,
  toChunks,
  toTree,
  type WrittenPartInput,
} from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, latin1, options, rendered, thrown, untyped } from "../message/support.ts";

const parts: readonly (readonly [string, PartInput])[] = [
  ["a text", { type: "text/plain", content: "hello\n" }],
  ["a text with an open last line", { type: "text/plain", content: "größe, trailing blank \nFrom me\n.\nend" }],
  ["an empty text", { type: "text/plain", content: "" }],
  ["bytes", { type: "application/pdf", filename: "é.pdf", content: new Uint8Array(100) }],
  [
    "a multipart",
    {
      type: "multipart/mixed",
      parts: [
        { type: "text/plain", content: "a" },
        { type: "text/html", content: "<p>" },
      ],
    },
  ],
  [
    "an enclosed message",
    { type: "message/rfc822", message: { type: "text/plain", fields: { Subject: "ü" }, content: "x" } },
  ],
  ["a source", { type: "image/png", content: { size: 3, open: () => [new Uint8Array(3)] } }],
];

const signed = (part: PartInput | WrittenPartInput): PartInput => ({
  type: "multipart/signed",
  parameters: { protocol: "application/pgp-signature", micalg: "pgp-sha256" },
  parts: [part, { type: "application/pgp-signature", encoding: "7bit", content: "-----BEGIN PGP SIGNATURE-----\r\n" }],
});

/** What stands between the first delimiter of a multipart/signed and the CRLF of the second. */
function firstPart(output: string): string {
  const boundary = /boundary="?([^"\r\n;]+)/.exec(output)?.[1] ?? "";
  return output.split(`\r\n--${boundary}\r\n`)[1] ?? "";
}

describe("partBytes", () => {
  it.each(parts)("gives what the written part has inside a message, octet for octet: %s", (_, part) => {
    const written = partBytes(part, options);
    for (const body of [signed({ written }), { type: "multipart/mixed", parts: [signed({ written })] }]) {
      const output = rendered(message(untyped({ ...base, body })));
      expect(output).toContain(`\r\n${latin1(written)}\r\n--`);
    }
    expect(firstPart(rendered(message(untyped({ ...base, body: signed({ written }) }))))).toBe(latin1(written));
  });

  it.each(parts.filter(([, { parts: inner }]) => inner === undefined))(
    "gives what a part without boundaries has in place, without being written before: %s",
    (_, part) => {
      expect(firstPart(rendered(message(untyped({ ...base, body: signed(part) }))))).toBe(latin1(partBytes(part)));
    },
  );

  it("writes no MIME-Version and no line end behind the part", () => {
    for (const [, part] of parts) {
      const text = latin1(partBytes(part, options));
      expect(text.split("\r\n\r\n")[0]).not.toMatch(/^MIME-Version/im);
      if (part.parts !== undefined) expect(text).toMatch(/--$/);
    }
  });

  it("gives the part of a tree that was made of a message", () => {
    const [text] = toTree(message({ ...base, text: "größe", html: "<p>" }), options).parts ?? [];
    if (text === undefined) throw new Error("the tree has parts");
    expect(latin1(partBytes(text))).toMatch(/^Content-Type: text\/plain; charset=UTF-8\r\n/);
  });

  it("reports what is wrong with the part, and sources that flow", () => {
    expect(thrown(() => partBytes({ type: "nothing", content: "x" }))).toEqual(["type.syntax type"]);
    expect(thrown(() => partBytes({ type: "text/plain", content: new Blob(["x"]) }))).toEqual(["source.async content"]);
    expect(thrown(() => partBytes(untyped(undefined) as never))[0]).toMatch(/^(?:input\.type|type\.syntax)/);
  });

  it("is stable under one seed, and its boundaries never meet those around it", () => {
    const [, part] = parts[4] ?? ["", { type: "text/plain", content: "" }];
    const written = partBytes(part, options);
    expect(latin1(partBytes(part, options))).toBe(latin1(written));
    const output = rendered(message(untyped({ ...base, body: signed({ written }) })));
    const boundaries = [...output.matchAll(/boundary="?([^"\r\n;]+)/g)].map(([, boundary]) => boundary);
    expect(new Set(boundaries).size).toBe(2);
  });
});

describe("written", () => {
  const written = partBytes({ type: "text/plain", content: "größe\n" });
  const input = { ...base, body: signed({ written }) };

  it("is the same in every form of output, measured exactly", async () => {
    const m = message(untyped(input));
    const bytes = toBytes(m, options);
    const chunks: Uint8Array[] = [];
    for await (const chunk of toChunks(m, options)) chunks.push(chunk);
    expect(latin1(Buffer.concat(chunks))).toBe(latin1(bytes));
    expect(latin1(await collect(m, { ...options, maxBytes: bytes.length }))).toBe(latin1(bytes));
    expect(measure(m, options)).toMatchObject({ bytes: bytes.length, exact: true, parts: 3 });
  });

  it("is kept in a tree and its copies", () => {
    const m = message(untyped(input));
    const tree = toTree(m, options);
    expect(rendered(tree)).toBe(rendered(m));
    expect(rendered({ ...tree, parts: (tree.parts ?? []).map((part) => ({ ...part })) })).toBe(rendered(m));
  });

  it("is a copy: later changes to the caller's bytes change nothing", () => {
    const own = written.slice();
    const m = message(untyped({ ...base, body: signed({ written: own }) }));
    const before = rendered(m);
    own.fill(0x41);
    expect(rendered(m)).toBe(before);
  });

  const head = "Content-Type: text/plain\r\n";
  it.each([
    ["a bare LF", `${head}\r\na\nb`],
    ["a bare CR", `${head}\r\na\rb`],
    ["a NUL", `${head}\r\na\0b`],
    ["a line of 999", `${head}\r\n${"x".repeat(999)}`],
    ["octets above 127", `${head}\r\n\xfc`],
    ["no empty line", head],
    ["no head that can be read", "hello\r\n\r\nworld"],
    ["a multipart without its boundary", "Content-Type: multipart/mixed\r\n\r\nx"],
    ["an open multipart", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx"],
    ["Bcc in its head", `${head}Bcc: e@example.com\r\n\r\nx`],
    ["another label than the way carries", `${head}Content-Transfer-Encoding: 8bit\r\n\r\nx`],
  ])("refuses %s", (_, text) => {
    const body = signed({ written: new Uint8Array(Buffer.from(text, "latin1")) });
    expect(issuesOf({ text: undefined, body })).toEqual(["part.written body.parts.0.written"]);
  });

  it.each([["a string" as unknown], [5], [[]], [null]])("refuses %j", (value) => {
    expect(issuesOf({ text: undefined, body: signed(untyped({ written: value }) as never) })[0]).toBe(
      "part.written body.parts.0.written",
    );
  });

  it("stands alone, and never at the root", () => {
    for (const more of [
      { id: "a@b" },
      { filename: "a" },
      { type: "text/html" },
      { fields: { "X-A": "1" } },
      { content: "x" },
    ]) {
      expect(issuesOf({ text: undefined, body: signed(untyped({ written, ...more }) as never) })).toEqual([
        "part.written body.parts.0.written",
      ]);
    }
    expect(issuesOf({ text: undefined, body: { written } })).toEqual(["part.written body.written"]);
    expect(thrown(() => toBytes(untyped({ written }) as never))).toEqual(["part.written written"]);
  });

  it("carries 8-bit octets under 8bit, and all around says so", () => {
    const part = partBytes({ type: "text/plain", content: "größe", encoding: "8bit", transport: "8bit" });
    expect(issuesOf({ text: undefined, body: signed({ written: part }) })).toEqual([
      "part.written body.parts.0.written",
    ]);
    const output = rendered(message(untyped({ ...base, transport: "8bit", body: signed({ written: part }) })));
    expect(output.match(/Content-Transfer-Encoding: 8bit/g)).toHaveLength(2);
  });

  it("warns of the Bcc of a message that it encloses (RFC 5322 s3.6.3)", () => {
    const forwarded = "From: a@example.com\r\nBcc: b@example.com\r\n\r\nx";
    const written = Buffer.from(`Content-Type: message/rfc822\r\n\r\n${forwarded}`);
    expect(issuesOf({ text: undefined, body: { type: "multipart/mixed", parts: [{ written }] } })).toEqual([
      "raw.bcc body.parts.0.written (warning)",
    ]);
    expect(issuesOf({ text: undefined, body: { type: "message/global", content: Buffer.from(forwarded) } })).toEqual([
      "raw.bcc body.content (warning)",
    ]);
  });

  it("names its files to the limits", () => {
    const file = partBytes({ type: "application/octet-stream", filename: "a.exe", content: "x" });
    const found = check(untyped({ ...base, body: signed({ written: file }) }), sesV1).issues;
    expect(found.map(({ code }) => code)).toContain("attachment.blocked-type");
    expect(check(untyped({ ...base, body: signed({ written: file }) }), smtp).ok).toBe(true);
  });

  it("of any text stays as it was signed", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."aü \n\r\t.-=_"), maxLength: 300 }), (text) => {
        const octets = partBytes({ type: "multipart/mixed", parts: [{ type: "text/plain", content: text }] }, options);
        const output = rendered(message(untyped({ ...base, body: signed({ written: octets }) })));
        expect(firstPart(output)).toBe(latin1(octets));
      }),
      { numRuns: 100 },
    );
  });
});
