// Faults on demand: counts, actions, connections that break before and after the message was taken.
import { startLocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { errorOf, post, simpleForm, start } from "../support/helpers.ts";

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

  it.each([
    ["throttle", "400 Throttling: Rate exceeded", 429, "TooManyRequestsException"],
    ["sendRate", "400 Throttling: Maximum sending rate exceeded.", 429, "TooManyRequestsException"],
    ["dailyQuota", "400 Throttling: Daily message quota exceeded.", 400, "LimitExceededException"],
    [
      "expiredToken",
      "403 ExpiredToken: The security token included in the request is expired",
      403,
      "ExpiredTokenException",
    ],
    [
      "invalidToken",
      "403 InvalidClientTokenId: The security token included in the request is invalid.",
      403,
      "UnrecognizedClientException",
    ],
    [
      "accountPaused",
      "400 MessageRejected: Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.",
      400,
      "MessageRejected",
    ],
    [
      "internalFailure",
      "500 InternalFailure: The request processing has failed.",
      500,
      "InternalServiceErrorException",
    ],
    ["unavailable", "503 ServiceUnavailable: Service is temporarily unavailable.", 503, "ServiceUnavailableException"],
  ])("of %s have code, status and text of each API", async (name, v1, status, v2) => {
    const ses = await start();
    ses.inbox.faults({ [name]: 2 });
    expect(errorOf(await post(ses, simpleForm()))).toBe(v1);
    const response = await fetch(`${ses.url}/v2/email/outbound-emails`, { method: "POST", body: "{}" });
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([status, v2]);
    expect(await response.json()).toEqual({ message: v1.slice(v1.indexOf(": ") + 2) });
    expect((await post(ses, simpleForm())).status).toBe(200);
  });

  it("of missing rights name the action, and spell their text as the service does", async () => {
    const ses = await start();
    ses.inbox.faults({ accessDenied: 3 });
    expect(errorOf(await post(ses, QUOTA))).toBe(
      "403 AccessDenied: User: arn:aws:iam::123456789012:user/local is not authorized to perform: ses:GetSendQuota",
    );
    expect(errorOf(await post(ses, simpleForm()))).toMatch(
      /^403 AccessDenied: User `arn:[^']+' is not authorized to perform `ses:SendEmail' on resource `arn:/,
    );
    const response = await fetch(`${ses.url}/v2/email/account`);
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([403, "AccessDeniedException"]);
    expect(Object.keys(await response.json())).toEqual(["Message"]);
  });

  it.each([
    ["LimitExceededException", "400 Throttling: Daily message quota exceeded.", "LimitExceededException"],
    ["TooManyRequestsException", "400 Throttling: Maximum sending rate exceeded.", "TooManyRequestsException"],
    [
      "ExpiredTokenException",
      "403 ExpiredToken: The security token included in the request is expired",
      "ExpiredTokenException",
    ],
    [
      "SendingPausedException",
      "400 AccountSendingPausedException: Email sending is disabled",
      "SendingPausedException",
    ],
    [
      "AccountSuspendedException",
      "400 MessageRejected: Sending suspended for this account.",
      "AccountSuspendedException",
    ],
    ["BadRequestException", "400 InvalidParameterValue: ", "BadRequestException"],
  ])("take the name %s of v2 as a code, and play it in both APIs", async (errorCode, v1, v2) => {
    const ses = await start();
    ses.inbox.faults({ errors: 2, errorCode });
    expect(errorOf(await post(ses, simpleForm())).slice(0, v1.length)).toBe(v1);
    const response = await fetch(`${ses.url}/v2/email/account`);
    expect(response.headers.get("x-amzn-errortype")).toBe(v2);
  });

  it("say what they are told to say", async () => {
    const ses = await start();
    const errorMessage = "Sending suspended for this account.";
    ses.inbox.faults({ errors: 1, errorCode: "MessageRejected", errorMessage });
    expect(errorOf(await post(ses, simpleForm()))).toBe(`400 MessageRejected: ${errorMessage}`);
  });

  it("of a misspelt name, code or action say what was meant", async () => {
    const ses = await start();
    const plans: readonly (readonly [object, string])[] = [
      [{ trottle: 1 }, '"throttle"'],
      [{ expiredTokens: 1 }, '"expiredToken"'],
      [{ errorCode: "MesageRejected" }, '"MessageRejected"'],
      [{ actions: ["SendRawMail"] }, '"SendRawEmail"'],
      [{ actions: ["v2 SendMail"] }, '"v2 SendEmail"'],
    ];
    for (const [plan, meant] of plans) expect(() => ses.inbox.faults(plan)).toThrow(`did you mean ${meant}?`);
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
    const more: readonly object[] = [
      { throttle: 0.5 },
      { errorCode: "MesageRejected" },
      { actions: "SendEmail" },
      { actions: ["SendEmial"] },
      { actions: ["v2 SendMail"] },
      { errorMessage: 1 },
    ];
    for (const plan of [...plans, ...more]) expect(() => ses.inbox.faults(plan)).toThrow(TypeError);
    expect((await post(ses, QUOTA)).status).toBe(200);
  });
});
