// The three presets: who may send, what is checked; and the switches that win over them.
import {
  DeleteIdentityCommand,
  GetIdentityNotificationAttributesCommand,
  GetIdentityVerificationAttributesCommand,
  SESClient,
  SendEmailCommand,
  SetIdentityFeedbackForwardingEnabledCommand,
  SetIdentityNotificationTopicCommand,
  VerifyDomainIdentityCommand,
  VerifyEmailIdentityCommand,
} from "@aws-sdk/client-ses";
import { SESv2Client, SendEmailCommand as SendV2 } from "@aws-sdk/client-sesv2";
import type { LocalSesOptions } from "mimewright/local";
import { describe, expect, it, onTestFinished } from "vitest";
import type { StateJson } from "../../../src/local/pages/api.ts";
import { start } from "../support/helpers.ts";
import { getJson } from "../support/mail.ts";

async function clientOf(options: LocalSesOptions) {
  const ses = await start(options);
  const settings = {
    endpoint: ses.url,
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "LOCAL", secretAccessKey: "local" },
  };
  const client = new SESClient(settings);
  const clientV2 = new SESv2Client(settings);
  onTestFinished(() => {
    client.destroy();
    clientV2.destroy();
  });
  const Message = { Subject: { Data: "Hi" }, Body: { Text: { Data: "Hi" } } };
  const mail = (Source: string) =>
    new SendEmailCommand({ Source, Destination: { ToAddresses: ["bob@example.org"] }, Message });
  const mailV2 = (FromEmailAddress: string) =>
    new SendV2({ FromEmailAddress, Destination: { ToAddresses: ["bob@example.org"] }, Content: { Simple: Message } });
  return { ses, client, clientV2, mail, mailV2 };
}

describe("the preset verified", () => {
  it("refuses senders that nobody asked to verify, in both APIs", async () => {
    const { client, clientV2, mail, mailV2 } = await clientOf({ preset: "verified" });
    const refusal = {
      name: "MessageRejected",
      message:
        "Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ann@example.com",
    };
    await expect(client.send(mail("ann@example.com"))).rejects.toMatchObject(refusal);
    await expect(clientV2.send(mailV2("ann@example.com"))).rejects.toMatchObject(refusal);
  });

  it("verifies an address or a domain as soon as it is asked to, without a mail", async () => {
    const { ses, client, clientV2, mail, mailV2 } = await clientOf({ preset: "verified" });
    await client.send(new VerifyEmailIdentityCommand({ EmailAddress: "ann@example.com" }));
    await client.send(new VerifyDomainIdentityCommand({ Domain: "example.net" }));
    const Identities = ["ann@example.com", "example.net"];
    const { VerificationAttributes = {} } = await client.send(
      new GetIdentityVerificationAttributesCommand({ Identities }),
    );
    expect(Identities.map((name) => VerificationAttributes[name]?.VerificationStatus)).toEqual(["Success", "Success"]);
    await client.send(mail("ann@example.com"));
    await clientV2.send(mailV2("anybody@mail.example.net"));
    expect(ses.inbox.list().map(({ kind }) => kind)).toEqual(["sent", "sent"]);
  });

  it("forgets who was deleted", async () => {
    const { client, mail } = await clientOf({ preset: "verified" });
    await client.send(new VerifyEmailIdentityCommand({ EmailAddress: "ann@example.com" }));
    await client.send(new DeleteIdentityCommand({ Identity: "ann@example.com" }));
    await expect(client.send(mail("ann@example.com"))).rejects.toMatchObject({ name: "MessageRejected" });
  });

  it("changes settings of identities that there are, and of no others", async () => {
    const { client } = await clientOf({ preset: "verified" });
    const turn = (Identity: string) =>
      client.send(new SetIdentityFeedbackForwardingEnabledCommand({ Identity, ForwardingEnabled: true }));
    await expect(turn("example.com")).rejects.toMatchObject({
      message: "Identity example.com is invalid. Must be a verified email address or domain.",
    });
    await client.send(new VerifyDomainIdentityCommand({ Domain: "example.com" }));
    await turn("example.com");
  });

  it("checks nothing else: any recipient, any rate, any key, one call after the other", async () => {
    const { ses, client, mail } = await clientOf({ preset: "verified" });
    await client.send(new VerifyEmailIdentityCommand({ EmailAddress: "ann@example.com" }));
    await client.send(new VerifyEmailIdentityCommand({ EmailAddress: "eve@example.com" }));
    for (let count = 0; count < 5; count++) await client.send(mail("ann@example.com"));
    expect(ses.inbox.list({ kind: "sent" })).toHaveLength(5);
  });
});

describe("anySender", () => {
  it.each<readonly [options: LocalSesOptions, autoVerify: boolean, anySender: boolean]>([
    [{}, true, true],
    [{ preset: "easy" }, true, true],
    [{ preset: "verified" }, true, false],
    [{ preset: "strict" }, false, false],
    [{ autoVerify: false }, false, false],
    [{ preset: "strict", autoVerify: true }, true, true],
    [{ preset: "verified", autoVerify: false }, false, false],
    [{ preset: "verified", anySender: true }, true, true],
    [{ preset: "easy", anySender: false }, true, false],
    [{ preset: "strict", anySender: true }, false, true],
  ])("follows from %j", async (options, autoVerify, anySender) => {
    const { url } = await start(options);
    const { settings } = await getJson<StateJson>(`${url}/_local/state`);
    expect(settings).toMatchObject({ preset: options.preset ?? "easy", autoVerify, anySender });
  });

  it("lets a sender through whose identity waits for its verification", async () => {
    const { client, mail } = await clientOf({ autoVerify: false, anySender: true });
    await client.send(mail("ann@example.com"));
  });
});

describe("GetIdentityNotificationAttributes", () => {
  it("says of each kind that notifications hold no headers, with and without topics", async () => {
    const { client } = await clientOf({});
    for (const EmailAddress of ["ann@example.com", "bob@example.com"]) {
      await client.send(new VerifyEmailIdentityCommand({ EmailAddress }));
    }
    const SnsTopic = "arn:aws:sns:eu-central-1:123456789012:bounces";
    await client.send(
      new SetIdentityNotificationTopicCommand({ Identity: "ann@example.com", NotificationType: "Bounce", SnsTopic }),
    );
    const Identities = ["ann@example.com", "bob@example.com"];
    const { NotificationAttributes } = await client.send(new GetIdentityNotificationAttributesCommand({ Identities }));
    const none = {
      ForwardingEnabled: true,
      HeadersInBounceNotificationsEnabled: false,
      HeadersInComplaintNotificationsEnabled: false,
      HeadersInDeliveryNotificationsEnabled: false,
    };
    expect(NotificationAttributes).toEqual({
      "ann@example.com": { ...none, BounceTopic: SnsTopic },
      "bob@example.com": none,
    });
  });
});
