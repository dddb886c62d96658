// What a value is does not hang on the realm that made it, nor on what an object says of itself.
import vm from "node:vm";
import { message, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import {
  isAbortSignal,
  isArrayBuffer,
  isBlob,
  isBytes,
  isDate,
  isError,
  isFile,
  isReadableStream,
  isRegExp,
  isUrl,
} from "../../src/mail/octets/kinds.ts";

const foreign = (expression: string): unknown => vm.runInNewContext(expression, { Blob, File, ReadableStream, URL });

type Kind = (value: unknown) => boolean;

const samples: readonly (readonly [string, Kind, unknown, string])[] = [
  ["isBytes", isBytes, new Uint8Array(1), "new Uint8Array(1)"],
  ["isBytes", isBytes, Buffer.from("x"), "new (class Part extends Uint8Array {})(1)"],
  ["isArrayBuffer", isArrayBuffer, new ArrayBuffer(1), "new ArrayBuffer(1)"],
  ["isDate", isDate, new Date(0), "new Date(NaN)"],
  ["isRegExp", isRegExp, /a/, "/a/"],
  ["isError", isError, new TypeError("x"), "new RangeError('x')"],
];

describe.each(samples)("%s", (_, isOne, own, other) => {
  it("knows its own and those of another realm", () => {
    expect(isOne(own)).toBe(true);
    expect(isOne(foreign(other))).toBe(true);
  });

  it("takes nothing else for one", () => {
    const strangers = [undefined, null, 1, "a", {}, [], () => 1, new Uint16Array(1), new SharedArrayBuffer(1)];
    expect(strangers.filter((value) => isOne(value))).toEqual([]);
  });
});

it("a Blob that cannot be read as a stream is no Blob", () => {
  expect([new Blob(["x"]), new File(["x"], "a")].map(isBlob)).toEqual([true, true]);
  expect(isBlob({ [Symbol.toStringTag]: "Blob", size: 1, stream: () => new Blob(["x"]).stream() })).toBe(true);
  expect(isBlob({ [Symbol.toStringTag]: "Blob", size: 1 })).toBe(false);
});

it("a File is a Blob with a name", () => {
  expect([new File(["x"], "a"), new Blob(["x"])].map(isFile)).toEqual([true, false]);
});

it("streams, signals and URLs are known by their kind", () => {
  expect(isReadableStream(new Blob(["x"]).stream())).toBe(true);
  expect(isAbortSignal(AbortSignal.timeout(1))).toBe(true);
  expect(isUrl(new URL("file:///a"))).toBe(true);
  expect([isReadableStream, isAbortSignal, isUrl].filter((is) => is({}))).toEqual([]);
});

it("a message is composed where the host's encoder gives bytes of another realm", () => {
  const { Uint8Array: native } = globalThis;
  const m = { from: "a@example.com", to: "b@example.com", subject: "Grüße", text: "Zoë", date: new Date(0) };
  const expected = toBytes(message(m), { seed: "s" });
  try {
    // As jsdom has it: a constructor of its own, while TextEncoder and Buffer stay the host's.
    Reflect.set(globalThis, "Uint8Array", foreign("Uint8Array"));
    expect(Buffer.compare(toBytes(message(m), { seed: "s" }), expected)).toBe(0);
  } finally {
    Reflect.set(globalThis, "Uint8Array", native);
  }
});
