// Clients we did not write, unchanged but for the endpoint: the SDKs, nodemailer's SES transport, boto3, the command.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import {
  DeleteIdentityCommand,
  DeleteVerifiedEmailAddressCommand,
  GetIdentityDkimAttributesCommand,
  GetIdentityNotificationAttributesCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  GetSendStatisticsCommand,
  ListIdentitiesCommand,
  ListVerifiedEmailAddressesCommand,
  SESClient,
  SendEmailCommand,
  SendRawEmailCommand,
  SetIdentityDkimEnabledCommand,
  SetIdentityFeedbackForwardingEnabledCommand,
  SetIdentityNotificationTopicCommand,
  VerifyDomainDkimCommand,
  VerifyDomainIdentityCommand,
  VerifyEmailAddressCommand,
  VerifyEmailIdentityCommand,
} from "@aws-sdk/client-ses";
import { GetAccountCommand, SESv2Client, SendEmailCommand as SendEmailV2Command } from "@aws-sdk/client-sesv2";
import type { LocalSes } from "mimewright/local";
import { createTransport } from "nodemailer";
import { describe, expect, it } from "vitest";
import { start } from "./support/helpers.ts";

const run = promisify(execFile);
const TOPIC = "arn:aws:sns:us-east-1:123456789012:feedback";

// The example pair of AWS's documentation, which the strict preset accepts.
const credentials = {
  accessKeyId: ["AKIA", "IOSFODNN7", "EXAMPLE"].join(""),
  secretAccessKey: ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/"),
};

/** Real signatures and the real clock, without the brakes that would make a test wait. */
async function strict(): Promise<LocalSes> {
  return start({ preset: "strict", actionThrottle: false, sendRate: -1, sandbox: false });
}

function sdk(ses: LocalSes, region = "us-east-1"): SESClient {
  return new SESClient({ endpoint: ses.url, region, credentials, maxAttempts: 1 });
}

