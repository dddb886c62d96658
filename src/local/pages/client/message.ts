// One message: who, what and when at the top, then its views as tabs.
import type { MessageJson } from "../api.ts";
import { badge, byId, bytes, copyButton, el, fill, longTime, tabs } from "./dom.ts";
import { getJson, messageOf } from "./http.ts";
import { kindBadge } from "./list.ts";
import { messageTabs } from "./message-tabs.ts";

type Tone = "plain" | "good" | "warn" | "bad";

const OUTCOMES: Readonly<Record<MessageJson["outcomes"][number]["outcome"], Tone>> = {
  delivered: "good",
  bounced: "bad",
  suppressed: "bad",
  complained: "warn",
  "out-of-office": "plain",
  rejected: "bad",
};

// The view that was open last is the one to open next.
let lastTab = "html";
// Of two messages asked for in a row, the second wins whichever answer comes first.
let latest = 0;

/** Shows the message with this id. */
export async function showMessage(id: string): Promise<void> {
  const reader = byId("reader");
  const turn = ++latest;
  try {
    const message = await getJson<MessageJson>(`/_local/messages/${encodeURIComponent(id)}`);
    if (turn !== latest) return;
    fill(reader, backLink(), head(message), views(message));
    reader.scrollTop = 0;
    document.title = `${titleOf(message)} · mimewright local SES`;
  } catch (error) {
    if (turn !== latest) return;
    fill(reader, backLink(), el("div", { class: "empty" }, el("h1", {}, "Not here"), el("p", {}, messageOf(error))));
  }
}

/** Shows something else; a message that is still on its way is not shown any more. */
export function showInstead(content: HTMLElement): void {
  latest++;
  fill(byId("reader"), content);
}

function titleOf({ subject }: MessageJson): string {
  return subject === "" ? "(no subject)" : subject;
}

function backLink(): HTMLElement {
  return el("a", { class: "back", attributes: { href: "#/" } }, "‹ All messages");
}

function views(message: MessageJson): Node {
  const all = messageTabs(message);
  const wanted = all.some((tab) => tab.id === lastTab) ? lastTab : (all[0]?.id ?? "");
  return tabs("Views of the message", all, wanted, (id) => {
    lastTab = id;
  });
}

function head(message: MessageJson): HTMLElement {
  return el(
    "header",
    { class: "head" },
    el("h1", { attributes: { tabindex: "-1", id: "message-title" } }, titleOf(message)),
    el(
      "dl",
      { class: "facts" },
      ...fact("From", message.from === "" ? message.source : message.from),
      ...people("To", message, message.to),
      ...people("Cc", message, message.cc),
      ...people("Bcc", message, message.bcc),
      ...fact("Taken", el("time", { attributes: { datetime: message.at } }, longTime(message.at)), how(message)),
      ...fact(
        "Id",
        el("code", {}, message.id),
        copyButton(() => message.id),
      ),
      ...(message.tags.length === 0
        ? []
        : fact("Tags", ...message.tags.map(({ name, value }) => badge(`${name}=${value}`)))),
    ),
  );
}

function how(message: MessageJson): HTMLElement {
  const set = message.configurationSet === null ? "" : ` · ${message.configurationSet}`;
  const text = ` by ${message.action} in ${message.region} · ${bytes(message.size)}${set} `;
  return el("span", { class: "quiet-text" }, text, kindBadge(message));
}

function fact(name: string, ...values: readonly (Node | string | undefined)[]): readonly HTMLElement[] {
  return [el("dt", {}, name), el("dd", {}, ...values)];
}

function people(name: string, message: MessageJson, addresses: readonly string[]): readonly HTMLElement[] {
  if (addresses.length === 0) return [];
  const outcomes = new Map(message.outcomes.map(({ recipient, outcome }) => [recipient, outcome]));
  return fact(
    name,
    ...addresses.map((address) => {
      const outcome = outcomes.get(address);
      const shown = outcome === undefined || outcome === "delivered" ? undefined : badge(outcome, OUTCOMES[outcome]);
      return el("span", { class: "person" }, address, shown);
    }),
  );
}
