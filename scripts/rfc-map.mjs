// Writes docs/rfcs.md from the sections beside the rules in src: node scripts/rfc-map.mjs [--check].
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const target = join(root, "docs/rfcs.md");

/** Every `RFC n s1.2, s3` in the comments and issues of a file, as [number, section]. */
export function citations(text) {
  const found = [];
  for (const match of text.matchAll(/RFC (\d+)((?: s[\d.]+(?:\(\d+\))?,?)*)/g)) {
    const sections = [...match[2].matchAll(/s([\d.]*\d(?:\(\d+\))?)/g)].map(([, section]) => section);
    for (const section of sections.length > 0 ? sections : [""]) found.push([Number(match[1]), section]);
  }
  return found;
}

function sources(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(".ts"))
    .sort();
}

/** The test that mirrors a source, or the folder of tests that covers its room. */
function testOf(source) {
  // Tests of a room are in a folder of its name, whatever room it is inside of.
  const mirrored = source.replace(/^src\//, "test/").replace(/\.ts$/, ".test.ts");
  const inner = mirrored.replace(/^test\/(mail|deliver|testing)\//, "test/");
  for (const file of [inner, mirrored]) if (existsSync(join(root, file))) return file;
  for (const file of [inner, mirrored]) {
    for (let room = dirname(file); room !== "test"; room = dirname(room))
      if (existsSync(join(root, room))) return `${room}/`;
  }
  return "test/";
}

export function render() {
  const rows = new Map();
  for (const source of sources("src")) {
    for (const [rfc, section] of citations(readFileSync(join(root, source), "utf8"))) {
      const key = `${String(rfc).padStart(5)} ${section}`;
      const row = rows.get(key) ?? { rfc, section, sources: new Set() };
      rows.set(key, { ...row, sources: row.sources.add(source) });
    }
  }
  const order = (a, b) => a.rfc - b.rfc || a.section.localeCompare(b.section, "en", { numeric: true });
  const lines = [...rows.values()].sort(order).map(({ rfc, section, sources: files }) => {
    const list = [...files];
    const links = list.map((file) => `[${file}](../${file})`).join("<br>");
    const tests = [...new Set(list.map(testOf))].map((file) => `[${file}](../${file})`).join("<br>");
    return `| RFC ${rfc} | ${section || "–"} | ${links} | ${tests} |`;
  });
  return [
    "# RFC map",
    "",
    "Which rule is in which file, and the test that holds it. Written by `node scripts/rfc-map.mjs` from the sections beside",
    "the rules.",
    "",
    "| RFC | Section | Source | Test |",
    "| --- | --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const text = render();
  if (!process.argv.includes("--check")) writeFileSync(target, text);
  else if (readFileSync(target, "utf8") !== text) {
    console.error("docs/rfcs.md is not what the sources say: node scripts/rfc-map.mjs");
    process.exitCode = 1;
  }
}
