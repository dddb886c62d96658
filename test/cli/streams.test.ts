import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { octetsOf, sinkOf } from "../../src/cli/terminal.ts";

/** A stream whose second write fails. */
function failing(code: string) {
  const taken: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      taken.push(String(chunk));
      done(taken.length > 1 ? Object.assign(new Error(`${code} of a test`), { code }) : null);
    },
  });
  const faults: string[] = [];
  const sink = sinkOf(stream, ({ message }) => faults.push(message));
  return { sink, taken, faults };
}

const turn = () => new Promise((done) => setImmediate(done));

describe("a stream whose reader left", () => {
  it("takes no more, and that is no fault", async () => {
    const { sink, taken, faults } = failing("EPIPE");
    for (const text of ["one", "two", "three"]) {
      sink.say(text);
      await turn();
    }
    expect(taken).toEqual(["one", "two"]);
    expect(faults).toEqual([]);
  });

  it("is told to those who wait", async () => {
    const { sink } = failing("EPIPE");
    await sink.pour(new Uint8Array(1));
    await expect(sink.pour(new Uint8Array(1))).rejects.toMatchObject({ name: "OutputClosedError" });
    await expect(sink.pour(new Uint8Array(1))).rejects.toMatchObject({ name: "OutputClosedError" });
  });
});

describe("a stream that fails", () => {
  it("is a fault, told once: a full disk", async () => {
    const { sink, faults } = failing("ENOSPC");
    for (const text of ["one", "two", "three"]) {
      sink.say(text);
      await turn();
    }
    expect(faults).toEqual(["ENOSPC of a test"]);
  });
});

describe("octets", () => {
  it("come until the stream ends", async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of octetsOf(Readable.from([Buffer.from("a"), "b"]), new AbortController().signal)) {
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).toString()).toBe("ab");
  });

  it("end with an error when the signal is aborted", async () => {
    const ending = new AbortController();
    const reading = octetsOf(new Readable({ read: () => undefined }), ending.signal).next();
    ending.abort();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });
});
