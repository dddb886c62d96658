// What SES refuses whatever the account: lists in one address, two kinds of content, parts that no reader can tell apart.
import { describe, expect, it } from "vitest";
import { base64, errorOf, handle, rawForm, simpleForm, start } from "../support/helpers.ts";
import { answerV2, rawV2, simpleV2 } from "../support/v2.ts";

const MESSAGE = "From: ann@example.com\nTo: bob@example.org\nSubject: Hi\n\nHello\n";
const PRESETS = ["easy", "strict"] as const;
const open = (preset: (typeof PRESETS)[number] = "easy") => start({ preset, signatures: false });

function withoutMembers(content: Record<string, unknown>, ...names: readonly string[]) {
  return Object.fromEntries(Object.entries(content).filter(([name]) => !names.includes(name)));
}

describe("an address parameter", () => {
  const TEXTS: readonly (readonly [address: string, text: string])[] = [
    ["cid@example.org, dee@example.org", "Illegal address"],
    ["Doe, Jane <jane@example.org>", "Illegal address"],
    ["", "Invalid email address ."],
    [" ", "Invalid email address ."],
    ["jane doe@example.org", "Local address contains control or whitespace"],
    ["jane", "Missing final '@domain'"],
    ["jane@", "Missing domain"],
    ["jane@exa mple.org", "Domain contains control or whitespace"],
  ];

  for (const [address, text] of TEXTS) {
    it(`that is "${address}" is refused in every list, beside good ones too`, async () => {
      const ses = await open();
      for (const list of ["ToAddresses", "CcAddresses", "BccAddresses"]) {
        const Destination = { [list]: ["cid@example.org", address] };
        const form = { [`Destination.${list}.member.1`]: "cid@example.org", [`Destination.${list}.member.2`]: address };
        expect(errorOf(await handle(ses, simpleForm(form)))).toBe(`400 InvalidParameterValue: ${text}`);
        expect(await answerV2(ses, simpleV2({}, { Destination }))).toBe(`400 BadRequestException: ${text}`);
        expect(await answerV2(ses, rawV2(MESSAGE, { Destination }))).toBe(`400 BadRequestException: ${text}`);
      }
      const ReplyToAddresses = [address];
      expect(await answerV2(ses, simpleV2({}, { ReplyToAddresses }))).toBe(`400 BadRequestException: ${text}`);
      expect(errorOf(await handle(ses, simpleForm({ "ReplyToAddresses.member.1": address })))).toContain(text);
      const destinations = { "Destinations.member.1": "cid@example.org", "Destinations.member.2": address };
      expect(errorOf(await handle(ses, rawForm(MESSAGE, destinations)))).toBe(`400 InvalidParameterValue: ${text}`);
      expect(ses.inbox.list()).toEqual([]);
    });
  }

  it("is checked before the number of recipients and before the sender is", async () => {
    const ses = await open("strict");
    const ToAddresses = [...Array.from({ length: 51 }, (_, index) => `r${index}@example.org`), "nobody"];
    expect(await answerV2(ses, simpleV2({}, { Destination: { ToAddresses } }))).toContain("Missing final '@domain'");
    expect(await answerV2(ses, simpleV2({}, { Destination: {}, FromEmailAddress: "a b@c.org" }))).toContain(
      "Local address contains control or whitespace",
    );
  });

  it("is checked from the sender on, one after the other", async () => {
    const form = { Source: "no domain", "Destination.ToAddresses.member.1": "@x.org", ReturnPath: "x@" };
    expect(errorOf(await handle(await open(), simpleForm(form)))).toContain("Local address contains control");
    expect(errorOf(await handle(await open(), simpleForm({ ...form, Source: "a@b.co" })))).toContain(
      "Missing local name",
    );
  });
});

