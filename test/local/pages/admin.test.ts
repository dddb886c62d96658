// The knobs over HTTP, and how the endpoint stands.
import { describe, expect, it } from "vitest";
import type { IdentityJson, NotificationJson, StateJson } from "../../../src/local/pages/api.ts";
import { fakeClock, post, simpleForm, start } from "../support/helpers.ts";
import { call, getJson, mail, postJson, sendRaw } from "../support/mail.ts";

describe("POST /_local/verify", () => {
  it("verifies an address or a domain, in a region", async () => {
    const { url } = await start({ autoVerify: false });
    const identity = await postJson<IdentityJson>(`${url}/_local/verify`, { identity: "ann@example.com" });
    expect(identity).toMatchObject({ name: "ann@example.com", type: "EmailAddress", status: "Success" });
    await postJson(`${url}/_local/verify`, { identity: "Example.NET", region: "eu-west-1" });
    const { accounts } = await getJson<StateJson>(`${url}/_local/state`);
    expect(accounts.map(({ region, identities }) => [region, identities.map(({ name }) => name)])).toEqual([
      ["us-east-1", ["ann@example.com"]],
      ["eu-west-1", ["example.net"]],
    ]);
  });

  it.each([{}, { identity: 5 }, { identity: "" }, { identity: "not a domain" }, { identity: "<script>@x" }, []])(
    "refuses %j with a reason",
    async (body) => {
      const { url } = await start();
      const { error } = await postJson<{ error: string }>(`${url}/_local/verify`, body, 400);
      expect(error.length).toBeGreaterThan(10);
    },
  );
});

describe("POST /_local/account", () => {
  it("changes limits while the endpoint runs", async () => {
    const ses = await start();
    const state = await postJson<StateJson>(`${ses.url}/_local/account`, { sandbox: true, max24HourSend: 1 });
    expect(state.limits).toEqual({ sandbox: true, max24HourSend: 1, maxSendRate: -1 });
    expect((await post(ses, simpleForm())).body).toContain("Email address is not verified");
    await postJson(`${ses.url}/_local/account`, { sandbox: false });
    expect((await post(ses, simpleForm())).status).toBe(200);
    expect((await post(ses, simpleForm())).body).toContain("Daily message quota exceeded");
  });

  it.each([{ sandbox: "yes" }, { max24HourSend: -2 }, { maxSendRate: "1" }, { max24hourSend: 5 }])(
    "refuses %j and changes nothing",
    async (body) => {
      const { url } = await start();
      await postJson(`${url}/_local/account`, body, 400);
      const { limits } = await getJson<StateJson>(`${url}/_local/state`);
      expect(limits).toEqual({ sandbox: false, max24HourSend: -1, maxSendRate: -1 });
    },
  );
});

describe("POST /_local/faults", () => {
  it("plays faults to clients", async () => {
    const ses = await start();
    await postJson(`${ses.url}/_local/faults`, { unavailable: 1, throttle: 1 });
    expect((await post(ses, simpleForm())).body).toContain("<Code>Throttling</Code>");
    expect((await post(ses, simpleForm())).status).toBe(503);
    expect((await post(ses, simpleForm())).status).toBe(200);
  });

  it("spares a share of the requests", async () => {
    let drawn = 0;
    // Every other request draws 0, those between them 0.5.
    const random = (size: number) => new Uint8Array(size).fill(size === 2 ? (drawn++ % 2) * 128 : 7);
    const ses = await start({ random });
    await postJson(`${ses.url}/_local/faults`, { unavailable: 2, probability: 0.4 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index++) statuses.push((await post(ses, { Action: "GetSendQuota" })).status);
    expect(statuses).toEqual([503, 200, 503, 200]);
    await postJson(`${ses.url}/_local/faults`, { probability: 1.1 }, 400);
  });

  it("refuses what is no fault", async () => {
    const { url } = await start();
    await postJson(`${url}/_local/faults`, { explode: 1 }, 400);
    await postJson(`${url}/_local/faults`, { throttle: -1 }, 400);
    await postJson(`${url}/_local/faults`, { __proto__: null, latency: "long" }, 400);
  });
});

describe("POST /_local/reset", () => {
  it("takes everything back to the start", async () => {
    const { url, inbox } = await start();
    await call(url, { Action: "VerifyEmailIdentity", EmailAddress: "ann@example.com" });
    await sendRaw(url, mail());
    await postJson(`${url}/_local/account`, { max24HourSend: 5 });
    const state = await postJson<StateJson>(`${url}/_local/reset`, {});
    expect(state).toMatchObject({ messages: 0, bytes: 0, accounts: [], limits: { max24HourSend: -1 } });
    expect(inbox.list()).toEqual([]);
  });

  it("needs no body", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/_local/reset`, { method: "POST" })).status).toBe(200);
  });
});

describe("GET /_local/state", () => {
  it("has quota, statistics and identities of every region", async () => {
    const clock = fakeClock();
    const { url } = await start({ clock: clock.now, dailyQuota: 100, sendRate: 5 });
    await sendRaw(url, mail({ to: "bob@example.org, eve@example.org" }));
    const state = await getJson<StateJson>(`${url}/_local/state`);
    expect(state).toMatchObject({ url, now: "2026-03-01T10:07:00.000Z", messages: 1 });
    expect(state.accounts).toMatchObject([
      {
        region: "us-east-1",
        quota: { sentLast24Hours: 2, max24HourSend: 100, maxSendRate: 5 },
        statistics: [{ at: "2026-03-01T10:00:00.000Z", deliveryAttempts: 2, bounces: 0, complaints: 0, rejects: 0 }],
      },
    ]);
  });
});

describe("GET /_local/notifications", () => {
  it("gives what was published", async () => {
    const { url } = await start();
    const topic = "arn:aws:sns:us-east-1:123456789012:x";
    await call(url, {
      Action: "SetIdentityNotificationTopic",
      Identity: "ann@example.com",
      NotificationType: "Bounce",
      SnsTopic: topic,
    });
    const id = await sendRaw(url, mail({ to: "bounce@simulator.amazonses.com" }));
    const all = await getJson<readonly NotificationJson[]>(`${url}/_local/notifications`);
    expect(all).toMatchObject([
      { type: "Bounce", messageId: id, topicArn: topic, message: { notificationType: "Bounce" } },
    ]);
  });
});
