// An endpoint under requests that no honest client sends: it goes on answering, within bounds of memory.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textOf } from "../support/helpers.ts";
import { endless, HEAVY, type Junk, junk, slowConnections } from "../support/junk.ts";
import { call, getJson, mail, sendRaw } from "../support/mail.ts";
import { type OtherProcess, startProcess } from "../support/process.ts";

const REQUESTS = 10_000;
// html with 100,000 images takes some 200 MB while it is read: a list of every element, and its checks.
const MOST_MEMORY = 500 * 1_000_000;

let endpoint: OtherProcess;

beforeAll(async () => {
  endpoint = await startProcess();
}, 120_000);

afterAll(() => endpoint?.kill());

/** Sends what a good client sends, and tells how long the answer took, in ms. */
async function goodRequest(): Promise<number> {
  const start = performance.now();
  const answer = await call(endpoint.url, { Action: "GetSendQuota" });
  expect(textOf(answer, "Max24HourSend")).toBe("-1.0");
  return performance.now() - start;
}

/** The status, or undefined when the endpoint closed the connection. */
async function status({ method, path, headers = {}, body }: Junk): Promise<number | undefined> {
  try {
    const response = await fetch(endpoint.url + path, { method, headers, ...(body === undefined ? {} : { body }) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

async function expectHealthy(after: string, times: readonly number[]): Promise<void> {
  const slowest = Math.max(...times).toFixed(0);
  const memory = await endpoint.peakMemory();
  console.log(`after ${after}: good requests within ${slowest} ms, at most ${((memory ?? 0) / 1e6).toFixed(0)} MB`);
  expect(endpoint.child.exitCode, endpoint.errors()).toBeNull();
  expect(memory ?? 0).toBeLessThan(MOST_MEMORY);
}

describe("an endpoint under abuse", () => {
  it(`answers good requests among ${REQUESTS} bad ones`, { timeout: 300_000 }, async () => {
    const statuses = new Map<number | undefined, number>();
    const times: number[] = [];
    const requests = junk(REQUESTS, 1);
    const line = async (): Promise<void> => {
      for (const one of requests) {
        const code = await status(one);
        statuses.set(code, (statuses.get(code) ?? 0) + 1);
      }
    };
    const lines = Promise.all(Array.from({ length: 20 }, line));
    let done = false;
    void lines.finally(() => {
      done = true;
    });
    while (!done) times.push(await goodRequest());
    await lines;
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
    expect([...statuses.keys()].filter((code) => code === undefined || code >= 500)).toEqual([]);
    await expectHealthy(`${REQUESTS} junk requests`, times);
  });

  it.each([...HEAVY])("takes and shows a message with %s", { timeout: 120_000 }, async (name, make) => {
    const { url } = endpoint;
    let id: string | undefined;
    try {
      id = await sendRaw(url, Buffer.from(make(), "latin1"));
    } catch (error) {
      // Refused, with an error of the API.
      expect(String(error)).toMatch(/<Code>(InvalidParameterValue|MessageRejected)<\/Code>/);
    }
    const times = [await goodRequest()];
    if (id !== undefined) {
      for (const view of ["", "/html", "/structure", "/lint", "/raw", "/parts/0"]) {
        const answer = await fetch(`${url}/_local/messages/${id}${view}`);
        expect([200, 404], view).toContain(answer.status);
        await answer.arrayBuffer();
        times.push(await goodRequest());
      }
      await getJson(`${url}/_local/messages?text=nothing`);
    }
    await expectHealthy(name, times);
  });

  it("refuses bodies of 100 MB, told or not told before", { timeout: 120_000 }, async () => {
    const { url } = endpoint;
    const times: number[] = [];
    const large = async (path: string, type: string): Promise<number | undefined> => {
      const init: RequestInit & { duplex: "half" } = {
        method: "POST",
        headers: { "content-type": type },
        body: endless(100_000_000),
        duplex: "half",
      };
      return fetch(url + path, init).then(
        async (response) => {
          // The client may find its connection gone while it still writes: the status is what counts.
          await response.arrayBuffer().catch(() => {});
          return response.status;
        },
        // The endpoint answered and closed before the body was sent.
        () => undefined,
      );
    };
    const form = "application/x-www-form-urlencoded";
    const places = [
      ["/", form],
      ["/v2/email/outbound-emails", "application/json"],
      ["/_local/faults", "application/json"],
    ];
    const all = Promise.all([...places, ...places].map(([path = "", type = ""]) => large(path, type)));
    for (let index = 0; index < 20; index++) times.push(await goodRequest());
    for (const code of await all) expect([413, 503, undefined]).toContain(code);
    const declared = await status({
      method: "POST",
      path: "/",
      headers: { "content-type": form },
      body: new Uint8Array(100_000_000),
    });
    expect([413, undefined]).toContain(declared);
    await expectHealthy("bodies of 100 MB", [...times, await goodRequest()]);
  });

  it("is not held up by heads that come slowly or never end", { timeout: 60_000 }, async () => {
    const end = slowConnections(endpoint.url, 300);
    const times: number[] = [];
    for (let index = 0; index < 50; index++) times.push(await goodRequest());
    end();
    await expectHealthy("slow connections", times);
  });

  it("still takes mail", async () => {
    const id = await sendRaw(endpoint.url, mail({ subject: "after all that" }));
    const { subject } = await getJson<{ subject: string }>(`${endpoint.url}/_local/messages/${id}`);
    expect(subject).toBe("after all that");
    expect(endpoint.errors()).toBe("");
  });
});