describe("content of v2", () => {
  const { Content } = rawV2(MESSAGE) as { Content: object };
  const Simple = { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } };
  const missing = (member: string) =>
    `400 BadRequestException: 1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`;
  const one = "400 BadRequestException: Content must contain exactly one of Raw, Simple and Template.";
  const header = (Name: string, Value: string) => ({ Headers: [{ Name, Value }] });
  const headers = (count: number) => ({
    Headers: Array.from({ length: count }, (_, index) => ({ Name: `X-${index}`, Value: "v" })),
  });
  const CASES: readonly (readonly [name: string, content: unknown, answer: string])[] = [
    ["none", undefined, missing("content")],
    ["no kind", {}, one],
    ["Raw and Simple", { ...Content, Simple }, one],
    ["Simple and Template", { Simple, Template: { TemplateName: "t" } }, one],
    ["Raw without Data", { Raw: {} }, missing("content.raw.data")],
    ["Simple without Subject", { Simple: withoutMembers(Simple, "Subject") }, missing("content.simple.subject")],
    ["Simple without Body", { Simple: withoutMembers(Simple, "Body") }, missing("content.simple.body")],
    ["an empty Body", { Simple: { ...Simple, Body: {} } }, missing("content.simple.body")],
    ["a Subject without Data", { Simple: { ...Simple, Subject: {} } }, missing("content.simple.subject.data")],
    [
      "a text without Data",
      { Simple: { ...Simple, Body: { Html: { Charset: "UTF-8" } } } },
      missing("content.simple.body.html.data"),
    ],
    ["15 headers", { Simple: { ...Simple, ...headers(15) } }, "200"],
    [
      "16 headers",
      { Simple: { ...Simple, ...headers(16) } },
      "400 BadRequestException: 1 validation error detected: Value at 'content.simple.headers' failed to satisfy constraint: Member must have length less than or equal to 15",
    ],
    [
      "a header that a parameter writes",
      { Simple: { ...Simple, ...header("Subject", "v") } },
      "400 BadRequestException: Duplicate header 'Subject'.",
    ],
    [
      "a header without a value",
      { Simple: { ...Simple, Headers: [{ Name: "X-A" }] } },
      missing("content.simple.headers.1.member.value"),
    ],
    [
      "a header name with a blank",
      { Simple: { ...Simple, ...header("X A", "v") } },
      "400 BadRequestException: 1 validation error detected: Value at 'content.simple.headers.1.member.name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[!-9;-@A-~]+$",
    ],
    [
      "a header value with a line break",
      { Simple: { ...Simple, ...header("X-A", "v\r\nBcc: eve@x.org") } },
      "400 BadRequestException: 1 validation error detected: Value at 'content.simple.headers.1.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[ -~]*$",
    ],
    [
      "a template",
      { Template: { TemplateName: "t", TemplateData: "{}" } },
      "400 BadRequestException: This local endpoint keeps no templates: send Simple or Raw content.",
    ],
  ];

  for (const [name, content, answer] of CASES) {
    it(`with ${name} is answered alike in both presets`, async () => {
      for (const preset of PRESETS) {
        const ses = await open(preset);
        for (const identity of ["ann@example.com", "bob@example.org"]) await ses.inbox.verify(identity);
        expect(await answerV2(ses, { ...simpleV2(), Content: content })).toBe(answer);
        expect(ses.inbox.list({ kind: "sent" })).toHaveLength(answer === "200" ? 1 : 0);
      }
    });
  }

  it("has a sender in the request where it is not raw", async () => {
    const ses = await open();
    const { FromEmailAddress: _, ...request } = simpleV2() as { FromEmailAddress: string };
    expect(await answerV2(ses, request)).toBe("400 BadRequestException: null");
    expect(await answerV2(ses, { ...request, Content: { Template: {} } })).toContain("Source cannot be empty");
  });
});

describe("JSON of other types than the API's", () => {
  const CASES: readonly (readonly [request: unknown, text: string])[] = [
    ["nonsense", "The body of the request is not valid JSON."],
    ["[]", "Start of list found where not expected"],
    ["7", "Expected null"],
    [{ FromEmailAddress: 7 }, "NUMBER_VALUE can not be converted to a String"],
    [{ FromEmailAddress: true }, "TRUE_VALUE can not be converted to a String"],
    [{ FromEmailAddress: ["a@b.co"] }, "Start of list found where not expected"],
    [{ FromEmailAddress: {} }, "Start of structure or map found where not expected."],
    [{ Destination: "bob@example.org" }, "Expected null"],
    [{ Destination: { ToAddresses: "bob@example.org" } }, "Expected list or null"],
    [{ Destination: { ToAddresses: {} } }, "Start of structure or map found where not expected."],
    [{ Destination: { ToAddresses: [7] } }, "NUMBER_VALUE can not be converted to a String"],
    [{ Content: [] }, "Start of list found where not expected"],
    [{ EmailTags: ["n=v"] }, "Expected null"],
  ];

  for (const [request, text] of CASES) {
    it(`is a SerializationException: ${JSON.stringify(request)}`, async () => {
      const body = typeof request === "string" ? request : { ...simpleV2(), ...(request as object) };
      expect(await answerV2(await open(), body)).toBe(`400 SerializationException: ${text}`);
    });
  }

  it("takes null for absent", async () => {
    const request = simpleV2({ Headers: null, Attachments: null }, { ReplyToAddresses: null, EmailTags: null });
    expect(await answerV2(await open(), request)).toBe("200");
  });
});

