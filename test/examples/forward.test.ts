import { readFileSync } from "node:fs";
import { readEml } from "mimewright/testing";
import { test } from "mimewright/vitest";
import { describe, expect } from "vitest";
import { forward } from "../../examples/forward.ts";
import { withSender } from "./clients.ts";

const around = { from: "ann@example.com", to: "carl@example.com", subject: "Rechnung", note: "Please answer.\n" };
const original = readFileSync(new URL("../../fixtures/messages/receipt.eml", import.meta.url));

describe("forwarding", () => {
  test("encloses the message whole", async ({ ses, inbox }) => {
    await withSender(ses, async (sender) => {
      expect((await sender.send(forward(original, around))).status).toBe("sent");
    });
    const mail = await inbox.waitFor({ to: "carl@example.com" });
    expect(mail).toHaveSubject("Fwd: Rechnung");
    expect(mail).toHavePart("message/rfc822");
    const text = new TextDecoder().decode(mail.raw);
    expect(text).toContain(new TextDecoder().decode(original));
  });

  test("sends as octets what cannot stand in a message", async () => {
    const foreign = new TextEncoder().encode("From: zoe@example.org\r\nSubject: Grüße\r\n\r\nHello\r\n");
    const m = forward(foreign, around);
    expect(m.attachments[0]?.type).toBe("application/octet-stream");
    expect(await readEml(m)).toHaveAttachment("forwarded.eml", { content: foreign });
  });
});
