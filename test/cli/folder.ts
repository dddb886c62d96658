// A folder with files that a command works in, gone after the test.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const folders = new Set<string>();

afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
});

/** Makes one. Values that are neither text nor octets are written as JSON. */
export function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), "mimewright-cli-"));
  folders.add(folder);
  for (const [name, content] of Object.entries(files)) {
    const isPlain = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(folder, name), isPlain ? content : JSON.stringify(content));
  }
  return folder;
}

/** Lines of a mail with CRLF. */
export const eml = (...lines: readonly string[]): string => `${lines.join("\r\n")}\r\n`;

/** A message as its sender writes it. */
export const hello = { from: "Ann <ann@example.com>", to: "bob@example.org", subject: "Grüße", text: "Hello.\n" };

/** The same as a raw mail. */
export const helloEml = eml(
  "From: Ann <ann@example.com>",
  "To: bob@example.org",
  "Subject: Hello",
  "Date: Sun, 01 Nov 2026 09:00:00 +0000",
  "Message-ID: <1@example.com>",
  "MIME-Version: 1.0",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "Hello.",
);