describe("a raw message", () => {
  const multipart = (parameter: string, body: string) =>
    `From: ann@example.com\nTo: bob@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed${parameter}\n\n${body}\n`;
  const part = (head: string) => `--b\n${head}\n\nx\n--b--`;
  const FAULTS: readonly (readonly [name: string, message: string, code: string, text: string])[] = [
    ["without a From", "To: bob@example.org\n\nx", "InvalidParameterValue", "Missing required header 'From'."],
    [
      "with two of Subject",
      MESSAGE.replace("Subject", "Subject: a\nSubject"),
      "InvalidParameterValue",
      "Duplicate header 'Subject'.",
    ],
    [
      "with a parameter without =",
      `Content-Type: text/plain; charset\n${MESSAGE}`,
      "InvalidParameterValue",
      "Expected '=', got 'null'",
    ],
    [
      "whose multipart names no boundary",
      multipart("", part("Content-Type: text/plain")),
      "InvalidParameterValue",
      "Missing start boundary",
    ],
    [
      "whose boundary does not occur",
      multipart('; boundary="c"', part("Content-Type: text/plain")),
      "InvalidParameterValue",
      "Missing start boundary",
    ],
    [
      "whose inner multipart lacks its boundary",
      multipart('; boundary="b"', part("Content-Type: multipart/alternative")),
      "InvalidParameterValue",
      "Missing start boundary",
    ],
    [
      "with a program",
      multipart("; boundary=b", part('Content-Disposition: attachment; filename="run.exe"')),
      "MessageRejected",
      "Message contains invalid content.",
    ],
    [
      "with a script in its type's name",
      multipart("; boundary=b", part('Content-Type: text/plain; name="a.JS"')),
      "MessageRejected",
      "Message contains invalid content.",
    ],
    [
      "with an encoded file name",
      multipart("; boundary=b", part("Content-Disposition: attachment; filename*=UTF-8''%C3%A4.b%61t")),
      "MessageRejected",
      "Message contains invalid content.",
    ],
    [
      "that is a program itself",
      MESSAGE.replace("\n\n", "\nContent-Disposition: attachment; filename=x.scr\n\n"),
      "MessageRejected",
      "Message contains invalid content.",
    ],
  ];

  for (const [name, message, code, text] of FAULTS) {
    it(`${name} has the same text in both APIs, BadRequestException in v2`, async () => {
      for (const preset of PRESETS) {
        const ses = await open(preset);
        expect(errorOf(await handle(ses, rawForm(message)))).toBe(`400 ${code}: ${text}`);
        const v2 = code === "InvalidParameterValue" ? "BadRequestException" : code;
        expect(await answerV2(ses, rawV2(message))).toBe(`400 ${v2}: ${text}`);
        expect(ses.inbox.list({ kind: "sent" })).toEqual([]);
      }
    });
  }

  it("may enclose a message that was cut short", async () => {
    const cut = part("Content-Type: message/rfc822\n\nFrom: a@b.co\nContent-Type: multipart/mixed; boundary=gone");
    expect(await answerV2(await open(), rawV2(multipart("; boundary=b", cut)))).toBe("200");
  });

  it("from an unverified sender is MessageRejected, with From as it is written and then the Source", async () => {
    const ses = await start({ autoVerify: false });
    const message = MESSAGE.replace("ann@example.com", '"Ann Smith" <ann@example.com>');
    const failed = "Email address is not verified. The following identities failed the check in region US-EAST-1: ";
    const wanted = `${failed}Ann Smith <ann@example.com>, ann@example.com`;
    expect(errorOf(await handle(ses, rawForm(message, { Source: "ann@example.com" })))).toBe(
      `400 MessageRejected: ${wanted}`,
    );
    expect(await answerV2(ses, rawV2(message, { FromEmailAddress: "ann@example.com" }))).toBe(
      `400 MessageRejected: ${wanted}`,
    );
    expect(await answerV2(ses, rawV2(message))).toBe(`400 MessageRejected: ${failed}Ann Smith <ann@example.com>`);
  });

  it("of no bytes is taken by the first API for a Source and Destinations", async () => {
    const ses = await open();
    const form = { Action: "SendRawEmail", "RawMessage.Data": "" };
    const to = { "Destinations.member.1": "bob@example.org" };
    expect((await handle(ses, { ...form, ...to, Source: "ann@example.com" })).status).toBe(200);
    expect(ses.inbox.list()[0]).toMatchObject({ source: "ann@example.com", recipients: ["bob@example.org"] });
    expect(errorOf(await handle(ses, { ...form, ...to }))).toContain("Missing required header 'From'.");
    expect(errorOf(await handle(ses, { Action: "SendRawEmail" }))).toContain("Value null at 'rawMessage'");
    const noFrom = { ...form, ...to, Source: "ann@example.com", "RawMessage.Data": base64("Subject: x\n\ny") };
    expect(errorOf(await handle(ses, noFrom))).toContain("Missing required header 'From'.");
  });
});

