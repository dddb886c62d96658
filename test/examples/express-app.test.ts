import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createApp, partsFor } from "../../examples/express-app.ts";

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

async function withApp(use: (url: string) => Promise<void>): Promise<void> {
  const parts = await partsFor("development");
  const server = createApp(parts).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  try {
    await use(`http://127.0.0.1:${isAddress(address) ? address.port : 0}`);
  } finally {
    server.close();
    await parts.close();
  }
}

function invite(url: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(`${url}/invitations`, { method: "POST", headers, body: JSON.stringify(body) });
}

describe("an Express app", () => {
  it("sends into the inbox that /inbox leads to", () =>
    withApp(async (url) => {
      const response = await invite(url, { email: "zoe@example.org", note: "Come in.\n" });
      expect([response.status, await response.json()]).toEqual([202, { status: "sent" }]);
      const inbox = await fetch(`${url}/inbox`);
      expect(await inbox.text()).toMatch(/<title>.*<\/title>/);
      const list = await (await fetch(new URL("/_local/messages", inbox.url))).json();
      expect(list.messages[0]).toMatchObject({ subject: "You are invited", to: ["zoe@example.org"] });
    }));

  it("tells what is wrong with a request", () =>
    withApp(async (url) => {
      const response = await invite(url, { email: "zoe@@example.org", note: 7 });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual([
        { code: "address.syntax", path: ["to"] },
        { code: "body.type", path: ["text"] },
      ]);
    }));
});
