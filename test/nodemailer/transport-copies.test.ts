import { createRequire } from "node:module";
import { createServer, type Server } from "node:net";
import { Auth, type AuthConfig, skipCSRFCheck } from "@auth/core";
import Nodemailer from "@auth/core/providers/nodemailer";
import { SESClient } from "@aws-sdk/client-ses";
import { type LocalSes, startLocalSes } from "mimewright/local";
import { sesTransport } from "mimewright/nodemailer";
import { createTransport } from "nodemailer";
import { createTransport as createTransport6 } from "nodemailer6";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

type Make = (transport: object) => {
  sendMail(mail: object): Promise<{ accepted: readonly unknown[] }>;
  verify(): Promise<true>;
  isIdle(): boolean;
  once(event: "idle", listener: () => void): unknown;
};
const versions: readonly (readonly [string, Make])[] = [
  ["nodemailer 10", createTransport as unknown as Make],
  ["nodemailer 7", createRequire(import.meta.url)("nodemailer7").createTransport as Make],
  ["nodemailer 6", createTransport6 as unknown as Make],
];

// What a message that goes astray would reach: SMTP servers of this machine.
const smtp = { servers: [] as Server[], connections: 0 };
let ses: LocalSes;
let client: SESClient;

beforeAll(async () => {
  ses = await startLocalSes();
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  client = new SESClient({ region: "eu-west-1", endpoint: ses.url, credentials });
  for (const port of [25, 465, 587]) await listen(port);
});
afterAll(async () => {
  for (const server of smtp.servers) server.close();
  client.destroy();
  await ses.close();
});
beforeEach(async () => {
  await ses.inbox.clear();
  smtp.connections = 0;
});

// Where the port cannot be had (it takes a privilege, or something listens already) there is nothing to count.
function listen(port: number): Promise<void> {
  const server = createServer((socket) => {
    smtp.connections++;
    socket.destroy();
  });
  return new Promise((resolve) => {
    server.once("error", () => resolve());
    server.listen(port, "127.0.0.1", () => {
      smtp.servers.push(server);
      resolve();
    });
  });
}

const mail = { from: "ann@example.com", to: "bob@example.com", subject: "Hello", text: "Hello" };
const smtpDefaults = () => ({ host: "localhost", port: 25, auth: { user: "", pass: "" } });

// The deep merges of frameworks: every enumerable property, inherited ones too, objects into objects.
function mergeDeep(target: Record<string, unknown>, source: object): Record<string, unknown> {
  for (const key in source) {
    const value: unknown = Reflect.get(source, key);
    const old = target[key];
    if (typeof value !== "object" || value === null) target[key] = value;
    else target[key] = mergeDeep(typeof old === "object" && old !== null ? { ...old } : {}, value);
  }
  return target;
}

const whole: readonly (readonly [string, (transport: object) => object])[] = [
  ["itself", (transport) => transport],
  ["a spread", (transport) => ({ ...transport })],
  ["Object.assign over SMTP options", (transport) => Object.assign(smtpDefaults(), transport)],
  ["a deep merge over SMTP options", (transport) => mergeDeep(smtpDefaults(), transport)],
  ["entries", (transport) => Object.fromEntries(Object.entries(transport))],
  ["descriptors", (transport) => Object.defineProperties({}, Object.getOwnPropertyDescriptors(transport))],
  ["a Proxy", (transport) => new Proxy(transport, {})],
  ["an object that inherits it", (transport) => Object.create(transport)],
  ["a class that takes it over", (transport) => Object.assign(new (class Mailer {})(), transport)],
  ["frozen", (transport) => Object.freeze(transport)],
  ["sealed", (transport) => Object.seal(transport)],
];

const broken: readonly (readonly [string, (transport: object) => object])[] = [
  ["JSON", (transport) => JSON.parse(JSON.stringify(transport))],
  ["JSON over SMTP options", (transport) => Object.assign(smtpDefaults(), JSON.parse(JSON.stringify(transport)))],
  ["without send", (transport) => ({ ...transport, send: undefined })],
  ["a structured clone", (transport) => structuredClone(transport)],
];

