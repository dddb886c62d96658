// Why a client had no request to send, in its own words: they know nothing of the message.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SESClient } from "@aws-sdk/client-ses";
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { message } from "mimewright";
import { sesTransport } from "mimewright/nodemailer";
import { type SdkClient, type SendResult, sesHttpClient, sesSender } from "mimewright/ses";
import { createTransport } from "nodemailer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wireError } from "../../src/deliver/ses/errors.ts";

const mail = { from: "ann@example.com", to: "bob@example.com", subject: "Quarterly secret", text: "x" };
const m = message(mail);
const region = "eu-west-1";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
// Nothing is to reach it.
const endpoint = "http://127.0.0.1:9";

const sdks = [
  ["SESClient", (config: object) => new SESClient({ endpoint, maxAttempts: 1, ...config })],
  ["SESv2Client", (config: object) => new SESv2Client({ endpoint, maxAttempts: 1, ...config })],
] as const;

// No key, no profile and no metadata service: what a new machine has.
const VARIABLES = [
  ..."AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION".split(" "),
  ..."AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_EC2_METADATA_DISABLED AWS_WEB_IDENTITY_TOKEN_FILE".split(" "),
  ..."AWS_ROLE_ARN AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI".split(" "),
  ..."AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS".split(" "),
];
let folder = "";
let before: Record<string, string | undefined> = {};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mimewright-credentials-"));
  before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  for (const name of VARIABLES) delete process.env[name];
  process.env.AWS_CONFIG_FILE = join(folder, "config");
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, "credentials");
  process.env.AWS_EC2_METADATA_DISABLED = "true";
});
afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true });
});

const send = (client: SdkClient) => sesSender({ client, retries: { base: 1 } }).send(m);
function failure(result: SendResult) {
  expect(result.status).toBe("failed");
  expect(JSON.stringify(result)).not.toMatch(/Quarterly|bob@example/);
  if (result.status !== "failed") throw new Error("not failed");
  return result;
}
const final = { code: "send.credentials", retryable: false, attempts: 1 };

