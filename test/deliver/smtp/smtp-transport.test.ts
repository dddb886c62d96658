import { createRequire } from "node:module";
import nodemailer from "nodemailer";
import { createTransport as createTransport6 } from "nodemailer6";
import { describe, expect, test } from "vitest";
import type { SenderOptions } from "../../../src/deliver/core/options.ts";
import type { SendResult } from "../../../src/deliver/core/result.ts";
import { sender } from "../../../src/deliver/core/sender.ts";
import { sesTransport } from "../../../src/deliver/nodemailer/transport.ts";
import { smtpTransport } from "../../../src/deliver/smtp/smtp-transport.ts";
import { OptionError } from "../../../src/issues.ts";
import { message } from "../../../src/mail/message/check.ts";
import { captureTransport } from "../../../src/testing/capture.ts";
import { type Script, scriptedServer } from "./scripted-server.ts";

interface AnyTransporter {
  sendMail(mail: object): Promise<unknown>;
  close(): void;
}
type Create = (options: object) => AnyTransporter;

const versions: readonly (readonly [string, Create])[] = [
  ["6", createTransport6],
  ["7", createRequire(import.meta.url)("nodemailer7").createTransport as Create],
  ["10", (options) => nodemailer.createTransport(options)],
];

const TO = ["r0@example.org", "r1@example.org"];
const raw = new TextEncoder().encode(
  "From: a@example.com\r\nMessage-ID: <m1@example.com>\r\nSubject: dots\r\n\r\n.one\r\n..two\r\nlast\r\n",
);
const mail = (to = TO) => ({ raw, envelope: { from: "bounce@example.com", to } });
const quick: Partial<SenderOptions> = { retries: { max: 0 }, deadlines: { firstByte: 20_000 } };

async function sendTo(script: Script, create: Create, options: object = {}) {
  await using server = await scriptedServer(script);
  const transporter = create({ host: "127.0.0.1", port: server.port, maxRequeues: 1, ...options });
  try {
    const result = await sender({ ...quick, transport: smtpTransport(transporter) }).sendRaw(mail());
    return { result, server, taken: server.taken };
  } finally {
    transporter.close();
  }
}

const seen = (result: SendResult) => {
  if (result.status === "failed") return [result.status, result.code, result.retryable, result.scope ?? "message"];
  return result.status === "unknown" ? [result.status, result.cause.code] : [result.status];
};

const TLS = "250-test\r\n250 STARTTLS";
const AUTH = "250-test\r\n250 AUTH PLAIN LOGIN";
const login = { auth: { user: "u", pass: "secret" } };
const lost = ["failed", "send.connection", true, "message"];

