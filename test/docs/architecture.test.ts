// The page about the inside names rooms, files and arrows: each of them is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/architecture.md", root), "utf8");
const picture = readFileSync(new URL("docs/architecture.svg", root), "utf8");
const { floors, rooms: above } = createRequire(import.meta.url)("../../.dependency-cruiser.cjs").layout;
const rooms: readonly string[] = [...floors, ...Object.keys(above)];
// Floors of one file each; every other file of src is a door.
const files = ["issues", "given"];
const doors = readdirSync(new URL("src/", root)).filter(
  (name) => name.endsWith(".ts") && !files.includes(name.replace(".ts", "")),
);

/** First cells of the table under a heading, and its last cells. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| `([\w/]+)` \|.*\| ([^|]+) \|$/gm)].map(([, first = "", last = ""]) => [first, last]);
}

describe("docs/architecture.md", () => {
  it("has every room, once, and no other", () => {
    const named = [...rowsUnder("Floors"), ...rowsUnder("Rooms above")].map(([room]) => room);
    expect(named).toHaveLength(new Set(named).size);
    expect(named.sort()).toEqual([...rooms].sort());
  });

  it("has every folder of the sources in a room", () => {
    const folders = readdirSync(new URL("src/", root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => relative(new URL("src/", root).pathname, entry.parentPath));
    const outside = [...new Set(folders)].filter(
      (folder) => folder !== "" && !rooms.some((room) => folder === room || folder.startsWith(`${room}/`)),
    );
    expect(outside).toEqual([]);
  });

  it("has the rooms that each room may import, as the layers allow", () => {
    for (const [room = "", on = ""] of rowsUnder("Rooms above")) {
      const named = [...on.matchAll(/`([\w/]+)`/g)].map(([, other]) => other);
      const allowed: readonly string[] = above[room];
      if (on.trim() === "every room") expect(allowed).toHaveLength(Object.keys(above).length - 1);
      else expect([room, named.sort()]).toEqual([room, [...allowed].sort()]);
    }
  });

  it("names files that are there", () => {
    const files = [
      ...tableFiles("src/deliver"),
      ...tableFiles("src/deliver/queue", "src/deliver/outbox"),
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
    expect(names.sort()).toEqual([...rooms].sort());
    const shown = [...picture.matchAll(/class="small"[^>]*>([^<]+)</g)].flatMap(([, text = ""]) => text.split(/ +/));
    expect(shown.sort()).toEqual(doors.map((name) => name.replace(".ts", "")).sort());
  });
});
