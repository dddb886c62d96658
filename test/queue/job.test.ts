import fc from "fast-check";
import { MessageError, type MessageInput, message, sesV1, toBytes } from "mimewright";
import type { QueueMessage } from "mimewright/bullmq";
import { describe, expect, it } from "vitest";
import { openRef } from "../../src/deliver/queue/contents.ts";
import { encodeJob } from "../../src/deliver/queue/encode-job.ts";
import {
  ContentError,
  type Contents,
  decodeMessage,
  type JobData,
  readJobData,
  renderingOf,
} from "../../src/deliver/queue/job.ts";

const bounds = { payloadBytes: 100_000, attachmentBytes: 1_000, limits: sesV1 };
const base = { from: "Ann <ann@example.com>", to: "bob@example.com", subject: "Grüße 👋", text: "Hello\n" };
const rendering = { seed: "s", now: () => new Date(0) };

/** Through Redis and back: what a worker makes of a job. */
async function roundTrip(input: QueueMessage, refs: Readonly<Record<string, string>> = {}) {
  const { data, blobs } = await encodeJob(input, { fields: {} }, bounds);
  const job = readJobData(JSON.parse(JSON.stringify(data)));
  if (job === undefined) throw new Error("no job");
  const contents: Contents = {
    ref: async (ref) => refs[ref] ?? "",
    blob: async (hash) => blobs.get(hash) ?? new Uint8Array(),
  };
  return { m: await decodeMessage(job, contents), job, blobs };
}

async function issuesOf(input: unknown): Promise<readonly string[]> {
  const error = await encodeJob(input as QueueMessage, { fields: {} }, bounds).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MessageError)) throw new Error(`no MessageError: ${String(error)}`);
  return error.issues.map(({ code, path }) => `${code} at ${path.join(".")}`);
}

describe("a job", () => {
  it("gives the message that was enqueued, to the byte", async () => {
    const input = {
      ...base,
      cc: [{ name: "Zoë", address: "zoe@example.com" }],
      html: "<p>Hello</p>",
      date: new Date("2026-11-24T05:06:07Z"),
      headers: { "X-Campaign": "spring" },
      attachments: [
        { filename: "a.txt", content: "text" },
        { filename: "b.bin", content: new Uint8Array([1, 2, 3]), modificationDate: new Date(1_000) },
      ],
    };
    const { m } = await roundTrip(input);
    expect(Buffer.from(toBytes(m, rendering)).equals(toBytes(message(input), rendering))).toBe(true);
  });

  it.each([
    "2026-11-24T14:06:07.089+09:00",
    "Tue, 24 Nov 2026 05:06:07 -0000",
    { at: new Date(1_764_000_000_123), offset: -210 },
    new Date(1_764_000_000_123),
  ])("keeps the moment and the zone of its date: %j", async (date) => {
    const { m } = await roundTrip({ ...base, date });
    expect(Buffer.from(toBytes(m, rendering)).equals(toBytes(message({ ...base, date }), rendering))).toBe(true);
  });

  it("is refused under the null reverse-path, which SES does not take", async () => {
    expect(await issuesOf({ ...base, envelope: { from: "" } })).toEqual(["envelope.null at envelope.from"]);
  });

  it("gives the same for any text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), async (subject, text) => {
        const input: MessageInput = { ...base, subject: subject.replace(/[\p{Cc}\p{Cs}]/gu, ""), text };
        const { m } = await roundTrip({ ...base, subject: input.subject, text });
        expect(toBytes(m, rendering)).toEqual(toBytes(message(input), rendering));
      }),
      { numRuns: 50 },
    );
  });

  it("is small: bytes stand outside it, once for all who hold the same", async () => {
    const content = new Uint8Array(1_000);
    const { job, blobs } = await roundTrip({ ...base, attachments: [{ content }, { content: content.buffer }] });
    expect(blobs.size).toBe(1);
    expect(JSON.stringify(job).length).toBeLessThan(400);
  });

  it("holds references as they are; a worker opens them", async () => {
    const input = { ...base, attachments: [{ filename: "r.txt", ref: "s3://bucket/r.txt" }] };
    const { m } = await roundTrip(input, { "s3://bucket/r.txt": "report" });
    const direct = message({ ...base, attachments: [{ filename: "r.txt", content: "report" }] });
    expect(toBytes(m, rendering)).toEqual(toBytes(direct, rendering));
  });

  it("keeps the name and the type that a File brings", async () => {
    const file = new File(["x"], "plan.pdf", { type: "application/pdf" });
    const { m } = await roundTrip({ ...base, attachments: [{ content: file }] });
    expect(m.attachments[0]).toMatchObject({ filename: "plan.pdf", type: "application/pdf" });
  });

  it("counts the recipients of the envelope", async () => {
    const { job } = await roundTrip({ ...base, cc: "carl@example.com", bcc: "eve@example.com" });
    expect(job.n).toBe(3);
  });

  it("gives the same seed and time to every attempt; a key that comes again another seed", () => {
    const data: JobData = { v: 1, m: {}, n: 1 };
    expect(renderingOf("id", data, 5).now()).toEqual(new Date(5));
    expect(renderingOf("id", data, 5).seed).toBe("id");
    expect(renderingOf("id", { ...data, s: "other" }, 5).seed).toBe("other");
  });
});