// Everything before the content, and every negative reply, is definite; a lost connection after it is not.
const rows: readonly (readonly [what: string, script: Script, outcome: readonly unknown[], options?: object])[] = [
  ["greeting 554", { greeting: "554 no service" }, ["failed", "554", true, "account"]],
  ["greeting 421", { greeting: "421 busy" }, ["failed", "421", true, "account"]],
  ["a close instead of a greeting", { greeting: "close" }, lost],
  ["a reset at EHLO", { ehlo: "reset" }, lost],
  ["421 at EHLO", { ehlo: "421 busy" }, ["failed", "421", true, "account"]],
  ["STARTTLS refused", { ehlo: TLS, starttls: "454 no TLS" }, ["failed", "454", true, "account"]],
  ["a reset at STARTTLS", { ehlo: TLS, starttls: "reset" }, lost],
  ["AUTH refused", { ehlo: AUTH, auth: "535 5.7.8 bad" }, ["failed", "535", true, "account"], login],
  ["AUTH refused for now", { ehlo: AUTH, auth: "454 4.7.0 later" }, ["failed", "454", true, "account"], login],
  ["a reset at AUTH", { ehlo: AUTH, auth: "reset" }, lost, login],
  ["451 at MAIL", { mail: "451 4.3.0 later" }, ["failed", "451", true, "message"]],
  ["550 at MAIL", { mail: "550 5.7.1 no" }, ["failed", "550", false, "message"]],
  ["530 at MAIL", { mail: "530 5.7.0 log in" }, ["failed", "530", true, "account"]],
  ["a reset at MAIL", { mail: "reset" }, lost],
  ["550 for every recipient", { rcpt: () => "550 5.1.1 <x@y.org> unknown" }, ["failed", "550", false, "message"]],
  ["552 at RCPT, too many", { rcpt: () => "552 too many" }, ["failed", "552", true, "message"]],
  ["552 at RCPT, mailbox full", { rcpt: () => "552 5.2.2 full" }, ["failed", "552", false, "message"]],
  [
    "450 and 550 for all recipients",
    { rcpt: (to) => (to.startsWith("r0") ? "450 grey" : "550 no") },
    ["failed", "450", true, "message"],
  ],
  ["a reset at RCPT", { rcpt: () => "reset" }, lost],
  ["452 at DATA", { data: "452 4.3.1 full" }, ["failed", "452", true, "message"]],
  ["a reset at DATA", { data: "reset" }, lost],
  ["552 after the content", { content: "552 5.3.4 too big" }, ["failed", "552", false, "message"]],
  ["451 after the content", { content: "451 later" }, ["failed", "451", true, "message"]],
  ["421 after the content", { content: "421 closing" }, ["failed", "421", true, "account"]],
  [
    "the daily quota",
    { content: "454 Throttling failure: Daily message quota exceeded." },
    ["failed", "send.quota", true, "account"],
  ],
  [
    "the rate",
    { content: "454 Throttling failure: Maximum sending rate exceeded." },
    ["failed", "454", true, "message"],
  ],
  ["421 in the content", { inContent: "421 too slow" }, ["failed", "421", true, "account"]],
  ["a reset in the content", { inContent: "reset" }, ["unknown", "ESOCKET"]],
  ["a reset after the content", { content: "reset", takesSilently: true }, ["unknown", "ESOCKET"]],
  ["a close after the content", { content: "close", takesSilently: true }, ["unknown", "ECONNECTION"]],
  [
    "silence after the content",
    { content: "silence", takesSilently: true },
    ["unknown", "ETIMEDOUT"],
    // Long enough for all that comes before it, however busy the machine is with the other rows.
    { socketTimeout: 3_000 },
  ],
  ["no reply of SMTP after the content", { content: "huh", takesSilently: true }, ["unknown", "EMESSAGE"]],
];

