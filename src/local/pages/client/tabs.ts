// Tabs by the pattern of the ARIA Authoring Practices: one tab stop, arrow keys move, panels are filled when first
// shown.
import { el, fill } from "./dom.ts";

/** One tab. */
export interface Tab {
  readonly id: string;
  readonly label: string;
  /** Behind the label, in a badge. */
  readonly count?: number;
  /** Makes what the panel shows. */
  readonly content: () => Promise<Node> | Node;
}

/** Tabs with their panels; the tab `first` is shown at the start. */
export function tabs(label: string, all: readonly Tab[], first: string, onShow: (id: string) => void): Node {
  const list = el("div", { class: "tabs", attributes: { role: "tablist", "aria-label": label } });
  const panels = el("div", { class: "panels" });
  const pairs = all.map((tab) => pairOf(tab));
  const show = (id: string, focus: "focus" | "stay"): void => {
    for (const pair of pairs) pair.select(pair.tab.id === id, focus);
    onShow(id);
  };
  for (const [index, pair] of pairs.entries()) {
    pair.button.addEventListener("click", () => show(pair.tab.id, "stay"));
    pair.button.addEventListener("keydown", (event) => {
      const to = target(event.key, index, pairs.length);
      const next = to === undefined ? undefined : pairs[to];
      if (next === undefined) return;
      event.preventDefault();
      show(next.tab.id, "focus");
    });
    list.append(pair.button);
    panels.append(pair.panel);
  }
  show(all.some((tab) => tab.id === first) ? first : (all[0]?.id ?? ""), "stay");
  return el("div", { class: "tabbed" }, list, panels);
}

function target(key: string, index: number, length: number): number | undefined {
  if (key === "ArrowRight") return (index + 1) % length;
  if (key === "ArrowLeft") return (index + length - 1) % length;
  if (key === "Home") return 0;
  return key === "End" ? length - 1 : undefined;
}

function pairOf(tab: Tab) {
  const count = tab.count === undefined ? undefined : el("span", { class: "count" }, String(tab.count));
  const button = el("button", { id: `tab-${tab.id}` }, tab.label, count);
  button.type = "button";
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", `panel-${tab.id}`);
  const panel = el("div", { id: `panel-${tab.id}`, class: `panel panel-${tab.id}` });
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", `tab-${tab.id}`);
  panel.tabIndex = 0;
  let filled = false;
  const select = (selected: boolean, focus: "focus" | "stay"): void => {
    button.setAttribute("aria-selected", String(selected));
    button.tabIndex = selected ? 0 : -1;
    panel.hidden = !selected;
    if (!selected) return;
    if (focus === "focus") button.focus();
    if (filled) return;
    filled = true;
    fillPanel(panel, tab.content);
  };
  return { tab, button, panel, select };
}

function fillPanel(panel: HTMLElement, content: Tab["content"]): void {
  const made = content();
  if (made instanceof Node) {
    fill(panel, made);
    return;
  }
  fill(panel, el("p", { class: "quiet-text" }, "Loading …"));
  made.then(
    (node) => fill(panel, node),
    (error: unknown) =>
      fill(panel, el("p", { class: "problem" }, error instanceof Error ? error.message : String(error))),
  );
}
