// The sidebar: the guides of this folder in the order of the list, and the pages that TypeDoc made of the doors.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DefaultTheme } from "vitepress";

const docs = new URL("../", import.meta.url);

// A page that stands in no group comes last, so that none is lost.
const GROUPS: readonly (readonly [title: string, pages: readonly string[]])[] = [
  ["Start", ["getting-started", "examples"]],
  ["Compose", ["composing", "attachments", "charsets", "read", "limits", "preflight"]],
  ["Send", ["ses", "smtp", "nodemailer", "queue", "outbox", "scale"]],
  ["Develop and test", ["local-ses", "testing", "cli"]],
  [
    "Move over",
    [
      "migrate-nodemailer",
      "migrate-nodemailer-ses-transport",
      "migrate-mimetext",
      "migrate-aws-ses-v2-local",
      "migrate-localstack",
    ],
  ],
  ["Reference", ["errors", "rfcs", "security", "performance", "architecture", "releasing"]],
];

/** The sidebar of every page. */
export function sidebar(): DefaultTheme.SidebarItem[] {
  const present = names("").filter((name) => name !== "index");
  const placed = new Set(GROUPS.flatMap(([, pages]) => pages));
  const others = present.filter((name) => !placed.has(name));
  const groups = [...GROUPS, ["More", others] as const]
    .map(([text, pages]) => ({ text, items: pages.filter((name) => present.includes(name)).map(guide) }))
    .filter(({ items }) => items.length > 0);
  const doors = names("api/").filter((name) => name !== "index");
  const items = doors.map((name) => ({ text: `mimewright/${name}`, link: `/api/${name}` }));
  return [...groups, { text: "API", items: [{ text: "mimewright", link: "/api/" }, ...items] }];
}

function names(folder: string): string[] {
  const url = new URL(folder, docs);
  if (!existsSync(url)) return [];
  const files = readdirSync(url).filter((name) => name.endsWith(".md"));
  return files.map((name) => name.slice(0, -3)).sort();
}

function guide(name: string): DefaultTheme.SidebarItem {
  const page = readFileSync(fileURLToPath(new URL(`${name}.md`, docs)), "utf8");
  const [, title = name] = /^# (.+)$/m.exec(page) ?? [];
  return { text: title.replaceAll("`", ""), link: `/${name}` };
}
