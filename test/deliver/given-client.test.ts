// What people give in place of a client, and what they are told to give.
import { SES, SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { sesTransport } from "mimewright/nodemailer";
import { sesHttpClient, sesSender } from "mimewright/ses";
import { describe, expect, it } from "vitest";

const region = "eu-west-1";
const credentials = { accessKeyId: "AKID", secretAccessKey: "secret" };
const client = new SESClient({ region, credentials });

describe.each([
  ["sesSender", sesSender as (options: unknown) => unknown],
  ["sesTransport", sesTransport as (options: unknown) => unknown],
])("%s", (name, make) => {
  it.each<[string, unknown, RegExp]>([
    ["no options", {}, /there is no client/],
    ["a client", client, /a client alone/],
    ["a client of v2", new SESv2Client({ region, credentials }), /a client alone/],
    ["a client of ours in place of options", { send: () => undefined }, /a client alone/],
    ["nodemailer 6's options", { SES: { ses: client, aws: { SendRawEmailCommand } } }, /nodemailer's own/],
    ["nodemailer 7's options", { SES: { sesClient: client } }, /nodemailer's own/],
    ["another name", { sesClient: client }, /client, not sesClient/],
    ["null", { client: null }, /not a client/],
    ["text", { client: "ses" }, /not a client/],
    ["a class", { client: SESClient }, /a class/],
    ["a promise", { client: Promise.resolve(client) }, /await it/],
    ["a client of the SDK v2", { client: { sendRawEmail() {} } }, /AWS SDK v2/],
  ])("says what to give instead of %s", (_, options, why) => {
    const made = () => make(options);
    expect(made).toThrow(TypeError);
    expect(made).toThrow(/give client: new SESClient\(\{\}\)/);
    // A transport reads its own options first.
    if (name === "sesSender") expect(made).toThrow(why);
  });

  it.each([
    ["sendingRate", "rate"],
    ["maxConnections", "concurrency"],
    ["configurationSetName", "configurationSet"],
  ])("says what %s is here", (key, own) => {
    expect(() => make({ client, [key]: 1 })).toThrow(new RegExp(`unknown option "${key}" \\(use ${own}`));
  });

  it("takes an aggregated client too", () => {
    expect(() => make({ client: new SES({ region, credentials }) })).not.toThrow();
  });
});

it("sesSender without options says so", () => {
  expect(() => (sesSender as () => unknown)()).toThrow(/give client/);
});

describe("sesHttpClient", () => {
  it.each<[unknown, RegExp]>([
    [undefined, /plain object of options, such as \{ region, credentials/],
    [{}, /give region/],
    [{ region: undefined, credentials }, /give region/],
    [{ region: 3, credentials }, /region is a name/],
    [{ region }, /give credentials/],
    [{ region, credentials: null }, /give credentials/],
    [{ region, credentials, api: "v3" }, /at api: expected "v1" or "v2"/],
    [{ region, credentials, endpoint: "127.0.0.1:8025" }, /endpoint is an http or https address/],
    [{ region, credentials, regoin: "x" }, /unknown option "regoin"; did you mean "region"/],
  ])("refuses %j", (options, why) => {
    const made = () => sesHttpClient(options as never);
    expect(made).toThrow(TypeError);
    expect(made).toThrow(why);
  });
});

describe("credentials of sesHttpClient", () => {
  it("of other names are refused when the client is made, not with the first send", () => {
    const make = () =>
      Reflect.apply(sesHttpClient, undefined, [{ region, credentials: { accessKey: "a", secretKey: "b" } }]);
    expect(make).toThrow("input.option at credentials: give credentials: { accessKeyId, secretAccessKey }");
  });
});

describe("a transport given to sesSender", () => {
  it("goes to sender({ transport })", () => {
    expect(() => Reflect.apply(sesSender, undefined, [{ transport: {} }])).toThrow(
      "there is no client, and a transport goes to sender({ transport })",
    );
  });
});
