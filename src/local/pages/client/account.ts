// The account of a region: quota, rate, statistics, identities with a button that verifies them.
import type { AccountJson, IdentityJson, StateJson } from "../api.ts";
import { statisticsChart } from "./chart.ts";
import { announce, badge, byId, bytes, el, fill, number, plural } from "./dom.ts";
import { getJson, messageOf, postJson } from "./http.ts";

const DEFAULT_REGION = "us-east-1";
let region: string | undefined;

/** Shows the account as it is now. */
export async function showAccount(): Promise<void> {
  const view = byId("view-account");
  try {
    const state = await getJson<StateJson>("/_local/state");
    // What is being typed into the form survives an update.
    const typed = document.getElementById("new-identity");
    const kept =
      typed instanceof HTMLInputElement ? { value: typed.value, focus: typed === document.activeElement } : undefined;
    fill(view, ...content(state));
    const field = document.getElementById("new-identity");
    if (kept === undefined || !(field instanceof HTMLInputElement)) return;
    field.value = kept.value;
    if (kept.focus) field.focus();
  } catch (error) {
    fill(view, el("p", { class: "problem" }, messageOf(error)));
  }
}

function content(state: StateJson): readonly HTMLElement[] {
  const account = state.accounts.find((one) => one.region === region) ?? state.accounts[0] ?? unused(state);
  return [
    el("div", { class: "row head-row" }, el("h1", {}, "Account"), regionChoice(state, account)),
    tiles(state, account),
    el(
      "section",
      { attributes: { "aria-labelledby": "h-statistics" } },
      el("h2", { id: "h-statistics" }, "Sending, last 24 hours"),
      statisticsChart(account.statistics, new Date(state.now)),
    ),
    el(
      "section",
      { attributes: { "aria-labelledby": "h-identities" } },
      el("h2", { id: "h-identities" }, "Identities"),
      identities(account),
      identityForm(account.region),
    ),
  ];
}

// Before the first call there is no account yet; it will be this one.
function unused({ limits }: StateJson): AccountJson {
  const { sandbox, max24HourSend, maxSendRate } = limits;
  const quota = { sentLast24Hours: 0, max24HourSend, maxSendRate };
  return { region: region ?? DEFAULT_REGION, sandbox, quota, statistics: [], identities: [] };
}

function regionChoice(state: StateJson, account: AccountJson): HTMLElement {
  const regions = state.accounts.map((one) => one.region);
  if (regions.length < 2) return el("p", { class: "quiet-text" }, account.region);
  const select = el("select", { id: "region" });
  for (const name of regions) {
    const option = el("option", {}, name);
    option.value = name;
    option.selected = name === account.region;
    select.append(option);
  }
  select.addEventListener("change", () => {
    region = select.value;
    void showAccount();
  });
  return el("label", { class: "row" }, "Region ", select);
}

function tiles(state: StateJson, { sandbox, quota }: AccountJson): HTMLElement {
  const { sentLast24Hours, max24HourSend, maxSendRate } = quota;
  const limited = max24HourSend >= 0;
  const { preset } = state.settings;
  return el(
    "ul",
    { class: "tiles" },
    tile(
      "Sent in 24 hours",
      number(sentLast24Hours),
      limited ? `of ${number(max24HourSend)} recipients` : "recipients, no quota",
      limited ? meter(sentLast24Hours, max24HourSend) : undefined,
    ),
    tile("Sending rate", `${number(maxSendRate)}/s`, "recipients"),
    tile("Sandbox", sandbox ? "On" : "Off", sandbox ? "recipients must be verified" : "any recipient"),
    tile("Preset", preset, checks(state)),
    tile("Inbox", number(state.messages), bytes(state.bytes)),
  );
}

function checks({ settings: { autoVerify, anySender, signatures } }: StateJson): string {
  const verified = autoVerify ? "senders verified when asked for" : "senders wait for verification";
  return `${signatures ? "signed requests" : "any signature"}, ${anySender ? "any sender" : verified}`;
}

function tile(name: string, value: string, about: string, more?: HTMLElement): HTMLElement {
  const label = el("span", { class: "tile-name" }, name);
  return el("li", {}, label, el("b", {}, value), el("span", { class: "quiet-text" }, about), more);
}

function meter(value: number, most: number): HTMLElement {
  const share = most === 0 ? 1 : Math.min(1, value / most);
  const bar = el("span", { class: share >= 0.9 ? "bar-fill full" : "bar-fill" });
  bar.style.width = `${Math.round(share * 100)}%`;
  return el("span", { class: "meter", attributes: { "aria-hidden": "true" } }, bar);
}

const TONES: Readonly<Record<IdentityJson["status"], "plain" | "good" | "warn" | "bad">> = {
  NotStarted: "plain",
  Pending: "warn",
  Success: "good",
  Failed: "bad",
  TemporaryFailure: "warn",
};

function identities(account: AccountJson): HTMLElement {
  if (account.identities.length === 0) {
    return el("p", { class: "quiet-text" }, `No address or domain was verified in ${account.region} yet.`);
  }
  return el(
    "ul",
    {
      class: "identities",
      attributes: { "aria-label": plural(account.identities.length, "identity").replace("identitys", "identities") },
    },
    ...account.identities.map((identity) => identityRow(identity, account.region)),
  );
}

function identityRow(identity: IdentityJson, inRegion: string): HTMLElement {
  const about = [
    identity.type === "Domain" ? "domain" : "address",
    identity.dkimStatus === "NotStarted" ? undefined : `DKIM ${identity.dkimStatus}`,
    identity.forwarding ? undefined : "feedback by topics only",
    ...Object.entries(identity.topics).map(([type, arn]) => `${type} → ${arn}`),
  ];
  const button =
    identity.status === "Success"
      ? undefined
      : el(
          "button",
          {
            class: "verify",
            attributes: { type: "button", "aria-label": `Verify ${identity.name}` },
            onclick: () => void verify(identity.name, inRegion).catch((error) => announce(messageOf(error))),
          },
          "Verify",
        );
  return el(
    "li",
    {},
    el(
      "div",
      { class: "file-name" },
      el("strong", {}, identity.name),
      el("span", { class: "quiet-text" }, about.filter(Boolean).join(" · ")),
    ),
    badge(identity.status, TONES[identity.status]),
    button,
  );
}

function identityForm(inRegion: string): HTMLElement {
  const field = el("input", {
    id: "new-identity",
    attributes: {
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "ann@example.com or example.com",
    },
  });
  const problem = el("p", { class: "problem", id: "identity-problem", attributes: { role: "alert" } });
  problem.hidden = true;
  const form = el(
    "form",
    { class: "row add" },
    el("label", { class: "hide", attributes: { for: "new-identity" } }, "Address or domain to verify"),
    field,
    el("button", { attributes: { type: "submit" } }, "Add verified"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = field.value.trim();
    if (name === "") return;
    problem.hidden = true;
    verify(name, inRegion).then(
      () => {
        const now = byId("new-identity");
        if (now instanceof HTMLInputElement) now.value = "";
      },
      (error: unknown) => {
        problem.textContent = messageOf(error);
        problem.hidden = false;
      },
    );
  });
  return el("div", {}, form, problem);
}

async function verify(identity: string, inRegion: string): Promise<void> {
  await postJson<IdentityJson>("/_local/verify", { identity, region: inRegion });
  await showAccount();
  announce(`${identity} is verified`);
}