describe.each(versions)("a copy of a transport, in %s", (_name, make) => {
  it.each(whole)("sends one mail through SES and opens no SMTP connection: %s", async (_how, copy) => {
    const mailer = make(copy(sesTransport({ client })));
    const idle = new Promise<void>((resolve) => mailer.once("idle", resolve));
    expect((await mailer.sendMail(mail)).accepted).toEqual(["bob@example.com"]);
    await idle;
    expect(mailer.isIdle()).toBe(true);
    expect(await mailer.verify()).toBe(true);
    expect(ses.inbox.list()).toHaveLength(1);
    expect(smtp.connections).toBe(0);
  });

  it.each([
    ["itself", (mailer: object) => mailer],
    ["a spread", (mailer: object) => ({ ...mailer })],
    ["a spread with options of SMTP", (mailer: object) => ({ ...smtpDefaults(), ...mailer, pool: true })],
    ["Object.assign over SMTP options", (mailer: object) => Object.assign(smtpDefaults(), mailer)],
  ])("sends one mail when a transporter is given where a transport belongs: %s", async (_how, copy) => {
    const mailer = make(copy(make(sesTransport({ client }))));
    expect((await mailer.sendMail(mail)).accepted).toEqual(["bob@example.com"]);
    expect(await mailer.verify()).toBe(true);
    expect(ses.inbox.list()).toHaveLength(1);
    expect(smtp.connections).toBe(0);
  });

  it.each(broken)("fails when its functions are lost, and opens no SMTP connection: %s", async (_how, copy) => {
    const sending = async () => make(copy(sesTransport({ client }))).sendMail(mail);
    await expect(sending()).rejects.toThrow();
    expect(ses.inbox.list()).toEqual([]);
    expect(smtp.connections).toBe(0);
  });
});

describe("a copy of a transport", () => {
  it("names a host that no resolver takes when its functions are lost", async () => {
    const { host } = JSON.parse(JSON.stringify(sesTransport({ client })));
    // RFC 1035 s2.3.4: a label has at most 63 octets.
    expect(host).toMatch(/^[A-Za-z-]{64,}$/);
    const sending = createTransport({ host }).sendMail(mail);
    await expect(sending).rejects.toThrow("sesTransport-was-copied-without-its-functions");
  });

  it("has a sender that sends, even in a deep copy", async () => {
    const copy = mergeDeep({}, sesTransport({ client }));
    const { quota } = copy.sender as { quota(): Promise<object> };
    expect(await quota()).toHaveProperty("max24Hour");
  });

  it("can be merged after it was in a transporter: that is not among its own enumerable properties", () => {
    const transport = sesTransport({ client });
    const mailer = createTransport(transport);
    expect(Object.keys(transport)).not.toContain("mailer");
    expect(Reflect.get(transport, "mailer")).toBe(mailer);
    expect(mergeDeep({}, transport)).toHaveProperty("send");
  });

  it("needs no this", async () => {
    const { verify, isIdle, on, off, close } = sesTransport({ client });
    const listener = () => {};
    expect(await verify()).toBe(true);
    expect(isIdle()).toBe(true);
    expect(on("idle", listener)).toBe(off("idle", listener));
    close();
  });
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("listeners of a transport", () => {
  it("hear idle through every transporter that is in use", async () => {
    const transport = sesTransport({ client });
    const mailers = [createTransport(transport), createTransport({ ...transport }), createTransport(transport)];
    const idle = mailers.map((one) => new Promise<void>((resolve) => one.once("idle", resolve)));
    await createTransport(transport).sendMail(mail);
    await Promise.all(idle);
  });

  it("are removed by off, whoever owned the transport when they were added", async () => {
    const transport = sesTransport({ client });
    let heard = 0;
    const listener = () => {
      heard++;
    };
    transport.on("idle", listener);
    await turn();
    await turn();
    expect(heard).toBe(1);
    createTransport(transport);
    transport.off("idle", listener);
    await createTransport(transport).sendMail(mail);
    await turn();
    expect(heard).toBe(1);
  });

  it("do not add up when a transporter is made for each mail: none warns of a leak", async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => warnings.push(name);
    process.on("warning", onWarning);
    const server = Object.assign(smtpDefaults(), sesTransport({ client }));
    for (let i = 0; i < 20; i++) await createTransport(server).sendMail(mail);
    await turn();
    process.off("warning", onWarning);
    expect(warnings).not.toContain("MaxListenersExceededWarning");
    expect(ses.inbox.list()).toHaveLength(20);
  });
});

describe("Auth.js", () => {
  it("sends its sign-in mails through a transport given as server", async () => {
    const nothing = async () => null;
    const adapter = {
      ...{ getUserByEmail: nothing, getUser: nothing, getUserByAccount: nothing, getSessionAndUser: nothing },
      createVerificationToken: async <T>(token: T) => token,
      useVerificationToken: nothing,
    };
    const config: AuthConfig = {
      ...{ secret: "a secret of enough characters", trustHost: true, skipCSRFCheck, adapter },
      providers: [Nodemailer({ server: sesTransport({ client }), from: "Auth <auth@example.com>" })],
    };
    for (const email of ["ann@example.com", "bob@example.com"]) {
      const body = new URLSearchParams({ email, callbackUrl: "http://localhost:3000/" });
      const request = new Request("http://localhost:3000/auth/signin/nodemailer", { method: "POST", body });
      const answer = await Auth(request, config);
      expect(answer.headers.get("location")).toContain("/auth/verify-request");
    }
    expect(ses.inbox.list().map(({ recipients }) => recipients)).toEqual([["ann@example.com"], ["bob@example.com"]]);
    expect(smtp.connections).toBe(0);
  });
});
