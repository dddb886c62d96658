// What is told to a client is durable first; what was durable is there again.
import { describe, expect, it } from "vitest";
import { createHandler } from "../../../src/local/handler.ts";
import type { SavedState } from "../../../src/local/model/account.ts";
import type { StoredMessage } from "../../../src/local/model/message.ts";
import type { LocalState, Storage } from "../../../src/local/model/state.ts";
import { readLocalOptions } from "../../../src/local/options.ts";
import { openState } from "../../../src/local/start.ts";
import { simpleForm } from "../support/helpers.ts";

/** Keeps JSON and messages, writes slowly, and notes when writes begin and end. */
function slowStorage() {
  const log: string[] = [];
  const kept: { state: string | undefined; messages: StoredMessage[] } = { state: undefined, messages: [] };
  let writing = 0;
  const storage: Storage = {
    async append(message) {
      await new Promise((done) => setTimeout(done, 5));
      kept.messages.push(message);
      log.push("message");
    },
    async remove(ids) {
      kept.messages = ids === "all" ? [] : kept.messages.filter(({ id }) => !ids.includes(id));
    },
    async saveState(state) {
      if (++writing > 1) log.push("overlap");
      const text = JSON.stringify(state);
      await new Promise((done) => setTimeout(done, 10));
      kept.state = text;
      log.push("state");
      writing--;
    },
    async load() {
      const state: SavedState | undefined = kept.state === undefined ? undefined : JSON.parse(kept.state);
      return { state, messages: kept.messages, notifications: [] };
    },
    appendNotification: async () => {},
    removeNotifications: async () => {},
    close: async () => {},
  };
  return { storage, log, kept };
}

function request(form: Readonly<Record<string, string>>): Request {
  return new Request("http://localhost/", { method: "POST", body: new URLSearchParams(form) });
}

async function ask(state: LocalState, form: Readonly<Record<string, string>>): Promise<string> {
  return (await createHandler(state)(request(form))).text();
}

describe("durability", () => {
  it("writes the message and the counts before the answer", async () => {
    const { storage, log } = slowStorage();
    const state = await openState(readLocalOptions({}), storage);
    await ask(state, simpleForm());
    expect(log).toEqual(["message", "state"]);
    await ask(state, { Action: "VerifyEmailIdentity", EmailAddress: "ann@example.com" });
    expect(log).toEqual(["message", "state", "state"]);
  });

  it("never writes the state twice at once, and one write serves many requests", async () => {
    const { storage, log, kept } = slowStorage();
    const state = await openState(readLocalOptions({}), storage);
    const names = Array.from({ length: 20 }, (_, index) => `a${index}@example.com`);
    await Promise.all(names.map((EmailAddress) => ask(state, { Action: "VerifyEmailIdentity", EmailAddress })));
    expect(log).not.toContain("overlap");
    expect(log.length).toBeLessThan(names.length);
    for (const name of names) expect(kept.state).toContain(name);
  });

  it("brings everything back: identities, limits, quota, statistics, messages", async () => {
    const { storage } = slowStorage();
    const first = await openState(readLocalOptions({}), storage);
    await ask(first, { Action: "VerifyDomainDkim", Domain: "example.com" });
    await ask(first, {
      Action: "SetIdentityNotificationTopic",
      Identity: "example.com",
      NotificationType: "Bounce",
      SnsTopic: "arn:aws:sns:us-east-1:123456789012:t",
    });
    await ask(first, simpleForm());
    const again = await openState(readLocalOptions({}), storage);
    const questions = [
      { Action: "ListIdentities" },
      { Action: "GetSendQuota" },
      { Action: "GetSendStatistics" },
      { Action: "GetIdentityDkimAttributes", "Identities.member.1": "example.com" },
      { Action: "GetIdentityNotificationAttributes", "Identities.member.1": "example.com" },
    ];
    const plain = (xml: string) => xml.replace(/<RequestId>.*<\/RequestId>/, "");
    for (const form of questions) expect(plain(await ask(again, form))).toBe(plain(await ask(first, form)));
    expect([...again.messages.keys()]).toEqual([...first.messages.keys()]);
  });

  it("answers 500 when a message could not be written, and shows none", async () => {
    const { storage } = slowStorage();
    const state = await openState(readLocalOptions({}), {
      ...storage,
      append: () => Promise.reject(new Error("disk full")),
    });
    const answer = await createHandler(state)(request(simpleForm()));
    expect([answer.status, (await answer.text()).includes("disk full"), state.messages.size]).toEqual([500, false, 0]);
  });
});
