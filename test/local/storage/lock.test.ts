import { spawnSync } from "node:child_process";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { startLocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { newFolder } from "../support/folder.ts";

describe("a directory", () => {
  it("belongs to one endpoint at a time", async () => {
    const dir = await newFolder();
    const first = await startLocalSes({ dir });
    expect(await readFile(join(dir, "lock"), "utf8")).toBe(`${process.pid}\n`);
    await expect(startLocalSes({ dir })).rejects.toThrow(`process ${process.pid} has an endpoint`);
    await first.close();
    expect(await readdir(dir)).not.toContain("lock");
    await (await startLocalSes({ dir })).close();
  });

  it("belongs to one of two that start at the same moment, by whatever path they name it", async () => {
    const dir = await newFolder();
    const link = `${dir}-link`;
    await symlink(dir, link);
    for (const paths of [
      [dir, dir],
      [dir, link],
      [dir, join(dir, "..", basename(dir))],
    ]) {
      const started = await Promise.allSettled(paths.map((path) => startLocalSes({ dir: path })));
      const running = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      expect(running).toHaveLength(1);
      expect(await readFile(join(dir, "lock"), "utf8")).toBe(`${process.pid}\n`);
      for (const ses of running) await ses.close();
      expect((await readdir(dir)).filter((name) => name.startsWith("lock"))).toEqual([]);
    }
  });

  it("is free again when the process that had it was killed", async () => {
    const dir = await newFolder();
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await writeFile(join(dir, "lock"), `${pid}\n`);
    await (await startLocalSes({ dir })).close();
  });

  it.each(["", "junk\n", `${process.pid}\n`])("is free when its lock says %j and nobody holds it", async (text) => {
    const dir = await newFolder();
    await writeFile(join(dir, "lock"), text);
    await (await startLocalSes({ dir })).close();
    expect(await readdir(dir)).not.toContain("lock");
  });

  it("stays with another process that runs", async () => {
    const dir = await newFolder();
    await writeFile(join(dir, "lock"), `${process.ppid}\n`);
    await expect(startLocalSes({ dir })).rejects.toThrow(`process ${process.ppid} has an endpoint`);
  });
});