describe("what is refused before it is enqueued", () => {
  it("is an attachment without content, and one of a name that is misspelt is not called something to open", async () => {
    const encoding = Reflect.apply(encodeJob, undefined, [
      { ...base, attachments: [{ contents: "x" }] },
      { fields: {} },
      bounds,
    ]);
    await expect(encoding).rejects.toThrow(
      "attachment.content at attachments[0].content: there is no content (give text or bytes",
    );
  });

  it("is what could not be sent", async () => {
    expect(await issuesOf({ ...base, to: "bob@@example.com" })).toEqual(["address.syntax at to"]);
    expect(await issuesOf({ ...base, to: undefined })).toEqual(["envelope.empty at to"]);
    expect(await issuesOf({ ...base, colour: "red" })).toEqual(["input.unknown-key at colour"]);
    expect(await issuesOf({ ...base, date: new Date(Number.NaN) })).toEqual(["header.date at date"]);
    const to = Array.from({ length: 51 }, (_, index) => `r${index}@example.com`);
    expect(await issuesOf({ ...base, to })).toEqual(["limit.recipients at to"]);
  });

  it("is a tree, and what only this process can open", async () => {
    expect(await issuesOf({ ...base, body: { type: "text/plain", content: "x" } })).toEqual(["part.body at body"]);
    const attachments = [{ content: () => [] }, { content: { open: () => [] } }, {}];
    expect(await issuesOf({ ...base, attachments })).toEqual([
      "attachment.content at attachments.0.content",
      "attachment.content at attachments.1.content",
      "attachment.content at attachments.2.content",
    ]);
  });

  it("is an attachment with content and a reference, or with an empty one, or none at all", async () => {
    expect(await issuesOf({ ...base, attachments: [{ content: "x", ref: "y" }] })).toEqual([
      "input.type at attachments.0",
    ]);
    expect(await issuesOf({ ...base, attachments: [{ ref: "" }] })).toEqual(["input.type at attachments.0.ref"]);
    expect(await issuesOf({ ...base, attachments: "x" })).toEqual(["input.type at attachments"]);
    expect(await issuesOf({ ...base, attachments: [null] })).toEqual(["input.type at attachments"]);
  });

  it("is an attachment over the limit, at one byte more", async () => {
    const of = (size: number) => ({ ...base, attachments: [{ content: new Uint8Array(size) }] });
    await expect(encodeJob(of(999), { fields: {} }, bounds)).resolves.toBeDefined();
    await expect(encodeJob(of(1_000), { fields: {} }, bounds)).resolves.toBeDefined();
    expect(await issuesOf(of(1_001))).toEqual(["limit.bytes at attachments.0.content"]);
    const blob = { ...base, attachments: [{ content: new Blob([new Uint8Array(1_001)]) }] };
    expect(await issuesOf(blob)).toEqual(["limit.bytes at attachments.0.content"]);
  });

  it("is a job over the limit, at one byte more", async () => {
    const of = (length: number) => ({ ...base, text: "x".repeat(length) });
    const { data } = await encodeJob(of(100), { fields: {} }, bounds);
    const most = 100 + bounds.payloadBytes - Buffer.byteLength(JSON.stringify(data));
    await expect(encodeJob(of(most), { fields: {} }, bounds)).resolves.toBeDefined();
    expect(await issuesOf(of(most + 1))).toEqual(["limit.bytes at "]);
  });

  it("is a tag that SES would refuse", async () => {
    const encoding = encodeJob(base, { fields: { tags: { "a b": "c" } } }, bounds);
    await expect(encoding).rejects.toMatchObject({ code: "limit.tag" });
  });

  it("never tells the content in its message", async () => {
    const encoding = encodeJob({ ...base, subject: "secret\r\n" }, { fields: {} }, bounds);
    await expect(encoding).rejects.toSatisfy((error: Error) => !error.message.includes("secret"));
  });
});

describe("a job of somebody else", () => {
  it("is none", () => {
    for (const data of [undefined, null, {}, { v: 2, m: {}, n: 1 }, { v: 1, m: [], n: 1 }, { v: 1, m: {} }]) {
      expect(readJobData(data)).toBeUndefined();
    }
  });

  it("cannot put anything onto an object's prototype", async () => {
    const data = readJobData(
      JSON.parse('{"v":1,"n":1,"m":{"from":"a@example.com","to":"b@example.com","__proto__":{"bcc":"e@example.com"}}}'),
    );
    if (data === undefined) throw new Error("no job");
    const contents: Contents = { ref: async () => "", blob: async () => new Uint8Array() };
    await expect(decodeMessage(data, contents)).rejects.toBeInstanceOf(MessageError);
    expect(Object.hasOwn(Object.prototype, "bcc")).toBe(false);
  });
});

describe("a reference", () => {
  it("fails without a resolver, and with one that fails, and says nothing of what it said", async () => {
    await expect(openRef("s3://x", undefined)).rejects.toBeInstanceOf(ContentError);
    const opening = openRef("s3://x", () => Promise.reject(new Error("key AKIA is wrong")));
    await expect(opening).rejects.toThrow(/^resolve\(\) failed$/);
  });
});
