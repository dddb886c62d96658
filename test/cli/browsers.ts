// Programs in place of a browser, and what a picture is.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "./folder.ts";

/** A program of one script, in a folder of its own. */
export function program(script: string): string {
  const path = join(folder(), "browser.cjs");
  writeFileSync(path, `#!${process.execPath}\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Pixels of a PNG: width and height of its first chunk, IHDR. */
export function sizeOfPng(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