describe("the name of a configuration set", () => {
  const NAMES: readonly (readonly [name: string, text: string])[] = [
    [
      "two words",
      "Invalid configuration set name <two words>: only alphanumeric ASCII characters, '_', and '-' are allowed.",
    ],
    ["größe", "Invalid configuration set name <größe>: only alphanumeric ASCII characters, '_', and '-' are allowed."],
    ["a".repeat(65), "Configuration set name cannot exceed 64 characters."],
  ];

  it("holds letters, digits, hyphens and underscores, at most 64, wherever it is given", async () => {
    const ses = await open();
    for (const [ConfigurationSetName, text] of NAMES) {
      expect(errorOf(await handle(ses, simpleForm({ ConfigurationSetName })))).toBe(
        `400 InvalidParameterValue: ${text}`,
      );
      expect(errorOf(await handle(ses, rawForm(MESSAGE, { ConfigurationSetName })))).toContain(text);
      const named = `X-SES-CONFIGURATION-SET: ${ConfigurationSetName}\n${MESSAGE}`;
      expect(errorOf(await handle(ses, rawForm(named)))).toBe(`400 InvalidParameterValue: ${text}`);
      expect(await answerV2(ses, simpleV2({}, { ConfigurationSetName }))).toBe(`400 BadRequestException: ${text}`);
      expect(await answerV2(ses, rawV2(named))).toBe(`400 BadRequestException: ${text}`);
    }
    expect(ses.inbox.list()).toEqual([]);
    const longest = "Set_1-".padEnd(64, "x");
    expect(await answerV2(ses, simpleV2({}, { ConfigurationSetName: longest }))).toBe("200");
    expect(ses.inbox.list({ configurationSet: longest })).toHaveLength(1);
  });
});

describe("a list of v2", () => {
  it("has no member that is null: none is left out", async () => {
    const ses = await open();
    const member = "failed to satisfy constraint: Member must not be null";
    for (const list of ["ToAddresses", "CcAddresses", "BccAddresses"]) {
      const Destination = { ToAddresses: ["cid@example.org"], [list]: ["cid@example.org", null] };
      const at = `${list.charAt(0).toLowerCase()}${list.slice(1)}.2.member`;
      expect(await answerV2(ses, simpleV2({}, { Destination }))).toBe(
        `400 BadRequestException: 1 validation error detected: Value at '${at}' ${member}`,
      );
    }
    for (const list of ["Headers", "Attachments"]) {
      expect(await answerV2(ses, simpleV2({ [list]: [null] }))).toContain(member);
    }
    expect(await answerV2(ses, simpleV2({}, { EmailTags: [null] }))).toContain(member);
    expect(ses.inbox.list()).toEqual([]);
  });
});

describe("the Sender of simple content", () => {
  it("must be verified as that of a raw message must", async () => {
    const ses = await start({ preset: "verified" });
    await ses.inbox.verify("ann@example.com");
    const headers = (Value: string) => simpleV2({ Headers: [{ Name: "Sender", Value }] });
    expect(await answerV2(ses, headers("eve@example.net"))).toBe(
      "400 MessageRejected: Email address is not verified. The following identities failed the check in region US-EAST-1: eve@example.net",
    );
    expect(await answerV2(ses, headers("ann@example.com"))).toBe("200");
  });
});
