// The notifications that were published to topics, newest first.
import type { NotificationJson } from "../api.ts";
import { badge, byId, el, fill, longTime } from "./dom.ts";
import { getJson, messageOf } from "./http.ts";

const TONES = { Bounce: "bad", Complaint: "warn", Delivery: "good" } as const;
const mostShown = 200;

/** Shows the notifications as they are now. */
export async function showNotifications(): Promise<void> {
  const view = byId("view-notifications");
  try {
    const all = await getJson<readonly NotificationJson[]>("/_local/notifications");
    const newest = [...all].reverse().slice(0, mostShown);
    fill(
      view,
      el("h1", {}, "Notifications"),
      newest.length === 0 ? none() : el("ul", { class: "events" }, ...newest.map(row)),
    );
  } catch (error) {
    fill(view, el("p", { class: "problem" }, messageOf(error)));
  }
}

function none(): HTMLElement {
  return el(
    "div",
    { class: "empty" },
    el("p", {}, "Nothing was published to a topic yet."),
    el(
      "p",
      { class: "quiet-text" },
      "Set a topic with ",
      el("code", {}, "SetIdentityNotificationTopic"),
      ", then send to ",
      el("code", {}, "bounce@simulator.amazonses.com"),
      ".",
    ),
  );
}

function row(notification: NotificationJson): HTMLElement {
  const { type, at, topicArn, messageId } = notification;
  return el(
    "li",
    {},
    el(
      "details",
      {},
      el(
        "summary",
        {},
        badge(type, TONES[type]),
        el("span", { class: "arn" }, topicArn),
        el("time", { class: "quiet-text", attributes: { datetime: at } }, longTime(at)),
      ),
      el("p", {}, el("a", { attributes: { href: `#/message/${encodeURIComponent(messageId)}` } }, "The message")),
      el("pre", { class: "source" }, JSON.stringify(notification.message, undefined, 2)),
    ),
  );
}
