// Builds elements, tabs by the pattern of the ARIA Authoring Practices, and texts: numbers and times as people read them.
// Text goes in as text nodes and nothing else, so that whatever a mail says stays text.

/** What an element can be given: attributes, and listeners for a click. */
export interface Properties {
  readonly class?: string;
  readonly id?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onclick?: () => void;
}

/** A child: an element, or text. */
export type Child = Node | string | undefined;

/** An html element. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (properties.class !== undefined) element.className = properties.class;
  if (properties.id !== undefined) element.id = properties.id;
  for (const [name, value] of Object.entries(properties.attributes ?? {})) element.setAttribute(name, value);
  if (properties.onclick !== undefined) element.addEventListener("click", properties.onclick);
  append(element, children);
  return element;
}

/** An svg element. */
export function svg(tag: string, attributes: Readonly<Record<string, string | number>>, ...children: readonly Child[]) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  append(element, children);
  return element;
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) if (child !== undefined) element.append(child);
}

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element ${id}.`);
  return element;
}

/** Replaces what an element holds. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...children.filter((child) => child !== undefined));
}

/** Says something to screen readers. */
export function announce(text: string): void {
  byId("announce").textContent = text;
}

/** A badge. */
export function badge(text: string, tone: "plain" | "good" | "warn" | "bad" = "plain"): HTMLElement {
  return el("span", { class: `badge ${tone}` }, text);
}

/** A button that copies a text. */
export function copyButton(text: () => string, label = "Copy"): HTMLElement {
  const button = el("button", { class: "quiet copy", attributes: { type: "button" } }, label);
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(text()).then(
      () => {
        button.textContent = "Copied";
        announce("Copied");
        setTimeout(() => {
          button.textContent = label;
        }, 1_500);
      },
      () => announce("Copying was not allowed"),
    );
  });
  return button;
}

const UNITS = ["kB", "MB", "GB"];

/** Bytes, in steps of 1,000. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  let value = count / 1_000;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${UNITS[unit]}`;
}

/** A whole number with separators. */
export function number(value: number): string {
  return value.toLocaleString("en");
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** The time of day for today, the day for other days. */
export function shortTime(iso: string): string {
  const at = new Date(iso);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : day.format(at);
}

/** Date and time. */
export function longTime(iso: string): string {
  return full.format(new Date(iso));
}

/** A count with its noun: `1 message`, `2 messages`. */
export function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

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
