import { createRequire } from "node:module";
import { SES, SESClient } from "@aws-sdk/client-ses";
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { message, OptionError } from "mimewright";
import { type LocalSes, startLocalSes } from "mimewright/local";
import { fromNodemailer, type SesSentInfo, sesTransport, toNodemailer } from "mimewright/nodemailer";
import { createTransport } from "nodemailer";
import { createTransport as createTransport6 } from "nodemailer6";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { transportHints } from "../../src/deliver/nodemailer/transport-options.ts";

let ses: LocalSes;
let client: SESClient;

beforeAll(async () => {
  ses = await startLocalSes();
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  client = new SESClient({ region: "eu-west-1", endpoint: ses.url, credentials });
});
afterAll(async () => {
  client.destroy();
  await ses.close();
});
beforeEach(() => ses.inbox.clear());

type Make = (transport: object) => { sendMail(mail: object): Promise<SesSentInfo> };
const versions: readonly (readonly [string, Make])[] = [
  ["nodemailer 10", createTransport as unknown as Make],
  ["nodemailer 7", createRequire(import.meta.url)("nodemailer7").createTransport as Make],
  ["nodemailer 6", createTransport6 as unknown as Make],
];
const make = versions[0]?.[1] ?? (() => expect.unreachable());
const given = (options: unknown) => () => Reflect.apply(sesTransport, undefined, [options]);
const mail = { from: "ann@example.com", to: "bob@example.com", subject: "Hello", text: "Hello" };

describe("options of a transport that are not usable", () => {
  const region = "eu-west-1";
  it.each<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["no option", () => ({})],
    ["a URL", () => "smtp://localhost"],
    ["the client itself", () => new SESClient({ region })],
    ["the options of nodemailer 6", () => ({ SES: { ses: new SES({ region }), aws: {} } })],
    ["its options without the commands", () => ({ SES: new SES({ region }) })],
    ["the options of nodemailer 7", () => ({ SES: { sesClient: new SESv2Client({ region }), SendEmailCommand } })],
    ["what these hold", () => ({ sesClient: new SESv2Client({ region }), SendEmailCommand })],
    ["the options of nodemailer-ses-transport", () => ({ ses: new SES({ region }) })],
    ["no client", () => ({ client: undefined })],
    ["a class", () => ({ client: SESClient })],
    ["a client of version 2 of the SDK", () => ({ client: { sendRawEmail: () => undefined } })],
  ])("are refused with the client to give: %s", (_what, options) => {
    expect(given(options())).toThrow(TypeError);
    expect(given(options())).toThrow(/new SESClient\(\{\}\)/);
  });

  it.each([
    ["sendingRate", /use rate/],
    ["rateLimit", /use rate/],
    ["maxConnections", /use concurrency/],
    ["ConfigurationSetName", /use configurationSet/],
    ["region", /option of the client/],
    ["host", /SMTP/],
    ["from", /second argument of createTransport/],
  ])("are refused with the word for them here: %s", (key, hint) => {
    expect(given({ client, [key]: 1 })).toThrow(TypeError);
    expect(given({ client, [key]: 1 })).toThrow(hint);
    expect(given({ client, [key]: 1 })).toThrow(`unknown option "${key}"`);
  });

  it("are all named at once", () => {
    expect(given({ SES: {}, sendingRate: 1 })).toThrow(/"SES".*"sendingRate"/s);
  });

  it.each([
    [{ rate: "14" }, 'at rate: expected recipients per second above 0, "quota"'],
    [{ rate: 0 }, "above 0"],
    [{ rate: Number.NaN }, "above 0"],
    [{ concurrency: "5" }, "at concurrency: expected a whole number, 1 or more"],
    [{ concurrency: 0 }, "at concurrency: expected a whole number, 1 or more"],
    [{ compose: "Mimewright" }, 'at compose: expected "nodemailer" or "mimewright"'],
  ])("are refused with the values that there are: %j", (wrong, text) => {
    expect(given({ client, ...wrong })).toThrow(text);
  });

  it("have hints for none of the options that there are", () => {
    for (const key of ["client", "rate", "concurrency", "ses", "compose", "ignoreKeys", "returnRaw", "split"]) {
      expect(transportHints.has(key)).toBe(false);
    }
  });

  it("are reported all at once, at every depth, those of the sender included", () => {
    const ses = { TenantNam: "a", Tags: [{ name: "a" }], ListManagementOptions: { TopicName: 5 } };
    const wrong = { returnRow: true, compose: 1, ses, retries: { maxx: 1 }, render: { sead: "x" }, rateLimit: 5 };
    try {
      given({ client, ...wrong })();
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(OptionError);
      expect(error instanceof OptionError && error.issues.map(({ path }) => path.join("."))).toEqual([
        "returnRow",
        "rateLimit",
        "compose",
        "ses.TenantNam",
        "ses.Tags.0.name",
        "ses.Tags.0.Name",
        "ses.Tags.0.Value",
        "ses.ListManagementOptions.TopicName",
        "ses.ListManagementOptions.ContactListName",
        "retries.maxx",
        "render.sead",
      ]);
    }
  });

  it("are refused when misspelt or of another kind", () => {
    expect(given({ client, concurency: 1 })).toThrow("concurency");
    expect(given({ client, returnRaw: "yes" })).toThrow("returnRaw");
    expect(given({ client, ignoreKeys: "template" })).toThrow("ignoreKeys");
    expect(given({ client, ignoreKeys: [1] })).toThrow("ignoreKeys");
  });

  it.each(["to", "bcc", "attachments", "envelope", "raw"])("cannot ignore what is part of a message: %s", (key) => {
    expect(given({ client, compose: "mimewright", ignoreKeys: [key] })).toThrow(`${key} is part of the message`);
    expect(() => fromNodemailer(mail, { ignoreKeys: [key] })).toThrow(`${key} is part of the message`);
  });
});

describe("info.raw", () => {
  it.each(["nodemailer", "mimewright"] as const)("holds the bytes that SES got when asked for: %s", async (compose) => {
    const transport = make(sesTransport({ client, compose, returnRaw: true }));
    const { raw } = await transport.sendMail({ ...mail, bcc: "eve@example.com", attachments: [{ content: "x" }] });
    expect(Buffer.isBuffer(raw)).toBe(true);
    expect(raw?.equals(Buffer.from(ses.inbox.list()[0]?.raw ?? []))).toBe(true);
  });

  it("is absent otherwise", async () => {
    expect(await make(sesTransport({ client })).sendMail(mail)).not.toHaveProperty("raw");
  });
});

describe.each(versions)("a message() given to sendMail of %s", (_name, create) => {
  const m = message({ ...mail, bcc: "eve@example.com", attachments: [{ filename: "a.txt", content: "x" }] });

  it.each<[string, () => object]>([
    ["itself", () => m],
    ["a copy with another subject", () => ({ ...m, subject: "Other" })],
  ])("is refused with what to write instead: %s", async (_what, data) => {
    for (const compose of ["nodemailer", "mimewright"] as const) {
      const sending = create(sesTransport({ client, compose })).sendMail(data());
      await expect(sending).rejects.toMatchObject({ name: "MessageError", code: "input.type" });
      await expect(sending).rejects.toThrow("toNodemailer(m)");
    }
    expect(ses.inbox.list()).toEqual([]);
  });

  it("is sent when toNodemailer made options of it", async () => {
    const info = await create(sesTransport({ client })).sendMail(toNodemailer(m));
    expect(info.accepted).toEqual(["bob@example.com", "eve@example.com"]);
  });
});
