// Notifications: who is told, by which topic, in which form.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { LocalSes, SesNotification } from "mimewright/local";
import { afterEach, describe, expect, it } from "vitest";
import { fakeClock, start } from "../support/helpers.ts";
import { call, mail, sendRaw } from "../support/mail.ts";

const AT = "simulator.amazonses.com";
const arn = (name: string) => `arn:aws:sns:us-east-1:123456789012:${name}`;

async function setTopic(url: string, identity: string, type: string, topic: string): Promise<void> {
  await call(url, {
    Action: "SetIdentityNotificationTopic",
    Identity: identity,
    NotificationType: type,
    SnsTopic: arn(topic),
  });
}

describe("notifications to topics", () => {
  it("tell of a bounce in the service's JSON, several bounces of one send at once", async () => {
    const clock = fakeClock();
    const { url, inbox } = await start({ clock: clock.now });
    await setTopic(url, "ann@example.com", "Bounce", "bounces");
    const id = await sendRaw(url, mail({ to: `bounce+1@${AT}, bounce+2@${AT}, bob@example.org` }));
    const [bounce, ...more] = inbox.notifications();
    expect(more).toEqual([]);
    expect(bounce).toMatchObject({ type: "Bounce", messageId: id, region: "us-east-1", topicArn: arn("bounces") });
    expect(bounce?.message).toEqual({
      notificationType: "Bounce",
      bounce: {
        bounceType: "Permanent",
        bounceSubType: "General",
        bouncedRecipients: [1, 2].map((label) => ({
          emailAddress: `bounce+${label}@${AT}`,
          action: "failed",
          status: "5.1.1",
          diagnosticCode: "smtp; 550 5.1.1 user unknown",
        })),
        timestamp: "2026-03-01T10:07:00.000Z",
        feedbackId: expect.stringMatching(/^0100[0-9a-f]{12}-[0-9a-f-]{36}-000000$/),
        remoteMtaIp: "127.0.0.1",
        reportingMTA: expect.stringMatching(/^dns; /),
      },
      mail: {
        timestamp: "2026-03-01T10:07:00.000Z",
        source: "ann@example.com",
        sourceArn: "arn:aws:ses:us-east-1:123456789012:identity/ann@example.com",
        sourceIp: "127.0.0.1",
        callerIdentity: "local",
        sendingAccountId: "123456789012",
        messageId: id,
        destination: [`bounce+1@${AT}`, `bounce+2@${AT}`, "bob@example.org"],
      },
    });
  });

  it.each([
    ["inbox.clear()", (ses: LocalSes) => ses.inbox.clear()],
    ["DELETE /_local/messages", (ses: LocalSes) => fetch(`${ses.url}/_local/messages`, { method: "DELETE" })],
  ])("go with the messages they tell of, by %s", async (_, clear) => {
    const ses = await start();
    await setTopic(ses.url, "ann@example.com", "Bounce", "bounces");
    await sendRaw(ses.url, mail({ to: `bounce@${AT}` }));
    expect(ses.inbox.notifications()).toHaveLength(1);
    await clear(ses);
    expect(ses.inbox.list()).toEqual([]);
    expect(ses.inbox.notifications()).toEqual([]);
  });

  it("tell of the suppression list with its own sub-type", async () => {
    const { url, inbox } = await start();
    await setTopic(url, "ann@example.com", "Bounce", "bounces");
    await sendRaw(url, mail({ to: `bounce@${AT}, suppressionlist@${AT}` }));
    const types = inbox.notifications().map(({ message }) => message.bounce);
    expect(types).toMatchObject([{ bounceSubType: "General" }, { bounceSubType: "Suppressed" }]);
    expect(types[1]).not.toHaveProperty("remoteMtaIp");
  });

  it("tell of complaints, and of the delivery that came before", async () => {
    const { url, inbox } = await start();
    await setTopic(url, "ann@example.com", "Complaint", "complaints");
    await setTopic(url, "ann@example.com", "Delivery", "deliveries");
    await sendRaw(url, mail({ to: `complaint@${AT}, bob@example.org` }));
    const [delivery, complaint] = inbox.notifications().map(({ message }) => message);
    expect(delivery).toMatchObject({
      notificationType: "Delivery",
      delivery: {
        recipients: [`complaint@${AT}`, "bob@example.org"],
        processingTimeMillis: expect.any(Number),
        smtpResponse: expect.stringMatching(/^250 /),
      },
    });
    expect(complaint).toMatchObject({
      notificationType: "Complaint",
      complaint: {
        complainedRecipients: [{ emailAddress: `complaint@${AT}` }],
        complaintFeedbackType: "abuse",
        userAgent: expect.any(String),
        arrivalDate: expect.any(String),
      },
    });
  });

  it("go to the address's own topic before the domain's", async () => {
    const { url, inbox } = await start();
    await setTopic(url, "example.com", "Bounce", "domain");
    await sendRaw(url, mail({ to: `bounce@${AT}` }));
    await setTopic(url, "ann@example.com", "Bounce", "address");
    await sendRaw(url, mail({ to: `bounce@${AT}` }));
    expect(inbox.notifications().map(({ topicArn }) => topicArn)).toEqual([arn("domain"), arn("address")]);
  });

  it("are not made where no topic is set", async () => {
    const { url, inbox } = await start();
    await sendRaw(url, mail({ to: `bounce@${AT}` }));
    expect(inbox.notifications()).toEqual([]);
  });

  it("stand in an SNS envelope whose Message is the JSON as text", async () => {
    const { url, inbox } = await start();
    await setTopic(url, "ann@example.com", "Bounce", "bounces");
    await sendRaw(url, mail({ to: `bounce@${AT}` }));
    const [notification] = inbox.notifications();
    expect(notification?.envelope).toMatchObject({
      Type: "Notification",
      MessageId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
      TopicArn: arn("bounces"),
      Subject: "Amazon SES Email Event Notification",
      SignatureVersion: "1",
    });
    expect(JSON.parse(String(notification?.envelope.Message))).toEqual(notification?.message);
  });
});

