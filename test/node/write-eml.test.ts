import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { simpleParser } from "mailparser";
import { message, toBytes } from "mimewright";
import { file, files, writeEml } from "mimewright/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mimewright-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const base = { from: "a@example.com", to: "b@example.com", subject: "s", text: "t" } as const;
const render = { seed: "s", now: () => new Date(0) };

describe("writeEml", () => {
  it("writes the bytes of the message and tells how many", async () => {
    const m = message(base);
    const path = join(folder, "a.eml");
    const { bytes } = await writeEml(pathToFileURL(path), m, render);
    expect(new Uint8Array(await readFile(path))).toEqual(toBytes(m, render));
    expect(bytes).toBe(toBytes(m, render).length);
  });

  it("writes files that are attached, and other software reads them", async () => {
    await writeFile(join(folder, "a.bin"), Buffer.alloc(300_000, 7));
    await writeFile(join(folder, "b.txt"), "b");
    const m = message({ ...base, attachments: [...(await files(folder)), await file(join(folder, "b.txt"))] });
    await writeEml(join(folder, "a.eml"), m);
    const parsed = await simpleParser(await readFile(join(folder, "a.eml")));
    expect(parsed.attachments.map((one) => [one.filename, one.contentType, one.size])).toEqual([
      ["a.bin", "application/octet-stream", 300_000],
      ["b.txt", "text/plain", 1],
      ["b.txt", "text/plain", 1],
    ]);
  });

  it("sets the mode, and replaces what was there", async () => {
    const path = join(folder, "a.eml");
    await writeFile(path, "old");
    await writeEml(path, message(base), { mode: 0o600 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).toContain("Subject: s");
  });

  it("leaves what was there, and nothing beside it, when writing fails", async () => {
    const path = join(folder, "a.eml");
    await writeFile(path, "old");
    await writeFile(join(folder, "a.txt"), "12345");
    const m = message({ ...base, attachments: [await file(join(folder, "a.txt"))] });
    await writeFile(join(folder, "a.txt"), "1");
    await expect(writeEml(path, m)).rejects.toMatchObject({ code: "file.changed" });
    expect(await readFile(path, "utf8")).toBe("old");
    expect((await readdir(folder)).sort()).toEqual(["a.eml", "a.txt"]);
  });

  it("lets through what the file system says", async () => {
    await expect(writeEml(join(folder, "nowhere/a.eml"), message(base))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
