// The errors of the API: code, status, Type, body, and the texts the service is known to send.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  base64,
  errorOf,
  type Form,
  handle,
  post,
  rawForm,
  shapeOf,
  simpleForm,
  start,
  textOf,
} from "../support/helpers.ts";

const MESSAGE = "From: ann@example.com\nTo: bob@example.org\nSubject: Hi\n\nHello\n";

async function outcome(form: Form | string): Promise<string> {
  return errorOf(await handle(await start(), form));
}

describe("the error body", () => {
  it("has RequestId directly under the root, and the Type of the side at fault", async () => {
    const ses = await start();
    const answer = await post(ses, { Action: "Nothing" });
    expect(shapeOf(answer.body).split("\n")).toEqual([
      "ErrorResponse",
      "ErrorResponse/Error",
      "ErrorResponse/Error/Type",
      "ErrorResponse/Error/Code",
      "ErrorResponse/Error/Message",
      "ErrorResponse/RequestId",
    ]);
    expect(answer.headers.get("content-type")).toBe("text/xml");
    expect(textOf(answer.body, "Type")).toBe("Sender");
    ses.inbox.faults({ internalFailure: 1 });
    expect(textOf((await post(ses, { Action: "GetSendQuota" })).body, "Type")).toBe("Receiver");
  });

  it("stays well-formed whatever a client puts into names and values", async () => {
    const ses = await start();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const value = encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, ""));
        const answer = await handle(ses, `Action=${value}`);
        expect(shapeOf(answer.body)).toContain("ErrorResponse/Error/Message");
        expect(answer.body).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f]/);
      }),
      { numRuns: 100 },
    );
  });
});

describe("actions that are not there", () => {
  it("answers InvalidAction in the service's words for a name that it never had", async () => {
    for (const action of ["SendTemplateEmail", "sendemail", "__proto__", "constructor"]) {
      expect(await outcome({ Action: action, Version: "2010-12-01" })).toBe(
        `400 InvalidAction: Could not find operation ${action} for version 2010-12-01`,
      );
    }
  });

  it("answers InvalidAction in the namespace of faults for an unknown Version", async () => {
    const answer = await handle(await start(), { Action: "GetSendStatistics", Version: "2012-12-01" });
    expect(errorOf(answer)).toBe(
      "400 InvalidAction: Could not find operation GetSendStatistics for version 2012-12-01",
    );
    expect(answer.body).toContain('xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"');
  });

  it("answers MissingAction without an Action", async () => {
    expect(await outcome({ Version: "2010-12-01" })).toMatch(/^400 MissingAction: /);
    expect(await outcome("")).toMatch(/^400 MissingAction: /);
  });
});

describe("query strings", () => {
  it("answers MalformedQueryString with 404 for a syntax error", async () => {
    for (const form of ["Action=%zz", "Action=%ff", "Action", "=x", "Action=GetSendQuota&<=1", "Action=%"]) {
      expect(await outcome(form)).toMatch(/^404 MalformedQueryString: /);
    }
  });

  it("answers InvalidQueryParameter for a repeated name and for a list numbered otherwise than from 1", async () => {
    expect(await outcome("Action=GetSendQuota&Action=GetSendQuota")).toMatch(/^400 InvalidQueryParameter: /);
    for (const index of ["0", "x", "01", "-1", "1.2"]) {
      const form = `Action=GetIdentityDkimAttributes&Identities.member.${index}=example.com`;
      expect(await outcome(form)).toMatch(/^400 InvalidQueryParameter: /);
    }
  });

  it("answers InvalidQueryParameter for more parameters than any request has", async () => {
    const form = Array.from({ length: 6_000 }, (_, index) => `p${index}=1`).join("&");
    expect(await outcome(form)).toMatch(/^400 InvalidQueryParameter: /);
  });

  it("reads list members in the order of their numbers, gaps and all", async () => {
    const ses = await start();
    const more = {
      "Destinations.member.10": "c@x.org",
      "Destinations.member.2": "b@x.org",
      "Destinations.member.1": "a@x.org",
    };
    await handle(ses, rawForm(MESSAGE, more));
    expect(ses.inbox.list()[0]?.recipients).toEqual(["a@x.org", "b@x.org", "c@x.org"]);
  });
});