describe.each(sdks)("credentials of %s", (_name, make) => {
  it("that nobody has set fail at once, and the message names the variables", async () => {
    const result = failure(await send(make({ region })));
    expect(result).toMatchObject(final);
    expect(result.message).toContain("Could not load credentials from any providers");
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) {
      expect(result.message).toContain(name);
    }
    expect(result.cause).toEqual({
      code: "CredentialsProviderError",
      message: "Could not load credentials from any providers",
    });
  });

  it("of a profile that does not exist name it", async () => {
    process.env.AWS_PROFILE = "shop";
    const result = failure(await send(make({ region })));
    expect(result).toMatchObject(final);
    expect(result.message).toMatch(/Could not (?:resolve credentials using profile: \[shop\]|load credentials)/);
  });

  it("of a sign-on that has expired say how to sign on", async () => {
    writeFileSync(
      join(folder, "config"),
      [
        ...["[profile shop]", "sso_session = work", "sso_account_id = 123456789012", "sso_role_name = mail"],
        ...["[sso-session work]", "sso_region = eu-west-1", "sso_start_url = https://example.awsapps.com/start", ""],
      ].join("\n"),
    );
    process.env.AWS_PROFILE = "shop";
    const result = failure(await send(make({ region })));
    expect(result).toMatchObject(final);
    expect(result.message).toContain("aws sso login");
  });

  it("of a command that fails do not show the command, which may hold a token", async () => {
    writeFileSync(join(folder, "config"), "[profile shop]\ncredential_process = /bin/false --token hunter2\n");
    process.env.AWS_PROFILE = "shop";
    const result = failure(await send(make({ region })));
    expect(result).toMatchObject(final);
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });

  it("of a web identity that is refused are credentials too", async () => {
    const sts = createServer((request, response) => {
      request.resume();
      response.statusCode = 400;
      const error = "<Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>No provider</Message></Error>";
      response.end(`<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>`);
    });
    await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
    writeFileSync(join(folder, "token"), "header.payload.signature");
    process.env.AWS_WEB_IDENTITY_TOKEN_FILE = join(folder, "token");
    process.env.AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/mail";
    process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
    process.env.AWS_REGION = region;
    const result = failure(await send(make({ region })));
    sts.closeAllConnections();
    sts.close();
    expect(result).toMatchObject(final);
    expect(result.message).toContain("No provider");
  });

  it.each([
    ["an empty object", () => ({})],
    ["a key without a secret", () => ({ accessKeyId: "AKIDEXAMPLE" })],
  ])("that are %s are said to be none", async (_, given) => {
    const result = failure(await send(make({ region, credentials: given as never })));
    expect(result).toMatchObject(final);
    expect(result.message).toMatch(/credential/i);
  });

  it.each([
    ["a timeout of the metadata service", "ProviderError", "TimeoutError from instance metadata service"],
    ["an answer of 503", "CredentialsProviderError", "Server responded with status: 503"],
    ["a refused connection", "CredentialsProviderError", "Error: connect ECONNREFUSED 169.254.170.2:80"],
  ])("that may come later are asked for again: %s", async (_, name, text) => {
    let asked = 0;
    const provider = () => {
      asked++;
      return Promise.reject(Object.assign(new Error(text), { name }));
    };
    const client = make({ region, credentials: provider as never });
    const sender = sesSender({ client, retries: { max: 2, base: 1 } });
    const result = failure(await sender.send(m));
    expect(result).toMatchObject({ code: "send.credentials", retryable: true, attempts: 3 });
    expect(asked).toBeGreaterThanOrEqual(3);
  });

  it("are told by a transport of nodemailer, and with the quota", async () => {
    const transport = sesTransport({ client: make({ region }) });
    await expect(createTransport(transport).sendMail(mail)).rejects.toMatchObject({
      ...{ code: "send.credentials", retryable: false },
      message: expect.stringContaining("AWS_ACCESS_KEY_ID"),
    });
    const told: unknown[] = [];
    transport.sender.events.on(({ type, code, message: why }) => {
      if (type === "quota") told.push([code, why]);
    });
    await transport.sender.quota();
    expect(told).toEqual([["send.credentials", expect.stringContaining("Could not load credentials")]]);
  });
});

describe.each(sdks)("the reason of %s", (_name, make) => {
  it("without a region comes through", async () => {
    const result = failure(await send(make({ credentials, endpoint: undefined })));
    expect(result).toMatchObject({ code: "send.client", retryable: false, attempts: 1 });
    expect(result.message).toContain("Region is missing");
  });

  it("holds up the sender when no message could go out: nothing is dead for it, and the next one waits", async () => {
    const regionless = () => make({ credentials, endpoint: undefined });
    const misspelt = () => make({ credentials, region: "EU West!", endpoint: undefined });
    const unusable = () => {
      process.env.AWS_ENDPOINT_URL = "127.0.0.1:8025";
      return make({ credentials, region, endpoint: undefined });
    };
    for (const made of [regionless, misspelt, unusable]) {
      const sender = sesSender({ client: made() });
      const first = failure(await sender.send(m));
      expect(first).toMatchObject({ code: "send.client", scope: "account", retryable: false, attempts: 1 });
      const next = failure(await sender.send(m));
      const { code, message: why, scope, retryable } = first;
      expect(next).toMatchObject({ code, message: why, scope, retryable, attempts: 0, retryAfter: expect.any(Number) });
    }
  });

  it("is one of credentials when a file of theirs is missing", async () => {
    process.env.AWS_WEB_IDENTITY_TOKEN_FILE = join(folder, "token");
    process.env.AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/mailer";
    expect(failure(await send(make({ region })))).toMatchObject({ ...final, scope: "account" });
  });

  it("concerns the one message when it is none of the set-up", async () => {
    const client = make({ region, credentials }) as SESClient;
    client.middlewareStack.add(() => () => Promise.reject(new Error("not this one")), { step: "initialize" });
    expect(failure(await send(client)).scope).toBeUndefined();
  });

  it("is shown without secrets and addresses", async () => {
    const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const provider = () => Promise.reject(new Error(`no AKIAIOSFODNN7EXAMPLE ${secret} of ann@example.com\nmore`));
    const result = failure(await send(make({ region, credentials: provider as never })));
    expect(result.message).toBe("no [secret] [secret] of [address]");
  });

  it("is not shown when it may quote the request", async () => {
    const client = make({ region, credentials }) as SESClient;
    client.middlewareStack.add(() => () => Promise.reject(new Error("Quarterly secret of somebody")), {
      step: "build",
      name: "quotes",
    });
    const result = failure(await send(client));
    expect(result.message).toBe("the client gave no request to send (Error)");
  });
});

