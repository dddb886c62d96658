// A misspelt option is reported at every entry point, in the same words, with the name that was probably meant.
import { inspect } from "node:util";
import {
  check,
  collect,
  compose,
  envelope,
  loadPending,
  MessageError,
  measure,
  message,
  OptionError,
  render,
  sesV1,
  toBytes,
  toChunks,
  toStream,
  toTree,
} from "mimewright";
import { mailQueue, mailWorker } from "mimewright/bullmq";
import { inlineImages } from "mimewright/html";
import { startLocalSes } from "mimewright/local";
import { file, files, writeEml } from "mimewright/node";
import { sesTransport, toNodemailer } from "mimewright/nodemailer";
import { openOutbox } from "mimewright/outbox";
import { preflight } from "mimewright/preflight";
import { readMessage, toInput } from "mimewright/read";
import { rawMessage, rawMessageBase64, sendRawEmailInput, sesHttpClient, sesSender } from "mimewright/ses";
import { assertAddressedTo, assertAttachment, assertPart, emlDiff, normalizeEml } from "mimewright/testing";
import { describe, expect, it } from "vitest";
import { outboxEnqueueOptions } from "../src/deliver/outbox/packing.ts";
import { readEnqueueOptions } from "../src/deliver/queue/queue-options.ts";
import { readWorkerOptions } from "../src/deliver/queue/worker-options.ts";
import { listFrom, optionIssues, optionNames, text, throwOptions } from "../src/given.ts";
import { IssueList } from "../src/issues.ts";
import { nearestName } from "../src/options/suggestions.ts";

const input = { from: "a@example.com", to: "b@example.com", subject: "x", text: "x" };
const m = message(input);
const raw = { raw: toBytes(m), envelope: { from: input.from, to: [input.to] } };
const httpClient = () =>
  sesHttpClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    endpoint: "http://127.0.0.1:9",
  });

type Entry = (...given: never) => unknown;

/** Calls as a program without types does. */
async function called(entry: Entry, ...given: readonly unknown[]): Promise<unknown> {
  const returned: unknown = Reflect.apply(entry, undefined, given);
  // A generator reads its options when its first value is asked for.
  const next: unknown = Reflect.get(Object(returned), "next");
  return typeof next === "function" ? Reflect.apply(next, returned, []) : returned;
}

async function failure(entry: Entry, ...given: readonly unknown[]): Promise<unknown> {
  return called(entry, ...given).then(
    () => undefined,
    (error: unknown) => error,
  );
}

// What is called, with which arguments; the path of the misspelt name, and the name that was meant.
const entries: readonly (readonly [string, Entry, readonly unknown[], string, string | undefined])[] = [
  ["toBytes", toBytes, [m, { sead: "x" }], "sead", "seed"],
  ["toBytes", toBytes, [m, { inot: new Uint8Array(9) }], "inot", "into"],
  ["toChunks", toChunks, [m, { chunk: "lent" }], "chunk", "chunks"],
  ["collect", collect, [m, { maxBytes: 1_000, maxByte: 5 }], "maxByte", "maxBytes"],
  ["measure", measure, [m, { idDomian: "example.com" }], "idDomian", "idDomain"],
  ["toTree", toTree, [m, { legacy_names: true }], "legacy_names", "legacyNames"],
  ["writeEml", writeEml, ["x.eml", m, { mod: 0o600 }], "mod", "mode"],
  ["file", file, ["package.json", { fileName: "a.json" }], "fileName", "filename"],
  ["files", files, ["fixtures", { recursiv: true }], "recursiv", "recursive"],
  ["inlineImages", inlineImages, ["", () => undefined, { maxImage: 5 }], "maxImage", "maxImages"],
  ["preflight", preflight, [m, { audiance: "bulk" }], "audiance", "audience"],
  ["preflight, rules", preflight, [m, { rules: { "link-insecur": "off" } }], 'rules["link-insecur"]', "link-insecure"],
  ["normalizeEml", normalizeEml, [m, { keeps: ["Date"] }], "keeps", "keep"],
  ["emlDiff", emlDiff, [m, m, { ignored: ["Date"] }], "ignored", "ignore"],
  ["assertAddressedTo", assertAddressedTo, [m, "b@example.com", { filed: "to" }], "filed", "field"],
  ["assertAddressedTo", assertAddressedTo, [m, { adress: "b@example.com" }], "mailboxes.adress", "address"],
  ["assertPart", assertPart, [m, "text/plain", { txt: "x" }], "txt", "text"],
  ["assertAttachment", assertAttachment, [m, "a", { contnet: "x" }], "contnet", "content"],
  ["rawMessage", rawMessage, [m, { limit: sesV1 }], "limit", "limits"],
  ["rawMessageBase64", rawMessageBase64, [m, { sed: "x" }], "sed", "seed"],
  ["sendRawEmailInput", sendRawEmailInput, [m, { configurationset: "a" }], "configurationset", "configurationSet"],
  ["sesHttpClient", sesHttpClient, [{ region: "eu-west-1", endpiont: "http://127.0.0.1" }], "endpiont", "endpoint"],
  ["sesSender", sesSender, [{ client: httpClient(), concurency: 4 }], "concurency", "concurrency"],
  ["sesSender, queue", sesSender, [{ client: httpClient(), queue: { cuont: 4 } }], "queue.cuont", "count"],
  ["sesSender, retries", sesSender, [{ client: httpClient(), retries: { maxx: 4 } }], "retries.maxx", "max"],
  ["sesSender, deadlines", sesSender, [{ client: httpClient(), deadlines: { totl: 4 } }], "deadlines.totl", "total"],
  ["sesSender, quota", sesSender, [{ client: httpClient(), quota: { reserved: 4 } }], "quota.reserved", "reserve"],
  ["sesSender, render", sesSender, [{ client: httpClient(), render: { sede: "x" } }], "render.sede", "seed"],
];

