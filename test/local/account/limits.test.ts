// Throttle, rate, quota, statistics: on a clock that moves only when told.
import type { LocalSesOptions } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { errorOf, fakeClock, handle, rawForm, simpleForm, start, textOf } from "../support/helpers.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

async function endpoint(options: LocalSesOptions) {
  const clock = fakeClock();
  const ses = await start({ clock: clock.now, ...options });
  const recipients = (count: number) => Array.from({ length: count }, (_, index) => `r${index}@example.org`);
  const sendTo = async (...to: readonly string[]) => {
    const members = to.map((address, index) => [`Destination.ToAddresses.member.${index + 1}`, address]);
    const answer = await handle(ses, simpleForm(Object.fromEntries(members)));
    return answer.status === 200 ? "sent" : errorOf(answer);
  };
  const quota = async () => {
    const { body } = await handle(ses, { Action: "GetSendQuota" });
    return [textOf(body, "SentLast24Hours"), textOf(body, "Max24HourSend"), textOf(body, "MaxSendRate")];
  };
  return { ses, clock, send: (count: number) => sendTo(...recipients(count)), sendTo, quota };
}

describe("the action throttle", () => {
  it("allows one call a second for each action by itself", async () => {
    const { ses, clock } = await endpoint({ actionThrottle: true });
    const call = async (Action: string) => (await handle(ses, { Action })).status;
    expect([await call("GetSendQuota"), await call("GetSendStatistics")]).toEqual([200, 200]);
    expect(errorOf(await handle(ses, { Action: "GetSendQuota" }))).toBe("400 Throttling: Rate exceeded");
    clock.advance(SECOND - 1);
    expect(await call("GetSendQuota")).toBe(400);
    clock.advance(1);
    expect(await call("GetSendQuota")).toBe(200);
  });

  it("does not hold sending back", async () => {
    const { send } = await endpoint({ actionThrottle: true });
    expect([await send(1), await send(1), await send(1)]).toEqual(["sent", "sent", "sent"]);
  });

  it("comes before the check of parameters", async () => {
    const { ses } = await endpoint({ actionThrottle: true });
    expect((await handle(ses, { Action: "DeleteIdentity" })).body).toContain("ValidationError");
    expect((await handle(ses, { Action: "DeleteIdentity" })).body).toContain("Throttling");
  });
});

describe("the send rate", () => {
  const TOO_FAST = "400 Throttling: Maximum sending rate exceeded.";

  it("lets a send to 5 pass at 1 a second, then refuses for 5 seconds", async () => {
    const { clock, send } = await endpoint({ sendRate: 1 });
    expect(await send(5)).toBe("sent");
    clock.advance(5 * SECOND - 1);
    expect(await send(1)).toBe(TOO_FAST);
    clock.advance(1);
    expect(await send(1)).toBe("sent");
  });

  it("counts recipients, and saves up no more than a second's worth", async () => {
    const { clock, send } = await endpoint({ sendRate: 3 });
    clock.advance(60 * MINUTE);
    expect([await send(2), await send(1), await send(1)]).toEqual(["sent", "sent", TOO_FAST]);
  });

  it("counts mail to the simulator", async () => {
    const { send, sendTo } = await endpoint({ sendRate: 1 });
    expect(await sendTo("success@simulator.amazonses.com")).toBe("sent");
    expect(await send(1)).toBe(TOO_FAST);
  });

  it("changes while the endpoint runs", async () => {
    const { ses, send, quota } = await endpoint({ sendRate: 1 });
    expect([await send(1), await send(1)]).toEqual(["sent", TOO_FAST]);
    await ses.inbox.account({ maxSendRate: -1 });
    expect([await send(50), await send(50)]).toEqual(["sent", "sent"]);
    await ses.inbox.account({ maxSendRate: 14, max24HourSend: 50_000 });
    expect(await quota()).toEqual(["101.0", "50000.0", "14.0"]);
  });
});

