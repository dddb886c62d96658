// The v2 API beside the first: JSON, the same state, its own names of errors.
import type { LocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { base64, fakeClock, handle, start, textOf } from "../support/helpers.ts";

const SEND = "/v2/email/outbound-emails";
const RAW = { Raw: { Data: base64("From: ann@example.com\nTo: bob@example.org\nSubject: Hi\n\nHello") } };

async function call(ses: LocalSes, path: string, body?: unknown) {
  const init =
    body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) };
  const response = await fetch(ses.url + path, init);
  const json = JSON.parse(await response.text());
  return { status: response.status, type: response.headers.get("x-amzn-errortype"), json };
}

async function errorOf(ses: LocalSes, body: unknown): Promise<string> {
  const { status, type, json } = await call(ses, SEND, body);
  return `${status} ${type}: ${json.message}`;
}

describe("POST /v2/email/outbound-emails", () => {
  it("takes a raw message for the given destination", async () => {
    const ses = await start();
    const Destination = { ToAddresses: ["Bob <bob@example.org>"], BccAddresses: ["cid@example.org"] };
    const { status, json } = await call(ses, SEND, {
      FromEmailAddress: "Ann <ann@example.com>",
      FeedbackForwardingEmailAddress: "back@example.com",
      Destination,
      Content: RAW,
      EmailTags: [{ Name: "n", Value: "v" }],
      ConfigurationSetName: "set",
    });
    expect(status).toBe(200);
    expect(ses.inbox.get(json.MessageId)).toMatchObject({
      action: "v2 SendEmail",
      source: "ann@example.com",
      feedbackTo: "back@example.com",
      recipients: ["bob@example.org", "cid@example.org"],
      bcc: ["cid@example.org"],
      tags: [{ name: "n", value: "v" }],
      configurationSet: "set",
    });
  });

  it("goes by the message's own fields without a destination", async () => {
    const ses = await start();
    await call(ses, SEND, { Content: RAW });
    expect(ses.inbox.list()[0]).toMatchObject({ source: "ann@example.com", recipients: ["bob@example.org"] });
  });

  it("composes simple content", async () => {
    const ses = await start();
    await call(ses, SEND, {
      FromEmailAddress: "Ann <ann@example.com>",
      Destination: { ToAddresses: ["bob@example.org"], CcAddresses: ["cid@example.org"] },
      ReplyToAddresses: ["reply@example.com"],
      Content: {
        Simple: {
          Subject: { Data: "Grüße", Charset: "UTF-8" },
          Body: { Text: { Data: "ä", Charset: "ISO-8859-1" }, Html: { Data: "<p>☂</p>", Charset: "UTF-8" } },
          Headers: [{ Name: "X-Campaign", Value: "spring" }],
        },
      },
    });
    const [mail] = ses.inbox.list();
    const read = mail?.parse();
    expect([read?.subject, read?.text()?.trim(), read?.html()?.trim()]).toEqual(["Grüße", "ä", "<p>☂</p>"]);
    expect(read?.cc).toMatchObject([{ address: "cid@example.org" }]);
    expect(read?.fields.find(({ name }) => name === "X-Campaign")?.value).toBe("spring");
  });

  it("takes up to 40 MB", async () => {
    const ses = await start();
    const raw = Buffer.alloc(41_943_041, "a");
    raw.write("From: ann@example.com\r\nTo: bob@example.org\r\n\r\n");
    // Without a network between: a hundred megabytes through it take half a minute where the machine is busy.
    const send = async (size: number) => {
      const body = JSON.stringify({ Content: { Raw: { Data: raw.subarray(0, size).toString("base64") } } });
      const response = await ses.handler(new Request(`http://localhost${SEND}`, { method: "POST", body }));
      return [response.status, (await response.json()).message];
    };
    expect(await send(41_943_040)).toEqual([200, undefined]);
    expect(await send(41_943_041)).toEqual([400, "Message length is more than 41943040 bytes long: '41943041'."]);
  });

  it("refuses a message that cannot be read for its sender where nobody can verify that, RFC 6761 s6.4", async () => {
    const ses = await start();
    const FromEmailAddress = "invalid@invalid";
    const Content = {
      Raw: { Data: base64("From: <invalid@invalid>\nTo: <invalid@invalid>\n Subject: Invalid\n\nInvalid") },
    };
    expect(await errorOf(ses, { FromEmailAddress, Content })).toBe(
      "400 MessageRejected: Email address is not verified. The following identities failed the check in region US-EAST-1: invalid@invalid",
    );
    expect(ses.inbox.list()).toEqual([]);
  });

  it("answers MessageRejected for a sender that is not verified", async () => {
    const ses = await start({ autoVerify: false });
    expect(await errorOf(ses, { Content: RAW })).toMatch(
      /^400 MessageRejected: Email address is not verified\. .*: ann@example\.com$/,
    );
  });

  it("answers BadRequestException for what is wrong with the request", async () => {
    const ses = await start();
    for (const body of [
      {},
      { Content: { Template: {} } },
      { Content: { Raw: { Data: "*" } } },
      { Content: RAW, Destination: { ToAddresses: ["bob"] } },
      { Content: RAW, FromEmailAddress: "a b c" },
    ]) {
      expect(await errorOf(ses, body)).toMatch(/^400 BadRequestException: /);
    }
  });

  it("answers TooManyRequestsException with 429 when sending too fast", async () => {
    const ses = await start({ sendRate: 1, clock: fakeClock().now });
    await call(ses, SEND, { Content: RAW });
    expect(await errorOf(ses, { Content: RAW })).toBe("429 TooManyRequestsException: Maximum sending rate exceeded.");
  });

  it("answers LimitExceededException with 400 when the day is used up", async () => {
    const ses = await start({ dailyQuota: 1 });
    await call(ses, SEND, { Content: RAW });
    expect(await errorOf(ses, { Content: RAW })).toBe("400 LimitExceededException: Daily message quota exceeded.");
  });

  it("refuses unsigned requests in the strict preset", async () => {
    const ses = await start({ preset: "strict" });
    expect(await errorOf(ses, { Content: RAW })).toMatch(/^403 MissingAuthenticationTokenException: /);
  });
});

describe("GET /v2/email/account", () => {
  it("tells quota and sandbox of the same account as the first API", async () => {
    const ses = await start({ sandbox: true, dailyQuota: 500, sendRate: 14 });
    await ses.inbox.verify("bob@example.org");
    await call(ses, SEND, { Content: RAW });
    const { json } = await call(ses, "/v2/email/account");
    expect(json).toMatchObject({
      ProductionAccessEnabled: false,
      SendingEnabled: true,
      SendQuota: { Max24HourSend: 500, MaxSendRate: 14, SentLast24Hours: 1 },
    });
    expect(textOf((await handle(ses, { Action: "GetSendQuota" })).body, "SentLast24Hours")).toBe("1.0");
  });
});

describe("other paths of v2", () => {
  it("are the same with a slash at their end", async () => {
    const ses = await start();
    expect(await call(ses, `${SEND}/`, { Content: RAW })).toMatchObject({ status: 200 });
    expect((await call(ses, "/v2/email/account/")).json).toMatchObject({ SendingEnabled: true });
    expect(ses.inbox.list()).toHaveLength(1);
  });

  it("are answered at once", async () => {
    const ses = await start();
    for (const path of ["/v2/email/identitys", "/v2/", "/v2/email/", "/v2/email/outbound-emails/x"]) {
      expect(await call(ses, path)).toMatchObject({ status: 404, type: "UnknownOperationException" });
    }
    expect((await call(ses, "/v2/email/account", "{}")).status).toBe(404);
  });
});
