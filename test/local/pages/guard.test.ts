// Pages of other sites neither read mail nor change anything: DNS rebinding, cross-site requests, framing.
import { request } from "node:http";
import type { LocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { start } from "../support/helpers.ts";
import { mail, sendRaw } from "../support/mail.ts";

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request with any Host; `fetch` sets that one itself. */
function ask({ url }: LocalSes, { method = "GET", path, headers = {}, body }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(`${url}${path}`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

const JSON_TYPE = { "content-type": "application/json" };

describe("names of this machine", () => {
  it.each(["127.0.0.1", "127.0.0.1:8025", "localhost:1", "LOCALHOST", "[::1]:80", "ses.localhost", "127.9.9.9"])(
    "lets %s in",
    async (host) => {
      expect(await ask(await start(), { path: "/_local/messages", headers: { host } })).toBe(200);
    },
  );

  it.each([
    "evil.example",
    "evil.example:8025",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "192.168.0.1",
    "0.0.0.0",
    "[::2]",
  ])("keeps %s out of mail, pages and knobs", async (host) => {
    const ses = await start();
    await sendRaw(ses.url, mail());
    for (const path of ["/", "/_local/messages", "/_local/state", "/_local/events", "/verify?token=x"]) {
      expect(await ask(ses, { path, headers: { host } }), path).toBe(403);
    }
    const reset = { method: "POST", path: "/_local/reset", headers: { host, ...JSON_TYPE }, body: "{}" };
    expect(await ask(ses, reset)).toBe(403);
    expect(ses.inbox.list()).toHaveLength(1);
  });
});

describe("requests that change something", () => {
  const own = (ses: LocalSes) => ({ origin: ses.url });

  it("are taken from clients that are no browser, and from the page itself", async () => {
    const ses = await start();
    const reset = { method: "POST", path: "/_local/reset", body: "{}" };
    expect(await ask(ses, { ...reset, headers: JSON_TYPE })).toBe(200);
    expect(await ask(ses, { ...reset, headers: { ...JSON_TYPE, ...own(ses), "sec-fetch-site": "same-origin" } })).toBe(
      200,
    );
    expect(await ask(ses, { method: "DELETE", path: "/_local/messages", headers: own(ses) })).toBe(200);
  });

  it.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1" },
    { origin: "http://127.0.0.1:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("are refused from elsewhere: %j", async (headers) => {
    const ses = await start();
    await sendRaw(ses.url, mail());
    const post = { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: "{}" };
    for (const path of ["/_local/reset", "/_local/faults", "/_local/account", "/_local/verify"]) {
      expect(await ask(ses, { ...post, path }), path).toBe(403);
    }
    expect(await ask(ses, { method: "DELETE", path: "/_local/messages", headers })).toBe(403);
    expect(ses.inbox.list()).toHaveLength(1);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"])(
    "are refused as %s, which a page can send without asking",
    async (type) => {
      const reset = { method: "POST", path: "/_local/reset", headers: { "content-type": type }, body: "{}" };
      expect(await ask(await start(), reset)).toBe(415);
    },
  );

  it("take a small body of well-formed JSON", async () => {
    const ses = await start();
    const post = { method: "POST", path: "/_local/faults", headers: JSON_TYPE };
    expect(await ask(ses, { ...post, body: "{" })).toBe(400);
    expect(await ask(ses, { ...post, body: `{"throttle":${" ".repeat(70_000)}1}` })).toBe(413);
  });
});

describe("requests of the SES protocol", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const verify = {
    method: "POST",
    path: "/",
    headers: form,
    body: "Action=VerifyEmailIdentity&EmailAddress=eve%40example.net&Version=2010-12-01",
  };

  it.each<Readonly<Record<string, string>>>([
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "http://evil.example", host: "evil.example" },
  ])("are refused from a web page: %j", async (headers) => {
    const ses = await start();
    const before = ses.inbox.list().length;
    expect(await ask(ses, { ...verify, headers: { ...form, ...headers } })).toBe(403);
    const inQuery = { path: "/?Action=VerifyEmailIdentity&EmailAddress=eve%40example.net&Version=2010-12-01", headers };
    expect(await ask(ses, inQuery)).toBe(403);
    expect(await ask(ses, { path: "/v2/email/account", headers })).toBe(403);
    expect(ses.inbox.list()).toHaveLength(before);
  });

  it("are taken from programs, by whatever name leads here", async () => {
    const ses = await start();
    expect(await ask(ses, verify)).toBe(200);
    expect(await ask(ses, { ...verify, headers: { ...form, host: "ses:8025" } })).toBe(200);
  });
});

describe("addresses", () => {
  it("that exist with another method name it", async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/_local/reset`);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    const both = await fetch(`${url}/_local/messages/x`, { method: "PUT" });
    expect([both.status, both.headers.get("allow")]).toEqual([405, "GET, DELETE"]);
  });

  it("that do not exist are 404, however they are written", async () => {
    const { url } = await start();
    const paths = ["/_local/", "/_local/nothing", "/_local/messages/", "/_local/assets/client/..%2f..%2fmodel.js"];
    for (const path of paths) expect((await fetch(url + path)).status, path).toBe(404);
    expect((await fetch(`${url}/_local/messages/%ff`)).status).toBe(400);
  });

  it("of the page are never framed, sniffed or cached", async () => {
    const { url } = await start();
    const { headers } = await fetch(`${url}/`);
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});
