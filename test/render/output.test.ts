import { Readable } from "node:stream";
import { collect, measure, message, toBytes, toChunks, toStream } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, latin1, made, options, rejected, rendered, thrown } from "../message/support.ts";

/** A source that counts: how often it was opened, how many chunks it gave, how often it was closed. */
function counted(chunks: number, of = 1000) {
  const seen = { opened: 0, given: 0, closed: 0 };
  const content = async function* () {
    seen.opened++;
    try {
      for (; seen.given < chunks; ) {
        seen.given++;
        yield new Uint8Array(of);
      }
    } finally {
      seen.closed++;
    }
  };
  return { seen, content };
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return latin1(Buffer.concat(all));
}

const mixed = () =>
  made({
    text: "grüße\n".repeat(50_000),
    html: "<p>",
    attachments: [
      { content: new Uint8Array(300_000).map((_, at) => at % 251) },
      { content: () => [new Uint8Array(100), new Uint8Array(200_000)] },
      { filename: "a.txt", content: "x\r\n".repeat(60_000) },
    ],
  });

describe("all doors", () => {
  it("give the same bytes under the same options, again and again", async () => {
    const m = mixed();
    const expected = rendered(m);
    expect(rendered(m)).toBe(expected);
    expect(await joined(toChunks(m, options))).toBe(expected);
    expect(latin1(await collect(m, { ...options, maxBytes: expected.length }))).toBe(expected);
    expect(Buffer.from(await new Response(toStream(m, options)).arrayBuffer()).toString("latin1")).toBe(expected);
  });

  it("give other bytes under another seed, which is random when there is none", () => {
    const m = made({ text: "t", html: "h" });
    expect(latin1(toBytes(m, { ...options, seed: "other" }))).not.toBe(rendered(m));
    expect(latin1(toBytes(m))).not.toBe(latin1(toBytes(m)));
  });

  it("end lines with CRLF and with nothing else", async () => {
    const output = rendered(mixed());
    expect(output.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    for (const text of ["a\n.\r\nMAIL FROM:<x>", "a\r.\r\nMAIL FROM:<x>", "a\r\r\n.\n"]) {
      const lines = rendered(made({ text })).replaceAll("\r\n", "\0");
      expect(lines).not.toMatch(/[\r\n]/);
      expect(lines).not.toContain("\0.\0");
    }
  });

  it("add no line end to a text that has none", () => {
    expect(rendered(made({ text: "x" }))).toMatch(/\r\n\r\nx$/);
    expect(rendered({ type: "message/rfc822", message: { type: "text/plain", content: "x" } })).toMatch(/\r\n\r\nx$/);
    expect(rendered(made({ text: "x", html: "y" }))).toMatch(/--\r\n$/);
    expect(rendered(made({ attachments: [{ content: "x" }] }))).toMatch(/eA==\r\n$/);
  });
});

describe("toBytes", () => {
  it("takes sources that give their bytes at once, and refuses the others with the place", () => {
    for (const content of [async () => [], new Blob(["x"]), () => Readable.from([]), async function* () {}]) {
      expect(thrown(() => toBytes(made({ attachments: [{ content }] }), options))).toEqual([
        "source.async attachments.0.content",
      ]);
    }
    const body = { type: "multipart/mixed", parts: [{ type: "a/b", content: async () => [] }] };
    expect(thrown(() => toBytes(made({ body }), options))).toEqual(["source.async body.parts.0.content"]);
    expect(thrown(() => toBytes(body, options))).toEqual(["source.async parts.0.content"]);
  });

  it("has memory of its own, of the exact size", () => {
    const bytes = toBytes(made({ text: "x" }), options);
    expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
  });
});

describe("messages one after another", () => {
  const texts = ["é\n", "日本語の本文\r", "plain line\n", "größer="].flatMap((line) =>
    [9_000, 100_000].map((units) => line.repeat(units / line.length + 1)),
  );

  it("are written as each is by itself, however large the one before was", () => {
    const alone = texts.map((text) => latin1(toBytes(made({ text }), options)));
    for (const [first, text] of texts.entries()) {
      for (const [second, other] of texts.entries()) {
        const before = toBytes(made({ text }), options);
        const after = toBytes(made({ text: other, html: text }), options);
        expect(latin1(before)).toBe(alone[first]);
        expect(latin1(after)).toContain(bodyOf(alone[second] ?? ""));
        expect(latin1(toBytes(made({ text: other }), options))).toBe(alone[second]);
      }
    }
  });
});

function bodyOf(raw: string): string {
  return raw.slice(raw.indexOf("\r\n\r\n")).trimEnd();
}

describe("toBytes into a buffer of the caller's", () => {
  it("writes from its first byte on, leaves the rest alone, and gives the part that it wrote", () => {
    const m = mixed();
    const expected = rendered(m);
    const into = new Uint8Array(expected.length + 3).fill(7);
    const bytes = toBytes(m, { ...options, into });
    expect(latin1(bytes)).toBe(expected);
    expect(bytes.buffer).toBe(into.buffer);
    expect([...into.subarray(expected.length)]).toEqual([7, 7, 7]);
  });

  it("may be used again for the next message, and start anywhere in its memory", () => {
    const [long, short] = [made({ text: "long ".repeat(100) }), made({ text: "short" })];
    const into = new Uint8Array(new ArrayBuffer(10_000), 13, 9_000);
    toBytes(long, { ...options, into });
    const bytes = toBytes(short, { ...options, into });
    expect(latin1(bytes)).toBe(rendered(short));
    expect(bytes.byteOffset).toBe(13);
  });

  it("takes exactly as many bytes as measure says; one fewer is refused with that number, and nothing is written", () => {
    const m = made({ text: "grüße\n".repeat(5_000), attachments: [{ content: new Uint8Array(100_000) }] });
    const { bytes } = measure(m, options);
    expect(toBytes(m, { ...options, into: new Uint8Array(bytes) })).toHaveLength(bytes);
    const into = new Uint8Array(bytes - 1);
    const needed = expect.objectContaining({ code: "render.room", path: ["into"], bytes });
    expect(() => toBytes(m, { ...options, into })).toThrowError(expect.objectContaining({ issues: [needed] }));
    expect(into.every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    ["null", null],
    ["a number", 10],
    ["a string", "buffer"],
    ["a buffer without a view", new ArrayBuffer(9_000)],
    ["memory that threads share", new Uint8Array(new SharedArrayBuffer(9_000))],
  ])("refuses %s", (_, into) => {
    const broken: object = { ...options, into };
    expect(thrown(() => toBytes(made({}), broken))).toEqual(["input.option into"]);
  });

  it("is as absent when it is undefined, and no option of the other doors", async () => {
    expect(latin1(toBytes(made({}), { ...options, into: undefined }))).toBe(rendered(made({})));
    const broken: object = { ...options, into: new Uint8Array(9_000) };
    expect(await rejected(joined(toChunks(made({}), broken)))).toEqual(["input.unknown-key into"]);
  });
});

describe("lent chunks", () => {
  const copies = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
    const all: Uint8Array[] = [];
    for await (const chunk of chunks) all.push(chunk.slice());
    return latin1(Buffer.concat(all));
  };

  it("hold the same bytes, each until the next is asked for", async () => {
    for (const m of [mixed(), made({ text: "t" }), made({ attachments: [{ content: new Uint8Array() }] })]) {
      expect(await copies(toChunks(m, { ...options, chunks: "lent" }))).toBe(rendered(m));
    }
  });

  it.each([1, 56, 57, 58, 58_367, 58_368, 58_369, 200_000])("do so for a source of chunks of %i", async (size) => {
    const content = new Uint8Array(200_003).map((_, at) => at % 253);
    const open = () => {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < content.length; at += size) chunks.push(content.subarray(at, at + size));
      return chunks;
    };
    const m = made({ attachments: [{ content: { size: content.length, open } }] });
    const plain = made({ attachments: [{ content }] });
    expect(await copies(toChunks(m, { ...options, chunks: "lent" }))).toBe(rendered(plain));
  });

  it("share their memory; own chunks, which are the default, do not", async () => {
    const m = made({ attachments: [{ content: new Uint8Array(1_000_000) }] });
    const buffers = async (chunks?: "own" | "lent") => {
      const seen: ArrayBufferLike[] = [];
      for await (const chunk of toChunks(m, { ...options, chunks })) if (chunk.length > 50_000) seen.push(chunk.buffer);
      return { chunks: seen.length, buffers: new Set(seen).size };
    };
    const lent = await buffers("lent");
    expect(lent.chunks).toBeGreaterThan(10);
    expect(lent.buffers).toBe(1);
    expect(await buffers("own")).toEqual({ chunks: lent.chunks, buffers: lent.chunks });
    expect(await buffers()).toEqual({ chunks: lent.chunks, buffers: lent.chunks });
  });

  it("are own or lent", async () => {
    const broken: object = { ...options, chunks: true };
    expect(await rejected(joined(toChunks(made({}), broken)))).toEqual(["input.option chunks"]);
  });
});

