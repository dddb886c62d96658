// Every exported function that takes options, and every method of what they give: an unknown name, a misspelt name and a
// value of the wrong kind are each one issue with code, path and, for a name, what to write instead. Tested from the doors,
// as a program without types calls them.
import * as main from "mimewright";
import * as bullmq from "mimewright/bullmq";
import * as html from "mimewright/html";
import * as local from "mimewright/local";
import * as mimetext from "mimewright/mimetext";
import * as node from "mimewright/node";
import * as nodemailer from "mimewright/nodemailer";
import * as outbox from "mimewright/outbox";
import * as preflight from "mimewright/preflight";
import * as ses from "mimewright/ses";
import * as testing from "mimewright/testing";
import { createTransport } from "nodemailer";
import { describe, expect, it } from "vitest";
import { describeOptions, type Entry, FIELDS, opened } from "./option-rows.ts";

const m = main.message({ from: "a@example.com", to: "b@example.com", subject: "x", text: "x" });
const client = { api: "v1", send: () => undefined, sendRawEmail: () => undefined };
const sender = { sendRaw: () => undefined };
const transport = { name: "none", limits: main.sesV1, fields: new Set(), send: () => undefined };

async function first(values: unknown): Promise<void> {
  if (values instanceof ReadableStream) await values.getReader().read();
  else if (typeof values === "object" && values !== null && Symbol.asyncIterator in values)
    await Reflect.apply(Reflect.get(values, "next"), values, []);
}

const raw = { raw: new Uint8Array(), envelope: { from: "a@example.com", to: ["b@example.com"] } };
const mailer: ses.Sender = Reflect.apply(ses.sender, undefined, [{ transport }]);
const failed = { status: "failed", code: "x", message: "x", retryable: true, attempts: 0 } as const;

const endpoint = opened(() => local.startLocalSes());
// Nothing listens there: options are read before Redis is asked.
const nowhere = "redis://127.0.0.1:1";
const queue = opened(() => bullmq.mailQueue({ connection: nowhere }));
const worker = opened(async () => {
  const made: bullmq.MailWorker = await Reflect.apply(bullmq.mailWorker, undefined, [
    { connection: nowhere, transport, rate: 1 },
  ]);
  return { close: (options: object = { timeout: 1 }) => made.close(options) };
});

const RENDER = { now: 5, seed: 5, idDomain: "a b", legacyNames: "yes" };
const door =
  (entry: unknown, ...before: readonly unknown[]) =>
  (options: object) =>
    typeof entry === "function" ? Reflect.apply(entry, undefined, [...before, options]) : undefined;

// Of every sender; the fields of a call among them.
const SENDER = {
  rate: 0,
  share: 0,
  quota: 5,
  "quota.reserve": "5",
  onAmbiguous: "Retry",
  split: "yes",
  concurrency: 0,
  queue: 5,
  "queue.count": 0,
  "queue.bytes": "5",
  deadlines: 5,
  "deadlines.connect": 0,
  "deadlines.firstByte": 0,
  "deadlines.total": 0,
  retries: 5,
  "retries.max": -1,
  "retries.base": -1,
  pauses: 5,
  "pauses.max": 0,
  limits: 5,
  render: 5,
  "render.seed": 5,
  clock: {},
  random: 5,
  configurationSet: 5,
  tags: 5,
  sourceArn: 5,
  listManagement: 5,
};

// Of one send.
const SEND = {
  signal: {},
  rate: 0,
  beforeFirstByte: 5,
  render: 5,
  "render.seed": 5,
  ...FIELDS,
  feedbackForwarding: 5,
  feedbackForwardingArn: 5,
  endpointId: 5,
  tenantName: 5,
};
const FILTER = {
  ...{ id: 5, to: 5, cc: 5, bcc: 5, from: 5, subject: 5, text: 5, tag: 5, configurationSet: 5, header: 5 },
  ...{ hasAttachment: "yes", since: "x", before: "x", region: 5, kind: "Sent", after: 5, latest: 1 },
};
const inbox =
  (name: keyof local.Inbox, ...before: readonly unknown[]) =>
  async (options: object) => {
    const { inbox: own } = await endpoint();
    return Reflect.apply(own[name], own, [...before, options]);
  };

