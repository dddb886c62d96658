// The page about the inside names rooms, files and arrows: each of them is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/architecture.md", root), "utf8");
const picture = readFileSync(new URL("docs/architecture.svg", root), "utf8");
const rooms = readdirSync(new URL("src/", root), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
// Floors of one file each; every other file of src is a door.
const files = ["issues", "given"];
const doors = readdirSync(new URL("src/", root)).filter(
  (name) => name.endsWith(".ts") && !files.includes(name.replace(".ts", "")),
);

/** First cells of the table under a heading, and its last cells. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| `(\w+)` \|.*\| ([^|]+) \|$/gm)].map(([, first = "", last = ""]) => [first, last]);
}

/** What each edge may import of other edges, as `npm run layers` holds it. */
function bridges(): ReadonlyMap<string, readonly string[]> {
  const { forbidden } = createRequire(import.meta.url)("../../.dependency-cruiser.cjs");
  const comments: string[] = forbidden.flatMap(({ comment }: { comment?: string }) => comment ?? []);
  return new Map(
    comments.flatMap((comment) => {
      const [, edge, list] = /^(\w+) imports floors(?: and (.+?))?, no other edge$/.exec(comment) ?? [];
      return edge === undefined ? [] : [[edge, list?.split(", ") ?? []] as const];
    }),
  );
}

describe("docs/architecture.md", () => {
  it("has every room, once, and no other", () => {
    const named = [...rowsUnder("Floors"), ...rowsUnder("Edges")].map(([room]) => room);
    expect(named.sort()).toEqual([...rooms, ...files].sort());
  });

  it("has the bridges that the layers allow", () => {
    const allowed = bridges();
    for (const [edge = "", on = ""] of rowsUnder("Edges")) {
      const told = [...on.matchAll(/`(\w+)`/g)].map(([, other]) => other);
      if (on.trim() === "every edge") expect(allowed.get(edge)?.length).toBe(allowed.size);
      else expect([edge, told.sort()]).toEqual([edge, [...(allowed.get(edge) ?? [])].sort()]);
    }
  });

  it("names files that are there", () => {
    const files = [
      ...tableFiles("src/deliver"),
      ...tableFiles("src/bullmq", "src/outbox"),
      ...[...page.matchAll(/`(src\/[\w/.-]+)`/g)].map(([, name = ""]) => name),
    ];
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((name) => !existsSync(new URL(name, root)))).toEqual([]);
  });
});

/** The files that a table names whose head says in which folder each column's are. */
function tableFiles(...folders: readonly string[]): readonly string[] {
  const head = folders.map((folder) => `In \`${folder}\` |`).join(" ");
  const [, rest = ""] = page.split(head);
  const [table = ""] = rest.split("\n\n");
  return [...table.matchAll(/^\| \w[\w ]* \| (.+) \|$/gm)].flatMap(([, row = ""]) =>
    row
      .split(" | ")
      .flatMap((cell, column) =>
        [...cell.matchAll(/`([\w-]+\.ts|\w+\/)`/g)].map(([, name]) => `${folders[column]}/${name}`),
      ),
  );
}

describe("docs/architecture.svg", () => {
  it("shows every room and every door, once", () => {
    const names = [...picture.matchAll(/class="name"[^>]*>([^<]+)</g)].map(([, name]) => name);
    expect(names.sort()).toEqual([...rooms, ...files].sort());
    const told = [...picture.matchAll(/class="small"[^>]*>([^<]+)</g)].flatMap(([, text = ""]) => text.split(/ +/));
    expect(told.sort()).toEqual(doors.map((name) => name.replace(".ts", "")).sort());
  });
});
