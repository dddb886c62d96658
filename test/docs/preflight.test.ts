// The page of preflight has every rule, with the severity it really has.
import { readFileSync } from "node:fs";
import { preflightRules } from "mimewright/preflight";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../docs/preflight.md", import.meta.url), "utf8");

describe("docs/preflight.md", () => {
  it("lists every rule with its severity, and no other", () => {
    const listed = [...page.matchAll(/^\| `([a-z-]+)` \| (\w+) \|/gm)].map(([, name, severity]) => ({
      name,
      severity,
    }));
    expect(listed).toEqual(preflightRules.map(({ name, severity }) => ({ name, severity })));
  });
});
