// A disk that is soon full: a file system of its own where this user may mount one, else the kernel's limit on a file.
import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { afterEach } from "vitest";
import { newPath } from "./support.ts";

const mounted: string[] = [];

// Before the folders go (test/outbox/support.ts): hooks run in reverse.
afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync("umount", ["--lazy", folder]);
});

export interface SmallDisk {
  /** The name of an outbox on it. */
  readonly path: string;
  /** Bytes that a file may have (RLIMIT_FSIZE), where nothing could be mounted. */
  readonly limit?: number;
  /** Makes room; undefined where only another process has it. */
  readonly grow?: () => void;
}

/** @param bytes that it holds */
export function smallDisk(bytes: number): SmallDisk {
  const path = newPath();
  const folder = dirname(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes},mode=0700`, "none", folder], { stdio: "ignore" });
  } catch {
    return { path, limit: bytes };
  }
  mounted.push(folder);
  return { path, grow: () => execFileSync("mount", ["-o", "remount,size=64m", folder], { stdio: "ignore" }) };
}
