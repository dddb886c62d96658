import { message, registerCharset, render, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../src/mail/octets/charset.ts";
import { resolveOptions } from "../../src/mail/render/render-options.ts";
import { type Job, newSheet, release } from "../../src/mail/render/sheet.ts";
import { base, latin1, made, options, rendered, thrown } from "../message/support.ts";

const content = { kind: "bytes", bytes: new Uint8Array(1) } as const;
const job: Job = {
  message: undefined,
  root: { type: "a/b", parameters: {}, fields: [], content },
  charset: utf8,
  transport: "7bit",
  rendering: resolveOptions(options),
};

/** The buffer that the next sheet gets. */
function nextBuffer(): object {
  const sheet = newSheet(job);
  release(sheet);
  return sheet.octets;
}

describe("the buffer that sheets share", () => {
  it("is free again when a message is written, measured or kept, and when that fails", () => {
    let fails = false;
    const encode = (text: string) => {
      if (fails) throw new RangeError("no more");
      return new TextEncoder().encode(text);
    };
    registerCharset("x-sheet-failing", { name: "x-sheet-failing", stateful: false, encode });
    const failing = made({ charset: "x-sheet-failing", text: "a" });
    const written = made({ text: "é", html: "<p>é" });
    const tree = { type: "multipart/mixed", parts: [{ type: "text/plain", content: "x" }] };
    fails = true;
    const free = nextBuffer();
    for (const run of [
      () => toBytes(written, options),
      () => render(written, options),
      () => toBytes({ ...base, text: "é" }, options),
      () => toBytes(tree, options),
      () => expect(thrown(() => toBytes(written, { into: new Uint8Array(3) }))).toEqual(["render.room into"]),
      () => expect(thrown(() => toBytes({ ...base, from: "nobody", text: "é" }))).toHaveLength(1),
      () => expect(() => toBytes(failing, options)).toThrow(RangeError),
      () => expect(() => render(failing, options)).toThrow(RangeError),
    ]) {
      run();
      expect(nextBuffer()).toBe(free);
    }
  });

  it("is another one for a message that is written while a message is written", () => {
    const inner = made({ text: "größer\n".repeat(500) });
    const expected = rendered(inner);
    const seen: string[] = [];
    const encode = (text: string) => {
      if (text.startsWith("outer")) seen.push(rendered(inner));
      return new TextEncoder().encode(text);
    };
    registerCharset("x-sheet-nested", { name: "UTF-8", stateful: false, encode });
    const input = { text: "outer é\n".repeat(500), html: "outer <p>é" };
    const outer = rendered(made({ ...input, charset: "x-sheet-nested" }));
    expect(outer).toBe(rendered(made(input)));
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set([expected]));
  });
});

describe("a rendered message", () => {
  it("stays as it is, however many others are rendered, written or refused after it", () => {
    const kept = Array.from({ length: 120 }, (_, at) => {
      const m = message({
        ...base,
        subject: `Nr. ${at}`,
        text: `größer ${at}\n`.repeat(1 + (at % 50)),
        html: `<p>${at}`,
        attachments: at % 3 === 0 ? [{ filename: `${at}.txt`, content: `ä${at}` }] : [],
      });
      const expected = rendered(m);
      const mail = render(m, options);
      thrown(() => toBytes({ ...base, from: "nobody", text: `é${at}` }));
      thrown(() => toBytes(m, { into: new Uint8Array(at) }));
      return { mail, expected };
    });
    for (const { mail, expected } of [...kept, ...kept.toReversed()]) {
      expect(latin1(toBytes(mail))).toBe(expected);
      toBytes({ ...base, text: "überschrieben\n".repeat(100) });
    }
  });
});