describe("toChunks", () => {
  it("gives chunks of a bounded size, each of them the receiver's own", async () => {
    const m = mixed();
    const expected = rendered(m);
    let output = "";
    for await (const chunk of toChunks(m, options)) {
      expect(chunk.length).toBeLessThanOrEqual(300_000);
      expect(chunk.length).toBeGreaterThan(0);
      output += latin1(chunk);
      chunk.fill(0);
    }
    expect(output).toBe(expected);
    expect(rendered(m)).toBe(expected);
  });

  it("opens sources one after another, each when its turn comes", async () => {
    const order: string[] = [];
    const source = (name: string) => ({
      content: async function* () {
        order.push(`open ${name}`);
        yield new Uint8Array(1);
        order.push(`close ${name}`);
      },
    });
    await joined(toChunks(made({ attachments: [source("a"), source("b")] }), options));
    expect(order).toEqual(["open a", "close a", "open b", "close b"]);
  });

  it("opens nothing before it is asked, and closes what is open when the receiver stops", async () => {
    const { seen, content } = counted(1000);
    const chunks = toChunks(made({ attachments: [{ content }] }), options);
    expect(seen.opened).toBe(0);
    for await (const _ of chunks) if (seen.given > 2) break;
    expect(seen).toEqual({ opened: 1, given: 3, closed: 1 });
  });

  it("throws what a source throws, as it is", async () => {
    const failure = new RangeError("disk");
    const content = async function* () {
      yield new Uint8Array(1);
      throw failure;
    };
    await expect(joined(toChunks(made({ attachments: [{ content }] }), options))).rejects.toBe(failure);
    const open = () => Promise.reject(failure);
    await expect(joined(toChunks(made({ attachments: [{ content: open }] }), options))).rejects.toBe(failure);
  });
});

