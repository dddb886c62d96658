// What tests do with the inbox: find, wait, read, listen.
import { describe, expect, it } from "vitest";
import { InboxTimeoutError } from "../../../src/local/inbox/wait.ts";
import { start } from "../support/helpers.ts";
import { mail, sendRaw } from "../support/mail.ts";

describe("inbox.list", () => {
  it("looks into the text, also as a pattern that remembers where it stopped", async () => {
    const { url, inbox } = await start();
    await sendRaw(url, mail({ text: "Your code is 1234" }));
    await sendRaw(url, mail({ text: "Nothing here" }));
    const pattern = /code is \d+/g;
    expect(inbox.list({ text: pattern })).toHaveLength(1);
    expect(inbox.list({ text: pattern })).toHaveLength(1);
    expect(inbox.list({ text: "code is" })).toHaveLength(1);
    expect(inbox.list({ text: "CODE" })).toHaveLength(0);
  });

  it("looks into the html where there is no plain text", async () => {
    const { url, inbox } = await start();
    await sendRaw(url, mail({ head: "Content-Type: text/html\n", text: "<p>code <b>77</b></p>" }));
    expect(inbox.list({ text: "<b>77</b>" })).toHaveLength(1);
  });

  it("takes every condition together: recipient without case, sender, subject, time", async () => {
    let now = Date.parse("2026-03-01T10:00:00Z");
    const { url, inbox } = await start({ clock: () => now });
    await sendRaw(url, mail({ subject: "first" }));
    now += 60_000;
    await sendRaw(url, mail({ subject: "second", to: "Bob <BOB@example.org>" }));
    const subjects = (filter: Parameters<typeof inbox.list>[0]) => inbox.list(filter).map(({ subject }) => subject);
    expect(subjects({ to: "bob@EXAMPLE.org" })).toEqual(["first", "second"]);
    expect(subjects({ to: "bob@example.org", subject: /SEC/i })).toEqual(["second"]);
    expect(subjects({ since: new Date(now) })).toEqual(["second"]);
    expect(subjects({ since: now + 1 })).toEqual([]);
    expect(subjects({ from: "ANN@example.com", since: now - 60_000 })).toEqual(["first", "second"]);
    expect(subjects({ from: "nobody@example.com" })).toEqual([]);
  });
});

describe("inbox.waitFor", () => {
  it("takes a number of ms from 0 for its timeout, and nothing else", async () => {
    const { inbox } = await start();
    for (const timeout of ["20", -1, Number.NaN, null]) {
      // @ts-expect-error not a number of ms
      const options: { timeout: number } = { timeout };
      await expect(inbox.waitFor({}, options)).rejects.toThrow(
        "input.option at timeout: expected a number of milliseconds, 0 or more; got ",
      );
    }
  });

  it("resolves at once when the message is there", async () => {
    const { url, inbox } = await start();
    const id = await sendRaw(url, mail());
    expect((await inbox.waitFor({ to: "bob@example.org" }, { timeout: 0 })).id).toBe(id);
  });

  it("waits without an end when it is told to", async () => {
    const { url, inbox } = await start();
    for (const timeout of [Number.POSITIVE_INFINITY, 2 ** 40]) {
      const waiting = inbox.waitFor({ text: `for ${timeout}` }, { timeout });
      await sendRaw(url, mail({ text: "another" }));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const id = await sendRaw(url, mail({ text: `for ${timeout}` }));
      expect((await waiting).id).toBe(id);
    }
  });

  it("resolves when the message comes", async () => {
    const { url, inbox } = await start();
    const waiting = inbox.waitFor({ text: "the second" });
    await sendRaw(url, mail({ text: "the first" }));
    const id = await sendRaw(url, mail({ text: "the second" }));
    expect((await waiting).id).toBe(id);
  });

  it("rejects with what was there instead", async () => {
    const { url, inbox } = await start();
    await sendRaw(url, mail({ subject: "Your invoice" }));
    const failed: unknown = await inbox.waitFor({ to: "eve@example.org" }, { timeout: 20 }).catch((error) => error);
    expect(failed).toBeInstanceOf(InboxTimeoutError);
    expect(failed).toMatchObject({
      message:
        'No message with to "eve@example.org" came within 20 ms. In the inbox there were: "Your invoice" to bob@example.org.',
      filter: { to: "eve@example.org" },
      timeout: 20,
      messages: [{ subject: "Your invoice", recipients: ["bob@example.org"] }],
    });
  });

  it("says that the inbox was empty", async () => {
    const { inbox } = await start();
    await expect(inbox.waitFor({}, { timeout: 1 })).rejects.toThrow(
      "No message of any kind came within 1 ms. The inbox was empty.",
    );
  });

  it("leaves no listener and no timer behind", async () => {
    const { url, inbox } = await start();
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    await sendRaw(url, mail());
    await Promise.all(Array.from({ length: 50 }, () => inbox.waitFor({}, { timeout: 3_600_000 })));
    const after = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    expect(after - before).toBeLessThan(25);
  });
});

describe("inbox.subscribe", () => {
  it("tells of every message and of removals until it ends", async () => {
    const { url, inbox } = await start();
    const told: (string | undefined)[] = [];
    const end = inbox.subscribe((message) => told.push(message?.subject));
    await sendRaw(url, mail({ subject: "one" }));
    await inbox.clear();
    end();
    await sendRaw(url, mail({ subject: "two" }));
    expect(told).toEqual(["one", undefined]);
  });
});

describe("inbox.raw", () => {
  it("gives a copy of the bytes as they were sent", async () => {
    const { url, inbox } = await start();
    const sent = Buffer.from(
      "From: ann@example.com\nTo: bob@example.org\nBcc: eve@example.org\n\n\xff\0 odd\rends",
      "latin1",
    );
    const id = await sendRaw(url, sent);
    const raw = inbox.raw(id);
    expect(Buffer.from(raw ?? [])).toEqual(sent);
    raw?.fill(0);
    expect(Buffer.from(inbox.raw(id) ?? [])).toEqual(sent);
    expect(inbox.raw("unknown")).toBeUndefined();
  });
});

describe("a message that is no ordinary mail", () => {
  it("is not taken apart when it has too many parts, and says so", async () => {
    const { url, inbox } = await start();
    const parts = "--b\n\nx\n".repeat(5_000);
    await sendRaw(url, mail({ head: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n', text: parts }));
    const [message] = inbox.list();
    expect(() => message?.parse()).toThrow("more than 1000 parts");
    expect(inbox.list({ text: "x" })).toEqual([]);
  });
});
