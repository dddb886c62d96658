// Every Sample Request of the API reference of 2010-12-01, as printed but for the date, gets its Sample Response.
import { describe, expect, it } from "vitest";
import { base64, handle, post, shapeOf, start, textOf } from "../support/helpers.ts";

const NAMESPACE = 'xmlns="http://ses.amazonaws.com/doc/2010-12-01/"';
const KEY = ["AKIA", "IOSFODNN7", "EXAMPLE"].join("");
const META = ["ResponseMetadata", "ResponseMetadata/RequestId"];

// Line breaks stand where the reference prints them; NOW takes a fresh date.
const SAMPLES: readonly (readonly [action: string, body: string, shape: readonly string[]])[] = [
  [
    "DeleteIdentity",
    "&Action=DeleteIdentity\n&Identity=domain.com\n&Timestamp=NOW\n&Version=2010-12-01",
    ["DeleteIdentityResult"],
  ],
  [
    "DeleteVerifiedEmailAddress",
    "&Action=DeleteVerifiedEmailAddress\n&EmailAddress=user%40example.com\n&Timestamp=NOW",
    [],
  ],
  [
    "GetIdentityDkimAttributes",
    "&Action=GetIdentityDkimAttributes\n&Identities.member.1=example.com\n&Timestamp=NOW\n&Version=2010-12-01",
    [
      "GetIdentityDkimAttributesResult",
      "GetIdentityDkimAttributesResult/DkimAttributes",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry/key",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry/value",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry/value/DkimEnabled",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry/value/DkimVerificationStatus",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry/value/DkimTokens",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry/value/DkimTokens/member",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry/value/DkimTokens/member",
      "GetIdentityDkimAttributesResult/DkimAttributes/entry/value/DkimTokens/member",
    ],
  ],
  [
    "GetIdentityNotificationAttributes",
    "&Action=GetIdentityNotificationAttributes\n&Identities.member.1=user%40example.com\n&Timestamp=NOW\n&Version=2010-12-01",
    [
      "GetIdentityNotificationAttributesResult",
      "GetIdentityNotificationAttributesResult/NotificationAttributes",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/key",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/value",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/value/ForwardingEnabled",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/value/BounceTopic",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/value/ComplaintTopic",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/value/DeliveryTopic",
      // Not in the sample: today's service answers them too.
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/value/HeadersInBounceNotificationsEnabled",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/value/HeadersInComplaintNotificationsEnabled",
      "GetIdentityNotificationAttributesResult/NotificationAttributes/entry/value/HeadersInDeliveryNotificationsEnabled",
    ],
  ],
  [
    "GetIdentityVerificationAttributes",
    "&Action=GetIdentityVerificationAttributes\n&Identities.member.1=user%40domain.com\n&Identities.member.2=domain.com\n&Timestamp=NOW\n&Version=2010-12-01",
    [
      "GetIdentityVerificationAttributesResult",
      "GetIdentityVerificationAttributesResult/VerificationAttributes",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry/key",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry/value",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry/value/VerificationStatus",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry/key",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry/value",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry/value/VerificationStatus",
      "GetIdentityVerificationAttributesResult/VerificationAttributes/entry/value/VerificationToken",
    ],
  ],
  [
    "GetSendQuota",
    "&Action=GetSendQuota\n&Timestamp=NOW",
    [
      "GetSendQuotaResult",
      "GetSendQuotaResult/SentLast24Hours",
      "GetSendQuotaResult/Max24HourSend",
      "GetSendQuotaResult/MaxSendRate",
    ],
  ],
  [
    "GetSendStatistics",
    "&Action=GetSendStatistics\n&Timestamp=NOW",
    [
      "GetSendStatisticsResult",
      "GetSendStatisticsResult/SendDataPoints",
      "GetSendStatisticsResult/SendDataPoints/member",
      "GetSendStatisticsResult/SendDataPoints/member/DeliveryAttempts",
      "GetSendStatisticsResult/SendDataPoints/member/Timestamp",
      "GetSendStatisticsResult/SendDataPoints/member/Rejects",
      "GetSendStatisticsResult/SendDataPoints/member/Bounces",
      "GetSendStatisticsResult/SendDataPoints/member/Complaints",
    ],
  ],
  [
    "ListIdentities",
    "&Action=ListIdentities\n&Timestamp=NOW&\nVersion=2010-12-01",
    [
      "ListIdentitiesResult",
      "ListIdentitiesResult/Identities",
      "ListIdentitiesResult/Identities/member",
      "ListIdentitiesResult/Identities/member",
      "ListIdentitiesResult/Identities/member",
      "ListIdentitiesResult/Identities/member",
    ],
  ],
  [
    "ListVerifiedEmailAddresses",
    // The stray `%` is the reference's.
    "&Action=ListVerifiedEmailAddresses\n&Timestamp=NOW%",
    [
      "ListVerifiedEmailAddressesResult",
      "ListVerifiedEmailAddressesResult/VerifiedEmailAddresses",
      "ListVerifiedEmailAddressesResult/VerifiedEmailAddresses/member",
      "ListVerifiedEmailAddressesResult/VerifiedEmailAddresses/member",
    ],
  ],
  [
    "SendEmail",
    "&Action=SendEmail\n&Destination.ToAddresses.member.1=allan%40example.com\n&Message.Body.Text.Data=body\n&Message.Subject.Data=Example&Source=user%40example.com\n&Timestamp=NOW",
    ["SendEmailResult", "SendEmailResult/MessageId"],
  ],
  [
    "SetIdentityDkimEnabled",
    "&Action=SetIdentityDkimEnabled\n&DkimEnabled=true&Identity=user%40example.com\n&Timestamp=NOW\n&Version=2010-12-01",
    ["SetIdentityDkimEnabledResult"],
  ],
  [
    "SetIdentityFeedbackForwardingEnabled",
    "&Action=SetIdentityFeedbackForwardingEnabled\n&ForwardingEnabled=true\n&Identity=user%40example.com\n&Timestamp=NOW\n&Version=2010-12-01",
    ["SetIdentityFeedbackForwardingEnabledResult"],
  ],
  [
    "SetIdentityNotificationTopic",
    // The bare `@` is the reference's.
    "&Action=SetIdentityNotificationTopic\n&Identity=user@example.com\n&SnsTopic=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Aexample\n&NotificationType=Bounce\n&Timestamp=NOW&Version=2010-12-01",
    ["SetIdentityNotificationTopicResult"],
  ],
  [
    "VerifyDomainDkim",
    "&Action=VerifyDomainDkim\n&Domain=example.com\n&Timestamp=NOW\n&Version=2010-12-01",
    [
      "VerifyDomainDkimResult",
      "VerifyDomainDkimResult/DkimTokens",
      "VerifyDomainDkimResult/DkimTokens/member",
      "VerifyDomainDkimResult/DkimTokens/member",
      "VerifyDomainDkimResult/DkimTokens/member",
    ],
  ],
  [
    "VerifyDomainIdentity",
    "&Action=VerifyDomainIdentity\n&Domain=domain.com\n&Timestamp=NOW\n&Version=2010-12-01",
    ["VerifyDomainIdentityResult", "VerifyDomainIdentityResult/VerificationToken"],
  ],
  ["VerifyEmailAddress", "&Action=VerifyEmailAddress\n&EmailAddress=user%40example.com\n&Timestamp=NOW", []],
  [
    "VerifyEmailIdentity",
    "&Action=VerifyEmailIdentity\n&EmailAddress=user%40domain.com\n&Timestamp=NOW\n&Version=2010-12-01",
    ["VerifyEmailIdentityResult"],
  ],
];