describe("toStream", () => {
  it("opens nothing until it is read", async () => {
    const { seen, content } = counted(3);
    const stream = toStream(made({ attachments: [{ content }] }), options);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.opened).toBe(0);
    await stream.cancel();
    expect(seen.opened).toBe(0);
  });

  it("closes the open source when it is cancelled half way", async () => {
    const { seen, content } = counted(1000);
    const reader = toStream(made({ attachments: [{ content }] }), options).getReader();
    while (seen.given < 3) await reader.read();
    await reader.cancel();
    expect(seen).toEqual({ opened: 1, given: 3, closed: 1 });
  });

  it("destroys a Node stream and cancels a web stream that were being read", async () => {
    const node = Readable.from(counted(1000).content());
    let cancelled = false;
    const web = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: () => {
        cancelled = true;
      },
    });
    for (const content of [() => node, () => web]) {
      const reader = toStream(made({ attachments: [{ content }] }), options).getReader();
      for (let at = 0; at < 3; at++) await reader.read();
      await reader.cancel();
    }
    expect([node.destroyed, cancelled]).toEqual([true, true]);
  });

  it("fails with what goes wrong", async () => {
    const content = { size: 2, open: () => [new Uint8Array(1)] };
    const stream = toStream(made({ attachments: [{ content }] }), options);
    expect(await rejected(new Response(stream).arrayBuffer())).toEqual(["source.size attachments.0.content"]);
  });
});

describe("collect", () => {
  it("gives up to maxBytes, and not one more", async () => {
    const m = mixed();
    const { length } = toBytes(m, options);
    expect((await collect(m, { ...options, maxBytes: length })).length).toBe(length);
    expect(await rejected(collect(m, { ...options, maxBytes: length - 1 }))).toEqual(["limit.bytes "]);
  });

  it("opens nothing when the size is known to be too large", async () => {
    const { seen, content } = counted(1);
    const sized = { size: 100_000, open: content };
    for (const attachment of [{ content: sized }, { content: sized, filename: "a.eml" }]) {
      expect(await rejected(collect(made({ attachments: [attachment] }), { ...options, maxBytes: 100_000 }))).toEqual([
        "limit.bytes ",
      ]);
    }
    expect(seen.opened).toBe(0);
  });

  it("stops a source without an end as soon as the limit is passed, and closes it", async () => {
    for (const filename of ["a.bin", "a.eml"]) {
      const { seen, content } = counted(Number.POSITIVE_INFINITY, 10_000);
      const m = made({ attachments: [{ filename, content }] });
      expect(await rejected(collect(m, { ...options, maxBytes: 100_000 }))).toEqual(["limit.bytes "]);
      expect(seen.given).toBeLessThanOrEqual(11);
      expect(seen.closed).toBe(1);
    }
  });

  it.each([undefined, Number.NaN, -1, "5", null])("has a limit, and %j is none", async (maxBytes) => {
    const wrong = Object.assign({}, options, { maxBytes }) as never;
    expect(await rejected(collect(made({}), wrong))).toEqual(["input.option maxBytes"]);
  });

  it("takes no limit for infinity, and 0 for what it says", async () => {
    expect((await collect(made({}), { ...options, maxBytes: Number.POSITIVE_INFINITY })).length).toBeGreaterThan(0);
    expect(await rejected(collect(made({}), { ...options, maxBytes: 0 }))).toEqual(["limit.bytes "]);
  });
});

describe("boundaries", () => {
  it("are absent from all that is written as it is, and the choice is stable", () => {
    const boundary = /boundary="(.*)"/.exec(rendered(made({ text: "t", html: "h" })))?.[1];
    const text = `--${boundary}\r\n--${boundary}--\r\n`;
    const input = { ...base, text, html: "h" };
    const output = rendered(message(input));
    expect(rendered(message(input))).toBe(output);
    const other = /boundary="(.*)"/.exec(output)?.[1];
    expect(other).not.toBe(boundary);
    expect(output).toContain(text);
    expect(output.split(`--${other}`)).toHaveLength(4);
  });
});
