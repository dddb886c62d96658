import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { inspectOutbox, OutboxError, openOutbox } from "mimewright/outbox";
import { beforeEach, describe, expect, it } from "vitest";
import { hanging, mailOf, newPath, open, sending, snapshot } from "./support.ts";

const MESSAGES = 12;

/** An outbox whose process ended without closing it: some commits in the database, some in its journal. */
async function abandoned(): Promise<string> {
  const path = newPath();
  const closed = await open({ path, sender: hanging(), concurrency: 1 });
  for (let at = 0; at < 4; at++) await closed.enqueue(mailOf(`m${at}`), { key: `m${at}` });
  await closed.close({ timeout: 0 });
  const outbox = await open({ path, sender: hanging(), concurrency: 1 });
  for (let at = 4; at < MESSAGES; at++) await outbox.enqueue(mailOf(`m${at}`), { key: `m${at}` });
  return snapshot(path);
}

let source: string;
beforeEach(async () => {
  source = await abandoned();
});

function copyOf(): string {
  const copy = newPath();
  for (const suffix of ["", "-wal", "-mark"]) {
    if (existsSync(`${source}${suffix}`)) copyFileSync(`${source}${suffix}`, `${copy}${suffix}`);
  }
  return copy;
}

/** Opens it; what is in it, or the error. */
async function found(path: string, missingCommits: "refuse" | "accept" = "refuse") {
  try {
    const outbox = await openOutbox({ path, sender: hanging(), missingCommits });
    const records = await outbox.list({ limit: 1_000 });
    const bodies = await Promise.all(records.map(async ({ id }) => (await outbox.raw(id))?.length));
    await outbox.close({ timeout: 0 });
    return { keys: records.map(({ key }) => key), bodies };
  } catch (error) {
    if (error instanceof OutboxError) return error;
    throw error;
  }
}

const all = Array.from({ length: MESSAGES }, (_, at) => `m${at}`);