const METHODS: Readonly<Record<string, Entry>> = {
  "Sender.send": { call: (options) => mailer.send(m, options), wrong: SEND },
  "Sender.sendRaw": { call: (options) => mailer.sendRaw(raw, options), wrong: SEND },
  "Sender.trySend": { call: (options) => mailer.trySend(m, options), wrong: SEND },
  "Sender.resume": { call: (options) => mailer.resume(m, failed, options), wrong: SEND },
  "Sender.sendAll": {
    call: (options) => first(mailer.sendAll([], options)),
    wrong: { ...SEND, concurrency: 0, onProgress: 5 },
  },
  "Sender.close": { call: (options) => mailer.close(options), wrong: { timeout: -1 } },
  "MailQueue.enqueue": {
    call: async (options) =>
      (await queue()).enqueue({ from: "a@example.com", to: "b@example.com", text: "x" }, options),
    wrong: { key: 5, campaign: "a:b", priority: -1, delay: "5", ...FIELDS },
  },
  "MailQueue.watch": {
    call: async (options) => (await queue()).watch(() => undefined, options),
    wrong: { campaign: 5, every: 0 },
  },
  "MailQueue.drain": { call: async (options) => (await queue()).drain(options), wrong: { signal: 5 } },
  "MailWorker.close": { call: async (options) => (await worker()).close(options), wrong: { timeout: -1 } },
  "Inbox.list": { call: inbox("list"), wrong: FILTER },
  "Inbox.waitFor filter": { call: inbox("waitFor"), wrong: FILTER },
  "Inbox.waitFor": { call: inbox("waitFor", {}), wrong: { timeout: -1 } },
  "Inbox.verify": { call: inbox("verify", "a@example.com"), wrong: { region: 5 } },
  "Inbox.account": { call: inbox("account", {}), wrong: { region: 5 } },
  "Inbox.account change": { call: inbox("account"), wrong: { sandbox: 1, max24HourSend: "5", maxSendRate: "5" } },
  "Inbox.faults": { call: inbox("faults"), wrong: { throttle: -1, errorCode: "Nothing", errorMessage: 5 } },
};

