import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import type { Sender } from "mimewright/ses";
import { test } from "mimewright/vitest";
import { describe, expect } from "vitest";
import { AccountMails, mailModule, SENDER } from "../../examples/nest-module.ts";
import { clientOf } from "./clients.ts";

describe("a NestJS module", () => {
  test("provides the mails, and closes the sender with the application", async ({ ses, inbox }) => {
    const client = clientOf(ses);
    const app = await NestFactory.createApplicationContext(mailModule({ client }), { logger: false });
    const mails = app.get(AccountMails);
    const sender: Sender = app.get(SENDER);
    expect(await mails.welcome("Zoë", "zoe@example.org")).toBe("sent");
    expect(await inbox.waitFor({ to: "zoe@example.org" })).toHaveSubject("Welcome, Zoë");
    await app.close();
    await expect(mails.welcome("Bob", "bob@example.com")).rejects.toMatchObject({ code: "send.closed" });
    expect(sender.counts.sent).toBe(1);
    client.destroy();
  });
});
