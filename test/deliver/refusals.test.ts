// The table of refusals, row by row: in the XML of API v1, in the JSON of API v2, and through the clients of the SDK.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SESClient } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { type SdkClient, type SesHttpClient, sesHttpClient, sesSender } from "mimewright/ses";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classify } from "../../src/deliver/ses/classification.ts";
import { bareCode, isThrottling, refusalOf, scopeOf } from "../../src/deliver/ses/refusals.ts";
import { mail } from "../faults/clients.ts";
import { meaningOf } from "./meaning.ts";

const time = 1_700_000_000_000;
const encode = (text: string) => new TextEncoder().encode(text);
const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

type Means = "quota" | "throttled" | "now" | "account" | "configuration-set" | "never";
type Row = readonly [status: number, code: string, text: string, means: Means];

const DAY = "Daily message quota exceeded.";
const PAUSED =
  "Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.";
const SET = "Sending is paused for configuration set news-2";
const EXPIRED = "The security token included in the request is expired";
const USER = "User: arn:aws:sts::123456789012:assumed-role/mailer/i-0ab is not authorized to perform: ses:SendRawEmail";

const throttling = [
  ...["BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete"],
  ...[
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
  ],
  ...["SlowDown", "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException"],
  "TransactionInProgressException",
];
const account = [
  ...["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidToken"],
  ...["UnrecognizedClient", "SignatureDoesNotMatch", "InvalidSignatureException", "InvalidAccessKeyId", "AuthFailure"],
  ...["IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "NotSignedUp"],
  ...["MissingAuthenticationTokenException", "OptInRequired", "TokenRefreshRequired", "AccountSendingPaused"],
  ...["AccountSendingPausedException", "SendingPausedException", "AccountSuspendedException"],
];

const rows: readonly Row[] = [
  [400, "Throttling", DAY, "quota"],
  [400, "LimitExceededException", DAY, "quota"],
  [429, "TooManyRequestsException", "DAILY MESSAGE QUOTA EXCEEDED", "quota"],
  [400, "SomethingNew", "You have reached your daily sending quota.", "quota"],
  [400, "Throttling", "Maximum sending rate exceeded.", "throttled"],
  [429, "SomethingNew", "", "throttled"],
  ...throttling.map((code): Row => [400, code, "Rate exceeded", "throttled"]),
  [400, "RequestTimeout", "", "now"],
  [408, "RequestTimeoutException", "", "now"],
  [400, "TimeoutError", "", "now"],
  ...account.map((code): Row => [403, code, EXPIRED, "account"]),
  [400, "MessageRejected", PAUSED, "account"],
  [400, "MessageRejected", PAUSED.toUpperCase(), "account"],
  [400, "MessageRejected", "Your account is temporarily suspended.", "account"],
  [400, "RequestExpired", "Request has expired.", "account"],
  [400, "RequestInTheFuture", "", "account"],
  [403, "AccessDenied", USER, "account"],
  [403, "AccessDeniedException", `${USER} on resource: * because no policy allows it`, "account"],
  [403, "AccessDenied", `${USER} on resource: arn:aws:ses:eu-west-1:123456789012:identity/*`, "account"],
  [400, "ConfigurationSetSendingPausedException", SET, "configuration-set"],
  [400, "ConfigurationSetSendingPaused", "", "configuration-set"],
  [400, "SendingPausedException", SET, "configuration-set"],
  [400, "MessageRejected", "Email address is not verified. The following identities failed: a@example.com", "never"],
  [400, "MessageRejected", "Address blacklisted: account-paused-for-this-account@example.com", "never"],
  [400, "MailFromDomainNotVerifiedException", "", "never"],
  [400, "ConfigurationSetDoesNotExist", "Configuration set <news> does not exist.", "never"],
  [404, "NotFoundException", "", "never"],
  [400, "BadRequestException", "Missing required header 'From'.", "never"],
  [403, "AccessDenied", `${USER} on resource: arn:aws:ses:eu-west-1:123456789012:identity/example.com`, "never"],
  [403, "AccessDenied", "User `x' is not authorized … on resource `arn:aws:ses:us-east-1:1:identity/a.org'", "never"],
  [403, "AccessDeniedException", `${USER} on resource: arn:aws:ses:us-east-1:1:configuration-set/news`, "never"],
  [400, "InvalidParameterValue", "Missing final '@domain'", "never"],
  [418, "SomethingNew", "", "never"],
  // RFC 9110 s15.5.2, s15.5.8: the credentials are refused, whatever the code
  [401, "SomethingNew", "", "account"],
  [407, "SomethingNew", "Proxy Authentication Required", "account"],
];

describe("a refusal", () => {
  it.each(rows)('%i %s "%s" is %s in XML and JSON', (status, code, text, means) => {
    const xml = `<ErrorResponse><Error><Code>${code}</Code><Message>${escaped(text)}</Message></Error></ErrorResponse>`;
    const v1 = { kind: "answer", status, headers: {}, body: encode(xml) } as const;
    expect(meaningOf(classify({ api: "v1", outcome: v1, written: "some", time }))).toBe(means);
    const json = encode(JSON.stringify({ [status === 403 ? "Message" : "message"]: text }));
    for (const name of [
      code,
      `${code}:http://internal.amazon.com/coral/com.amazonaws.ses/`,
      `com.amazonaws.ses#${code}`,
    ]) {
      const v2 = { kind: "answer", status, headers: { "x-amzn-errortype": name }, body: json } as const;
      expect(meaningOf(classify({ api: "v2", outcome: v2, written: "some", time }))).toBe(means);
    }
    // As a client gives it that is not the SDK's.
    const word = { kind: "word", status, code, text } as const;
    expect(meaningOf(classify({ api: "v2", outcome: word, written: "some", time }))).toBe(means);
  });

  it.each([
    [
      "XML of an SDK's reader",
      "<Response><Errors><Error><Code>C</Code><Message>M</Message></Error></Errors></Response>",
    ],
    ["XML with the error as its root", "<Error><Code>C</Code><Message>M</Message></Error>"],
    [
      "XML with prefixes",
      '<s:ErrorResponse xmlns:s="u"><s:Error><s:Code>C</s:Code><s:Message>M</s:Message></s:Error></s:ErrorResponse>',
    ],
    ["XML whose root is the code", "<CException><Message>M</Message></CException>"],
    ["JSON with __type", '{"__type":"com.amazonaws.ses#C","Message":"M"}'],
    ["JSON with code", '{"code":"C","message":"M"}'],
    ["JSON with Code", '{"Code":"C","Message":"M"}'],
    ["JSON with an Error", '{"Error":{"Code":"C","Message":"M"}}'],
  ])("is read from %s, over both APIs", (_, form) => {
    for (const api of ["v1", "v2"] as const) {
      for (const [code, text, means] of [
        ["ExpiredToken", EXPIRED, "account"],
        ["LimitExceeded", DAY, "quota"],
        ["Throttling", "Maximum sending rate exceeded.", "throttled"],
        ["MessageRejected", "Email address is not verified.", "never"],
      ] as const) {
        const body = encode(form.replace(/\bC(?=Exception|<|")/g, code).replace(/(?<=[>"])M(?=[<"])/, text));
        const outcome = { kind: "answer", status: 400, headers: { "x-amzn-errortype": "" }, body } as const;
        const found = classify({ api, outcome, written: "some", time });
        expect([found.outcome, meaningOf(found)]).toMatchObject([
          means === "quota" ? { cause: { message: text } } : { message: text },
          means,
        ]);
      }
    }
  });

  it.each([500, 502, 504])("of status %i is none, whatever the code: it stays ambiguous", (status) => {
    for (const [, code, text] of rows) {
      const outcome = { kind: "word", status, code, text } as const;
      expect(meaningOf(classify({ api: "v1", outcome, written: "some", time }))).toBe("unknown");
    }
  });

  it("of status 503 is one only when the call was not served", () => {
    const kind = (code: string) =>
      meaningOf(classify({ api: "v1", outcome: { kind: "word", status: 503, code, text: "" }, written: "some", time }));
    expect(["ServiceUnavailable", "ServiceUnavailableException"].map(kind)).toEqual(["now", "now"]);
    expect(throttling.map(kind)).toEqual(throttling.map(() => "throttled"));
    expect(["ExpiredToken", "RequestTimeout", "SomethingNew"].map(kind)).toEqual(Array(3).fill("unknown"));
  });

  it("lowers the rate only when the text names the sending rate", () => {
    expect(refusalOf(400, "Throttling", "Maximum sending rate exceeded.")).toEqual({ kind: "throttled", rate: true });
    expect(refusalOf(400, "Throttling", "Rate exceeded")).toEqual({ kind: "throttled", rate: false });
  });

  it("is read from any spelling of its code", () => {
    for (const code of ["Throttling", "ThrottlingException", "a.b#ThrottlingException:http://x", "Client.Throttling"]) {
      expect(bareCode(code)).toBe("Throttling");
      expect(isThrottling(code)).toBe(true);
    }
    expect(bareCode("Exception")).toBe("Exception");
  });

  it("is known again from what is on record of it", () => {
    expect(scopeOf({ code: "ExpiredToken", message: EXPIRED })).toBe("account");
    expect(scopeOf({ code: "MessageRejected", message: PAUSED })).toBe("account");
    expect(scopeOf({ code: "LimitExceededException", message: DAY })).toBe("account");
    expect(scopeOf({ code: "send.credentials", message: "" })).toBe("account");
    expect(scopeOf({ code: "ConfigurationSetSendingPausedException", message: SET })).toBe("configuration-set");
    for (const code of ["MessageRejected", "Throttling", "send.connection", "address.syntax"]) {
      expect(scopeOf({ code, message: "no" })).toBeUndefined();
    }
  });

  it("is read in linear time", () => {
    const long = "on resource ".repeat(100_000);
    expect(refusalOf(403, "AccessDenied", long)).toMatchObject({ kind: "stop" });
    expect(refusalOf(400, "MessageRejected", "sending is paused for ".repeat(50_000))).toEqual({ kind: "stop" });
  });
});

describe("through a client", () => {
  let server: Server;
  let endpoint = "";
  let row: Row = [400, "", "", "never"];

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on("end", () => {
        const [status, code, text] = row;
        const isV2 = request.url?.startsWith("/v2") === true;
        const xml = `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(text)}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
        response
          .writeHead(status, isV2 ? { "x-amzn-errortype": code, "content-type": "application/json" } : {})
          .end(isV2 ? JSON.stringify({ message: text }) : xml);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
  const region = "us-east-1";
  const kinds: readonly (readonly [string, () => SdkClient | SesHttpClient])[] = [
    ["SESClient", () => new SESClient({ endpoint, region, credentials })],
    ["SESv2Client", () => new SESv2Client({ endpoint, region, credentials })],
    ["sesHttpClient v1", () => sesHttpClient({ endpoint, region, credentials })],
    ["sesHttpClient v2", () => sesHttpClient({ endpoint, region, credentials, api: "v2" })],
  ];

  it.each(kinds)("%s, every row comes to its result", async (_, clientOf) => {
    const client = clientOf();
    for (row of rows) {
      const [, code, text, means] = row;
      const sender = sesSender({ client, retries: { max: 0 }, pauses: { refusal: 11, quota: 12 } });
      const result = await sender.send(mail);
      // A clock that differs is corrected first, once.
      const attempts = /^Request(?:Expired|InTheFuture)$/.test(code) ? 2 : 1;
      expect(result).toMatchObject({ status: "failed", attempts, code: means === "quota" ? "send.quota" : code });
      const { retryable, scope, retryAfter } = result.status === "failed" ? result : {};
      const stays = means === "never";
      expect([code, text, retryable]).toEqual([code, text, !stays]);
      if (means === "account" || means === "configuration-set") expect([scope, retryAfter]).toEqual([means, 11]);
      else expect([scope, retryAfter]).toEqual(means === "quota" ? ["account", 12] : [undefined, undefined]);
    }
  });
});
