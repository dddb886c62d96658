// Three seconds of each refusal that every message would get, in real time, through an outbox of 300 messages.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { message } from "mimewright";
import { openOutbox } from "mimewright/outbox";
import { sesHttpClient, sesSender } from "mimewright/ses";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AnswerServer, refusals, startAnswerServer } from "../faults/answer-server.ts";

let server: AnswerServer;
let folder = "";

beforeEach(async () => {
  server = await startAnswerServer();
  folder = mkdtempSync(join(tmpdir(), "mimewright-held-"));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// node:sqlite: Node 22.13 and later, or better-sqlite3.
describe.each([1, 2, 16])("an outbox of concurrency %i under three seconds of", (concurrency) => {
  it.each(refusals)("%s (%i) %s", async (code, status, text) => {
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    const client = sesHttpClient({ endpoint: server.url, region: "us-east-1", credentials, api: "v2" });
    // The day's wait is minutes: shorter here, or nobody would see the end.
    const sender = sesSender({ client, pauses: { quota: 5_000 } });
    server.refusal = { code, status, text };
    const outbox = await openOutbox({ path: join(folder, "mail.outbox"), sender, concurrency });
    await outbox.enqueueAll(
      Array.from({ length: 300 }, (_, at) => ({
        mail: message({ from: "ann@example.com", to: "bob@example.com", subject: `m${at}`, text: "Hello.\n" }),
      })),
    );
    await pause(3_000);
    const during = server.refused.length;
    server.refusal = undefined;
    while ((await outbox.counts()).sent < 300) await pause(50);
    const counts = await outbox.close();
    await sender.close();
    console.log(`${code}: ${during} calls in three seconds, ${server.taken.length} taken`);
    expect(counts).toEqual({ queued: 0, inflight: 0, sent: 300, unknown: 0, dead: 0 });
    expect(during).toBeLessThan(2 * concurrency + 1);
    expect(new Set(server.taken).size).toBe(300);
    expect(server.taken).toHaveLength(300);
  });
});
