// Builds elements, and texts for them: numbers and times as people read them. Text goes in as text nodes and nothing
// else, so that whatever a mail says stays text.

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