describe("validation errors", () => {
  it("tells one missing member in the singular", async () => {
    const form = {
      Action: "SendEmail",
      Source: "ann@example.com",
      "Destination.ToAddresses.member.1": "bob@example.org",
    };
    expect(await outcome(form)).toBe(
      "400 ValidationError: 1 validation error detected: Value null at 'message' failed to satisfy constraint: Member must not be null",
    );
  });

  it("counts several and joins them with a semicolon", async () => {
    expect(await outcome({ Action: "SetIdentityDkimEnabled" })).toBe(
      "400 ValidationError: 2 validation errors detected: Value null at 'identity' failed to satisfy constraint: Member must not be null; Value null at 'dkimEnabled' failed to satisfy constraint: Member must not be null",
    );
    expect(await outcome({ Action: "SendEmail" })).toMatch(/^400 ValidationError: 3 validation errors detected: /);
  });

  it("names the missing members of a message by their paths", async () => {
    const form: Form = { ...simpleForm(), "Message.Subject.Charset": "UTF-8", "Message.Body.Html.Charset": "UTF-8" };
    const { "Message.Subject.Data": _, ...without } = form;
    const text = await outcome(without);
    expect(text).toContain("Value null at 'message.subject.data'");
    expect(text).toContain("Value null at 'message.body.html.data'");
  });

  it("shows the value set of an enumeration", async () => {
    expect(await outcome({ Action: "ListIdentities", IdentityType: "Unknown" })).toBe(
      "400 ValidationError: 1 validation error detected: Value 'Unknown' at 'identityType' failed to satisfy constraint: Member must satisfy enum value set: [Domain, EmailAddress]",
    );
    const form = { Action: "SetIdentityNotificationTopic", Identity: "a@b.co", NotificationType: "bounce" };
    expect(await outcome(form)).toContain("Value 'bounce' at 'notificationType'");
  });

  it("holds MaxItems to 1 to 1000 and identities to 100", async () => {
    for (const MaxItems of ["0", "1001", "-1"]) {
      expect(await outcome({ Action: "ListIdentities", MaxItems })).toBe(
        `400 InvalidParameterValue: Value ${MaxItems} for parameter MaxItems is invalid. MaxItems must be between 1 and 1000.`,
      );
    }
    expect((await handle(await start(), { Action: "ListIdentities", MaxItems: "1000" })).status).toBe(200);
    const names = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`Identities.member.${index + 1}`, `d${index}.example`]),
      );
    const action = "GetIdentityVerificationAttributes";
    expect(await outcome({ Action: action, ...names(101) })).toContain(
      "Member must have length less than or equal to 100",
    );
    expect((await handle(await start(), { Action: action, ...names(100) })).status).toBe(200);
  });

  it("answers InvalidParameterValue for what is no number and no boolean", async () => {
    expect(await outcome({ Action: "ListIdentities", MaxItems: "many" })).toBe("400 MalformedInput: ");
    expect(await outcome({ Action: "ListIdentities", MaxItems: "" })).toBe(
      "400 MalformedInput: missing value for decimal type",
    );
    expect(await outcome({ Action: "VerifyDomainDkim", Domain: "ann@example.com" })).toBe(
      "400 InvalidParameterValue: Domain ann@example.com is invalid.",
    );
    const form = { Action: "SetIdentityDkimEnabled", Identity: "a@b.co", DkimEnabled: "maybe" };
    expect(await outcome(form)).toMatch(/^400 InvalidParameterValue: /);
  });
});

