import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { standardMix } from "./faults.ts";
import { judge, type Reported } from "./judge.ts";
import { type FaultProxy, startProxy } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

let upstream: Upstream;
let proxy: FaultProxy;

beforeAll(async () => {
  upstream = await startUpstream();
  proxy = await startProxy(upstream.url, standardMix(1));
  proxy.onSilence = (tag) => waiting.get(tag)?.abort();
});
afterAll(async () => {
  await proxy.close();
  await upstream.close();
});

/** Calls that wait for their answer, by tag. */
const waiting = new Map<string, AbortController>();

/** One bare call, given up when the proxy falls silent and not by the clock: what came back, or undefined. */
async function call(tag: string): Promise<{ status: number; text: string } | undefined> {
  const patience = new AbortController();
  waiting.set(tag, patience);
  const form = { Action: "SendRawEmail", "Destinations.member.1": "b@example.com", "Tags.member.1.Value": tag };
  try {
    const { signal } = patience;
    const answer = await fetch(proxy.url, { method: "POST", body: new URLSearchParams(form), signal });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}

const idIn = (text: string) => /<MessageId>([^<]+)<\/MessageId>.*<\/SendRawEmailResponse>$/.exec(text)?.[1];
const definiteNo = (status: number) => status === 429 || status === 503 || status === 400;

type Client = (tag: string) => Promise<readonly Reported[]>;

const honest: Client = async (tag) => {
  const answer = await call(tag);
  const messageId = answer?.status === 200 ? idIn(answer.text) : undefined;
  if (messageId !== undefined) return [{ tag, status: "sent", messageId }];
  return [{ tag, status: answer !== undefined && definiteNo(answer.status) ? "failed" : "unknown" }];
};
const repeats: Client = async (tag) => {
  const [first] = await honest(tag);
  if (first?.status !== "unknown") return first === undefined ? [] : [first];
  const second = await honest(tag);
  return second[0]?.status === "sent" ? second : [first];
};
// The first attempt may have been taken: a refusal of the second does not undo that.
const forgets: Client = async (tag) => {
  const first = await honest(tag);
  return first[0]?.status === "unknown" ? honest(tag) : first;
};

const wrong: Record<string, Client> = {
  drops: async (tag) => (tag.endsWith("3") ? [] : honest(tag)),
  "reports twice": async (tag) => [
    ...(await honest(tag)),
    ...(await honest(`${tag}x`)).map((one) => ({ ...one, tag })),
  ],
  doubles: async (tag) => [...(await honest(tag)).slice(1), ...(await honest(tag))],
  "invents ids": async (tag) => (await honest(tag)).map((one) => ({ ...one, status: "sent", messageId: "id-x" })),
  "calls doubt failure": async (tag) =>
    (await honest(tag)).map((one) => (one.status === "unknown" ? { tag, status: "failed" } : one)),
  "trusts every 200": async (tag) => {
    const answer = await call(tag);
    return [
      answer?.status === 200 ? { tag, status: "sent", messageId: idIn(answer.text) ?? "" } : { tag, status: "unknown" },
    ];
  },
};

async function run(prefix: string, client: Client, guarantee: "at-most-once" | "at-least-once") {
  const tags = Array.from({ length: 80 }, (_, index) => `${prefix}${index}`);
  const start = proxy.log.length;
  const reports = (await Promise.all(tags.map(client))).flat();
  return judge(tags, proxy.log.slice(start), reports, guarantee);
}

describe("the judge", () => {
  it("passes a client that says what it knows", async () => {
    const { broken, counts } = await run("honest", honest, "at-most-once");
    expect(broken).toEqual([]);
    expect(counts.unknown).toBeGreaterThan(0);
    expect(counts.failed).toBeGreaterThan(0);
  });

  it("passes a client that repeats after a doubt, when at least once is promised", async () => {
    const { broken, duplicates } = await run("repeats", repeats, "at-least-once");
    expect(broken).toEqual([]);
    expect(duplicates).toBeGreaterThan(0);
  });

  it("condemns the same client when at most once is promised", async () => {
    expect((await run("repeats", repeats, "at-most-once")).broken).not.toEqual([]);
  });

  for (const [name, client] of Object.entries(wrong)) {
    it(`condemns a client that ${name}`, async () => {
      expect((await run(name.replace(/ /g, "-"), client, "at-most-once")).broken).not.toEqual([]);
    });
  }

  it("condemns one that forgets its doubt over a later refusal", async () => {
    expect((await run("forgets", forgets, "at-least-once")).broken.join()).toContain("failed, and taken");
  });

  it("condemns one that doubles without a doubt, even when at least once is promised", async () => {
    const twice = wrong.doubles ?? honest;
    expect((await run("again", twice, "at-least-once")).broken.join()).toContain("without a doubt");
  });
});

describe("the standard mix", () => {
  it("has the shares that the goals are stated for", async () => {
    const faults = Array.from({ length: 20_000 }, (_, index) => standardMix(7)({ tag: `m${index}`, attempt: 0 }));
    const share = (names: readonly (string | undefined)[]) =>
      faults.filter((one) => names.includes(one)).length / 20_000;
    expect(share(["throttle-rate", "429"])).toBeCloseTo(0.1, 1);
    expect(share(["503"])).toBeCloseTo(0.06, 1);
    expect(share([undefined])).toBeCloseTo(0.66, 1);
  });

  it("is the same for the same seed, message and attempt", () => {
    const draw = (seed: number) =>
      Array.from({ length: 50 }, (_, index) => standardMix(seed)({ tag: `m${index}`, attempt: 1 }));
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });
});
