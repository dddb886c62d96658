// The list of messages, newest first: filled once, then kept up to date by events.
import type { EntryJson, ListJson } from "../api.ts";
import { badge, byId, bytes, el, longTime, number, plural, shortTime } from "./dom.ts";
import { getJson } from "./http.ts";

const mostShown = 500;

/** The list and what can be done with it. */
export interface List {
  /** Brings the list to what the endpoint has. */
  load(): Promise<void>;
  /** Adds a message at the top. */
  add(entry: EntryJson): void;
  /** Marks the open message; undefined for none. */
  select(id: string | undefined): void;
  /** How many messages there are, shown or not. */
  readonly total: () => number;
}

interface Item {
  readonly entry: EntryJson;
  readonly link: HTMLAnchorElement;
  readonly row: HTMLLIElement;
  /** What the filter looks at. */
  readonly text: string;
}

/** The list of the page; `onCount` is called when the number of messages changed. */
export function createList(onCount: (total: number) => void): List {
  const items = new Map<string, Item>();
  const box = byId("list");
  const filter = byId("filter");
  // Since the last load began.
  const added = new Set<string>();
  let total = 0;
  let selected: string | undefined;
  const refresh = (): void => {
    const wanted = filter instanceof HTMLInputElement ? filter.value.trim().toLowerCase() : "";
    let hits = 0;
    for (const item of items.values()) {
      item.row.hidden = !item.text.includes(wanted);
      if (!item.row.hidden) hits++;
    }
    note(wanted === "" ? limitNote(items.size, total) : `${plural(hits, "message")} of ${number(items.size)} match`);
    onCount(total);
  };
  const insert = (entry: EntryJson, state: "seen" | "unseen"): void => {
    const item = makeItem(entry, state);
    items.set(entry.id, item);
    box.prepend(item.row);
    mark(item, selected);
  };
  filter.addEventListener("input", refresh);
  box.addEventListener("keydown", (event) => moveFocus(event, box));
  return {
    async load() {
      added.clear();
      const list = await getJson<ListJson>(`/_local/messages?limit=${mostShown}`);
      const known = new Set(list.messages.map(({ id }) => id));
      // What came in while the answer was on its way is not in it.
      const late = [...added].filter((id) => !known.has(id));
      dropOthers(items, new Set([...known, ...late]));
      total = list.total + late.length;
      // What is there stays as it is, and with it the focus.
      for (const entry of list.messages) if (!items.has(entry.id)) insert(entry, "seen");
      refresh();
    },
    add(entry) {
      if (items.has(entry.id)) return;
      total++;
      added.add(entry.id);
      insert(entry, "unseen");
      dropOldest(items);
      refresh();
    },
    select(id) {
      selected = id;
      for (const item of items.values()) mark(item, id);
    },
    total: () => total,
  };
}

function note(text: string): void {
  const box = byId("list-note");
  box.textContent = text;
  box.hidden = text === "";
}

function limitNote(shown: number, total: number): string {
  return total > shown ? `The newest ${number(shown)} of ${plural(total, "message")}` : "";
}

function dropOthers(items: Map<string, Item>, kept: ReadonlySet<string>): void {
  for (const [id, item] of items) {
    if (kept.has(id)) continue;
    item.row.remove();
    items.delete(id);
  }
}

function dropOldest(items: Map<string, Item>): void {
  for (const [id, item] of items) {
    if (items.size <= mostShown) return;
    item.row.remove();
    items.delete(id);
  }
}

function mark({ entry, link }: Item, id: string | undefined): void {
  if (entry.id !== id) {
    link.removeAttribute("aria-current");
    return;
  }
  link.setAttribute("aria-current", "true");
  link.classList.remove("unseen");
  link.scrollIntoView({ block: "nearest" });
}

function makeItem(entry: EntryJson, state: "seen" | "unseen"): Item {
  const subject = entry.subject === "" ? "(no subject)" : entry.subject;
  const time = el("time", { attributes: { datetime: entry.at, title: longTime(entry.at) } }, shortTime(entry.at));
  const link = el(
    "a",
    { class: `entry ${state}`, attributes: { href: `#/message/${encodeURIComponent(entry.id)}` } },
    el("span", { class: "entry-from" }, entry.from === "" ? entry.source : entry.from),
    time,
    el("span", { class: "entry-subject" }, subject),
    el("span", { class: "entry-to" }, recipientsOf(entry)),
    el("span", { class: "entry-size" }, bytes(entry.size)),
    kindBadge(entry),
  );
  const text = [entry.subject, entry.from, entry.source, ...entry.recipients].join("\n").toLowerCase();
  return { entry, link, row: el("li", {}, link), text };
}

// To, Cc and Bcc are shown apart here as well.
function recipientsOf({ to, cc, bcc }: EntryJson): string {
  const lists = Object.entries({ to, cc, bcc }).filter(([, addresses]) => addresses.length > 0);
  return lists.map(([name, addresses]) => `${name} ${addresses.join(", ")}`).join(" · ");
}

/** A badge for what no client sent. */
export function kindBadge({ kind }: Pick<EntryJson, "kind">): HTMLElement | undefined {
  if (kind === "sent") return undefined;
  return badge(kind, kind === "feedback" ? "bad" : "plain");
}

function moveFocus(event: KeyboardEvent, box: HTMLElement): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const links = [...box.querySelectorAll<HTMLAnchorElement>("li:not([hidden]) a")];
  const at = links.findIndex((link) => link.matches(":focus"));
  const next = links[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
}
