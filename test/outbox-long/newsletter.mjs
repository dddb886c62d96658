// Takes in a newsletter with an attachment of 5 MB to so many recipients, and tells the most memory that it took.
import { randomFillSync } from "node:crypto";
import { message } from "mimewright";
import { openOutbox } from "mimewright/outbox";

const [path, recipients] = process.argv.slice(2);
const brochure = randomFillSync(new Uint8Array(5_242_880));

function* newsletter() {
  for (let at = 0; at < Number(recipients); at++) {
    const mail = message({
      ...{ from: "news@example.com", to: `r${at}@example.com`, subject: "Issue 1", text: `Dear reader ${at}\n` },
      attachments: [{ filename: "brochure.pdf", content: brochure }],
    });
    yield { key: `issue-1-${at}`, mail };
  }
}

const outbox = await openOutbox({ path, sender: { sendRaw: () => new Promise(() => {}) }, concurrency: 1 });
const receipts = await outbox.enqueueAll(newsletter());
process.stdout.write(JSON.stringify({ stored: receipts.length, megabytes: process.resourceUsage().maxRSS / 1_024 }));
process.exit();
