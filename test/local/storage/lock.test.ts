import { execFile, spawnSync } from "node:child_process";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { startLocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { build } from "../support/build.ts";
import { newFolder } from "../support/folder.ts";

const ownLock = new RegExp(`^${process.pid}\\n[0-9a-f-]{36}\\n$`);

// Takes the lock again and again, and each time leaves the lock of a process that is gone, as a crash does. While it has
// the lock it makes a file that must not be there yet.
const CONTENDER = `
  import { renameSync, rmdirSync, mkdirSync, writeFileSync } from "node:fs";
  const [, module, dir, gone, rounds] = process.argv;
  let count = 0;
  for (let round = 0; round < Number(rounds); round++) {
    const { lockDirectory } = await import(module + "?" + round);
    try {
      await lockDirectory(dir);
    } catch {
      continue;
    }
    mkdirSync(dir + "/held");
    await new Promise((resolve) => setImmediate(resolve));
    rmdirSync(dir + "/held");
    writeFileSync(dir + "/gone-" + process.pid, gone + "\\n" + process.pid + "." + round + "\\n");
    renameSync(dir + "/gone-" + process.pid, dir + "/lock");
    count++;
  }
  process.stdout.write(String(count));
`;

describe("a directory", () => {
  it("belongs to one of several processes that find the lock of one that is gone", { timeout: 60_000 }, async () => {
    const dir = await newFolder();
    const { pid: gone } = spawnSync(process.execPath, ["--version"]);
    await writeFile(join(dir, "lock"), `${gone}\n`);
    const lock = `file://${await build()}/local/storage/lock.js`;
    const argv = ["--input-type=module", "-e", CONTENDER, lock, dir, String(gone), "300"];
    const runs = await Promise.all([0, 1, 2].map(() => promisify(execFile)(process.execPath, argv)));
    for (const { stdout } of runs) expect(Number(stdout)).toBeGreaterThan(0);
    await (await startLocalSes({ dir })).close();
    expect((await readdir(dir)).filter((name) => name.startsWith("lock"))).toEqual([]);
  });

  it("is not taken from whoever has it by now", async () => {
    const dir = await newFolder();
    const ses = await startLocalSes({ dir });
    await writeFile(join(dir, "lock"), `${process.ppid}\n`);
    await ses.close();
    expect(await readFile(join(dir, "lock"), "utf8")).toBe(`${process.ppid}\n`);
  });

  it("belongs to one endpoint at a time", async () => {
    const dir = await newFolder();
    const first = await startLocalSes({ dir });
    expect(await readFile(join(dir, "lock"), "utf8")).toMatch(ownLock);
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
      expect(await readFile(join(dir, "lock"), "utf8")).toMatch(ownLock);
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