describe("onNotification", () => {
  it("is called with each notification, and may fail without harm", async () => {
    const told: SesNotification[] = [];
    const { url } = await start({
      onNotification(notification) {
        told.push(notification);
        if (told.length === 1) throw new Error("not now");
      },
    });
    const warned = new Promise<Error>((done) => process.once("warning", done));
    await setTopic(url, "ann@example.com", "Bounce", "bounces");
    await sendRaw(url, mail({ to: `bounce@${AT}` }));
    expect((await warned).message).toBe("onNotification failed: not now");
    await sendRaw(url, mail({ to: `bounce@${AT}` }));
    expect(told.map(({ type }) => type)).toEqual(["Bounce", "Bounce"]);
  });
});

describe("a topic with an HTTP address", () => {
  const close: (() => void)[] = [];
  afterEach(() => {
    for (const one of close.splice(0)) one();
  });

  async function subscriber(statuses: readonly number[]) {
    const requests: { headers: IncomingMessage["headers"]; body: string }[] = [];
    let heard = (): void => {};
    const enough = new Promise<void>((done) => {
      heard = done;
    });
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        requests.push({ headers: request.headers, body });
        response.writeHead(statuses[requests.length - 1] ?? 200).end();
        if (requests.length === statuses.length) heard();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    close.push(() => server.close());
    // A server that listens on TCP has an address of this kind.
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, requests, enough };
  }

  it("gets the envelope as SNS posts it, again after a failure", async () => {
    const hook = await subscriber([503, 200]);
    const { url, inbox } = await start({ topics: { [arn("bounces")]: hook.url } });
    await setTopic(url, "ann@example.com", "Bounce", "bounces");
    await sendRaw(url, mail({ to: `bounce@${AT}` }));
    await hook.enough;
    const [first, second] = hook.requests;
    const [notification] = inbox.notifications();
    expect(second).toEqual(first);
    expect(first?.headers).toMatchObject({
      "content-type": "text/plain; charset=UTF-8",
      "x-amz-sns-message-type": "Notification",
      "x-amz-sns-topic-arn": arn("bounces"),
      "x-amz-sns-message-id": notification?.envelope.MessageId,
    });
    expect(JSON.parse(first?.body ?? "")).toEqual(notification?.envelope);
  });
});
