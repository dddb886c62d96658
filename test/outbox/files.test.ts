import { execFileSync } from "node:child_process";
import { linkSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { inspectOutbox, openOutbox } from "mimewright/outbox";
import { afterEach, describe, expect, it } from "vitest";
import { hanging, mailOf, newPath, open, senderOf, sending, until } from "./support.ts";

const links: string[] = [];
afterEach(() => {
  for (const folder of links.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The name of a link that is not there yet. */
function newLink(): string {
  const folder = mkdtempSync(join(tmpdir(), "mimewright-link-"));
  links.push(folder);
  return join(folder, "link.outbox");
}

describe("every file of an outbox", () => {
  it.each([0o000, 0o022, 0o277, 0o777])("is its user's alone, whatever the umask: %o", async (mask) => {
    const before = process.umask(mask);
    try {
      const path = newPath();
      const outbox = await open({ path, sender: hanging() });
      await outbox.enqueue(mailOf("one"));
      const files = readdirSync(dirname(path)).sort();
      expect(files).toEqual(["", "-mark", "-owner", "-shm", "-wal"].map((suffix) => `${basename(path)}${suffix}`));
      for (const file of files)
        expect((statSync(join(dirname(path), file)).mode & 0o777).toString(8), file).toBe("600");
    } finally {
      process.umask(before);
    }
  });
});

describe("an outbox whose file is no longer the one it opened", () => {
  it.each([
    ["deleted", (path: string) => rmSync(path)],
    ["deleted with all that lies beside it", (path: string) => rmSync(dirname(path), { recursive: true })],
    ["replaced", (path: string) => renameSync(`${path}-copy`, path)],
    ["no longer locked", (path: string) => rmSync(`${path}-owner`)],
  ])("takes nothing in and sends nothing: %s", async (_, change) => {
    const path = newPath();
    const sender = sending();
    const outbox = await open({ path, sender });
    await outbox.enqueue(mailOf("one"));
    await until(() => sender.calls.length === 1);
    execFileSync("cp", [path, `${path}-copy`]);
    const told: unknown[] = [];
    outbox.events.on(({ type, code }) => type === "stalled" && told.push(code));
    change(path);
    await expect(outbox.enqueue(mailOf("two"))).rejects.toMatchObject({
      code: "outbox.write",
      message: expect.stringContaining("deleted or replaced"),
    });
    await expect(outbox.enqueueAll([{ mail: mailOf("three") }])).rejects.toMatchObject({ code: "outbox.write" });
    expect(sender.calls).toHaveLength(1);
    await outbox.close();
  });

  it("sends nothing that was queued before", async () => {
    const path = newPath();
    let answer = () => {};
    const sender = senderOf(
      () =>
        new Promise((resolve) => {
          answer = () => resolve({ status: "sent", messageId: "1", attempts: 1 });
        }),
    );
    const outbox = await open({ path, sender, concurrency: 1 });
    await outbox.enqueueAll([{ mail: mailOf("one") }, { mail: mailOf("two") }]);
    await until(() => sender.calls.length === 1);
    const stalled = new Promise<unknown>((resolve) => {
      outbox.events.on(({ type, code }) => type === "stalled" && resolve(code));
    });
    rmSync(path);
    answer();
    expect(await stalled).toBe("outbox.write");
    await outbox.close({ timeout: 50 });
    expect(sender.calls).toHaveLength(1);
  });
});

describe("an outbox under another name", () => {
  it.each([
    ["a link to the file", (path: string, link: string) => symlinkSync(path, link), (link: string) => link],
    [
      "a link to the folder",
      (path: string, link: string) => symlinkSync(dirname(path), link),
      (link: string, path: string) => join(link, basename(path)),
    ],
  ])("is the same one: %s", async (_, make, nameOf) => {
    const path = newPath();
    const outbox = await open({ path, sender: hanging(), concurrency: 1 });
    await outbox.enqueue(mailOf("one"), { key: "one" });
    await until(async () => (await outbox.counts()).inflight === 1);
    const link = newLink();
    make(path, link);
    const other = nameOf(link, path);
    await expect(openOutbox({ path: other, sender: sending() })).rejects.toMatchObject({ code: "outbox.owned" });
    const inspector = await inspectOutbox({ path: other });
    expect((await inspector.get("one"))?.state).toBe("inflight");
    await inspector.close();
    await outbox.close({ timeout: 0 });
    const again = await open({ path: other, sender: sending() });
    await again.retry("one");
    await again.wait("one");
    await again.close();
    expect(readdirSync(dirname(link))).toEqual([basename(link)]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it("is refused when the name is a hard link: its journal would be another one", async () => {
    const path = newPath();
    await open({ path, sender: hanging() });
    const link = newLink();
    linkSync(path, link);
    const refused = { code: "outbox.write", message: expect.stringContaining("2 names") };
    await expect(openOutbox({ path: link, sender: sending() })).rejects.toMatchObject(refused);
    await expect(inspectOutbox({ path: link })).rejects.toMatchObject(refused);
  });
});