const SETUP = [
  { Action: "VerifyEmailIdentity", EmailAddress: "user@example.com" },
  { Action: "VerifyEmailIdentity", EmailAddress: "user@domain.com" },
  { Action: "VerifyDomainDkim", Domain: "example.com" },
  { Action: "VerifyDomainIdentity", Domain: "domain.com" },
  ...["Bounce", "Complaint", "Delivery"].map((type) => ({
    Action: "SetIdentityNotificationTopic",
    Identity: "user@example.com",
    NotificationType: type,
    SnsTopic: "arn:aws:sns:us-east-1:123456789012:example",
  })),
  {
    Action: "SendEmail",
    Source: "user@example.com",
    "Destination.ToAddresses.member.1": "allan@example.com",
    "Message.Subject.Data": "s",
    "Message.Body.Text.Data": "b",
  },
];

function fresh(body: string): string {
  return `AWSAccessKeyId=${KEY}\n${body.replace("NOW", encodeURIComponent(new Date().toISOString()))}`;
}

function expectedShape(action: string, elements: readonly string[]): string {
  const root = `${action}Response`;
  return [root, ...[...elements, ...META].map((path) => `${root}/${path}`)].join("\n");
}

describe("the reference's samples", () => {
  for (const [action, body, elements] of SAMPLES) {
    it(`answers ${action} with the elements of its sample, in their order`, async () => {
      const ses = await start();
      for (const form of SETUP) expect((await handle(ses, form)).status).toBe(200);
      const answer = await post(ses, fresh(body), { date: new Date().toUTCString() });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("text/xml");
      expect(answer.body.startsWith(`<${action}Response ${NAMESPACE}>`)).toBe(true);
      expect(shapeOf(answer.body)).toBe(expectedShape(action, elements));
      expect(textOf(answer.body, "RequestId")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    });
  }

  it("answers every sample on a new endpoint", async () => {
    const ses = await start();
    for (const [action, body] of SAMPLES) {
      expect([action, (await handle(ses, fresh(body))).status]).toEqual([action, 200]);
    }
  });

  it("answers SendRawEmail with its sample's elements once the printed message is repaired", async () => {
    const ses = await start();
    const message = [
      "Subject: Example",
      "From: example@amazon.com",
      "To: example@amazon.com",
      "Content-Type: multipart/alternative; boundary=0016e68f9d929cb09604aaa83042",
      "",
      "--0016e68f9d929cb09604aaa83042",
      "Content-Type: text/plain; charset=ISO-8859-1",
      "",
      "Body.",
      "",
      "--0016e68f9d929cb09604aaa83042",
      "Content-Type: text/html; charset=ISO-8859-1",
      "",
      "Body.<br>",
      "",
      "--0016e68f9d929cb09604aaa83042--",
      "",
    ].join("\n");
    // As the sample does it: LF line ends, and a line break in the base64 every 76 characters.
    const data = Buffer.from(message).toString("base64").replace(/.{76}/g, "$&\n");
    const body = `&Action=SendRawEmail\n&RawMessage.Data=${encodeURIComponent(data)}\n&Timestamp=NOW`;
    const answer = await post(ses, fresh(body));
    expect(shapeOf(answer.body)).toBe(
      expectedShape("SendRawEmail", ["SendRawEmailResult", "SendRawEmailResult/MessageId"]),
    );
    expect(textOf(answer.body, "MessageId")).toMatch(/^0100[0-9a-f]{12}-[0-9a-f-]{36}-000000$/);
    const [mail] = ses.inbox.list();
    const read = mail?.parse();
    expect([read?.subject, read?.text()?.trim(), read?.html()?.trim()]).toEqual(["Example", "Body.", "Body.<br>"]);
  });

  it("answers the SendRawEmail sample as it is printed with well-formed XML", async () => {
    const ses = await start();
    const printed = [
      "&Action=SendRawEmail",
      "&RawMessage.Data=U3ViamVjdDogRXhxbXBsZQpGcm9tOiblegFtcGxlQGFTYXpvi5jb20KVG8",
      "6IGV4YW1wbGVAYWlh%0Aem9uLmNvbQpDb250ZW50LVR5cGU6IG1lbHRpcGFydC9hbHRlcm5hdG12",
      "ZTsgYm91bmRhcnc9MDAx%0ANmU2OGY5ZDkyOWNiMDk2MDRhYWE4MzA0MgoKLS0wMDE2ZTY4ZjlkO",
      "TI5Y2IwOTYwNGFhYTgzMDQy%0ACkNvbnRlbnQtVHlwZTogdGV4dC9wbGFpbjsgY2hhcnNldD1JU0",
      "8tODg1OS0xCgpCb2R5LgoKLS0w%0AMDE2ZTY4ZjlkOTI5Y2IwOTYwNGFhYTgzMDQyCkNvbnRlbnQ",
      "tVHlwZTogdGV4dC9odG1sOyBjaGFy%0Ac2V0PUlTTy04ODU5LTEKCKJvZHkuPGJyPgoKLS0wMDE2",
      "ZTY4ZjlkOTI5Y2IwOTYwNGFhYTgzMDQy%0ALS0%3D%0A",
      "&Timestamp=NOW",
    ].join("\n");
    const answer = await post(ses, fresh(printed));
    expect(answer.status).toBe(400);
    expect(shapeOf(answer.body)).toContain("ErrorResponse/Error/Message");
  });

  it("takes a request without Version for one of 2010-12-01", async () => {
    const ses = await start();
    const form = { Action: "SendRawEmail", "RawMessage.Data": base64("From: a@b.co\nTo: c@d.co\n\nx") };
    expect((await post(ses, form)).status).toBe(200);
    expect((await post(ses, { ...form, Version: "2010-12-01" })).status).toBe(200);
  });
});