describe("the daily quota", () => {
  const FULL = "400 Throttling: Daily message quota exceeded.";

  it("lets a send pass while any of it is left, then refuses until 24 hours are over", async () => {
    const { clock, send, quota } = await endpoint({ dailyQuota: 10 });
    expect([await send(9), await send(5), await send(1)]).toEqual(["sent", "sent", FULL]);
    expect(await quota()).toEqual(["14.0", "10.0", "1000.0"]);
    clock.advance(DAY - 1);
    expect(await send(1)).toBe(FULL);
    clock.advance(1);
    expect(await send(1)).toBe("sent");
    expect((await quota())[0]).toBe("1.0");
  });

  it("rolls: what was sent later counts longer", async () => {
    const { clock, send, quota } = await endpoint({ dailyQuota: 10 });
    await send(6);
    clock.advance(DAY / 2);
    await send(4);
    clock.advance(DAY / 2);
    expect((await quota())[0]).toBe("4.0");
  });

  it("counts neither refused sends nor mail to the simulator", async () => {
    const { sendTo, send, quota } = await endpoint({ dailyQuota: 1 });
    expect(await sendTo("nonsense")).toMatch(/^400 /);
    expect(await sendTo("bounce+label@simulator.amazonses.com")).toBe("sent");
    expect((await quota())[0]).toBe("0.0");
    expect([await send(1), await send(1)]).toEqual(["sent", FULL]);
    expect(await sendTo("success@simulator.amazonses.com")).toBe("sent");
  });

  it("is reported as -1 when there is none", async () => {
    const { quota } = await endpoint({});
    expect(await quota()).toEqual(["0.0", "-1.0", "1000.0"]);
  });

  it("does not let two requests at once take the same last place", async () => {
    const { send } = await endpoint({ dailyQuota: 1 });
    expect((await Promise.all([send(1), send(1), send(1)])).filter((one) => one === "sent")).toHaveLength(1);
  });
});

describe("the order of checks", () => {
  it("is syntax, verified, quota, rate", async () => {
    const { ses, sendTo } = await endpoint({ autoVerify: false, dailyQuota: 1, sendRate: 1 });
    await ses.inbox.verify("ann@example.com");
    expect(await sendTo("a@example.org")).toBe("sent");
    // Now quota and rate are both used up.
    expect(await sendTo("a@example.org")).toContain("Daily message quota");
    const stranger = simpleForm({ Source: "eve@example.net" });
    expect(errorOf(await handle(ses, stranger))).toContain("MessageRejected");
    expect(errorOf(await handle(ses, { ...stranger, Source: "eve" }))).toContain("Missing final '@domain'");
    await ses.inbox.account({ max24HourSend: 100 });
    expect(await sendTo("a@example.org")).toContain("Maximum sending rate");
  });
});

describe("the sandbox", () => {
  it("wants every recipient verified but those of the simulator", async () => {
    const { ses, sendTo } = await endpoint({ sandbox: true });
    await ses.inbox.verify("bob@example.org");
    expect(await sendTo("bob@example.org", "complaint+x@simulator.amazonses.com")).toBe("sent");
    expect(await sendTo("bob@example.org", "eve@example.net", "mal@example.net")).toBe(
      "400 MessageRejected: Email address is not verified. The following identities failed the check in region US-EAST-1: eve@example.net, mal@example.net",
    );
    await ses.inbox.account({ sandbox: false });
    expect(await sendTo("eve@example.net")).toBe("sent");
  });

  it("cuts a long list of identities", async () => {
    const { send } = await endpoint({ sandbox: true });
    expect(await send(20)).toMatch(/: (r\d@example\.org, ){10}\.\.\.$/);
  });

  it("has 200 a day and 1 a second in the strict preset", async () => {
    const ses = await start({ preset: "strict", signatures: false });
    const { body } = await handle(ses, { Action: "GetSendQuota" });
    expect([textOf(body, "Max24HourSend"), textOf(body, "MaxSendRate")]).toEqual(["200.0", "1.0"]);
  });
});

describe("statistics", () => {
  async function points(ses: Awaited<ReturnType<typeof endpoint>>["ses"]) {
    const { body } = await handle(ses, { Action: "GetSendStatistics" });
    return [...body.matchAll(/<DeliveryAttempts>(\d+)<\/DeliveryAttempts><Timestamp>([^<]*)</g)].map(
      ([, attempts, time]) => `${time} ${attempts}`,
    );
  }

  it("add up recipients on a grid of 15 minutes, newest first, without empty points", async () => {
    const { ses, clock, send } = await endpoint({});
    await send(2);
    clock.advance(7 * MINUTE);
    await send(3);
    clock.advance(MINUTE);
    await send(1);
    clock.advance(60 * MINUTE);
    await send(4);
    expect(await points(ses)).toEqual(["2026-03-01T11:15:00Z 4", "2026-03-01T10:15:00Z 1", "2026-03-01T10:00:00Z 5"]);
  });

  it("are kept for 14 days", async () => {
    const { ses, clock, send } = await endpoint({});
    await send(1);
    clock.advance(14 * DAY - 8 * MINUTE);
    expect(await points(ses)).toEqual(["2026-03-01T10:00:00Z 1"]);
    clock.advance(8 * MINUTE);
    expect(await points(ses)).toEqual([]);
  });

  it("do not count what was refused", async () => {
    const { ses, sendTo } = await endpoint({ dailyQuota: 0 });
    expect(await sendTo("a@example.org")).toMatch(/quota/);
    expect((await handle(ses, rawForm("To: a@example.org\n\nno From"))).status).toBe(400);
    expect(await points(ses)).toEqual([]);
  });
});
