import type { Progress } from "mimewright/ses";
import { test } from "mimewright/vitest";
import { describe, expect } from "vitest";
import { sendNewsletter } from "../../examples/newsletter.ts";
import { withSender } from "./clients.ts";

function* readers(count: number) {
  for (let index = 0; index < count; index++) {
    yield { name: `Reader $& ${index}`, address: `reader${index}@example.com`, token: `t/${index}` };
  }
}

const edition = { subject: "News for {name}", text: "Dear {name},\n\nnews.\n" };

describe("a newsletter", () => {
  test("goes to every reader by name, with a link that unsubscribes", async ({ ses, inbox }) => {
    const seen: Progress[] = [];
    await withSender(ses, async (sender) => {
      const outcome = await sendNewsletter(sender, readers(30), edition, (progress) => seen.push(progress));
      expect(outcome).toEqual({ sent: 30, later: [], never: [], unknown: [] });
    });
    expect(inbox.list()).toHaveLength(30);
    const mail = await inbox.waitFor({ to: "reader7@example.com" });
    expect(mail).toHaveSubject("News for Reader $& 7");
    expect(mail).toHaveHeader("List-Unsubscribe", "<https://news.example.com/unsubscribe/t%2F7>");
    expect(mail).toHaveHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    expect(seen.at(-1)).toMatchObject({ taken: 30, sent: 30, stopped: false });
  });

  test("skips a reader without an address, and tells who may have got it", async ({ ses, inbox }) => {
    inbox.faults({ dropAfter: 1, actions: ["SendRawEmail"] });
    await withSender(
      ses,
      async (sender) => {
        const some = [{ name: "Eve", address: "eve", token: "e" }, ...readers(2)];
        const outcome = await sendNewsletter(sender, some, edition);
        expect(outcome).toEqual({ sent: 1, later: [], never: ["eve"], unknown: ["reader0@example.com"] });
      },
      { concurrency: 1 },
    );
  });

  test("stops at the daily quota", async ({ ses, inbox }) => {
    await inbox.account({ max24HourSend: 5 });
    const seen: Progress[] = [];
    await withSender(
      ses,
      async (sender) => {
        const outcome = await sendNewsletter(sender, readers(50), edition, (progress) => seen.push(progress));
        expect(outcome.sent).toBe(5);
        expect(outcome.later).not.toHaveLength(0);
      },
      { concurrency: 2 },
    );
    expect(seen.at(-1)?.stopped).toBe(true);
    expect(inbox.list()).toHaveLength(5);
  });
});
