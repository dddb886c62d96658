import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import vm from "node:vm";
import fc from "fast-check";
import { check, collect, message } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, latin1, made, options, renderedOf, untyped } from "./support.ts";

const bytes = new Uint8Array([0, 1, 254, 255]);
const ENCODED = "AAH+/w==";

function shared(): Uint8Array {
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
}

class Kept {
  readonly #bytes = bytes;
  get size(): number {
    return this.#bytes.length;
  }
  open() {
    return [this.#bytes];
  }
}

const written = async (content: unknown) =>
  latin1(await collect(made({ attachments: [{ filename: "a.bin", content }] }), { ...options, maxBytes: 100_000 }));

describe("content", () => {
  const forms: readonly (readonly [string, unknown])[] = [
    ["a Uint8Array", bytes],
    ["a Buffer", Buffer.from(bytes)],
    ["an ArrayBuffer", bytes.buffer],
    ["a DataView", new DataView(Uint8Array.of(9, ...bytes, 9).buffer, 1, 4)],
    ["another typed array", new Uint16Array(bytes.buffer)],
    ["a part of a pool of bytes", Uint8Array.of(9, ...bytes, 9).subarray(1, 5)],
    ["shared memory", shared()],
    ["bytes of another realm", vm.runInNewContext("new Uint8Array([0, 1, 254, 255])")],
    ["a buffer of another realm", vm.runInNewContext("new Uint8Array([0, 1, 254, 255]).buffer")],
    ["a Blob", new Blob([bytes])],
    ["a File", new File([bytes], "a.bin")],
    ["{ open }", { open: () => [bytes] }],
    ["{ open, size }", { size: 4, open: async () => [bytes.subarray(0, 1), bytes.subarray(1)] }],
    ["a class with open and size", new Kept()],
    ["a function that gives a list", () => [bytes]],
    ["a function that gives a promise", async () => [bytes]],
    [
      "a generator function",
      function* () {
        yield bytes;
      },
    ],
    [
      "an async generator function",
      async function* () {
        yield bytes;
      },
    ],
    ["a function that opens a web stream", () => new Blob([bytes]).stream()],
    ["a function that opens a Node stream", () => Readable.from([Buffer.from(bytes)])],
    ["a function that gives bytes", () => bytes],
    ["a function that gives a Buffer", () => Buffer.from(bytes)],
    ["a function that promises bytes", async () => bytes],
    ["a function that gives memory", () => bytes.slice().buffer],
    ["a function that promises a Blob", async () => new Blob([bytes])],
    ["a source that gives bytes", { size: 4, open: () => bytes }],
    ["a source of chunks of another realm", () => [vm.runInNewContext("new Uint8Array([0, 1, 254, 255])")]],
    ["a source with empty chunks", () => [new Uint8Array(), bytes, new Uint8Array()]],
  ];

  it.each(forms)("is %s", async (_, content) => {
    expect(await written(content)).toContain(`\r\n\r\n${ENCODED}\r\n`);
  });

  it("is a string, in UTF-8 where the type is no text", async () => {
    expect(await written("é\n")).toContain("\r\n\r\nw6kK\r\n");
  });

  it("may be empty", async () => {
    for (const content of ["", new Uint8Array(), new Blob([]), () => []]) {
      expect(await written(content)).toContain("filename=a.bin\r\n\r\n\r\n");
    }
  });

  it.each([
    undefined,
    null,
    5,
    true,
    10n,
    Symbol("s"),
    {},
    { a: 1 },
    [],
    [bytes],
    new Map(),
    new URL("file:///etc/passwd"),
  ])("is no %s", (content) => {
    expect(issuesOf({ attachments: [{ content }] })).toEqual(["attachment.content attachments.0.content"]);
  });

  it.each([
    { path: "/etc/passwd" },
    { href: "http://127.0.0.1/" },
    { type: "Buffer", data: [1] },
    { open: "/etc/passwd" },
  ])("is nothing that JSON could name, as %j", (content) => {
    expect(issuesOf({ attachments: [{ content }] })).toEqual(["attachment.content attachments.0.content"]);
  });

  it("is no stream or iterator, which could be read once only", () => {
    const once = [
      new Blob([bytes]).stream(),
      Readable.from([bytes]),
      (function* () {
        yield bytes;
      })(),
      (async function* () {
        yield bytes;
      })(),
    ];
    for (const content of once) {
      expect(issuesOf({ attachments: [{ content }] })).toEqual(["source.one-shot attachments.0.content"]);
    }
  });

  it("is no stream of the file system, whose open() is another one", () => {
    const content = createReadStream("package.json");
    try {
      expect(issuesOf({ attachments: [{ content }] })).toEqual(["source.one-shot attachments.0.content"]);
      expect(issuesOf({ text: undefined, body: { type: "a/b", content } })).toEqual(["source.one-shot body.content"]);
    } finally {
      content.destroy();
    }
  });

  it.each<[string, unknown, RegExp]>([
    ["a promise", Promise.resolve(bytes), /await it/],
    ["a Buffer that went through JSON", { type: "Buffer", data: [1] }, /Buffer\.from/],
    ["a response", new Response("x"), /arrayBuffer/],
    ["a request", new Request("http://127.0.0.1/"), /arrayBuffer/],
    ["a path", { path: "a.pdf" }, /file\(path\)/],
    ["a URL", new URL("file:///a.pdf"), /file\(path\)/],
    ["chunks", [bytes], /function/],
  ])("has a way out of its own for %s", (_, content, hint) => {
    expect(check(untyped({ ...base, attachments: [{ content }] })).issues[0]?.hint).toMatch(hint);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "4", null])("has a whole size, and not %j", (size) => {
    expect(issuesOf({ attachments: [{ content: { size, open: () => [] } }] })).toEqual([
      "input.type attachments.0.content.size",
    ]);
  });

  it("is not opened when the message is made", () => {
    let opened = 0;
    made({
      attachments: [{ content: { size: 1, open: () => [new Uint8Array(++opened)] } }, { content: () => opened++ }],
    });
    expect(opened).toBe(0);
  });

  it("is opened on its object, so that classes find their fields", async () => {
    const content = {
      secret: bytes,
      open() {
        return [this.secret];
      },
    };
    expect(await written(content)).toContain(ENCODED);
  });

  it("that is bytes is copied: changing them later changes nothing", () => {
    const given = bytes.slice();
    const m = message({ ...base, attachments: [{ filename: "a.bin", content: given }] });
    given.fill(7);
    expect(latin1(new Uint8Array(Object(m.attachments[0]?.content).bytes))).toBe(latin1(bytes));
  });
});

describe("a string of a text type", () => {
  it("is text of the message's charset, its line ends CRLF", () => {
    const output = renderedOf({ attachments: [{ filename: "a.txt", content: "a\nb\rc\r\nd" }] });
    expect(output).toContain("Content-Type: text/plain; charset=UTF-8; name=a.txt\r\n");
    expect(output).toContain("\r\n\r\na\r\nb\r\nc\r\nd");
  });

  it("that holds half a surrogate pair is body.surrogate", () => {
    expect(issuesOf({ attachments: [{ filename: "a.txt", content: "a\ud800" }, { content: "\udfff" }] })).toEqual([
      "body.surrogate attachments.0.content",
      "body.surrogate attachments.1.content",
    ]);
  });

  it("that the charset cannot write is charset.unmappable", () => {
    expect(issuesOf({ charset: "us-ascii", attachments: [{ filename: "a.txt", content: "é" }] })).toEqual([
      "charset.unmappable attachments.0.content",
    ]);
  });
});

describe("encoding: base64 over a string", () => {
  it("says that the string is base64, which it then has to be", () => {
    const output = renderedOf({ attachments: [{ filename: "a.bin", encoding: "base64", content: "AAH+\r\n/w==" }] });
    expect(output).toContain(`\r\n\r\n${ENCODED}\r\n`);
    for (const content of ["hello not base64", "AA=A", "AAH-/w==", "AAH+_", "AAH+/x==", "AAH+/w="]) {
      expect(issuesOf({ attachments: [{ encoding: "base64", content }] })).toEqual([
        "encoding.invalid attachments.0.content",
      ]);
    }
  });

  it("leaves bytes that spell base64 alone", () => {
    const content = new TextEncoder().encode("AAH+/w==");
    expect(renderedOf({ attachments: [{ filename: "a.bin", encoding: "base64", content }] })).toContain(
      "\r\n\r\nQUFIKy93PT0=\r\n",
    );
  });
});

describe("content of any bytes", () => {
  it("arrives unaltered, in memory or from chunks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), async (chunks) => {
        const joined = Buffer.concat(chunks);
        const expected = await written(joined);
        expect(await written(() => chunks)).toBe(expected);
        const body = expected.slice(expected.indexOf("\r\n\r\n") + 4);
        expect(Buffer.from(body, "base64").equals(joined)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