describe("a file that was torn", () => {
  it("opens with everything when nothing is missing", async () => {
    expect(await found(copyOf())).toMatchObject({ keys: all });
  });

  it("says how many commits are gone, wherever the journal is cut", async () => {
    const size = statSync(`${source}-wal`).size;
    const offsets = [0, 1, 31, 32, 33, ...Array.from({ length: 40 }, (_, at) => Math.floor((at * size) / 40))];
    for (const offset of offsets) {
      const path = copyOf();
      truncateSync(`${path}-wal`, offset);
      const outcome = await found(path);
      expect(outcome, `cut at ${offset} of ${size}`).toMatchObject({ code: "outbox.damaged" });
      if (!(outcome instanceof OutboxError)) throw new Error("it opened");
      const { missingCommits = 0, readable = {}, unreadable } = outcome.damage ?? {};
      expect(missingCommits).toBeGreaterThan(0);
      expect(unreadable).toEqual([]);
      // Accepted, it holds exactly what the error said can be read: the first ones, none in between missing.
      const accepted = await found(path, "accept");
      if (accepted instanceof OutboxError) throw accepted;
      const count = Object.values(readable).reduce((sum, one) => sum + one, 0);
      expect(accepted.keys).toEqual(all.slice(0, count));
      expect(accepted.bodies).not.toContain(undefined);
    }
  }, 60_000);

  it("says how many commits are gone, wherever a byte of the journal is another one", async () => {
    const size = statSync(`${source}-wal`).size;
    for (let at = 0; at < 30; at++) {
      const offset = Math.floor((at * size) / 30);
      const path = copyOf();
      const bytes = readFileSync(`${path}-wal`);
      bytes[offset] = (bytes[offset] ?? 0) ^ 0x20;
      writeFileSync(`${path}-wal`, bytes);
      const outcome = await found(path);
      expect(outcome, `flipped at ${offset} of ${size}`).toMatchObject({ code: "outbox.damaged" });
      if (!(outcome instanceof OutboxError)) throw new Error("it opened");
      expect(outcome.damage?.missingCommits).toBeGreaterThan(0);
      const accepted = await found(path, "accept");
      if (accepted instanceof OutboxError) throw accepted;
      expect(accepted.keys).toEqual(all.slice(0, accepted.keys.length));
      expect(accepted.bodies).not.toContain(undefined);
    }
  }, 60_000);

  it("accepted at most once, sends nothing that may have gone out since", async () => {
    const path = copyOf();
    truncateSync(`${path}-wal`, Math.floor(statSync(`${path}-wal`).size / 2));
    const sender = sending();
    const outbox = await open({ path, sender, missingCommits: "accept" });
    await outbox.enqueue(mailOf("new"), { key: "new" });
    await outbox.wait("new");
    expect(sender.calls).toHaveLength(1);
    expect(await outbox.counts()).toMatchObject({ queued: 0, inflight: 0, sent: 1 });
  });

  it("opens with everything, or says what is wrong, wherever the database is cut", async () => {
    const size = statSync(source).size;
    const offsets = [0, 1, 99, 100, 4_096, ...Array.from({ length: 30 }, (_, at) => Math.floor((at * size) / 30))];
    for (const offset of offsets) {
      const path = copyOf();
      truncateSync(path, offset);
      const outcome = await found(path);
      if (outcome instanceof OutboxError) {
        expect(outcome.code, `cut at ${offset}`).toBe("outbox.damaged");
        expect(outcome.damage?.problems.length).toBeGreaterThan(0);
      } else {
        // The journal had every page that was cut off.
        expect(outcome).toMatchObject({ keys: all });
        expect(outcome.bodies).not.toContain(undefined);
      }
    }
  }, 60_000);

  it("is told from the header after a clean end, page by page", async () => {
    const path = newPath();
    const outbox = await open({ path, sender: hanging() });
    await outbox.enqueue(mailOf("one"));
    await outbox.close({ timeout: 0 });
    truncateSync(path, statSync(path).size - 4_096);
    expect(await found(path)).toMatchObject({
      code: "outbox.damaged",
      message: expect.stringMatching(/pages \d+ to \d+ are gone/),
    });
  });

  it("is never taken for a new outbox: empty, missing beside its journal, or another file", async () => {
    const empty = copyOf();
    writeFileSync(empty, "");
    expect(await found(empty)).toMatchObject({ code: "outbox.damaged", message: expect.stringContaining("empty") });
    const gone = copyOf();
    rmSync(gone);
    expect(await found(gone)).toMatchObject({ code: "outbox.damaged", message: expect.stringContaining("missing") });
    const other = newPath();
    writeFileSync(other, "not a database, but long enough to be one: ".repeat(200));
    expect(await found(other)).toMatchObject({ code: "outbox.foreign" });
  });

  it("sends no message whose bytes are not what they were", async () => {
    const path = newPath();
    const first = await open({ path, sender: hanging(), concurrency: 1 });
    await first.enqueue(mailOf("first"));
    await first.enqueue(mailOf("findme-original"), { key: "k" });
    await first.close({ timeout: 0 });
    const bytes = readFileSync(path);
    bytes.write("findme-0riginal", bytes.indexOf("findme-original"));
    writeFileSync(path, bytes);
    const sender = sending();
    const outbox = await open({ path, sender });
    expect(await outbox.wait("k")).toMatchObject({ status: "failed", code: "outbox.damaged" });
    expect(await outbox.get("k")).toMatchObject({ state: "dead" });
    expect(sender.calls).toEqual([]);
  });

  it("names the records that can be read when pages in the middle are overwritten", async () => {
    const path = newPath();
    const first = await open({ path, sender: hanging(), concurrency: 1 });
    await first.enqueueAll(Array.from({ length: 400 }, (_, at) => ({ mail: mailOf(`m${at} ${"x".repeat(900)}`) })));
    await first.close({ timeout: 0 });
    const bytes = readFileSync(path);
    const page = Math.floor(bytes.length / 8_192) * 4_096;
    bytes.fill(0x5a, page, page + 8_192);
    const copy = newPath();
    writeFileSync(copy, bytes);
    // As after an owner that did not close it: every page is looked at.
    writeFileSync(`${copy}-mark`, `${"9".padStart(20, "0")}\n`);
    const outcome = await found(copy);
    if (!(outcome instanceof OutboxError)) throw new Error("it opened");
    const { readable = {}, unreadable = [] } = outcome.damage ?? {};
    expect(unreadable.length).toBeGreaterThan(0);
    expect(Object.values(readable).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0);
    const inspector = await inspectOutbox({ path: copy });
    await expect(inspector.raw(unreadable[0] ?? 0)).rejects.toMatchObject({ code: "outbox.damaged" });
    await inspector.close();
  });
});

describe("a file of another release", () => {
  it("is refused when it is newer, and says so", async () => {
    const path = newPath();
    await (await open({ path, sender: sending() })).close();
    // https://sqlite.org/fileformat2.html: user_version stands at offset 60.
    const bytes = readFileSync(path);
    bytes.writeUInt32BE(2, 60);
    writeFileSync(path, bytes);
    await expect(openOutbox({ path, sender: sending() })).rejects.toMatchObject({ code: "outbox.version" });
    await expect(inspectOutbox({ path })).rejects.toMatchObject({ code: "outbox.version" });
  });

  it("is refused when another program made it", async () => {
    const path = newPath();
    await (await open({ path, sender: sending() })).close();
    const bytes = readFileSync(path);
    bytes.writeUInt32BE(0, 68);
    writeFileSync(path, bytes);
    await expect(openOutbox({ path, sender: sending() })).rejects.toMatchObject({ code: "outbox.foreign" });
  });
});
