import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Readable, Transform } from "node:stream";
import { simpleParser } from "mailparser";
import { createTransport } from "nodemailer";
import { beforeEach, describe, expect, it } from "vitest";
import type { Transport as DeclaredTransport } from "../../node_modules/@types/nodemailer/index.js";
import type { SesSentInfo } from "../../src/deliver/nodemailer/send-mail.ts";
import { sesTransport } from "../../src/deliver/nodemailer/transport.ts";
import type { SesTransportOptions } from "../../src/deliver/nodemailer/transport-options.ts";
import { type ClientName, clients } from "../faults/clients.ts";
import { faultyService } from "../faults/service.ts";

const service = faultyService();
beforeEach(() => {
  service.upstream.quota = { max24Hour: 200, maxRate: 1, sent: 0 };
});

type Options = Partial<SesTransportOptions>;
interface Mailer {
  sendMail(data: object): Promise<SesSentInfo>;
  verify(): Promise<true>;
  isIdle(): boolean;
  close(): void;
  getVersionString(): string;
  once(event: "idle", listener: () => void): unknown;
  use(
    step: "compile" | "stream",
    plugin: (mail: { message: { transform(make: () => unknown): void } }, done: () => void) => void,
  ): unknown;
}
type Make = (transport: object) => Mailer;
const versions: readonly (readonly [string, Make])[] = [
  ["nodemailer 10", createTransport as unknown as Make],
  ["nodemailer 7", createRequire(import.meta.url)("nodemailer7").createTransport as Make],
  ["nodemailer 6", createRequire(import.meta.url)("nodemailer6").createTransport as Make],
];

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const transport = (name: ClientName, options: Options = {}) =>
  sesTransport({ client: clients[name](service.proxy.url), ...options });
const mail = { from: "Ann <ann@example.com>", to: "bob@example.com", subject: "Grüße", text: "Hello" };
const last = () => {
  const call = service.upstream.taken.at(-1);
  if (call === undefined) throw new Error("nothing was taken");
  return call;
};

describe("the declared types", () => {
  it("fit those of nodemailer without a cast", () => {
    const declared: DeclaredTransport<SesSentInfo> = transport("http v1");
    expect(declared.name).toBe("mimewright-ses");
  });

  it("the version is that of the package", () => {
    expect(transport("http v1").version).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
  });
});

