// The views of a message: html in its own frame, text, headers, MIME tree, files, source, findings.
import type { FileJson, FindingJson, LintJson, MessageJson, NodeJson, StructureJson } from "../api.ts";
import { badge, bytes, el, plural, type Tab } from "./dom.ts";
import { getJson, getTextStart } from "./http.ts";

/** The tabs of a message; the first is the one to open. */
export function messageTabs(message: MessageJson): readonly Tab[] {
  const path = `/_local/messages/${encodeURIComponent(message.id)}`;
  const html: Tab = { id: "html", label: "HTML", content: () => htmlView(message, path) };
  const text: Tab = { id: "text", label: "Text", content: () => textView(message) };
  const files: Tab = {
    id: "files",
    label: "Files",
    count: message.attachments.length,
    content: () => filesView(message.attachments),
  };
  return [
    ...(message.html === null ? [] : [html]),
    text,
    { id: "headers", label: "Headers", content: () => headersView(message) },
    { id: "structure", label: "Structure", content: () => structureView(path) },
    ...(message.attachments.length === 0 ? [] : [files]),
    { id: "source", label: "Source", content: () => sourceView(path) },
    { id: "check", label: "Check", content: () => checkView(path) },
  ];
}

function problemOf({ problem }: MessageJson): HTMLElement | undefined {
  return problem === null ? undefined : el("p", { class: "problem" }, problem);
}

function htmlView(message: MessageJson, path: string): Node {
  const blocked = message.remoteReferences;
  const frame = el("iframe", {
    class: "mail",
    attributes: {
      src: `${path}/html`,
      title: "The html of the message",
      // Scripts, forms and the page around it are out of reach; a link opens in its own tab.
      sandbox: "allow-popups allow-popups-to-escape-sandbox",
      referrerpolicy: "no-referrer",
    },
  });
  const verb = blocked === 1 ? "is" : "are";
  const note =
    blocked === 0
      ? undefined
      : el("p", { class: "quiet-text bar" }, `${plural(blocked, "reference")} to other servers ${verb} not loaded.`);
  return el("div", { class: "mail-box" }, note, frame);
}

function textView(message: MessageJson): Node {
  const body =
    message.text === null
      ? el("p", { class: "quiet-text" }, message.problem === null ? "The message has no plain text." : "")
      : el("pre", { class: "text" }, ...linked(message.text));
  return el("div", {}, problemOf(message), body);
}

// Text with its web addresses as links. Only http and https: whatever else looks like an address stays text.
function linked(text: string): readonly (Node | string)[] {
  const pieces: (Node | string)[] = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(/https?:\/\/[^\s<>"]{1,2000}/g)) {
    const url = found.replace(/[.,;:!?)\]]{1,5}$/, "");
    if (!URL.canParse(url)) continue;
    const attributes = { href: url, target: "_blank", rel: "noopener noreferrer" };
    pieces.push(text.slice(done, index), el("a", { attributes }, url));
    done = index + url.length;
  }
  pieces.push(text.slice(done));
  return pieces;
}

function headersView(message: MessageJson): Node {
  const rows = message.headers.map(({ name, value }) =>
    el("tr", {}, el("th", { attributes: { scope: "row" } }, name), el("td", {}, value)),
  );
  const caption = el("caption", {}, "The head as recipients get it, encoded words decoded");
  return el("div", {}, problemOf(message), el("table", { class: "headers" }, caption, el("tbody", {}, ...rows)));
}

async function structureView(path: string): Promise<Node> {
  const { nodes } = await getJson<StructureJson>(`${path}/structure`);
  return el(
    "table",
    { class: "tree" },
    el("caption", {}, "The parts as they were sent; sizes are those of the encoded bytes"),
    el("thead", {}, el("tr", {}, ...["Part", "Encoding", "Head", "Body"].map((name) => columnHead(name)))),
    el("tbody", {}, ...nodes.map(nodeRow)),
  );
}

function columnHead(name: string): HTMLElement {
  return el("th", { attributes: { scope: "col" } }, name);
}

