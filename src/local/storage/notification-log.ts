// Notifications as lines of JSON: one is added at the end, and when most of the file is old it is written anew.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { NOTIFICATION_TYPES } from "../model/account.ts";
import type { SesNotification } from "../model/message.ts";
import { mostNotifications } from "../model/state.ts";
import { appendDurably, readIfThere, syncFolder, writeDurably } from "./files.ts";
import type { Warn } from "./maildir.ts";
import { memberAt, numberAt, objectOf, textAt } from "./saved-state.ts";

/** The log of a directory. Writes come one after another; each is durable when its promise settles. */
export interface NotificationLog {
  /** The newest, oldest first. A line that cannot be read is left out and reported. */
  load(): Promise<readonly SesNotification[]>;
  append(notification: SesNotification): Promise<void>;
  clear(): Promise<void>;
}

/** The log in a directory. */
export function notificationLog(dir: string, warn: Warn): NotificationLog {
  const path = join(dir, "notifications.jsonl");
  let lines = 0;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  // What is read is what is kept: a line that broke off would spoil the one added behind it.
  const keepNewest = async (): Promise<readonly SesNotification[]> => {
    const text = (await readIfThere(path)) ?? "";
    const all = text.split("\n").filter((line) => line !== "");
    const good = all.flatMap((line) => readLine(line) ?? []);
    const newest = good.slice(-mostNotifications);
    lines = newest.length;
    if (good.length < all.length) warn(`${all.length - good.length} lines of ${path} cannot be read and are left out.`);
    const kept = newest.map(lineOf).join("");
    if (kept !== text) await writeDurably({ working: `${path}.tmp`, path, folder: dir }, [Buffer.from(kept)]);
    return newest;
  };
  return {
    load: () => inTurn(keepNewest),
    append: (notification) =>
      inTurn(async () => {
        await appendDurably(path, lineOf(notification));
        if (lines++ === 0) await syncFolder(dir);
        if (lines >= 2 * mostNotifications) await keepNewest();
      }),
    clear: () =>
      inTurn(async () => {
        await rm(path, { force: true });
        await syncFolder(dir);
        lines = 0;
      }),
  };
}

function lineOf(notification: SesNotification): string {
  return `${JSON.stringify(notification)}\n`;
}

function readLine(line: string): SesNotification | undefined {
  try {
    const from = objectOf(JSON.parse(line), "notification");
    return {
      type: memberAt(from, "type", NOTIFICATION_TYPES),
      messageId: textAt(from, "messageId"),
      region: textAt(from, "region"),
      at: numberAt(from, "at"),
      topicArn: textAt(from, "topicArn"),
      message: Object.fromEntries(objectOf(from.values.get("message"), "message").values),
      envelope: Object.fromEntries(objectOf(from.values.get("envelope"), "envelope").values),
    };
  } catch {
    return undefined;
  }
}