describe.each(versions)("%s", (_name, make) => {
  describe.each(["sdk v1", "sdk v2", "http v1"] as const)("over %s", (client) => {
    it("sends its own bytes, with the line ends of mail", async () => {
      const info = await make(transport(client)).sendMail(mail);
      expect(info).toMatchObject({ accepted: ["bob@example.com"], rejected: [], pending: [], response: last().id });
      expect(info.messageId).toBe(`<${last().id}@email.amazonses.com>`);
      expect(info.envelope).toEqual({ from: "ann@example.com", to: ["bob@example.com"] });
      expect(last().raw.toString("latin1")).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
      expect((await simpleParser(last().raw)).subject).toBe("Grüße");
    });

    it("honours the envelope: Source and recipients are its own, whatever the header says", async () => {
      const envelope = { from: "bounce+7@example.com", to: ["carol@example.org"] };
      const info = await make(transport(client)).sendMail({ ...mail, envelope });
      expect(last()).toMatchObject({ source: "bounce+7@example.com", recipients: ["carol@example.org"] });
      expect(info.envelope).toEqual(envelope);
    });

    it("writes no Bcc, and sends to it", async () => {
      await make(transport(client)).sendMail({ ...mail, bcc: "eve@example.com" });
      expect(last().recipients).toEqual(["bob@example.com", "eve@example.com"]);
      expect(last().raw.toString("latin1")).not.toMatch(/eve@|^bcc/im);
    });

    it("sends to each recipient once, however its domain is written", async () => {
      await make(transport(client)).sendMail({ ...mail, to: ["bob@example.com", "bob@EXAMPLE.com"] });
      expect(last().recipients).toEqual(["bob@example.com"]);
    });

    it("gives the code of SES, and whether a retry is of use", async () => {
      service.proxy.plan = () => "rejected";
      const sending = make(transport(client)).sendMail(mail);
      await expect(sending).rejects.toMatchObject({
        ...{ name: "SesSendError", code: "MessageRejected", status: "failed", retryable: false, attempts: 1 },
      });
    });

    it("says when nobody knows", async () => {
      service.proxy.plan = () => "drop-after";
      const sending = make(transport(client)).sendMail(mail);
      await expect(sending).rejects.toMatchObject({ name: "SesSendError", status: "unknown", retryable: false });
    });
  });

  it("keeps DKIM signatures, over neither Date nor Message-ID", async () => {
    const dkim = { domainName: "example.com", keySelector: "k", privateKey };
    await make(transport("http v1")).sendMail({ ...mail, dkim });
    const signature = /^DKIM-Signature:(?:.*\r\n[ \t])*.*$/m.exec(last().raw.toString("latin1"))?.[0] ?? "";
    expect(signature).toContain("d=example.com");
    expect(/h=([^;]*);/.exec(signature)?.[1]?.toLowerCase()).not.toMatch(/\bdate\b|message-id/);
  });

  it("keeps what plugins do to the stream", async () => {
    const mailer = make(transport("http v1"));
    mailer.use("stream", ({ message }, done) => {
      message.transform(
        () =>
          new Transform({
            transform: (chunk: Buffer, _encoding, next) =>
              next(null, chunk.toString("latin1").replace("Hello", "Howdy")),
          }),
      );
      done();
    });
    await mailer.sendMail(mail);
    expect(last().raw.toString()).toContain("Howdy");
  });

  it("takes configuration set, tags and ARNs per transport and per message", async () => {
    const ses = { ConfigurationSetName: "all", Tags: [{ Name: "t", Value: "transport" }] };
    const mailer = make(transport("http v1", { ses }));
    await mailer.sendMail(mail);
    expect(last().tag).toBe("transport");
    await mailer.sendMail({ ...mail, ses: { Tags: [{ Name: "t", Value: "message" }], SourceArn: "arn:aws:ses:x" } });
    expect(last().tag).toBe("message");
  });

  it.each(["Destination", "Destinations", "Source", "FromEmailAddress", "RawMessage", "Content", "Whatever"])(
    "refuses %s in ses: recipients and content come from the message",
    async (key) => {
      const sending = make(transport("http v1")).sendMail({ ...mail, ses: { [key]: ["mallory@example.com"] } });
      await expect(sending).rejects.toMatchObject({ name: "MessageError", code: "input.unknown-key" });
      expect(service.upstream.taken).toEqual([]);
    },
  );

  it("refuses what would go to nobody", async () => {
    for (const to of ["", []]) {
      await expect(make(transport("http v1")).sendMail({ ...mail, to })).rejects.toMatchObject({
        code: "envelope.empty",
      });
    }
    expect(service.upstream.taken).toEqual([]);
  });

  it("refuses more than 50 recipients, unless they may be split", async () => {
    const to = Array.from({ length: 120 }, (_, index) => `r${index}@example.com`);
    await expect(make(transport("http v1")).sendMail({ ...mail, to })).rejects.toMatchObject({
      code: "limit.recipients",
    });
    const info = await make(transport("http v1", { split: "envelope" })).sendMail({ ...mail, to });
    expect(service.upstream.taken.map(({ recipients }) => recipients.length).sort()).toEqual([20, 50, 50]);
    expect(info.accepted).toEqual(to);
    expect(info.results).toHaveLength(3);
  });

  it("tells of every group when some were refused", async () => {
    const to = Array.from({ length: 100 }, (_, index) => `r${index}@example.com`);
    let calls = 0;
    service.proxy.plan = () => (calls++ === 1 ? "rejected" : undefined);
    const info = await make(transport("http v1", { split: "envelope", tags: { t: "split" }, concurrency: 1 })).sendMail(
      { ...mail, to },
    );
    expect([info.accepted.length, info.rejected.length]).toEqual([50, 50]);
    expect(info.error).toMatchObject({ code: "MessageRejected" });
  });

  it("is in doubt as a whole when no group was sent and one of them may have been", async () => {
    const to = Array.from({ length: 150 }, (_, index) => `r${index}@example.com`);
    let calls = 0;
    service.proxy.plan = () => (calls++ === 1 ? "drop-after" : "503");
    const options = { split: "envelope", tags: { t: "doubt" }, concurrency: 1, retries: { max: 0 } } as const;
    const sending = make(transport("http v1", options)).sendMail({ ...mail, to });
    await expect(sending).rejects.toMatchObject({ status: "unknown", retryable: false });
  });

  it("refuses a message over the limit while it is being read", async () => {
    let read = 0;
    const endless = new Readable({
      read() {
        read += 65_536;
        this.push(Buffer.alloc(65_536, 0x61));
      },
    });
    const sending = make(transport("http v1")).sendMail({
      ...mail,
      attachments: [{ filename: "a.bin", content: endless }],
    });
    await expect(sending).rejects.toMatchObject({ code: "limit.bytes" });
    expect(read).toBeLessThan(20_000_000);
  });

  it("refuses raw bytes that show a Bcc", async () => {
    const raw = "From: ann@example.com\r\nBcc: eve@example.com\r\n\r\nHi";
    const sending = make(transport("http v1")).sendMail({
      raw,
      envelope: { from: "ann@example.com", to: "bob@example.com" },
    });
    await expect(sending).rejects.toMatchObject({ code: "raw.bcc" });
  });

  it("refuses a Bcc behind the longest head as well", async () => {
    const raw = `From: ann@example.com\r\n${"X-Filler: 0123456789\r\n".repeat(60_000)}Bcc: eve@example.com\r\n\r\nHi`;
    const envelope = { from: "ann@example.com", to: "bob@example.com" };
    await expect(make(transport("http v1")).sendMail({ raw, envelope })).rejects.toMatchObject({ code: "raw.bcc" });
  });

  it("composes by itself when asked", async () => {
    const html = "<p>Grüße</p>";
    const attachments = [{ filename: "ü.txt", content: "x" }];
    const info = await make(transport("http v1", { compose: "mimewright" })).sendMail({
      ...mail,
      html,
      attachments,
      bcc: "eve@example.com",
    });
    expect(info.accepted).toEqual(["bob@example.com", "eve@example.com"]);
    const parsed = await simpleParser(last().raw);
    expect(parsed.html).toBe(html);
    expect(parsed.attachments[0]?.filename).toBe("ü.txt");
    expect(last().raw.toString("latin1")).not.toContain("eve@");
  });

  it("verifies by the quota, and without that permission by a message that SES refuses", async () => {
    expect(await make(transport("http v1")).verify()).toBe(true);
    expect(service.upstream.taken).toEqual([]);
    service.upstream.quota = undefined;
    service.proxy.plan = () => "rejected";
    expect(await make(transport("http v1")).verify()).toBe(true);
    service.proxy.plan = () => "signature";
    await expect(make(transport("http v1")).verify()).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  it("verifies for a callback too", async () => {
    const outcome = await new Promise((resolve) => transport("http v1").verify((...args) => resolve(args)));
    expect(outcome).toEqual([null, true]);
  });

  it("is idle while a message would start at once, and says so", async () => {
    const mailer = make(transport("http v1", { concurrency: 2 }));
    await new Promise<void>((resolve) => mailer.once("idle", resolve));
    expect(mailer.isIdle()).toBe(true);
    const first = mailer.sendMail(mail);
    expect(mailer.isIdle()).toBe(true);
    const second = mailer.sendMail(mail);
    expect(mailer.isIdle()).toBe(false);
    const idle = new Promise<void>((resolve) => mailer.once("idle", resolve));
    await Promise.all([first, second]);
    await idle;
    expect(mailer.isIdle()).toBe(true);
  });

  it("takes nothing after close, and lets what is in flight come to its end", async () => {
    const mailer = make(transport("http v1"));
    const arrived = new Promise<void>((resolve) => {
      service.proxy.plan = () => void resolve();
    });
    const sending = mailer.sendMail(mail);
    await arrived;
    mailer.close();
    expect((await sending).accepted).toEqual(["bob@example.com"]);
    await expect(mailer.sendMail(mail)).rejects.toMatchObject({ code: "send.closed" });
  });

  it("stops by the signal of a message", async () => {
    const controller = new AbortController();
    // Aborted when the whole request has arrived.
    service.proxy.plan = () => {
      setImmediate(() => controller.abort());
      return "hang-before";
    };
    const sending = make(transport("http v1")).sendMail({ ...mail, signal: controller.signal });
    await expect(sending).rejects.toMatchObject({ name: "SesSendError", status: "unknown", code: "send.aborted" });
  });

  it("names itself", () => {
    expect(make(transport("http v1")).getVersionString()).toContain("mimewright-ses/");
  });
});

describe("messageId", () => {
  it("has the domain of the region", async () => {
    const { deliveredId } = await import("../../src/deliver/nodemailer/send-mail.ts");
    expect(deliveredId("0100", "us-east-1")).toBe("<0100@email.amazonses.com>");
    expect(deliveredId("0102", "eu-west-1")).toBe("<0102@eu-west-1.amazonses.com>");
    expect(deliveredId("0102")).toBe("<0102@email.amazonses.com>");
  });
});
