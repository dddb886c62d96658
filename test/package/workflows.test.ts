// Workflows run the code of others: every action stands at a commit, and gets no more than it needs.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../../.github/workflows/", import.meta.url);
const workflows = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")] as const);

/** The lines that use an action and do not name a whole commit with its version beside it. */
function unpinned(workflow: string): string[] {
  const uses = workflow.split("\n").filter((line) => /^[\s-]*uses:/.test(line));
  return uses.filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
}

describe.each(workflows)("%s", (_, workflow) => {
  it("has every action at a commit, with its version", () => {
    expect(workflow).toContain("uses: ");
    expect(unpinned(workflow)).toEqual([]);
  });

  it("may read the contents, unless a job asks for more", () => {
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(workflow).not.toMatch(/write-all|pull_request_target/);
  });

  it("keeps no secret and no credential of the checkout", () => {
    expect(workflow).not.toContain("secrets.");
    const checkouts = workflow.split("actions/checkout@").length - 1;
    expect(workflow.split("persist-credentials: false").length - 1).toBe(checkouts);
  });

  it("has no two runs of a kind side by side", () => {
    expect(workflow).toMatch(/^concurrency:\n {2}group: /m);
  });

  it("puts no text of others into a script", () => {
    const scripts = workflow.split("\n").filter((line) => /^[\s-]*run:/.test(line));
    expect(scripts.filter((line) => line.includes("${{"))).toEqual([]);
  });
});

it.each([
  "      - uses: actions/checkout@v6",
  "        uses: actions/checkout@main # v6.0.2",
  "      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
  "      - uses: docker://alpine:3",
])("%s is no pinned action", (line) => {
  expect(unpinned(line)).toEqual([line]);
});
