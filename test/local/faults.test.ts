// Faults on demand: counts, actions, connections that break before and after the message was taken.
import { startLocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { errorOf, post, simpleForm, start } from "./helpers.ts";

const QUOTA = { Action: "GetSendQuota" };

describe("faults", () => {
  it("are played as often as asked, then the endpoint answers again", async () => {
    const ses = await start();
    ses.inbox.faults({ throttle: 2 });
    expect(errorOf(await post(ses, QUOTA))).toBe("400 Throttling: Rate exceeded");
    expect((await post(ses, QUOTA)).status).toBe(400);
    expect((await post(ses, QUOTA)).status).toBe(200);
  });

  it("answer 500 InternalFailure and 503 ServiceUnavailable", async () => {
    const ses = await start();
    ses.inbox.faults({ internalFailure: 1, unavailable: 1 });
    expect(errorOf(await post(ses, QUOTA))).toMatch(/^500 InternalFailure: /);
    expect(errorOf(await post(ses, QUOTA))).toMatch(/^503 ServiceUnavailable: /);
  });

  it("meet only the actions they name", async () => {
    const ses = await start();
    ses.inbox.faults({ unavailable: 1, actions: ["SendEmail"] });
    expect((await post(ses, QUOTA)).status).toBe(200);
    expect((await post(ses, simpleForm())).status).toBe(503);
  });

  it("drop the connection before the message is taken", async () => {
    const ses = await start();
    ses.inbox.faults({ dropBefore: 1 });
    await expect(post(ses, simpleForm())).rejects.toThrow("fetch failed");
    expect(ses.inbox.list()).toEqual([]);
  });

  it("drop the connection after the message is taken", async () => {
    const ses = await start();
    ses.inbox.faults({ dropAfter: 1 });
    await expect(post(ses, simpleForm())).rejects.toThrow("fetch failed");
    expect(ses.inbox.list()).toHaveLength(1);
  });

  it("break the XML off in the middle", async () => {
    const ses = await start();
    ses.inbox.faults({ truncate: 1 });
    const { status, body } = await post(ses, simpleForm());
    expect([status, body.startsWith("<SendEmailResponse"), body.includes("</SendEmailResponse>")]).toEqual([
      200,
      true,
      false,
    ]);
    expect(ses.inbox.list()).toHaveLength(1);
  });

  it("hold answers back by the latency until they are ended", async () => {
    const ses = await start();
    ses.inbox.faults({ latency: 200, actions: ["SendEmail"] });
    const order: string[] = [];
    const slow = post(ses, simpleForm()).then(() => order.push("SendEmail"));
    const fast = post(ses, QUOTA).then(() => order.push("GetSendQuota"));
    await Promise.all([slow, fast]);
    expect(order).toEqual(["GetSendQuota", "SendEmail"]);
    ses.inbox.faults({});
    expect((await post(ses, simpleForm())).status).toBe(200);
  });

  it("hold nothing back once the endpoint is closed", async () => {
    const ses = await startLocalSes();
    ses.inbox.faults({ latency: 600_000 });
    const held = ses.handler(new Request("http://localhost/", { method: "POST", body: new URLSearchParams(QUOTA) }));
    const dropped = expect(held).rejects.toThrow("closed");
    await ses.close();
    await dropped;
  });

  it("meet v2 in its own words", async () => {
    const ses = await start();
    ses.inbox.faults({ throttle: 1, actions: ["v2 GetAccount"] });
    const response = await fetch(`${ses.url}/v2/email/account`);
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([429, "TooManyRequestsException"]);
  });

  it("are refused with a name or value that is none", async () => {
    const ses = await start();
    const plans: readonly object[] = [
      { thunder: 1 },
      { throttle: -1 },
      { throttle: "2" },
      { latency: 1e9 },
      { errorCode: "toString" },
    ];
    for (const plan of plans) expect(() => ses.inbox.faults(plan)).toThrow(TypeError);
    expect((await post(ses, QUOTA)).status).toBe(200);
  });
});