const ENTRIES: Readonly<Record<string, Entry>> = {
  toBytes: { call: door(main.toBytes, m), wrong: RENDER },
  render: { call: door(main.render, m), wrong: RENDER },
  toChunks: { call: (options) => door(first, door(main.toChunks, m)(options))({}), wrong: RENDER },
  toStream: { call: (options) => door(first, door(main.toStream, m)(options))({}), wrong: RENDER },
  partBytes: { call: door(main.partBytes, { type: "text/plain", content: "x" }), wrong: RENDER },
  rawMessageBase64: { call: door(ses.rawMessageBase64, m), wrong: { ...RENDER, limits: 5 } },
  inlineImages: {
    call: door(html.inlineImages, "", () => undefined),
    wrong: { maxBytes: "5", maxImages: "5", idDomain: 5 },
  },
  preflight: {
    call: door(preflight.preflight, m),
    wrong: { audience: "Bulk", clients: "gmail.*", placeholders: "a", htmlBytes: "5", imageBytes: -1, rules: 5 },
  },
  assertPreflight: {
    call: door(preflight.assertPreflight, m),
    wrong: { audience: "Bulk", clients: "gmail.*", placeholders: "a", htmlBytes: "5", imageBytes: -1, rules: 5 },
  },
  normalizeEml: { call: door(testing.normalizeEml, m), wrong: { keep: 5 } },
  emlDiff: { call: door(testing.emlDiff, m, m), wrong: { keep: 5, ignore: "Date" } },
  assertMatchesEml: {
    call: door(testing.assertMatchesEml, m, "x.eml"),
    wrong: { keep: 5, ignore: "Date" },
  },
  assertMatchesEmlInline: {
    call: door(testing.assertMatchesEmlInline, m, ""),
    wrong: { keep: 5, ignore: "Date" },
  },
  assertAddressedTo: {
    call: door(testing.assertAddressedTo, m, "b@example.com"),
    wrong: { field: "to " },
  },
  assertPart: {
    call: door(testing.assertPart, m, "text/plain"),
    wrong: { text: 5, filename: 5, cid: 5, disposition: 5, parameters: "x" },
  },
  assertAttachment: {
    call: door(testing.assertAttachment, m, "x"),
    wrong: { type: 5, size: "5", sha256: 5, content: 5, cid: 5, disposition: 5 },
  },
  sesHttpClient: {
    call: door(ses.sesHttpClient),
    valid: { region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } },
    wrong: { region: 5, credentials: 5, endpoint: 5, api: "v3", transport: "https", maxSockets: 0 },
  },
  sesSender: {
    call: door(ses.sesSender),
    valid: { client },
    wrong: { ...SENDER, commands: 5 },
  },
  sender: { call: door(ses.sender), valid: { transport }, wrong: { ...SENDER, transport: {} } },
  startLocalSes: {
    call: door(local.startLocalSes),
    wrong: {
      port: "x",
      host: 5,
      allowHosts: "x",
      publicUrl: 5,
      preset: "Easy",
      autoVerify: 1,
      anySender: 1,
      sandbox: 1,
      sevenBit: 1,
      signatures: 1,
      clockWindow: 1,
      actionThrottle: 1,
      sendRate: "5",
      dailyQuota: "5",
      dir: 5,
      credentials: 5,
    },
  },
  toTree: { call: door(main.toTree, m), wrong: RENDER },
  measure: { call: door(main.measure, m), wrong: RENDER },
  collect: {
    call: door(main.collect, m),
    valid: { maxBytes: 5_000 },
    wrong: { ...RENDER, maxBytes: "5" },
  },
  toNodemailer: { call: door(nodemailer.toNodemailer, m), wrong: RENDER },
  rawMessage: { call: door(ses.rawMessage, m), wrong: { ...RENDER, limits: 5 } },
  sendRawEmailInput: {
    call: door(ses.sendRawEmailInput, m),
    wrong: { ...RENDER, limits: 5, configurationSet: 5, tags: "x", fromArn: 5, sourceArn: 5, returnPathArn: 5 },
  },
  writeEml: { call: door(node.writeEml, "x.eml", m), wrong: { ...RENDER, mode: "600" } },
  file: {
    call: door(node.file, "package.json"),
    wrong: { root: 5, maxBytes: "5", filename: 5, contentType: 5, cid: 5, disposition: "Inline" },
  },
  files: {
    call: door(node.files, "fixtures"),
    wrong: { root: 5, maxBytes: -1, recursive: "yes", filter: "*.pdf" },
  },
  imagesIn: { call: door(node.imagesIn, "fixtures"), wrong: { maxBytes: Number.NaN } },
  fromNodemailer: {
    call: door(nodemailer.fromNodemailer, { from: "a@example.com", to: "b@example.com", text: "x" }),
    wrong: { ignoreKeys: "template" },
  },
  smtpTransport: {
    call: door(nodemailer.smtpTransport, createTransport({ host: "127.0.0.1" })),
    wrong: { limits: 5, "limits.bytes": "x" },
  },
  sesTransport: {
    call: door(nodemailer.sesTransport),
    valid: { client },
    wrong: {
      compose: "Mimewright",
      returnRaw: "yes",
      ignoreKeys: [5],
      ses: "x",
      "ses.ConfigurationSetName": 5,
      "ses.Tags": "x",
      "ses.EmailTags": 5,
      "ses.SourceArn": 5,
      "ses.FromArn": 5,
      "ses.ReturnPathArn": 5,
      "ses.FromEmailAddressIdentityArn": 5,
      "ses.FeedbackForwardingEmailAddress": 5,
      "ses.FeedbackForwardingEmailAddressIdentityArn": 5,
      "ses.EndpointId": 5,
      "ses.TenantName": 5,
      "ses.ListManagementOptions": 5,
      "render.seed": 5,
    },
  },
  openOutbox: {
    call: door(outbox.openOutbox),
    valid: { path: "/nonexistent/x.outbox", sender },
    wrong: {
      path: "",
      sender: {},
      onAmbiguous: "Retry",
      concurrency: 0,
      maxAttempts: 1.5,
      maxCrashes: "2",
      retries: 5,
      "retries.base": -1,
      "retries.cap": "5",
      limits: 5,
      "limits.bytes": "5",
      split: "yes",
      render: 5,
      "render.seed": 5,
      driver: "sqlite3",
      missingCommits: "Accept",
      clock: {},
    },
  },
  inspectOutbox: {
    call: door(outbox.inspectOutbox),
    valid: { path: "/nonexistent/x.outbox" },
    wrong: { path: 5, driver: "sqlite" },
  },
  mailQueue: {
    call: door(bullmq.mailQueue),
    wrong: {
      connection: "http://127.0.0.1",
      name: "a:b",
      prefix: 5,
      limits: 5,
      payloadBytes: 0,
      attachmentBytes: "5",
      attachmentSeconds: 1.5,
      timeout: -1,
    },
  },
  mailWorker: {
    call: door(bullmq.mailWorker),
    valid: { client },
    wrong: {
      connection: 5,
      name: "",
      prefix: 5,
      account: "a b",
      rate: 0,
      resolve: "x",
      concurrency: "4",
      runs: 0,
      deaths: 0,
      lock: 999,
      quota: 5,
      "quota.reserve": "5",
      keep: 5,
      "keep.sent": 5,
      "keep.sent.seconds": "5",
      "keep.unsent.count": -1,
      render: 5,
      "render.idDomain": "a b",
    },
  },
};

// Classes of errors; functions without an object of options; those whose options are input, which test/message has, or
// limits, which test/door-arguments.test.ts has.
const OTHERS: ReadonlySet<string> = new Set(
  [
    "MessageError OptionError QueueError SesSendError OutboxError PreflightError ClientDataMissingError",
    "InboxTimeoutError SenderClosedError registerCharset formatMailbox parseAddressList envelope splitRecipients",
    "fromMimeText assertHeader assertLink assertSubject captureTransport loadEml outline readEml",
    "message compose check checkLimits lintRaw assertFitsLimits assertNoIssues loadPending",
  ].flatMap((names) => names.split(" ")),
);

describeOptions({ ...ENTRIES, ...METHODS });

describe("every door", () => {
  it("is in the table, or has a reason not to be", () => {
    const doors = { ...main, ...bullmq, ...html, ...local, ...mimetext, ...node, ...nodemailer };
    const exported = Object.entries({ ...doors, ...outbox, ...preflight, ...ses, ...testing })
      .filter(([, value]) => typeof value === "function")
      .map(([name]) => name);
    expect(exported.filter((name) => !(name in ENTRIES) && !OTHERS.has(name))).toEqual([]);
  });
});