describe("a misspelt option", () => {
  it.each(entries)("is reported by %s", async (_name, entry, given, path, meant) => {
    const error = await failure(entry, ...given);
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ code: "input.unknown-key" });
    expect(String(error)).toContain(`at ${path}: unknown option`);
    expect(String(error)).toContain(`did you mean "${meant}"?`);
  });

  it.each<[string, (sender: ReturnType<typeof sesSender>, options: object) => unknown]>([
    ["send", (sender, options) => sender.send(m, options)],
    ["sendRaw", (sender, options) => sender.sendRaw(raw, options)],
    ["trySend", (sender, options) => sender.trySend(m, options)],
    ["sendAll", (sender, options) => sender.sendAll([m], options)],
    ["resume", (sender, options) => sender.resume(m, { status: "sent", messageId: "a", attempts: 1 }, options)],
  ])("is reported by %s of a sender, before anything is sent", async (_name, send) => {
    const sender = sesSender({ client: httpClient() });
    for (const [options, path, meant] of [
      [{ tagz: { a: "b" } }, "tagz", "tags"],
      [{ configuration_set: "a" }, "configuration_set", "configurationSet"],
      [{ listManagement: { contactLists: "a" } }, "listManagement.contactLists", "contactList"],
      [{ render: { see: "a" } }, "render.see", "seed"],
    ] as const) {
      const error = await failure(() => send(sender, options));
      expect(error).toBeInstanceOf(OptionError);
      expect(String(error)).toContain(`at ${path}: unknown option`);
      expect(String(error)).toContain(`did you mean "${meant}"?`);
    }
    expect(sender.counts).toMatchObject({ queued: 0, inFlight: 0, sent: 0, failed: 0, unknown: 0 });
    await sender.close();
  });

  it("names the place of the options of rendering among those of a send", async () => {
    const sender = sesSender({ client: httpClient() });
    const error = await failure(() => Reflect.apply(sender.send, sender, [m, { seed: "x" }]));
    expect(String(error)).toContain('unknown option "seed" (use render: { seed })');
    await sender.close({ timeout: 0 });
  });

  it("is reported by close() of a sender, which stays open", async () => {
    const sender = sesSender({ client: httpClient() });
    const error = await failure(() => Reflect.apply(sender.close, sender, [{ timeOut: 5 }]));
    expect(String(error)).toContain('did you mean "timeout"?');
    await sender.close({ timeout: 0 });
  });

  it.each<[string, () => unknown, string]>([
    [
      "toStream",
      () =>
        Reflect.apply(toStream, undefined, [m, { seeds: "x" }])
          .getReader()
          .read(),
      "seed",
    ],
    [
      "sesTransport",
      () => Reflect.apply(sesTransport, undefined, [{ client: httpClient(), concurency: 4 }]),
      "concurrency",
    ],
    ["toNodemailer", () => Reflect.apply(toNodemailer, undefined, [m, { Seed: "x" }]), "seed"],
    ["startLocalSes", () => Reflect.apply(startLocalSes, undefined, [{ prt: 1 }]), "port"],
    [
      "startLocalSes, credentials",
      () => Reflect.apply(startLocalSes, undefined, [{ credentials: [{ accessKeyID: "a", secretAccessKey: "b" }] }]),
      "accessKeyId",
    ],
    ["openOutbox", () => Reflect.apply(openOutbox, undefined, [{ path: "a", sendr: {} }]), "sender"],
    ["enqueue of an outbox", () => Reflect.apply(outboxEnqueueOptions, undefined, [{ kee: "a" }]), "key"],
    ["mailQueue", () => Reflect.apply(mailQueue, undefined, [{ nam: "a" }]), "name"],
    ["enqueue of a queue", () => Reflect.apply(readEnqueueOptions, undefined, [{ campain: "a" }]), "campaign"],
    ["mailWorker", () => Reflect.apply(mailWorker, undefined, [{ client: httpClient(), acount: "a" }]), "account"],
    [
      "mailWorker, keep",
      () => Reflect.apply(readWorkerOptions, undefined, [{ keep: { sent: { second: 5 } } }]),
      "seconds",
    ],
    [
      "mailWorker, retries of its sender",
      () => Reflect.apply(readWorkerOptions, undefined, [{ retries: { bases: 5 } }]),
      "base",
    ],
  ])("is reported by %s", async (_name, call, meant) => {
    const error = await failure(call);
    expect(error).toBeInstanceOf(OptionError);
    expect(String(error)).toContain(`did you mean "${meant}"?`);
  });

  it("is reported by the knobs of an inbox", async () => {
    await using ses = await startLocalSes();
    const { inbox } = ses;
    const calls = [
      [() => Reflect.apply(inbox.waitFor, inbox, [{}, { timout: 1 }]), "timeout"],
      [() => Reflect.apply(inbox.verify, inbox, ["a@example.com", { regin: "eu-west-1" }]), "region"],
      [() => Reflect.apply(inbox.account, inbox, [{ maxSendrate: 1 }]), "maxSendRate"],
    ] as const;
    for (const [call, meant] of calls) expect(String(await failure(call))).toContain(`did you mean "${meant}"?`);
  });

  it.each<[object, string, string]>([
    [{ attachment: [] }, "attachment", "attachments"],
    [{ replyto: "a@example.com" }, "replyto", "replyTo"],
    [{ CC: "a@example.com" }, "CC", "cc"],
    [{ attachments: [{ fileName: "a", content: "b" }] }, "attachments.0.fileName", "filename"],
    [{ envelope: { form: "a@example.com" } }, "envelope.form", "from"],
    [{ calendar: { contents: "a" } }, "calendar.contents", "content"],
  ])("is an issue of a message: %j", (wrong, path, meant) => {
    const found = check(Object({ ...input, ...wrong })).issues.filter(({ code }) => code === "input.unknown-key");
    expect(found.map((one) => [one.path.join("."), /did you mean "(.*)"/.exec(one.message)?.[1]])).toEqual([
      [path, meant],
    ]);
  });

  it("is an issue of limits, and of the defaults of a composer", () => {
    const limits = { ...sesV1, recipeints: 5 };
    expect(check(input, limits).issues[0]?.message).toContain('did you mean "recipients"?');
    const issues = compose(Object({ ...input, subjekt: "x" }))
      .check()
      .issues.map((one) => one.message);
    expect(issues.join()).toContain('did you mean "subject"?');
  });
});