describe("texts of the sending path", () => {
  const ADDRESSES: readonly (readonly [address: string, text: string])[] = [
    ["bob", "Missing final '@domain'"],
    ["@example.org", "Missing local name"],
    ["bob@exa_mple.org", "Domain contains illegal character"],
    ["bob@münchen.example", "Domain contains control or whitespace"],
    ["bob@example.org b", "Domain contains control or whitespace"],
    ['"bob"', "Missing domain"],
    ["böb@example.org", "Local address contains control or whitespace"],
    ["b(ob@example.org", "Missing ')'"],
  ];

  for (const [address, text] of ADDRESSES) {
    it(`answers "${text}" for ${address}`, async () => {
      const wanted = `400 InvalidParameterValue: ${text}`;
      expect(await outcome(simpleForm({ "Destination.CcAddresses.member.1": address }))).toBe(wanted);
      expect(await outcome(rawForm(MESSAGE, { "Destinations.member.1": address }))).toBe(wanted);
      expect(await outcome(rawForm(MESSAGE, { Source: address }))).toBe(wanted);
      expect(await outcome(rawForm(MESSAGE.replace("bob@example.org", address)))).toBe(wanted);
    });
  }

  it("counts recipients one under, at and one over 50, group members among them", async () => {
    const members = (count: number) => Array.from({ length: count }, (_, index) => `r${index}@example.org`).join(", ");
    const send = (count: number) => outcome(rawForm(`From: ann@example.com\nTo: team: ${members(count)};\n\nHi`));
    expect([await send(49), await send(50)]).toEqual(["200 undefined: undefined", "200 undefined: undefined"]);
    expect(await send(51)).toBe("400 InvalidParameterValue: Recipient count exceeds 50.");
    const simple = {
      "Destination.ToAddresses.member.1": `team: ${members(30)};`,
      "Destination.BccAddresses.member.1": `z: z@x.org, ${members(50)};`,
    };
    expect(await outcome(simpleForm(simple))).toBe("400 InvalidParameterValue: Recipient count exceeds 50.");
  });

  it("counts bytes one under, at and one over 10,485,760", async () => {
    const head = "From: ann@example.com\r\nTo: bob@example.org\r\n\r\n";
    const send = (size: number) => {
      const raw = Buffer.alloc(size, "a");
      raw.write(head);
      return outcome({ Action: "SendRawEmail", "RawMessage.Data": raw.toString("base64") });
    };
    expect(await send(10_485_759)).toBe("200 undefined: undefined");
    expect(await send(10_485_760)).toBe("200 undefined: undefined");
    expect(await send(10_485_761)).toBe(
      "400 InvalidParameterValue: Message length is more than 10485760 bytes long: '10485761'.",
    );
  });

  const RAW: readonly (readonly [what: string, message: string, text: string])[] = [
    ["no From", "To: bob@example.org\n\nHi", "Missing required header 'From'."],
    ["no recipient field", "From: ann@example.com\n\nHi", "Missing required header 'To'."],
    ["empty recipient fields", "From: ann@example.com\nTo: nobody:;\n\nHi", "There are no recipients specified"],
    [
      "a repeated field",
      `List-Unsubscribe: <a:b>\nlist-unsubscribe: <a:c>\n${MESSAGE}`,
      "Duplicate header 'list-unsubscribe'.",
    ],
    ["a field without a name", `: x\n${MESSAGE}`, "Empty header names are illegal."],
    ["an endless head", `X-Long: ${"a ".repeat(150_000)}\n${MESSAGE}`, "Header section too long."],
    ["a parameter without a value", `Content-Type: text/plain; charset\n${MESSAGE}`, "Expected '=', got 'null'"],
  ];

  for (const [what, message, text] of RAW) {
    it(`answers "${text}" for ${what}`, async () => {
      expect(await outcome(rawForm(message))).toBe(`400 InvalidParameterValue: ${text}`);
    });
  }

  it("answers `There are no recipients specified` for a Destination with empty lists", async () => {
    const { "Destination.ToAddresses.member.1": _, ...form } = simpleForm({ "Destination.ToAddresses": "" });
    expect(await outcome(form)).toBe("400 InvalidParameterValue: There are no recipients specified");
  });

  it("refuses base64 that is none, and skips line breaks in it", async () => {
    expect(await outcome({ Action: "SendRawEmail", "RawMessage.Data": "a*b" })).toMatch(/^400 InvalidParameterValue: /);
    const data = base64(MESSAGE).replace(/.{20}/g, "$&\r\n");
    expect((await handle(await start(), { Action: "SendRawEmail", "RawMessage.Data": data })).status).toBe(200);
  });

  it("refuses tags in the service's words", async () => {
    const tag = (name: string) => outcome(rawForm(MESSAGE, { "Tags.member.1.Name": name, "Tags.member.1.Value": "v" }));
    expect(await tag("")).toBe("400 InvalidParameterValue: The tag name must be specified.");
    expect(await tag("n".repeat(256))).toBe("400 InvalidParameterValue: Tag name cannot exceed 255 characters.");
    expect(await tag("a b")).toBe(
      "400 InvalidParameterValue: Invalid tag name <a b>: only alphanumeric ASCII characters, '_',  '-' are allowed.",
    );
    expect(
      (await handle(await start(), rawForm(MESSAGE, { "Tags.member.1.Name": "n", "Tags.member.1.Value": "v" }))).status,
    ).toBe(200);
  });

  it("refuses a charset nobody knows", async () => {
    expect(await outcome(simpleForm({ "Message.Body.Text.Charset": "x-none" }))).toBe(
      "400 InvalidParameterValue: Unknown charset: x-none",
    );
  });
});

describe("errors on demand", () => {
  const CODES = [
    [400, "AccountSendingPausedException"],
    [400, "ConfigurationSetDoesNotExist"],
    [400, "ConfigurationSetSendingPausedException"],
    [500, "InternalFailure"],
    [400, "MailFromDomainNotVerifiedException"],
    [403, "OptInRequired"],
    [503, "ServiceUnavailable"],
    [400, "Throttling"],
  ] as const;

  for (const [status, errorCode] of CODES) {
    it(`plays ${errorCode} with status ${status}`, async () => {
      const ses = await start();
      ses.inbox.faults({ errors: 1, errorCode });
      expect(errorOf(await handle(ses, simpleForm()))).toMatch(new RegExp(`^${status} ${errorCode}: `));
      expect((await handle(ses, simpleForm())).status).toBe(200);
    });
  }
});
