// Server-sent events: what the live list hears.
import { describe, expect, it } from "vitest";
import { start } from "../support/helpers.ts";
import { mail, sendRaw } from "../support/mail.ts";

/** Reads events until one has this name; gives all that came. */
async function eventsUntil(url: string, last: string, act: () => Promise<unknown>): Promise<readonly string[]> {
  const response = await fetch(`${url}/_local/events`);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let acted = false;
  while (!text.includes(`event: ${last}\n`)) {
    const read = await reader?.read();
    text += decoder.decode(read?.value, { stream: true });
    if (!acted && text.includes("event: ready")) {
      acted = true;
      await act();
    }
  }
  await reader?.cancel();
  return text.split("\n\n").filter((event) => event !== "");
}

describe("GET /_local/events", () => {
  it("tells of messages as one line of JSON, and of removals", async () => {
    const { url, inbox } = await start();
    let id = "";
    const events = await eventsUntil(url, "removed", async () => {
      id = await sendRaw(url, mail({ subject: "=?UTF-8?Q?a=0D=0Ab?=" }));
      await inbox.clear();
    });
    expect(events).toHaveLength(3);
    const [, data = ""] = events[1]?.split("\ndata: ") ?? [];
    expect(events[1]?.split("\n")).toHaveLength(2);
    expect(JSON.parse(data)).toMatchObject({ id, kind: "sent", recipients: ["bob@example.org"] });
    expect(events[2]).toBe("event: removed\ndata: {}");
  });

  it("lets go of clients that left, and refuses more streams than any page opens", async () => {
    const { url } = await start();
    const open = async () => {
      const abort = new AbortController();
      const response = await fetch(`${url}/_local/events`, { signal: abort.signal });
      // Kept: a response that nothing refers to is collected, and its stream closed.
      return { response, status: response.status, abort };
    };
    const streams = await Promise.all(Array.from({ length: 64 }, open));
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await open()).status).toBe(503);
    expect(streams.every(({ response }) => response.bodyUsed)).toBe(false);
    for (const { abort } of streams) abort.abort();
    let status = 503;
    while (status === 503) {
      const again = await open();
      status = again.status;
      again.abort.abort();
    }
    expect(status).toBe(200);
  });

  it("ends with the endpoint", async () => {
    const ses = await start();
    const response = await fetch(`${ses.url}/_local/events`);
    await ses.close();
    await expect(response.text()).rejects.toThrow();
  });
});