describe.each(versions)("nodemailer %s", (_, create) => {
  describe.each([{ pool: false }, { pool: true }])("%o", (pool) => {
    test("what the server says and when it is lost decides the outcome", async () => {
      const found = await Promise.all(
        rows.map(async ([what, script, , options]) => {
          const { result, taken } = await sendTo(script, create, { ...pool, ...options });
          // Never "failed" for what was taken.
          return [what, seen(result), result.status === "failed" ? taken.length : 0];
        }),
      );
      expect(found).toEqual(rows.map(([what, , outcome]) => [what, outcome, 0]));
    });

    test("bytes and envelope go out as they are", async () => {
      const { result, taken } = await sendTo({}, create, pool);
      expect(result).toEqual({ status: "sent", messageId: "4XyZ12", attempts: 1 });
      const [one] = taken;
      expect(one).toMatchObject({ from: "bounce@example.com", to: TO, mailParameters: `SIZE=${raw.length}` });
      expect(one?.raw).toBe(new TextDecoder().decode(raw));
    });

    test("refused recipients are groups of a partial result, and a resume sends to them only", async () => {
      let full = true;
      await using server = await scriptedServer({
        rcpt: (to) => (full && to.startsWith("r0") ? "450 4.2.0 <r0@example.org> try later" : "250 Ok"),
      });
      const transporter = create({ host: "127.0.0.1", port: server.port, ...pool });
      const relay = sender({ ...quick, transport: smtpTransport(transporter) });
      const m = message({ from: "a@example.com", to: ["r0@Example.org", "r1@example.org"], subject: "x", text: "x" });
      const first = await relay.send(m);
      expect(first).toMatchObject({
        status: "partial",
        groups: [
          { recipients: ["r1@example.org"], result: { status: "sent" } },
          {
            recipients: [expect.stringMatching(/^r0@/)],
            result: { status: "failed", code: "450", retryable: true, message: "4.2.0 <[address]> try later" },
          },
        ],
      });
      expect(relay.counts).toMatchObject({ sent: 1, failed: 1 });
      full = false;
      expect((await relay.resume(m, first)).status).toBe("sent");
      expect(server.taken.map(({ to }) => to)).toEqual([["r1@example.org"], ["r0@example.org"]]);
      expect(server.taken[1]?.raw).toBe(server.taken[0]?.raw);
      transporter.close();
    });
  });

  test("a server that is not there is a definite no, and absent on this machine", async () => {
    const gone = await scriptedServer();
    await gone[Symbol.asyncDispose]();
    const transport = smtpTransport(create({ host: "127.0.0.1", port: gone.port }));
    const result = await sender({ ...quick, transport, retries: { max: 0, loopback: 0 } }).sendRaw(mail());
    expect(seen(result)).toEqual(lost);
    expect(result).toMatchObject({ message: `the connection to SMTP 127.0.0.1:${gone.port} failed` });
  });

  test("500 messages over connections that end anywhere: none lost, none twice, unknown only after DATA", async () => {
    const ends: readonly Script[] = [
      ...[{}, {}, {}, { greeting: "reset" }, { ehlo: "close" }, { mail: "reset" }, { rcpt: () => "reset" }],
      ...[{ data: "reset" }, { inContent: "reset" }, { content: "reset" }, { content: "reset", takesSilently: true }],
    ] as const;
    await using server = await scriptedServer((connection) => ends[(connection * 7) % ends.length] ?? {});
    const transporter = create({ host: "127.0.0.1", port: server.port, pool: true, maxConnections: 8 });
    const relay = sender({ transport: smtpTransport(transporter), concurrency: 8, retries: { base: 1, cap: 2 } });
    const results = await Promise.all(
      Array.from({ length: 500 }, (_, index) => relay.sendRaw(mail([`n${index}@example.org`]))),
    );
    transporter.close();
    const taken = new Map<string, number>();
    for (const { to } of server.taken) for (const one of to) taken.set(one, (taken.get(one) ?? 0) + 1);
    const wrong = results.flatMap(({ status }, index) => {
      const times = taken.get(`n${index}@example.org`) ?? 0;
      const isRight = status === "sent" ? times === 1 : status === "failed" ? times === 0 : times <= 1;
      return isRight ? [] : [[index, status, times]];
    });
    expect(wrong).toEqual([]);
    expect(new Set(results.map(({ status }) => status))).toContain("unknown");
    const { length } = results.filter(({ status }) => status === "unknown");
    expect(length).toBe(server.lostInContent());
  });
});

const at10 = nodemailer.createTransport({ host: "127.0.0.1", port: 1 });
const refusedOptions = (make: () => unknown) => {
  try {
    make();
  } catch (error) {
    return error instanceof OptionError ? error.issues[0]?.message : error;
  }
  return "taken";
};

