import { randomFillSync } from "node:crypto";
import { statSync } from "node:fs";
import { test } from "mimewright/vitest";
import { describe, expect } from "vitest";
import { sendStatements } from "../../examples/statements.ts";
import { newPath, snapshot, until } from "../outbox/support.ts";
import { withSender } from "./clients.ts";

const statements = Array.from({ length: 40 }, (_, at) => ({
  ...{ account: `A-${at}`, address: `customer${at}@example.com`, text: `Balance: ${at}.00\n` },
}));
const period = { name: "2026-10", terms: randomFillSync(new Uint8Array(300_000)) };

describe("statements", () => {
  test("go out once each, with the terms that are in the file once", async ({ ses, inbox }) => {
    const path = newPath();
    await withSender(ses, async (sender) => {
      const report = await sendStatements(path, sender, statements, period);
      expect(report).toEqual({ sent: 40, unknown: [], dead: [] });
      // Started again, it has nothing left to do.
      expect(await sendStatements(path, sender, statements, period)).toEqual(report);
    });
    expect(inbox.list()).toHaveLength(40);
    const mail = await inbox.waitFor({ to: "customer7@example.com" });
    expect(mail).toHaveSubject("Your statement for 2026-10");
    expect(mail).toHaveAttachment("terms.pdf");
    expect(statSync(path).size).toBeLessThan(800_000);
  });

  test("are taken up after a crash: nobody gets two, and whoever may have got one is told", async ({ ses, inbox }) => {
    const path = newPath();
    let left = "";
    await withSender(ses, async (sender) => {
      let calls = 0;
      const stuck: Pick<typeof sender, "sendRaw"> = {
        // After ten messages answers stay away: this is when the machine goes down.
        sendRaw: (mail, options) => (calls++ < 10 ? sender.sendRaw(mail, options) : new Promise(() => {})),
      };
      void sendStatements(path, stuck, statements, period);
      await until(() => inbox.list().length === 10 && calls === 26);
      left = snapshot(path);
    });
    await withSender(ses, async (sender) => {
      const { sent, unknown, dead } = await sendStatements(left, sender, statements, period);
      expect({ sent, unknown: unknown.length, dead }).toEqual({ sent: 24, unknown: 16, dead: [] });
    });
    const readers = inbox.list().flatMap(({ recipients }) => recipients);
    expect(new Set(readers).size).toBe(readers.length);
    expect(readers).toHaveLength(24);
  });
});
