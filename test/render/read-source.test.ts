import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { errorIssue, MessageError } from "../../src/issues.ts";
import { readSource, readSourceSync } from "../../src/mail/render/sources.ts";
import { rejected, thrown } from "../message/support.ts";

const path = ["place"];
const three = new Uint8Array([1, 2, 3]);

async function read(open: () => unknown, size?: number): Promise<readonly number[]> {
  const bytes: number[] = [];
  for await (const chunk of readSource({ open, ...(size === undefined ? {} : { size }) }, path)) bytes.push(...chunk);
  return bytes;
}

const readAtOnce = (open: () => unknown, size?: number) => [
  ...readSourceSync({ open, ...(size === undefined ? {} : { size }) }, path),
];

describe("readSource", () => {
  it.each<[string, () => unknown]>([
    ["bytes", () => three],
    ["a Buffer that is promised", async () => Buffer.from(three)],
    ["memory", () => three.slice().buffer],
    ["a Blob", () => new Blob([three])],
    ["a list", () => [three]],
    ["a set", () => new Set([three])],
    ["an array's iterator", () => [three].values()],
    ["a promise", async () => [three]],
    [
      "an async generator",
      async function* () {
        yield three;
      },
    ],
    ["a web stream", () => new Blob([three]).stream()],
    ["a Node stream", () => Readable.from([Buffer.from(three)])],
  ])("reads %s, anew each time", async (_, open) => {
    expect(await read(open)).toEqual([1, 2, 3]);
    expect(await read(open, 3)).toEqual([1, 2, 3]);
  });

  it("says where the content was given when a source of this library fails, and leaves other errors alone", async () => {
    const changed = new MessageError([errorIssue("file.changed", ["path"], "a.bin is not the same")]);
    const failing = (error: Error) =>
      async function* () {
        yield three;
        throw error;
      };
    expect(await rejected(read(failing(changed)))).toEqual(["file.changed place"]);
    const own = new RangeError("gone");
    await expect(read(failing(own))).rejects.toBe(own);
  });

  it("reads a web stream of a runtime where streams are not iterable, and gives it free", async () => {
    let cancelled = 0;
    const open = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(three),
        cancel: () => {
          cancelled++;
        },
      });
    const { prototype } = ReadableStream;
    const iterator = Object.getOwnPropertyDescriptor(prototype, Symbol.asyncIterator);
    Reflect.deleteProperty(prototype, Symbol.asyncIterator);
    try {
      for await (const chunk of readSource({ open }, path)) {
        expect([...chunk]).toEqual([1, 2, 3]);
        break;
      }
    } finally {
      Object.defineProperty(prototype, Symbol.asyncIterator, iterator ?? {});
    }
    expect(cancelled).toBe(1);
  });

  it.each([
    [0, []],
    [2, [three]],
    [4, [three]],
    [5, [three, three]],
  ])("holds a source to the size that it said: not %j", async (size, chunks) => {
    const wrong = size === 0 ? [three] : chunks;
    expect(await rejected(read(() => wrong, size))).toEqual(["source.size place"]);
    expect(thrown(() => readAtOnce(() => wrong, size))).toEqual(["source.size place"]);
  });

  it("stops at the first octet too many, and closes the source", async () => {
    let closed = 0;
    const endless = function* () {
      try {
        for (;;) yield three;
      } finally {
        closed++;
      }
    };
    expect(await rejected(read(endless, 7))).toEqual(["source.size place"]);
    expect(thrown(() => readAtOnce(endless, 7))).toEqual(["source.size place"]);
    expect(closed).toBe(2);
  });

  it.each([undefined, null, 5, "text", {}, new Response("x"), () => [three]])(
    "takes no %s for a source",
    async (opened) => {
      expect(await rejected(read(() => opened))).toEqual(["attachment.content place"]);
      expect(thrown(() => readAtOnce(() => opened))).toEqual(["attachment.content place"]);
    },
  );

  it("takes a chunk whose memory was transferred for no empty one", async () => {
    const gone = new Uint8Array(4);
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(await rejected(read(() => [gone]))).toEqual(["attachment.content place"]);
    expect(thrown(() => readAtOnce(() => [gone]))).toEqual(["attachment.content place"]);
    expect(readAtOnce(() => [new Uint8Array(0), three])).toEqual([1, 2, 3]);
  });

  it.each(["text", 5, null, [1], new SharedArrayBuffer(1)])("takes no %s for a chunk", async (chunk) => {
    expect(await rejected(read(() => [chunk]))).toEqual(["attachment.content place"]);
    const later = async function* () {
      yield chunk;
    };
    expect(await rejected(read(later))).toEqual(["attachment.content place"]);
    expect(thrown(() => readAtOnce(() => [chunk]))).toEqual(["attachment.content place"]);
  });

  it("takes chunks of every kind of bytes, as the Web streams of files give them", async () => {
    const memory = three.slice().buffer;
    for (const bytes of [memory, new DataView(memory), new Uint8ClampedArray(memory)]) {
      expect(await read(() => [bytes])).toEqual([1, 2, 3]);
      expect(await read(() => bytes, 3)).toEqual([1, 2, 3]);
      expect(readAtOnce(() => [bytes])).toEqual([1, 2, 3]);
      expect(readAtOnce(() => bytes)).toEqual([1, 2, 3]);
    }
    const handle = await open(import.meta.filename);
    expect(await read(() => handle.readableWebStream())).toEqual([...(await readFile(import.meta.filename))]);
    await handle.close();
  });

  it("takes chunks of another realm", async () => {
    const foreign: unknown = vm.runInNewContext("new Uint8Array([1, 2, 3])");
    expect(await read(() => [foreign])).toEqual([1, 2, 3]);
    expect(readAtOnce(() => [foreign])).toEqual([1, 2, 3]);
  });

  it("refuses a stream or an iterator that was read already: its content would go missing", async () => {
    const once = [new Blob([three]).stream(), Readable.from([three]), [three].values()];
    for (const opened of once) {
      expect(await read(() => opened)).toEqual([1, 2, 3]);
      expect(await rejected(read(() => opened))).toEqual(["source.one-shot place"]);
    }
    const list = [three];
    expect(await read(() => list)).toEqual(await read(() => list));
  });
});

