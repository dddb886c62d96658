// What a value is does not hang on the realm that made it, nor on what an object says of itself.
import vm from "node:vm";
import { message, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import * as kinds from "../../src/encoding/kinds.ts";

const foreign = (expression: string): unknown => vm.runInNewContext(expression, { Blob, File, ReadableStream, URL });

const samples: readonly (readonly [keyof typeof kinds, unknown, unknown])[] = [
  ["isBytes", new Uint8Array(1), "new Uint8Array(1)"],
  ["isBytes", Buffer.from("x"), "new (class Part extends Uint8Array {})(1)"],
  ["isArrayBuffer", new ArrayBuffer(1), "new ArrayBuffer(1)"],
  ["isDate", new Date(0), "new Date(NaN)"],
  ["isRegExp", /a/, "/a/"],
  ["isError", new TypeError("x"), "new RangeError('x')"],
];

describe.each(samples)("%s", (name, own, other) => {
  it("knows its own and those of another realm", () => {
    expect(kinds[name](own)).toBe(true);
    expect(kinds[name](foreign(String(other)))).toBe(true);
  });

  it("takes nothing else for one", () => {
    const strangers = [undefined, null, 1, "a", {}, [], () => 1, new Uint16Array(1), new SharedArrayBuffer(1)];
    expect(strangers.filter((value) => kinds[name](value))).toEqual([]);
  });
});

it("a Blob that cannot be read as a stream is no Blob", () => {
  expect([new Blob(["x"]), new File(["x"], "a")].map(kinds.isBlob)).toEqual([true, true]);
  expect(kinds.isBlob({ [Symbol.toStringTag]: "Blob", size: 1, stream: () => new Blob(["x"]).stream() })).toBe(true);
  expect(kinds.isBlob({ [Symbol.toStringTag]: "Blob", size: 1 })).toBe(false);
});

it("a File is a Blob with a name", () => {
  expect([new File(["x"], "a"), new Blob(["x"])].map(kinds.isFile)).toEqual([true, false]);
});

it("streams, signals and URLs are known by their kind", () => {
  expect(kinds.isReadableStream(new Blob(["x"]).stream())).toBe(true);
  expect(kinds.isAbortSignal(AbortSignal.timeout(1))).toBe(true);
  expect(kinds.isUrl(new URL("file:///a"))).toBe(true);
  expect([kinds.isReadableStream, kinds.isAbortSignal, kinds.isUrl].filter((is) => is({}))).toEqual([]);
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