describe("@aws-sdk/client-ses", () => {
  it("calls all actions about identities with real signatures", async () => {
    const ses = await strict();
    const client = sdk(ses);
    await client.send(new VerifyEmailIdentityCommand({ EmailAddress: "ann@example.com" }));
    await client.send(new VerifyEmailAddressCommand({ EmailAddress: "bob@example.com" }));
    const { VerificationToken } = await client.send(new VerifyDomainIdentityCommand({ Domain: "example.com" }));
    const { DkimTokens } = await client.send(new VerifyDomainDkimCommand({ Domain: "example.com" }));
    const pending = await client.send(
      new GetIdentityVerificationAttributesCommand({ Identities: ["ann@example.com", "example.com", "x.example"] }),
    );
    expect(pending.VerificationAttributes).toEqual({
      "ann@example.com": { VerificationStatus: "Pending" },
      "example.com": { VerificationStatus: "Pending", VerificationToken },
    });
    for (const identity of ["ann@example.com", "example.com"]) await ses.inbox.verify(identity);
    await client.send(new SetIdentityDkimEnabledCommand({ Identity: "ann@example.com", DkimEnabled: true }));
    const dkim = await client.send(new GetIdentityDkimAttributesCommand({ Identities: ["example.com"] }));
    expect(dkim.DkimAttributes).toEqual({
      "example.com": { DkimEnabled: true, DkimVerificationStatus: "Success", DkimTokens },
    });
    for (const NotificationType of ["Bounce", "Complaint"] as const) {
      await client.send(
        new SetIdentityNotificationTopicCommand({ Identity: "ann@example.com", NotificationType, SnsTopic: TOPIC }),
      );
    }
    await client.send(
      new SetIdentityFeedbackForwardingEnabledCommand({ Identity: "ann@example.com", ForwardingEnabled: false }),
    );
    const topics = await client.send(new GetIdentityNotificationAttributesCommand({ Identities: ["ann@example.com"] }));
    expect(topics.NotificationAttributes?.["ann@example.com"]).toMatchObject({
      BounceTopic: TOPIC,
      ComplaintTopic: TOPIC,
      ForwardingEnabled: false,
    });
    const page = await client.send(new ListIdentitiesCommand({ MaxItems: 2 }));
    expect(page.Identities).toEqual(["ann@example.com", "bob@example.com"]);
    const rest = await client.send(new ListIdentitiesCommand({ MaxItems: 2, NextToken: page.NextToken }));
    expect([rest.Identities, rest.NextToken]).toEqual([["example.com"], undefined]);
    await client.send(new DeleteVerifiedEmailAddressCommand({ EmailAddress: "bob@example.com" }));
    await client.send(new DeleteIdentityCommand({ Identity: "example.com" }));
    const { VerifiedEmailAddresses } = await client.send(new ListVerifiedEmailAddressesCommand({}));
    expect(VerifiedEmailAddresses).toEqual(["ann@example.com"]);
  });

  it("sends both ways, and reads quota and statistics as numbers and dates", async () => {
    const ses = await strict();
    const client = sdk(ses);
    await ses.inbox.verify("ann@example.com");
    const simple = await client.send(
      new SendEmailCommand({
        Source: "ann@example.com",
        Destination: { ToAddresses: ["bob@example.org", "cid@example.org"], CcAddresses: [] },
        Message: {
          Subject: { Data: "Grüße", Charset: "UTF-8" },
          Body: { Text: { Data: "a+b=c&d % ☂", Charset: "UTF-8" } },
        },
      }),
    );
    expect(
      ses.inbox
        .get(simple.MessageId ?? "")
        ?.parse()
        .text()
        ?.trim(),
    ).toBe("a+b=c&d % ☂");
    const Data = Buffer.from("From: ann@example.com\r\nTo: bob@example.org\r\nSubject: Raw\r\n\r\nHello\r\n");
    const raw = await client.send(new SendRawEmailCommand({ RawMessage: { Data } }));
    expect(ses.inbox.get(raw.MessageId ?? "")?.accessKeyId).toBe(credentials.accessKeyId);
    const quota = await client.send(new GetSendQuotaCommand({}));
    expect(quota).toMatchObject({ SentLast24Hours: 3, Max24HourSend: 200, MaxSendRate: 1_000 });
    const { SendDataPoints = [] } = await client.send(new GetSendStatisticsCommand({}));
    expect(SendDataPoints.reduce((sum, point) => sum + (point.DeliveryAttempts ?? 0), 0)).toBe(3);
    for (const point of SendDataPoints) expect(point.Timestamp).toBeInstanceOf(Date);
  });

  it("gets errors it understands", async () => {
    const ses = await strict();
    const client = sdk(ses, "eu-west-1");
    const Data = Buffer.from("From: ann@example.com\r\nTo: bob@example.org\r\n\r\nHello\r\n");
    await expect(client.send(new SendRawEmailCommand({ RawMessage: { Data } }))).rejects.toMatchObject({
      name: "MessageRejected",
      message:
        "Email address is not verified. The following identities failed the check in region EU-WEST-1: ann@example.com",
      $fault: "client",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const stranger = new SESClient({
      endpoint: ses.url,
      region: "us-east-1",
      credentials: { ...credentials, secretAccessKey: "wrong" },
      maxAttempts: 1,
    });
    await expect(stranger.send(new GetSendQuotaCommand({}))).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });
});

describe("@aws-sdk/client-sesv2", () => {
  it("sends raw content and reads the account, signed", async () => {
    const ses = await strict();
    const client = new SESv2Client({ endpoint: ses.url, region: "us-east-1", credentials, maxAttempts: 1 });
    await ses.inbox.verify("example.com");
    const Data = Buffer.from("From: ann@example.com\r\nTo: bob@example.org\r\n\r\nHello\r\n");
    const { MessageId } = await client.send(new SendEmailV2Command({ Content: { Raw: { Data } } }));
    expect(ses.inbox.get(MessageId ?? "")?.recipients).toEqual(["bob@example.org"]);
    expect((await client.send(new GetAccountCommand({}))).SendQuota?.SentLast24Hours).toBe(1);
    const unknown = new SendEmailV2Command({ FromEmailAddress: "eve@example.net", Content: { Raw: { Data } } });
    await expect(client.send(unknown)).rejects.toMatchObject({
      name: "MessageRejected",
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe("nodemailer's own SES transport", () => {
  it("sends and verifies", async () => {
    const ses = await strict();
    await ses.inbox.verify("ann@example.com");
    const sesClient = new SESv2Client({ endpoint: ses.url, region: "eu-west-1", credentials, maxAttempts: 1 });
    await ses.inbox.verify("ann@example.com", { region: "eu-west-1" });
    const mailer = createTransport({ SES: { sesClient, SendEmailCommand: SendEmailV2Command } });
    expect(await mailer.verify()).toBe(true);
    expect(ses.inbox.list()).toEqual([]);
    const info = await mailer.sendMail({
      from: "Ann <ann@example.com>",
      to: ["bob@example.org", "cid@example.org"],
      bcc: "dee@example.org",
      subject: "Grüße",
      html: "<p>Hello</p>",
      attachments: [{ filename: "a.txt", content: "attached" }],
    });
    const [mail] = ses.inbox.list();
    expect(info.messageId).toBe(`<${mail?.id}@eu-west-1.amazonses.com>`);
    expect(mail?.recipients).toEqual(["bob@example.org", "cid@example.org", "dee@example.org"]);
    expect(Buffer.from(mail?.delivered ?? []).toString()).toContain(`Message-ID: ${info.messageId}\r\n`);
    expect(mail?.parse().attachments[0]?.filename).toBe("a.txt");
  });
});

const PYTHON = "/usr/bin/python3";
const hasBoto3 =
  existsSync(PYTHON) &&
  (await run(PYTHON, ["-c", "import boto3"]).then(
    () => true,
    () => false,
  ));
const AWS = "/usr/bin/aws";

const BOTO3 = `
import json, sys, boto3
from botocore.exceptions import ClientError
url, key, secret = sys.argv[1:]
ses = boto3.client("ses", endpoint_url=url, region_name="us-west-2", aws_access_key_id=key, aws_secret_access_key=secret)
ses.verify_email_identity(EmailAddress="bob@example.com")
sent = ses.send_email(Source="ann@example.com", Destination={"ToAddresses": ["x@example.org"]},
  Message={"Subject": {"Data": "Gr\\u00fc\\u00dfe", "Charset": "UTF-8"}, "Body": {"Text": {"Data": "Hello"}, "Html": {"Data": "<b>Hello</b>"}}})
raw = ses.send_raw_email(RawMessage={"Data": b"From: ann@example.com\\r\\nTo: y@example.org\\r\\n\\r\\nx"})
try:
  ses.send_raw_email(RawMessage={"Data": b"From: eve@example.net\\r\\nTo: y@example.org\\r\\n\\r\\nx"})
  code = "none"
except ClientError as error:
  code = error.response["Error"]["Code"]
print(json.dumps([sent["MessageId"], raw["MessageId"], code, ses.list_identities()["Identities"],
  ses.get_send_quota()["SentLast24Hours"], ses.get_send_statistics()["SendDataPoints"][0]["DeliveryAttempts"]]))
`;

describe("clients in Python", () => {
  it(`boto3 sends, lists and gets its exceptions${hasBoto3 ? "" : " (not installed: only the endpoint is started)"}`, async () => {
    const ses = await strict();
    await ses.inbox.verify("ann@example.com", { region: "us-west-2" });
    if (!hasBoto3) return expect(ses.inbox.list()).toEqual([]);
    const { accessKeyId, secretAccessKey } = credentials;
    const { stdout } = await run(PYTHON, ["-c", BOTO3, ses.url, accessKeyId, secretAccessKey]);
    const [simple, raw, code, identities, sent, attempts] = JSON.parse(stdout);
    expect(ses.inbox.list({ kind: "sent" }).map(({ id }) => id)).toEqual([simple, raw]);
    expect([code, identities, sent, attempts]).toEqual([
      "MessageRejected",
      ["ann@example.com", "bob@example.com"],
      2,
      2,
    ]);
    expect(ses.inbox.get(simple)?.parse().subject).toBe("Grüße");
  });

  it(`the aws command sends and reads the quota${existsSync(AWS) ? "" : " (not installed: only the endpoint is started)"}`, async () => {
    const ses = await strict();
    await ses.inbox.verify("ann@example.com");
    if (!existsSync(AWS)) return expect(ses.inbox.list()).toEqual([]);
    const env = {
      PATH: "/usr/bin:/bin",
      HOME: "/nonexistent",
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_DEFAULT_REGION: "us-east-1",
    };
    const aws = async (...words: string[]) =>
      JSON.parse((await run(AWS, ["--endpoint-url", ses.url, "--output", "json", "ses", ...words], { env })).stdout);
    const { MessageId } = await aws(
      "send-email",
      "--from",
      "ann@example.com",
      "--to",
      "bob@example.org",
      "--subject",
      "Hi",
      "--text",
      "Hello",
    );
    expect(ses.inbox.get(MessageId)?.subject).toBe("Hi");
    expect(await aws("get-send-quota")).toMatchObject({ SentLast24Hours: 1, Max24HourSend: 200 });
  });
});