describe("readSourceSync", () => {
  it("copies the chunks of a source that fills one buffer again and again", () => {
    const buffer = new Uint8Array(1);
    const open = function* () {
      for (const octet of three) yield buffer.fill(octet);
    };
    expect(readAtOnce(open)).toEqual([1, 2, 3]);
  });

  it("refuses what gives its bytes later, and closes it", async () => {
    let cancelled = 0;
    const web = new ReadableStream({
      cancel: () => {
        cancelled++;
      },
    });
    const node = Readable.from([three]);
    const later = Readable.from([three]);
    for (const open of [() => web, () => node, async () => later]) {
      expect(thrown(() => readAtOnce(open))).toEqual(["source.async place"]);
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect([cancelled, node.destroyed, later.destroyed]).toEqual([1, true, true]);
    expect(await rejected(read(() => node))).toEqual(["source.one-shot place"]);
  });

  it("ends no process over a stream of a file that is not there", async () => {
    const stream = createReadStream(`${import.meta.filename}.none`);
    const closed = new Promise<void>((resolve) => stream.once("close", resolve));
    expect(thrown(() => readAtOnce(() => stream))).toEqual(["source.async place"]);
    await closed;
    expect(stream.destroyed).toBe(true);
  });

  it("leaves no rejected promise behind", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listen);
    expect(thrown(() => readAtOnce(() => Promise.reject(new Error("disk"))))).toEqual(["source.async place"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });

  it("throws what the source throws", () => {
    const failure = new RangeError("disk");
    expect(() =>
      readAtOnce(() => {
        throw failure;
      }),
    ).toThrow(failure);
  });
});

describe("readSourceSync, by what is opened", () => {
  it("takes the only chunk of a list as it is: to lend bytes costs no copy", () => {
    const bytes = new Uint8Array(9);
    expect(readSourceSync({ size: 9, open: () => [bytes] }, [])).toBe(bytes);
  });

  it("copies what an iterator gives, which may fill the same buffer again", () => {
    const shared = new Uint8Array(1);
    const open = function* () {
      for (const byte of [1, 2, 3]) {
        shared.fill(byte);
        yield shared;
      }
      shared.fill(0);
    };
    expect([...readSourceSync({ open }, [])]).toEqual([1, 2, 3]);
  });
});
