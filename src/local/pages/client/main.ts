// The page: which view is open, and what comes in live.
import type { EntryJson } from "../api.ts";
import { showAccount } from "./account.ts";
import { announce, byId } from "./dom.ts";
import { emptyInbox, nothingChosen } from "./empty.ts";
import { deleteAt } from "./http.ts";
import { createList } from "./list.ts";
import { showInstead, showMessage } from "./message.ts";
import { showNotifications } from "./notifications.ts";

const VIEWS = ["inbox", "account", "notifications"] as const;
type View = (typeof VIEWS)[number];

const list = createList((total) => {
  const count = byId("count");
  count.textContent = String(total);
  count.hidden = total === 0;
  byId("clear").toggleAttribute("disabled", total === 0);
});
let openMessage: string | undefined;

/** The view and message that the address names. */
function route(): { readonly view: View; readonly message: string | undefined } {
  const [, first = "", second] = location.hash.split("/");
  if (first === "message" && second !== undefined) return { view: "inbox", message: decode(second) };
  return { view: VIEWS.find((view) => view === first) ?? "inbox", message: undefined };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function show(): Promise<void> {
  const { view, message } = route();
  for (const name of VIEWS) byId(`view-${name}`).hidden = name !== view;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("nav a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.route = message === undefined ? view : "message";
  document.title = `${view[0]?.toUpperCase()}${view.slice(1)} · mimewright local SES`;
  openMessage = message;
  list.select(message);
  if (view === "account") await showAccount();
  else if (view === "notifications") await showNotifications();
  else if (message !== undefined) await showMessage(message);
  else showPlaceholder();
}

function showPlaceholder(): void {
  const empty = list.total() === 0;
  document.body.dataset.empty = String(empty);
  showInstead(empty ? emptyInbox() : nothingChosen());
}

function listen(): void {
  const events = new EventSource("/_local/events");
  events.addEventListener("ready", () => {
    setLive("on", "Live");
    // What came while there was no connection is in the list, not in the stream.
    void list.load().then(refreshOpenView);
  });
  events.addEventListener("message", (event) => {
    const entry = JSON.parse(String(event.data)) as EntryJson;
    list.add(entry);
    announce(`New message from ${entry.from}: ${entry.subject}`);
    refreshSoon();
  });
  events.addEventListener("removed", () => {
    void list.load().then(refreshOpenView);
  });
  events.addEventListener("error", () => setLive("off", "Reconnecting"));
}

function setLive(state: "on" | "off", text: string): void {
  byId("live").dataset.state = state;
  byId("live-text").textContent = text;
}

// A message that is open does not change; everything else follows what comes in.
function refreshOpenView(): void {
  const { view } = route();
  document.body.dataset.empty = String(list.total() === 0);
  if (view === "account") void showAccount();
  else if (view === "notifications") void showNotifications();
  else if (openMessage === undefined) showPlaceholder();
  else list.select(openMessage);
}

let due: number | undefined;

// Many messages at once are one refresh.
function refreshSoon(): void {
  if (due !== undefined) return;
  due = window.setTimeout(() => {
    due = undefined;
    refreshOpenView();
  }, 250);
}

function shortcuts(event: KeyboardEvent): void {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    byId("filter").focus();
  } else if (event.key === "ArrowDown" && document.activeElement === document.body) {
    event.preventDefault();
    document.querySelector<HTMLAnchorElement>("#list li:not([hidden]) a")?.focus();
  }
}

bindClear();
window.addEventListener("hashchange", () => void show());
document.addEventListener("keydown", shortcuts);
await list.load().catch(() => setLive("off", "No connection"));
await show();
listen();

/** Binds the button and the dialog; what was removed comes back as an event. */
function bindClear(): void {
  const dialog = byId("confirm");
  if (!(dialog instanceof HTMLDialogElement)) return;
  byId("clear").addEventListener("click", () => {
    dialog.showModal();
    byId("confirm-no").focus();
  });
  byId("confirm-no").addEventListener("click", () => dialog.close());
  byId("confirm-yes").addEventListener("click", () => {
    dialog.close();
    deleteAt("/_local/messages").then(
      () => announce("The inbox is empty"),
      () => announce("The inbox could not be cleared"),
    );
  });
}
