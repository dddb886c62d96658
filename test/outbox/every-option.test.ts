// The methods of an outbox and their options: see test/every-option.test.ts.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { message, sesV1 } from "mimewright";
import { openOutbox } from "mimewright/outbox";
import { sender } from "mimewright/ses";
import { describeOptions, FIELDS, opened } from "../option-rows.ts";

const m = message({ from: "a@example.com", to: "b@example.com", subject: "x", text: "x" });
const transport = { name: "none", limits: sesV1, fields: new Set(), send: () => Promise.reject(new Error("nothing")) };
const box = opened(() =>
  openOutbox({
    path: join(mkdtempSync(join(tmpdir(), "every-option-")), "x.outbox"),
    sender: Reflect.apply(sender, undefined, [{ transport }]),
  }),
);

// As a program without types calls them.
const method =
  (name: "enqueue" | "enqueueAll" | "wait" | "list" | "purge" | "close", ...before: readonly unknown[]) =>
  async (options: object): Promise<unknown> => {
    const own = await box();
    return Reflect.apply(own[name], own, [...before, options]);
  };

describeOptions({
  "Outbox.enqueue": { call: method("enqueue", m), wrong: { key: 5, ...FIELDS } },
  "Outbox.enqueueAll": {
    call: async (options) => (await box()).enqueueAll([{ mail: m, ...options }]),
    at: "0.",
    wrong: { key: "", ...FIELDS },
  },
  "Outbox.wait": { call: method("wait", 1), wrong: { signal: {} } },
  "Outbox.list": { call: method("list"), wrong: { state: "Sent", limit: 0, after: "1" } },
  "Outbox.purge": { call: method("purge"), valid: { state: "sent" }, wrong: { state: "queued", olderThan: -1 } },
  "Outbox.close": { call: method("close"), wrong: { timeout: "5" } },
});