function nodeRow(node: NodeJson): HTMLElement {
  const name = el(
    "td",
    { class: "node" },
    el("span", { class: "type" }, node.type),
    node.filename === null ? undefined : el("span", { class: "quiet-text" }, ` ${node.filename}`),
    ...node.defects.map((defect) => badge(defect, "warn")),
  );
  name.style.setProperty("--depth", String(Math.min(node.depth, 30)));
  return el(
    "tr",
    {},
    name,
    el("td", {}, node.encoding),
    el("td", { class: "figure" }, bytes(node.headBytes)),
    el("td", { class: "figure" }, bytes(node.bodyBytes)),
  );
}

function filesView(files: readonly FileJson[]): Node {
  return el("ul", { class: "files" }, ...files.map(fileRow));
}

function fileRow(file: FileJson): HTMLElement {
  const name = file.filename ?? "(no name)";
  const about = [file.type, bytes(file.size), file.cid === null ? undefined : `cid:${file.cid}`];
  const isImage = /^image\/(png|jpe?g|gif|webp|avif|bmp|svg\+xml)$/.test(file.type);
  const picture = isImage
    ? el("img", { class: "thumb", attributes: { src: file.url, alt: "", loading: "lazy" } })
    : el("span", { class: "thumb", attributes: { "aria-hidden": "true" } }, extensionOf(name));
  return el(
    "li",
    {},
    picture,
    el(
      "div",
      { class: "file-name" },
      el("strong", {}, name),
      el("span", { class: "quiet-text" }, about.filter(Boolean).join(" · ")),
    ),
    el(
      "a",
      { class: "button", attributes: { href: file.url, download: "", "aria-label": `Download ${name}` } },
      "Download",
    ),
  );
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "file" : name.slice(dot + 1, dot + 5).toLowerCase();
}

const mostSource = 262_144;

async function sourceView(path: string): Promise<Node> {
  const { text, cut } = await getTextStart(`${path}/raw`, mostSource);
  return el(
    "div",
    {},
    el(
      "p",
      { class: "row bar" },
      el("a", { class: "button", attributes: { href: `${path}/raw`, download: "" } }, "Download as sent"),
      el(
        "a",
        { class: "button", attributes: { href: `${path}/raw?as=delivered`, download: "" } },
        "Download as delivered",
      ),
    ),
    cut ? el("p", { class: "quiet-text" }, `The first ${bytes(mostSource)} as sent:`) : undefined,
    el("pre", { class: "source" }, text),
  );
}

async function checkView(path: string): Promise<Node> {
  const { limits, total, findings } = await getJson<LintJson>(`${path}/lint`);
  if (total === 0) {
    return el("p", { class: "all-good" }, `No findings. ${checkedBy(limits)}`);
  }
  const more = total > findings.length ? `, the first ${findings.length} are shown` : "";
  return el(
    "div",
    {},
    el("p", { class: "quiet-text" }, `${plural(total, "finding")}${more}. ${checkedBy(limits)}`),
    el("ul", { class: "findings" }, ...findings.map(findingRow)),
  );
}

const CHECKS: Readonly<Record<FindingJson["check"], string>> = {
  service: "What SES does:",
  preflight: "Preflight:",
  lint: "Lint:",
};

function checkedBy(limits: string): string {
  return `Checked against ${limits}, the standards and the rules of preflight.`;
}

function findingRow(finding: FindingJson): HTMLElement {
  const where = [finding.place, finding.rfc].filter((text) => text !== null && text !== "").join(" · ");
  return el(
    "li",
    {},
    badge(finding.severity, finding.severity === "error" ? "bad" : "warn"),
    el(
      "div",
      {},
      el("p", {}, finding.message),
      finding.hint === null ? undefined : el("p", { class: "quiet-text" }, finding.hint),
      el(
        "p",
        { class: "quiet-text" },
        `${CHECKS[finding.check]} `,
        el("code", {}, finding.code),
        where === "" ? "" : ` · ${where}`,
      ),
    ),
  );
}
