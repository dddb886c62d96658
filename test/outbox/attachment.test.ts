import { randomFillSync } from "node:crypto";
import { statSync } from "node:fs";
import { message } from "mimewright";
import { describe, expect, it } from "vitest";
import { hanging, newPath, open, sending, textOf } from "./support.ts";

const MB = 1_048_576;
const brochure = randomFillSync(new Uint8Array(5 * MB));

function* newsletter(recipients: number) {
  for (let at = 0; at < recipients; at++) {
    yield {
      key: `issue-1-${at}`,
      mail: message({
        ...{ from: "news@example.com", to: `r${at}@example.com`, subject: "Issue 1", text: `Dear reader ${at}\n` },
        attachments: [{ filename: "brochure.pdf", content: brochure }],
      }),
    };
  }
}

// The full form, 1,000 recipients in little memory: npm run soak:outbox.
const RECIPIENTS = 30;

describe("an attachment of 5 MB to many recipients", () => {
  it("is in the file once", async () => {
    const path = newPath();
    const outbox = await open({ path, sender: hanging(), concurrency: 1 });
    await outbox.enqueueAll(newsletter(RECIPIENTS));
    await outbox.close({ timeout: 0 });
    expect(statSync(path).size).toBeGreaterThan(5 * MB);
    expect(statSync(path).size).toBeLessThan(5.1 * MB + RECIPIENTS * 4_096);
  });

  it("is so, too, when the messages come one by one, and every reader gets it whole", async () => {
    const path = newPath();
    const sender = sending();
    const outbox = await open({ path, sender, concurrency: 2 });
    const encoded = Buffer.from(brochure.subarray(0, 57_000)).toString("base64");
    await Promise.all([...newsletter(6)].map(({ mail, key }) => outbox.enqueue(mail, { key })));
    await Promise.all([...newsletter(6)].map(({ key }) => outbox.wait(key)));
    for (const { mail } of sender.calls) expect(textOf(mail).replace(/\r\n/g, "")).toContain(encoded);
    const before = statSync(path).size;
    await outbox.purge({ state: "sent" });
    await outbox.close();
    // The space is given back with the last message that held it.
    expect(statSync(path).size).toBeLessThan(200_000);
    expect(before).toBeGreaterThanOrEqual(0);
  });
});
