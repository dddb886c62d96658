// A directory keeps everything over a restart, and bears what others put into it.
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startLocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { directoryStorage } from "../../../src/local/storage/open.ts";
import { newFolder } from "../support/folder.ts";
import { fakeClock, textOf } from "../support/helpers.ts";
import { call, mail, sendRaw } from "../support/mail.ts";

async function during<T>(dir: string, work: (url: string) => Promise<T>, clock = fakeClock()): Promise<T> {
  await using ses = await startLocalSes({ dir, autoVerify: false, sandbox: false, dailyQuota: 10, clock: clock.now });
  return await work(ses.url);
}

const verify = async (url: string) => {
  const headers = { "content-type": "application/json" };
  await fetch(`${url}/_local/verify`, { method: "POST", headers, body: '{"identity":"ann@example.com"}' });
};

async function load(dir: string) {
  const warnings: string[] = [];
  const storage = await directoryStorage(dir, { warn: (text) => warnings.push(text) });
  const loaded = await storage.load();
  await storage.close();
  return { ...loaded, warnings };
}

describe("a restart", () => {
  it("keeps identities, quota, statistics and messages in their order", async () => {
    const dir = await newFolder();
    const sent = await during(dir, async (url) => {
      await verify(url);
      await call(url, { Action: "VerifyDomainIdentity", Domain: "example.net" });
      const first = await sendRaw(url, mail({ to: "bounce@simulator.amazonses.com, bob@example.org" }));
      return [first, await sendRaw(url, mail())];
    });
    await during(dir, async (url) => {
      const state = await call(url, { Action: "ListIdentities" });
      expect(state).toContain("<member>ann@example.com</member><member>example.net</member>");
      expect(textOf(await call(url, { Action: "GetSendQuota" }), "SentLast24Hours")).toBe("2.0");
      const statistics = await call(url, { Action: "GetSendStatistics" });
      expect([textOf(statistics, "DeliveryAttempts"), textOf(statistics, "Bounces")]).toEqual(["3", "1"]);
      const list = await (await fetch(`${url}/_local/messages`)).text();
      const ids = [...list.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
      expect(ids.filter((id) => sent.includes(id ?? ""))).toEqual(sent);
      expect(ids).toHaveLength(3);
      // The window went on while nothing ran, and sending goes on where it was.
      expect(await sendRaw(url, mail())).not.toBe("");
    });
  });

  it("keeps a pending link working", async () => {
    const dir = await newFolder();
    const link = await during(dir, async (url) => {
      await call(url, { Action: "VerifyEmailIdentity", EmailAddress: "ann@example.com" });
      const [name] = await readdir(join(dir, "new"));
      const text = await readFile(join(dir, "new", name ?? ""), "utf8");
      return /\/verify\?\S+/.exec(text)?.[0];
    });
    await during(dir, async (url) => {
      expect((await fetch(url + link)).status).toBe(200);
      const answer = await call(url, {
        Action: "GetIdentityVerificationAttributes",
        "Identities.member.1": "ann@example.com",
      });
      expect(textOf(answer, "VerificationStatus")).toBe("Success");
    });
  });

  it("keeps notifications, the newest thousand, and forgets them with everything else", async () => {
    const dir = await newFolder();
    const topic = "arn:aws:sns:us-east-1:123456789012:bounces";
    const first = await startLocalSes({ dir });
    await call(first.url, { Action: "VerifyDomainIdentity", Domain: "example.com" });
    const bounces = { Identity: "example.com", NotificationType: "Bounce", SnsTopic: topic };
    await call(first.url, { Action: "SetIdentityNotificationTopic", ...bounces });
    const id = await sendRaw(first.url, mail({ to: "bounce@simulator.amazonses.com" }));
    const told = first.inbox.notifications();
    expect(told.map(({ messageId }) => messageId)).toEqual([id]);
    await first.close();
    const log = join(dir, "notifications.jsonl");
    const line = await readFile(log, "utf8");
    await writeFile(log, `${line.repeat(1_500)}no JSON\n{"type":`);
    const warnings: string[] = [];
    const storage = await directoryStorage(dir, { warn: (text) => warnings.push(text) });
    expect((await storage.load()).notifications).toEqual(Array(1_000).fill(told[0]));
    expect(warnings).toEqual([expect.stringContaining("2 lines of")]);
    await storage.close();
    expect(await readFile(log, "utf8")).toBe(line.repeat(1_000));
    const again = await startLocalSes({ dir });
    await sendRaw(again.url, mail({ to: "bounce@simulator.amazonses.com" }));
    expect(again.inbox.notifications()).toHaveLength(1_000);
    expect(again.inbox.notifications(id)).toHaveLength(999);
    await again.inbox.reset();
    await again.close();
    expect((await load(dir)).notifications).toEqual([]);
  });

  it("comes after everything that was being written, and nothing is written after it", async () => {
    const dir = await newFolder();
    const message = await during(dir, async (url) => {
      await verify(url);
      await sendRaw(url, mail());
      return "sent";
    });
    expect(message).toBe("sent");
    const { messages } = await load(dir);
    const [one] = messages;
    if (one === undefined) throw new Error("nothing was kept");
    const storage = await directoryStorage(dir);
    const adding = storage.append({ ...one, id: "another-id" });
    await storage.close();
    expect(await readdir(join(dir, "new"))).toHaveLength(messages.length + 1);
    await adding;
    await expect(storage.append({ ...one, id: "late" })).rejects.toThrow("closed");
    expect(await readdir(join(dir, "new"))).toHaveLength(messages.length + 1);
  });

  it("forgets what was removed", async () => {
    const dir = await newFolder();
    await during(dir, async (url) => {
      await verify(url);
      const id = await sendRaw(url, mail());
      await sendRaw(url, mail({ subject: "stays" }));
      await fetch(`${url}/_local/messages/${id}`, { method: "DELETE" });
    });
    expect((await load(dir)).messages.map(({ subject }) => subject)).toEqual(["stays"]);
    await during(dir, async (url) => {
      await fetch(`${url}/_local/messages`, { method: "DELETE" });
    });
    expect((await load(dir)).messages).toEqual([]);
  });
});

describe("a Maildir", () => {
  async function withTwo(): Promise<string> {
    const dir = await newFolder();
    await during(dir, async (url) => {
      await verify(url);
      await sendRaw(url, mail({ subject: "one" }));
      await sendRaw(url, mail({ subject: "two" }));
    });
    return dir;
  }

  it("has whole files in new and nothing in tmp", async () => {
    const dir = await withTwo();
    expect((await readdir(dir)).sort()).toEqual(["cur", "new", "state.json", "tmp"]);
    expect(await readdir(join(dir, "new"))).toHaveLength(2);
    expect(await readdir(join(dir, "tmp"))).toEqual([]);
  });

  it("may be sorted by a mail reader: a message that was read is found in cur", async () => {
    const dir = await withTwo();
    const [name = ""] = (await readdir(join(dir, "new"))).sort();
    await rename(join(dir, "new", name), join(dir, "cur", `${name}:2,S`));
    expect((await load(dir)).messages.map(({ subject }) => subject)).toEqual(["one", "two"]);
    const storage = await directoryStorage(dir, { warn: () => {} });
    await storage.remove("all");
    await storage.close();
    expect((await load(dir)).messages).toEqual([]);
  });

  it("leaves files of others alone and says so once", async () => {
    const dir = await withTwo();
    await writeFile(join(dir, "new", "1234.M1.host"), "From: x@example.com\n\nhello\n");
    await writeFile(join(dir, "cur", "notes.txt"), "mine");
    const { messages, warnings } = await load(dir);
    expect(messages).toHaveLength(2);
    expect(warnings).toEqual([
      `Files in ${dir} that this endpoint did not write are left alone: 1234.M1.host, notes.txt.`,
    ]);
    const storage = await directoryStorage(dir, { warn: () => {} });
    await storage.remove("all");
    expect(await readdir(join(dir, "new"))).toEqual(["1234.M1.host"]);
  });

  it("skips a torn file and says what is missing", async () => {
    const dir = await withTwo();
    const [name = ""] = (await readdir(join(dir, "new"))).sort();
    const path = join(dir, "new", name);
    await writeFile(path, (await readFile(path)).subarray(0, -4));
    const { messages, warnings } = await load(dir);
    expect(messages.map(({ subject }) => subject)).toEqual(["two"]);
    expect(warnings).toEqual([`The message file ${path} is skipped: its last 4 bytes are missing.`]);
  });

  it("is loaded up to a number of bytes, the newest messages first", async () => {
    const dir = await withTwo();
    const storage = await directoryStorage(dir, { loadBytes: 10, warn: () => {} });
    expect((await storage.load()).messages.map(({ subject }) => subject)).toEqual(["two"]);
  });
});

describe("state.json", () => {
  it.each([
    ["torn", '{"version":1,"accounts":[', "JSON"],
    ["of another version", '{"version":2,"accounts":[]}', "state.version is 2; this endpoint reads version 1."],
    ["of another kind", "[]", "state has to be an object."],
    ["edited by hand", '{"version":1,"accounts":[{"region":5}]}', "state.accounts[0].limits has to be an object."],
  ])("that is %s is set aside with a clear message", async (_kind, text, reason) => {
    const dir = await newFolder();
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, "state.json"), text);
    const { state, warnings } = await load(dir);
    expect(state).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`is set aside as ${join(dir, "state.json.unreadable")}`);
    expect(warnings[0]).toContain(reason);
    expect(await readFile(join(dir, "state.json.unreadable"), "utf8")).toBe(text);
  });

  it("is never seen half-written: what is read is one of the states that were saved", async () => {
    const dir = await newFolder();
    const storage = await directoryStorage(dir);
    const state = (region: string) => ({
      version: 1 as const,
      accounts: [
        {
          region: region.repeat(20_000),
          limits: { sandbox: false, max24HourSend: -1, maxSendRate: -1 },
          identities: [],
          quota: [],
          statistics: [],
        },
      ],
    });
    await storage.saveState(state("a"));
    const seen = new Set<string>();
    const writing = (async () => {
      for (const region of ["b", "c", "d", "e"]) await storage.saveState(state(region));
    })();
    let done = false;
    void writing.then(() => {
      done = true;
    });
    while (!done) {
      const read = await storage.load();
      seen.add(read.state?.accounts[0]?.region ?? "nothing");
    }
    await writing;
    for (const region of seen) expect(region).toMatch(/^(a+|b+|c+|d+|e+)$/);
  });
});
