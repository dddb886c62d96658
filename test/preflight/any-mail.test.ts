import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { message } from "mimewright";
import { preflight } from "mimewright/preflight";
import { describe, expect, it } from "vitest";

const folder = new URL("../../fixtures/messages/", import.meta.url);
const mails = readdirSync(folder).filter((name) => name.endsWith(".eml"));

// Pieces that rules look for, in any order and any number.
const piece = fc.constantFrom(
  ...[
    "<a href=",
    "http://x.example",
    "'",
    '"',
    ">",
    "</a>",
    "<img src=",
    "cid:",
    "{{",
    "}}",
    "<%",
    "%>",
    "{%",
    "*|",
    "|*",
  ],
  ...[
    "undefined",
    "[object Object]",
    "data:image/png,",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "%7B",
    "#",
    " ",
    "\n",
    "ü",
    "😀",
  ],
);
const soup = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));

describe("preflight over any mail", () => {
  it.each(mails)("finds nothing wrong with %s", async (name) => {
    const found = await preflight(readFileSync(new URL(name, folder)));
    expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("never throws, finds a bounded number of things, and says them in one line", async () => {
    await fc.assert(
      fc.asyncProperty(soup, soup, async (html, text) => {
        const found = await preflight(message({ from: "a@example.com", to: "b@example.org", html, text }));
        const counts = new Map<string, number>();
        for (const { rule, message: said } of found) {
          counts.set(rule, (counts.get(rule) ?? 0) + 1);
          expect(said).not.toMatch(/[\r\n]/);
        }
        for (const count of counts.values()) expect(count).toBeLessThanOrEqual(10);
      }),
      { numRuns: 300 },
    );
  });

  it("never throws for raw bytes either", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(Array.isArray(await preflight(bytes))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
