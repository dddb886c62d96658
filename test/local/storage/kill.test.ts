// An endpoint that is killed in the middle of traffic, again and again, has every message it acknowledged.
import { expect, it } from "vitest";
import { newFolder } from "../support/folder.ts";
import { getJson, mail, sendRaw } from "../support/mail.ts";
import { type OtherProcess, startProcess } from "../support/process.ts";

const KILLS = 20;

interface List {
  readonly total: number;
  readonly messages: readonly { readonly id: string; readonly subject: string }[];
}

interface State {
  readonly accounts: readonly {
    readonly quota: { readonly sentLast24Hours: number };
    readonly statistics: readonly { readonly deliveryAttempts: number }[];
    readonly identities: readonly { readonly name: string; readonly status: string }[];
  }[];
}

/** Sends until the connection breaks; gives what was acknowledged, subject by id. */
async function traffic({ url }: OtherProcess, round: number, enough: () => void): Promise<ReadonlyMap<string, string>> {
  const acknowledged = new Map<string, string>();
  const sender = async (line: number): Promise<void> => {
    for (let index = 0; ; index++) {
      const subject = `${round}/${line}/${index}`;
      acknowledged.set(await sendRaw(url, mail({ subject, text: "x".repeat(2_000) })), subject);
      if (acknowledged.size === 5) enough();
    }
  };
  // Each line of traffic ends with the connection.
  await Promise.all([0, 1, 2].map((line) => sender(line).catch(() => {})));
  return acknowledged;
}

it(`keeps every acknowledged message over ${KILLS} kills`, { timeout: 300_000 }, async () => {
  const dir = await newFolder();
  const acknowledged = new Map<string, string>();
  const verified: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    const endpoint = await startProcess({ dir, autoVerify: false, sandbox: false });
    const identity = `user${round}@example.com`;
    const headers = { "content-type": "application/json" };
    for (const name of ["ann@example.com", identity]) {
      const body = JSON.stringify({ identity: name });
      const answer = await fetch(`${endpoint.url}/_local/verify`, { method: "POST", headers, body });
      expect(answer.status).toBe(200);
    }
    verified.push(identity);
    let enough = (): void => {};
    const some = new Promise<void>((done) => {
      enough = done;
    });
    const sending = traffic(endpoint, round, () => enough());
    await some;
    // Somewhere in the middle of whatever it does then.
    await new Promise((done) => setTimeout(done, round * 3));
    await endpoint.kill();
    for (const [id, subject] of await sending) acknowledged.set(id, subject);
  }
  const endpoint = await startProcess({ dir, autoVerify: false, sandbox: false });
  try {
    const { messages } = await getJson<List>(`${endpoint.url}/_local/messages?limit=1000000`);
    const kept = new Map(messages.map(({ id, subject }) => [id, subject]));
    const lost = [...acknowledged].filter(([id, subject]) => kept.get(id) !== subject);
    expect(lost).toEqual([]);
    expect(acknowledged.size).toBeGreaterThanOrEqual(KILLS * 5);
    const [account] = (await getJson<State>(`${endpoint.url}/_local/state`)).accounts;
    const names = account?.identities.filter(({ status }) => status === "Success").map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(verified));
    // Counts are written before the answer: at least all that was acknowledged is in them.
    const attempts = account?.statistics.reduce((sum, point) => sum + point.deliveryAttempts, 0);
    expect(attempts).toBeGreaterThanOrEqual(acknowledged.size);
    expect(account?.quota.sentLast24Hours).toBeGreaterThanOrEqual(acknowledged.size);
    expect(endpoint.errors()).toBe("");
  } finally {
    await endpoint.kill();
  }
});