describe("options", () => {
  const tiny = message({ from: "ann@example.com", to: "bob@example.com", text: "x" });
  const names = optionNames("tags rate", new Map([["sendingRate", "rate is recipients per second"]]));
  const checkOptions = (given: unknown, path: readonly string[] = []) => throwOptions(optionIssues(given, names, path));

  it("report all unknown names at once, each on a line of its own", () => {
    const error = (() => {
      try {
        checkOptions({ tagz: 1, sendingRate: 2, frobnicate: 3 }, ["nested"]);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code: "input.unknown-key", path: ["nested", "tagz"] });
    expect(String(error).split("\n")).toEqual([
      'OptionError: input.unknown-key at nested.tagz: unknown option "tagz"; did you mean "tags"?',
      'input.unknown-key at nested.sendingRate: unknown option "sendingRate" (rate is recipients per second)',
      'input.unknown-key at nested.frobnicate: unknown option "frobnicate" (the options are tags, rate)',
    ]);
  });

  it.each([null, 5, "tags", [], new Map([["tags", 1]]), Promise.resolve({})])("must be a plain object: %j", (given) => {
    expect(() => checkOptions(given)).toThrow(OptionError);
  });

  it("show a name that is long or holds line breaks on one short line", () => {
    const long = "x".repeat(5_000);
    for (const key of ["a\r\nBcc: b@example.com", long]) {
      try {
        checkOptions({ [key]: 1 });
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toMatch(/[\r\n]/);
      }
    }
  });

  it("show no control, line separator or change of direction, in no part of an error", () => {
    const key = "a\u2028b\u0085c\u202ed\u007fe\u001b[31m";
    expect(() => toBytes(tiny, { [key]: 1 } as never)).toThrow(OptionError);
    try {
      toBytes(tiny, { [key]: 1 } as never);
    } catch (error) {
      expect(String(error)).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      expect(error).toMatchObject({ path: [key] });
    }
  });

  it("that are unknown by the hundred thousand are all there, a short line each", () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, 1]));
    try {
      checkOptions({ ...many, ["k".repeat(100_000)]: 1 });
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      expect(error.issues).toHaveLength(100_001);
      expect(error.message.split("\n")).toHaveLength(100_001);
      expect(error.message.length).toBeLessThan(15_000_000);
      expect(error.message).toContain('unknown option "k99999"');
    }
    expect(() => checkOptions({ ["k".repeat(100_000)]: 1 })).toThrow(/^.{1,300}$/);
  });

  it("in a list are read one by one: a hole is reported like any other wrong item, and so is a list that throws", () => {
    const issuesOf = (value: unknown) => {
      const list = new IssueList();
      const read = listFrom(text, "a list of names")(value, list.root.at("names"));
      return [read, ...list.issues.map(({ path, message }) => [...path, message])];
    };
    expect(issuesOf(["a", "b"])).toEqual([["a", "b"]]);
    expect(issuesOf([["a"]])).toEqual([undefined, ["names", 0, "expected a string; got a list"]]);
    // biome-ignore lint/suspicious/noSparseArray: a hole in a list must be reported
    expect(issuesOf([, "b"])).toEqual([undefined, ["names", 0, "expected a string; got nothing"]]);
    expect(issuesOf("a")).toEqual([undefined, ["names", "expected a list of names; got a string"]]);
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(issuesOf(proxy)).toEqual([undefined, ["names", "the value throws when it is read"]]);
  });

  it("make an error whose message is its own, as loggers, copies and util.inspect expect", () => {
    try {
      checkOptions({ tagz: 1 });
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      const message = /^input\.unknown-key at tagz: unknown option "tagz"/;
      expect(Object.getOwnPropertyDescriptor(error, "message")?.value).toMatch(message);
      expect(structuredClone(error).message).toMatch(message);
      expect(error.stack).toContain(error.message);
      expect(inspect(error)).toContain(error.message);
    }
  });

  it("make an error whose issues nobody can change, wherever it was thrown", () => {
    for (const wrong of [() => checkOptions({ tagz: 1 }), () => envelope({} as never)]) {
      try {
        wrong();
        expect.unreachable();
      } catch (error) {
        if (!(error instanceof OptionError || error instanceof MessageError)) throw error;
        expect([error.issues, ...error.issues, error.path].every(Object.isFrozen)).toBe(true);
      }
    }
  });

  it("are read by toInput and loadPending, too", async () => {
    const mail = readMessage(toBytes(tiny));
    for (const given of [{ reprot: () => {} }, { report: 5 }, [], null, 3]) {
      expect(() => toInput(mail, given as never)).toThrow(OptionError);
    }
    for (const given of [{ maxByte: 5 }, { maxBytes: "5" }, [], null, 3]) {
      await expect(loadPending(render(tiny), given as never)).rejects.toThrow(OptionError);
    }
  });

  it("take no name from Object.prototype", () => {
    expect(() => checkOptions({ toString: 1 })).toThrow('unknown option "toString"');
  });
});

describe("the nearest name", () => {
  it.each([
    ["tagz", "tags"],
    ["Tags", "tags"],
    ["reply_to", "replyTo"],
    ["reply-to", "replyTo"],
    ["concurency", "concurrency"],
    ["cocnurrency", "concurrency"],
    ["adn", "and"],
  ])("of %s is %s", (given, meant) => {
    expect(nearestName(given, ["tags", "replyTo", "concurrency", "and", "unrelated"])).toBe(meant);
  });

  it.each(["", "zzzzzzzz", "x".repeat(10_000)])("is absent where nothing is near", (given) => {
    expect(nearestName(given, ["tags", "replyTo", "concurrency"])).toBeUndefined();
  });
});