describe("smtpTransport", () => {
  test("refuses what does not send by SMTP, or changes bytes", () => {
    const client = { send: () => Promise.resolve({}), config: {} };
    const cases: readonly unknown[] = [
      ...[undefined, null, {}, "smtp://x", { sendMail: true }],
      ...[{ jsonTransport: true }, { streamTransport: true }, { sendmail: true }].map((one) =>
        nodemailer.createTransport(one as object),
      ),
      nodemailer.createTransport(sesTransport({ client } as never)),
      nodemailer.createTransport({ host: "x.example", lmtp: true } as object),
      nodemailer.createTransport({ host: "x.example", dkim: { domainName: "a.b", keySelector: "k", privateKey: "p" } }),
    ];
    for (const one of cases) expect(refusedOptions(() => smtpTransport(one as never))).toMatch(/transporter|LMTP/);
    expect(refusedOptions(() => smtpTransport(at10, { limit: 1 } as never))).toMatch(/limit/);
  });

  test("is named by its host and port, without credentials, and serves no field of a call", async () => {
    const transport = smtpTransport(nodemailer.createTransport("smtp://user:secret@mail.example.com:2525"));
    expect(transport.name).toBe("SMTP mail.example.com:2525");
    expect(transport.limits.name).toBe("smtp");
    const relay = sender({ transport });
    await expect(relay.sendRaw(mail(), { tags: { a: "b" } })).rejects.toThrow(/option of the API of SES/);
  });

  test("a transporter of another kind is used, and its errors are unknown unless they carry a reply", async () => {
    const captured = captureTransport();
    const relay = sender({ ...quick, transport: smtpTransport(nodemailer.createTransport(captured)) });
    expect(await relay.sendRaw(mail())).toMatchObject({ status: "sent" });
    const failing = (error: object) =>
      sender({ ...quick, transport: smtpTransport({ sendMail: () => Promise.reject(error) }) }).sendRaw(mail());
    expect(seen(await failing(new Error("Timeout")))).toEqual(["unknown", "Error"]);
    expect(seen(await failing({ response: "550 no" }))).toEqual(["failed", "550", false, "message"]);
  });

  test("nothing is handed over before the mark is made, or after it was refused", async () => {
    let handed = 0;
    const transporter = { sendMail: async () => ({ accepted: TO, response: `250 ${++handed}` }) };
    const relay = sender({ ...quick, transport: smtpTransport(transporter) });
    const seenAt: number[] = [];
    await relay.sendRaw(mail(), { beforeFirstByte: () => void seenAt.push(handed) });
    const result = await relay.sendRaw(mail(), { beforeFirstByte: () => Promise.reject(new Error("disk full")) });
    expect([seenAt, handed, result.status]).toEqual([[0], 1, "failed"]);
  });

  test("a deadline after the call began is unknown", async () => {
    const transport = smtpTransport({ sendMail: () => new Promise(() => {}) });
    const result = await sender({ transport, deadlines: { firstByte: 20 } }).sendRaw(mail());
    expect(seen(result)).toEqual(["unknown", "send.deadline"]);
  });

  test("a recipient of whom nodemailer says nothing makes the outcome unknown", async () => {
    const transport = smtpTransport({ sendMail: async () => ({ accepted: [TO[0]], rejected: [] }) });
    expect(seen(await sender({ transport }).sendRaw(mail()))).toEqual(["unknown", "send.response"]);
  });

  test("what nodemailer would change is refused before it is written", async () => {
    let handed = 0;
    const transport = smtpTransport({ sendMail: async () => ({ response: `250 ${++handed}` }) });
    const relay = sender({ transport });
    const bytes = (text: string) => new TextEncoder().encode(text);
    const head = "From: a@example.com\r\nSubject: x";
    for (const text of [`${head}\n\nx`, `${head}\r\n\r\na\rb\r\n`, `${head}é\r\n\r\nx\r\n`]) {
      const result = await relay.sendRaw({ ...mail(), raw: bytes(text) });
      expect(seen(result)).toEqual(["failed", "send.transport", false, "message"]);
    }
    for (const to of ["a..b@example.org", '"a>b"@example.org', "a,b@example.org", "a@1.2"]) {
      expect(seen(await relay.sendRaw(mail([to])))).toEqual(["failed", "send.transport", false, "message"]);
    }
    expect(handed).toBe(0);
  });

  test("a quoted local part is one address, and 8-bit content asks for 8BITMIME", async () => {
    await using server = await scriptedServer();
    const transporter = nodemailer.createTransport({ host: "127.0.0.1", port: server.port });
    const relay = sender({ transport: smtpTransport(transporter) });
    const eightBit = new TextEncoder().encode("From: a@example.com\r\nSubject: x\r\n\r\né\r\n");
    await relay.sendRaw({ raw: eightBit, envelope: { from: "", to: ['"a, b"@example.org', "c+d@[127.0.0.1]"] } });
    expect(server.taken).toMatchObject([
      { from: "", to: ['"a, b"@example.org', "c+d@[127.0.0.1]"], mailParameters: expect.stringContaining("8BITMIME") },
    ]);
  });

  test("a message above the server's SIZE is refused before it is written", async () => {
    await using server = await scriptedServer({ ehlo: "250-test\r\n250 SIZE 10" });
    const transporter = nodemailer.createTransport({ host: "127.0.0.1", port: server.port });
    const result = await sender({ transport: smtpTransport(transporter) }).sendRaw(mail());
    expect(seen(result)).toEqual(["failed", "send.transport", false, "message"]);
  });
});
