// Over API v2 the author is the message's own From field: FromEmailAddress would be written over it, and the reader would
// see a bare address. Bounces go to the envelope's sender.
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { type MessageInput, message } from "mimewright";
import { sesTransport } from "mimewright/nodemailer";
import { type SendOptions, type SesSenderOptions, sesHttpClient, sesSender } from "mimewright/ses";
import { createTransport as nodemailer10 } from "nodemailer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FAST_FROM } from "../../src/deliver/ses/sdk-call.ts";

interface SendEmail {
  readonly FromEmailAddress?: string;
  readonly ReplyToAddresses?: readonly string[];
  readonly FeedbackForwardingEmailAddress?: string;
  readonly FeedbackForwardingEmailAddressIdentityArn?: string;
  readonly FromEmailAddressIdentityArn?: string;
  readonly Content: { readonly Raw: { readonly Data: string } };
}

let server: Server;
let endpoint = "";
const requests: SendEmail[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      expect(request.url).toBe("/v2/email/outbound-emails");
      requests.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.end(JSON.stringify({ MessageId: `id-${requests.length}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  requests.length = 0;
});

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const region = "eu-west-1";
const clients = {
  sdk: () => new SESv2Client({ endpoint, region, credentials }),
  http: () => sesHttpClient({ endpoint, region, credentials, api: "v2" }),
};
const base: MessageInput = { from: "Ann <ann@example.com>", to: "bob@example.com", text: "x" };
const last = () => {
  const request = requests.at(-1);
  if (request === undefined) throw new Error("nothing came");
  return request;
};
const feedback = () => last().FeedbackForwardingEmailAddress;

function expectOwnFields(): void {
  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) {
    expect(request).not.toHaveProperty("FromEmailAddress");
    expect(request).not.toHaveProperty("ReplyToAddresses");
  }
}

describe.each(["sdk", "http"] as const)("SendEmail of the %s client", (name) => {
  const over = (options: Partial<SesSenderOptions> = {}) => sesSender({ client: clients[name](), ...options });
  const send = (input: Partial<MessageInput>, options?: SendOptions) =>
    over().send(message({ ...base, ...input } as MessageInput), options);

  it.each<[string, Partial<MessageInput>, string | undefined]>([
    ["a name", {}, undefined],
    ["a name outside ASCII", { from: { name: "Zoë Müller", address: "zoe@example.com" } }, undefined],
    ["a name with commas and quotes", { from: { name: 'Doe, "Jo"', address: "jo@example.com" } }, undefined],
    ["a domain of A-labels", { from: "Eva <eva@bücher.example>" }, undefined],
    ["a quoted local part", { from: '"eva o"@example.com' }, undefined],
    ["a long message", { text: "y".repeat(2 * FAST_FROM) }, undefined],
    ["Reply-To", { replyTo: "Help <help@example.com>" }, undefined],
    ["its own address as envelope, the domain in capitals", { envelope: { from: "ann@EXAMPLE.com" } }, undefined],
    ["another envelope", { envelope: { from: "bounce+7@example.com" } }, "bounce+7@example.com"],
    ["a local part in other case", { envelope: { from: "Ann@example.com" } }, "Ann@example.com"],
    ["Sender", { sender: "Sue <sue@example.com>" }, "sue@example.com"],
    [
      "several authors and Sender",
      { from: ["a@example.com", "b@example.com"], sender: "a@example.com" },
      "a@example.com",
    ],
  ])("leaves the author to the message; bounces go to the envelope: %s", async (_, input, bounces) => {
    expect(await send(input)).toMatchObject({ status: "sent" });
    expectOwnFields();
    expect(feedback()).toBe(bounces);
  });

  it("feedbackForwarding goes before the envelope", async () => {
    await send({ envelope: { from: "bounce@example.com" } }, { feedbackForwarding: "reports@example.com" });
    expectOwnFields();
    expect(feedback()).toBe("reports@example.com");
  });

  const raws: readonly (readonly [string, string, string, string | undefined])[] = [
    ["folded", "From: =?utf-8?q?Zo=C3=AB?=\r\n\t<zoe@example.com>\r\n\r\nx", "zoe@example.com", undefined],
    ["in small letters, with LF", "from:zoe@example.com\nto: b@example.com\n\nx", "zoe@example.com", undefined],
    ["of Latin-1", "From: Zo\xeb <zoe@example.com>\r\n\r\nx", "zoe@example.com", undefined],
    ["with a comment", "From: zoe@example.com (Zoe, of\r\n Example)\r\n\r\nx", "zoe@example.com", undefined],
    ["after a line of an mbox", "From zoe\r\nFrom: <zoe@example.com>\r\n\r\nx", "zoe@example.com", undefined],
    ["of somebody else", "From: Zoe <zoe@example.com>\r\n\r\nx", "ann@example.com", "ann@example.com"],
    ["of two", "From: zoe@example.com, ann@example.com\r\n\r\nx", "zoe@example.com", "zoe@example.com"],
    ["a group", "From: us: zoe@example.com;\r\n\r\nx", "zoe@example.com", "zoe@example.com"],
    ["twice", "From: zoe@example.com\r\nFrom: zoe@example.com\r\n\r\nx", "zoe@example.com", "zoe@example.com"],
    ["that cannot be read", "From: @@,;<\r\n\r\nx", "zoe@example.com", "zoe@example.com"],
    [
      "in the body only",
      "To: b@example.com\r\n\r\nFrom: zoe@example.com\r\n\r\nx",
      "zoe@example.com",
      "zoe@example.com",
    ],
  ];
  it.each(raws)("reads From of raw bytes: %s", async (_, text, from, bounces) => {
    const raw = Buffer.from(text, "latin1");
    expect(await over().sendRaw({ raw, envelope: { from, to: ["b@example.com"] } })).toMatchObject({ status: "sent" });
    expectOwnFields();
    expect(feedback()).toBe(bounces);
    expect(last().Content.Raw.Data).toBe(raw.toString("base64"));
  });

  it("keeps to it in every group, in a run and when sending is taken up again", async () => {
    const to = Array.from({ length: 60 }, (_, index) => `r${index}@example.com`);
    const sender = over({ split: "envelope" });
    const m = message({ ...base, to, envelope: { from: "bounce@example.com" } } as MessageInput);
    const earlier = await sender.send(m);
    await sender.resume(m, {
      ...earlier,
      groups: earlier.groups?.map((group) => ({ ...group, result: FAILED })),
    } as never);
    for await (const { status } of sender.sendAll([m])) expect(status).toBe("sent");
    expect(requests).toHaveLength(6);
    expectOwnFields();
    for (const request of requests) expect(request.FeedbackForwardingEmailAddress).toBe("bounce@example.com");
  });

  it("names the identity of the author, and that of the address for bounces where the two differ", async () => {
    const [sourceArn, fromArn] = ["arn:aws:ses:eu-west-1:1:identity/a", "arn:aws:ses:eu-west-1:1:identity/b"];
    await send({}, { sourceArn });
    expect(last()).toMatchObject({ FromEmailAddressIdentityArn: sourceArn });
    expect(last()).not.toHaveProperty("FeedbackForwardingEmailAddressIdentityArn");
    await send({ envelope: { from: "bounce@example.com" } }, { sourceArn, fromArn });
    expect(last()).toMatchObject({
      FromEmailAddressIdentityArn: fromArn,
      FeedbackForwardingEmailAddressIdentityArn: sourceArn,
    });
  });
});

const FAILED = { status: "failed", code: "x", message: "x", retryable: true, attempts: 1 };

type Make = (transport: unknown) => { sendMail(mail: object): Promise<unknown> };
const require = createRequire(import.meta.url);

describe.each<[string, Make]>([
  ["nodemailer 10", nodemailer10 as Make],
  ["nodemailer 7", require("nodemailer7").createTransport],
  ["nodemailer 6", require("nodemailer6").createTransport],
])("a transport of %s", (_name, make) => {
  const mailer = (compose: "nodemailer" | "mimewright") => make(sesTransport({ client: clients.sdk(), compose }));

  it.each(["nodemailer", "mimewright"] as const)(
    "leaves the author to the message, composed by %s",
    async (compose) => {
      const mail = { ...base, from: "Zoë <zoe@example.com>", replyTo: "help@example.com" };
      await mailer(compose).sendMail(mail);
      expect(feedback()).toBeUndefined();
      await mailer(compose).sendMail({ ...mail, envelope: { from: "bounce@example.com", to: ["b@example.com"] } });
      expect(feedback()).toBe("bounce@example.com");
      expectOwnFields();
    },
  );

  it.each(["FromEmailAddress", "ReplyToAddresses"])(
    "refuses %s, which would be written over the message",
    async (key) => {
      const sent = mailer("nodemailer").sendMail({ ...base, ses: { [key]: "a@example.com" } });
      await expect(sent).rejects.toMatchObject({ code: "input.unknown-key" });
      expect(requests).toEqual([]);
    },
  );
});