describe("a multi-region endpoint", () => {
  const endpointId = "abcdef12.g3h";

  it("without the package for its signatures says which package", async () => {
    const client = new SESv2Client({ region, credentials, maxAttempts: 1 });
    const result = failure(await sesSender({ client, endpointId }).send(m));
    expect(result).toMatchObject({ code: "send.client", retryable: false });
    expect(result.message).toMatch(/sigv4a/i);
  });

  it("is refused by sesHttpClient when it is given", async () => {
    const options = { region, credentials, endpoint, api: "v2" as const };
    const why = /SESv2Client/;
    expect(() => sesHttpClient({ ...options, endpointId } as never)).toThrow(why);
    const client = sesHttpClient(options);
    expect(() => sesSender({ client, endpointId })).toThrow(why);
    await expect(sesSender({ client }).send(m, { endpointId })).rejects.toMatchObject({
      ...{ name: "MessageError", code: "input.option", path: ["endpointId"] },
      message: expect.stringMatching(why),
    });
  });
});

describe("something that stands for a client", () => {
  it("is one of v2 when the commands that come with it are", async () => {
    const seen: unknown[] = [];
    const client = {
      send: async (command: unknown) => {
        seen.push(command);
        return { MessageId: "id-1" };
      },
    };
    const sender = sesSender({ client, commands: { SendEmailCommand }, feedbackForwarding: "b@example.com" });
    expect(await sender.send(m)).toMatchObject({ status: "sent", messageId: "id-1" });
    expect(seen[0]).toBeInstanceOf(SendEmailCommand);
  });

  it("around a client of the other API is told so, and nothing is written", async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const inner: SdkClient = new SESv2Client({ region, credentials, endpoint: url, maxAttempts: 1 });
    const result = failure(await send({ send: (command, options) => inner.send(command, options) }));
    server.close();
    expect(result).toMatchObject({ code: "send.client", retryable: false });
    expect(result.message).toContain("new SESv2Client({})");
    expect(requests).toBe(0);
  });
});

describe("credentials of sesHttpClient", () => {
  const over = (given: unknown) => sesHttpClient({ region, endpoint, credentials: given as never });
  const sent = async (given: unknown) =>
    failure(await sesSender({ client: over(given), retries: { max: 2, base: 1 } }).send(m));

  it.each([
    ["variables that are not set", { accessKeyId: undefined, secretAccessKey: undefined }],
    ["a function that gives nothing", () => undefined],
    ["an empty secret", { accessKeyId: "AKID", secretAccessKey: "" }],
  ])("are none: %s", async (_, given) => {
    const result = await sent(given);
    expect(result).toMatchObject(final);
    expect(result.message).toMatch(/missing accessKeyId or secretAccessKey.*AWS_ACCESS_KEY_ID/);
  });

  it("of the SDK's providers fail in the SDK's words", async () => {
    const error = Object.assign(new Error("Could not load credentials from any providers"), {
      name: "CredentialsProviderError",
    });
    const result = await sent(() => Promise.reject(error));
    expect(result).toMatchObject({ ...final, cause: { code: "CredentialsProviderError", message: error.message } });
  });
});

describe("the code of an error", () => {
  it("is looked for in every error behind it", () => {
    const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
    const both = new AggregateError([new Error("y"), refused], "");
    expect(wireError(new TypeError("fetch failed", { cause: both }), "wire").code).toBe("ECONNREFUSED");
    const circle = new Error("z");
    circle.cause = circle;
    expect(wireError(circle, "wire").code).toBe("Error");
  });
});
