// Every exported function that takes options: an unknown name, a misspelt name and a value of the wrong kind are each
// an error with the path of the option. Tested from the doors, as a program without types calls them.
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

const m = main.message({ from: "a@example.com", to: "b@example.com", subject: "x", text: "x" });
const client = { api: "v1", send: () => undefined, sendRawEmail: () => undefined };
const sender = { sendRaw: () => undefined };
const transport = { name: "none", limits: main.sesV1, fields: new Set(), send: () => undefined };

async function first(values: unknown): Promise<void> {
  if (values instanceof ReadableStream) await values.getReader().read();
  else if (typeof values === "object" && values !== null && Symbol.asyncIterator in values)
    await Reflect.apply(Reflect.get(values, "next"), values, []);
}

interface Entry {
  /** Calls it with options. */
  readonly call: (options: object) => unknown;
  /** What must be there. */
  readonly valid?: object;
  /** A value of the wrong kind for each option. Dots are for options inside options. */
  readonly wrong: Readonly<Record<string, unknown>>;
  /** True when it reports unknown names first, and values once there are none. */
  readonly inTurn?: boolean;
  /** True when the errors of its values are of another kind than OptionError: the tests of its room have them. */
  readonly namesOnly?: boolean;
}

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
    namesOnly: true,
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
      limits: {},
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

function optionsWith(valid: object, path: string, value: unknown): object {
  const [key = "", ...rest] = path.split(".");
  const inner = rest.length === 0 ? value : optionsWith(key === "limits" ? main.sesV1 : {}, rest.join("."), value);
  return { ...valid, [key]: inner };
}

interface Found {
  readonly error: unknown;
  readonly paths: readonly string[];
}

async function found(call: () => unknown): Promise<Found> {
  try {
    await call();
  } catch (error) {
    const isOurs = error instanceof main.OptionError || error instanceof main.MessageError;
    return { error, paths: isOurs ? error.issues.map(({ path }) => path.join(".")) : [] };
  }
  return { error: undefined, paths: [] };
}

// Two letters change places; a name of two letters loses one.
function misspelt(name: string): string {
  return name.length < 4 ? `${name}z` : `${name.slice(0, -2) + name.slice(-1) + name.slice(-2, -1)}z`;
}

describe.each(Object.entries(ENTRIES))(
  "%s",
  (_name, { call, valid = {}, wrong, inTurn = false, namesOnly = false }) => {
    it("reports a name that no option has", async () => {
      const { error, paths } = await found(() => call({ ...valid, zzz: 1 }));
      expect(error).toBeInstanceOf(main.OptionError);
      expect(paths).toEqual(["zzz"]);
    });

    it.each(namesOnly ? [] : Object.entries(wrong))("reports %s with its path when it is %j", async (path, value) => {
      const { error, paths } = await found(() => call(optionsWith(valid, path, value)));
      expect(error).toBeInstanceOf(main.OptionError);
      expect(paths[0]?.startsWith(path)).toBe(true);
    });

    it.each(Object.keys(wrong))("reports %s misspelt, with the name that was meant", async (path) => {
      const keys = path.split(".");
      const name = keys.at(-1) ?? "";
      const place = [...keys.slice(0, -1), misspelt(name)].join(".");
      const { error, paths } = await found(() => call(optionsWith(valid, place, 1)));
      expect(error).toBeInstanceOf(main.OptionError);
      expect(paths).toContain(place);
      expect(String(error)).toMatch(/did you mean|the options are|use /);
    });

    it("reports everything at once", async () => {
      const all = Object.entries(inTurn || namesOnly ? {} : wrong).filter(([path]) => !path.includes("."));
      const { paths } = await found(() => call({ ...valid, ...Object.fromEntries(all), zzz: 1, yyy: 1 }));
      for (const [path] of all) expect(paths.some((one) => one.startsWith(path))).toBe(true);
      expect(paths).toEqual(expect.arrayContaining(["zzz", "yyy"]));
    });
  },
);

describe("every door", () => {
  it("is in the table, or has a reason not to be", () => {
    const doors = { ...main, ...bullmq, ...html, ...local, ...mimetext, ...node, ...nodemailer };
    const exported = Object.entries({ ...doors, ...outbox, ...preflight, ...ses, ...testing })
      .filter(([, value]) => typeof value === "function")
      .map(([name]) => name);
    expect(exported.filter((name) => !(name in ENTRIES) && !OTHERS.has(name))).toEqual([]);
  });
});
