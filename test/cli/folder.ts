// A folder of its own for a test, gone afterwards.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder with these files in it. */
export function folder(files: Readonly<Record<string, string | Uint8Array | object>> = {}): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "mimewright-cli-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    const isBytes = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(path, name), isBytes ? content : JSON.stringify(content));
  }
  return path;
}

/** An .eml: line ends are written as CRLF. */
export function eml(head: readonly string[], body = "Hello\n"): string {
  return `${[...head, "", ""].join("\r\n")}${body.replaceAll("\n", "\r\n")}`;
}

/** The head of a mail that nothing is wrong with. */
export const HEAD = [
  "From: Ann <ann@example.com>",
  "To: bob@example.com",
  "Subject: Hello",
  "Date: Tue, 24 Nov 2026 05:06:07 +0000",
  "Message-ID: <1@example.com>",
] as const;

/** What a message that nothing is wrong with is made of. */
export const INPUT = {
  from: "Ann <ann@example.com>",
  to: "bob@example.com",
  subject: "Hello",
  text: "Hello\n",
  date: "2026-11-24T05:06:07Z",
} as const;
