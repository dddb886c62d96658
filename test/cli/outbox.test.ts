import { basename, dirname } from "node:path";
import type { SendResult } from "mimewright/ses";
import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { doubtful, mailOf, newPath, open, refusal, senderOf, taken } from "../outbox/support.ts";
import { terminal } from "./terminal.ts";

let path: string;

// One of each final state, and the outbox closed.
beforeEach(async () => {
  path = newPath();
  const results: Record<string, SendResult> = {
    sent: taken(),
    unknown: doubtful(),
    dead: refusal("MessageRejected", "never"),
  };
  const sender = senderOf(({ options }) => results[options.tags?.t ?? ""] ?? taken());
  const outbox = await open({ path, sender, concurrency: 1 });
  for (const name of Object.keys(results)) await outbox.enqueue(mailOf(name), { key: `k-${name}`, tags: { t: name } });
  for (const id of [1, 2, 3]) await outbox.wait(id);
  await outbox.close();
});

async function outbox(...args: string[]) {
  const { written, io } = terminal({ cwd: dirname(path) });
  const [action = "", ...rest] = args;
  const exit = await run(["outbox", action, basename(path), ...rest], io);
  return { exit, out: written.out, err: written.err, raw: written.chunks };
}

describe("mimewright outbox list", () => {
  it("tells the messages and how many there are, without addresses", async () => {
    const { exit, out } = await outbox("list");
    expect(exit).toBe(0);
    expect(out).toMatch(/^ {5}1 {2}sent +\S+ {2}\d+ bytes {2}1 recipient {2}k-sent$/m);
    expect(out).toMatch(/k-dead {2}MessageRejected$/m);
    expect(out).toContain("0 queued, 0 inflight, 1 sent, 1 unknown, 1 dead\n");
    expect(out).not.toContain("@");
  });

  it("lists a page, one state, and JSON for programs", async () => {
    expect((await outbox("list", "--limit", "1", "--after", "1")).out).toContain("k-unknown");
    const { out } = await outbox("list", "--state", "dead", "--json");
    expect(JSON.parse(out)).toMatchObject({
      id: 3,
      key: "k-dead",
      state: "dead",
      recipients: 1,
      code: "MessageRejected",
    });
    expect(out).not.toContain("bob@");
  });
});

describe("an outbox whose line is held", () => {
  it("says why, for whom and until when, in text and for programs", async () => {
    path = newPath();
    const sender = senderOf(() => ({
      ...{ status: "failed", code: "ExpiredToken", message: "the token is expired", retryable: true, attempts: 1 },
      ...{ scope: "account", retryAfter: 60_000 },
    }));
    const held = await open({ path, sender, concurrency: 1 });
    await held.enqueueAll([{ mail: mailOf("a") }, { mail: mailOf("b") }]);
    while ((await held.status()).held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const line = /^held until \d{4}-\S+Z, then one is tried: all messages; ExpiredToken: the token is expired$/m;
    for (const action of ["list", "status"]) {
      const { exit, out } = await outbox(action);
      expect(exit).toBe(0);
      expect(out).toContain("2 queued, 0 inflight, 0 sent, 0 unknown, 0 dead\n");
      expect(out).toMatch(line);
    }
    const status = JSON.parse((await outbox("status", "--json")).out);
    expect(status).toMatchObject({
      counts: { queued: 2, dead: 0 },
      held: [{ code: "ExpiredToken", scope: "account" }],
    });
    expect(status.held[0].until - status.held[0].since).toBe(60_000);
    const records = (await outbox("list", "--json")).out
      .trim()
      .split("\n")
      .map((one) => JSON.parse(one));
    expect(records).toHaveLength(2);
    for (const record of records) expect(record).toMatchObject({ state: "queued", held: { code: "ExpiredToken" } });
  });
});

describe("mimewright outbox show", () => {
  it("tells everything about one message, by id and by key", async () => {
    const { exit, out } = await outbox("show", "2");
    expect(exit).toBe(0);
    expect(out).toMatch(/^state +unknown$/m);
    expect(out).toMatch(/^to +bob@example\.com$/m);
    expect(out).toContain("result: unknown ECONNRESET");
    expect(JSON.parse((await outbox("show", "--key", "k-unknown", "--json")).out)).toMatchObject({
      id: 2,
      attempts: 1,
    });
  });

  it("gives the message itself, unless it was sent", async () => {
    const { raw } = await outbox("show", "2", "--eml");
    expect(new TextDecoder().decode(raw[0])).toContain("Subject: unknown\r\n");
    const gone = await outbox("show", "1", "--eml");
    expect(gone).toMatchObject({ exit: 2, err: expect.stringContaining("not kept") });
  });

  it("ends with 1 when there is no such message", async () => {
    expect(await outbox("show", "99")).toMatchObject({ exit: 1, err: "99: the outbox has no such message\n" });
  });
});

describe("mimewright outbox retry", () => {
  it("puts back in line what is named, and says what cannot be", async () => {
    expect(await outbox("retry", "2", "1")).toMatchObject({
      exit: 1,
      out: "2: queued\n",
      err: "1: the message is sent: only unknown and dead ones are sent again\n",
    });
    expect((await outbox("list")).out).toContain("1 queued");
  });

  it("does so for all of a state", async () => {
    expect(await outbox("retry", "--state", "dead", "--json")).toMatchObject({
      exit: 0,
      out: '{"id":3,"state":"queued","attempts":0}\n',
    });
  });
});

describe("mimewright outbox purge", () => {
  it("forgets what is in a state since an age", async () => {
    expect((await outbox("purge", "--state", "sent", "--older-than", "7d")).out).toBe("0 messages removed\n");
    expect((await outbox("purge", "--state", "sent")).out).toBe("1 message removed\n");
    expect(JSON.parse((await outbox("purge", "--state", "dead", "--json")).out)).toEqual({ removed: 1 });
    expect((await outbox("list")).out).toContain("0 queued, 0 inflight, 0 sent, 1 unknown, 0 dead\n");
  });
});

describe("what cannot be done ends with 2 and says why", () => {
  it.each([
    [["fly"], "expected list, status, show, retry or purge"],
    [["show"], "expected one message: its id, or --key"],
    [["show", "x"], "expected the id of a message, a whole number"],
    [["retry"], "expected messages: ids, --key or --state"],
    [["retry", "1", "--state", "dead"], "expected messages: ids, --key or --state"],
    [["purge"], "--state: expected sent, unknown or dead"],
    [["purge", "--state", "queued"], "--state: expected sent, unknown or dead"],
    [["purge", "--state", "sent", "--older-than", "soon"], "--older-than: expected an age"],
    [["list", "--eml"], '--eml: the flag is not one of "outbox list"'],
    [["list", "--state", "lost"], "--state: expected queued"],
  ])("%j", async (args, why) => {
    const { exit, err } = await outbox(...args);
    expect(exit).toBe(2);
    expect(err).toContain(why);
  });

  it("an outbox that is not there", async () => {
    const { written, io } = terminal({ cwd: dirname(path) });
    expect(await run(["outbox", "list", "other.outbox"], io)).toBe(2);
    expect(written.err).toContain("other.outbox: there is no outbox of this name (outbox.record)");
  });
});
