import { readFileSync } from "node:fs";
import { issueCodes } from "mimewright";
import { queueCodes } from "mimewright/bullmq";
import { outboxCodes } from "mimewright/outbox";
import { sendCodes } from "mimewright/ses";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([a-z]+\.[a-z0-9-]+)` \|(.*)\|$/gm)];

describe("docs/errors.md", () => {
  it("has one row for every code, and no row for a code that does not exist", () => {
    expect(rows.map(([, code]) => code).sort()).toEqual(
      [...issueCodes, ...sendCodes, ...outboxCodes, ...queueCodes].sort(),
    );
  });

  it.each(rows.map(([, code, cells]) => [code, cells]))("says what %s means and what to do", (_, cells) => {
    const [meaning, , cure] = (cells ?? "").split("|").map((cell) => cell.trim());
    expect(meaning).not.toBe("");
    expect(cure).not.toBe("");
  });
});
