import { PassThrough } from "node:stream";
import { type ParsedMail, simpleParser } from "mailparser";
import { check, message, sesV1, toBytes } from "mimewright";
import { fromNodemailer } from "mimewright/nodemailer";
import { createTransport } from "nodemailer";
// @ts-expect-error: this version has no types of its own
import { createTransport as createTransport7 } from "nodemailer7";
import PostalMime, { decodeWords, type Email } from "postal-mime";
import { describe, expect, it } from "vitest";
import { MessageError } from "../../src/issues.ts";

const base = { from: "a@example.com", to: "b@example.com" };
const PNG = Buffer.from("89504e470d0a1a0a00", "hex");
const ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";

// The bytes that nodemailer composes from the options. It changes what it is given, so it gets a copy of its own.
async function theirs(options: () => object, create: typeof createTransport = createTransport): Promise<Buffer> {
  const info = await create({ streamTransport: true, buffer: true, newline: "windows" }).sendMail(options());
  if (Buffer.isBuffer(info.message)) return info.message;
  throw new Error("no bytes");
}

function ours(options: object): Buffer {
  return Buffer.from(toBytes(message(fromNodemailer(options)), { seed: "s", now: () => new Date(0) }));
}

function issuesOf(options: object): string[] {
  try {
    message(fromNodemailer(options));
  } catch (error) {
    if (error instanceof MessageError) return error.issues.map(({ code, path }) => [code, ...path].join(" "));
    throw error;
  }
  return [];
}

const lines = (text: string | undefined | null) => text?.replace(/\r?\n/g, "\n").replace(/\n$/, "");
const people = (list: Email["to"]) =>
  list?.map(({ name, address, group }) => ({ name: name ?? "", address: address ?? "", group: group ?? [] }));

// What a reader makes of a message, without what differs each time.
function content(mail: Email) {
  return {
    people: [mail.from && [mail.from], mail.sender && [mail.sender], mail.to, mail.cc, mail.replyTo].map(people),
    subject: mail.subject,
    text: lines(mail.text),
    html: lines(mail.html),
    inReplyTo: mail.inReplyTo,
    references: mail.references,
    attachments: mail.attachments.map((one) => ({
      filename: one.filename,
      type: one.mimeType,
      cid: one.contentId,
      related: one.related ?? false,
      bytes: octets(one),
    })),
  };
}

// postal-mime adds a line end to the last line of a quoted-printable part.
function octets({ content: bytes, mimeType }: Email["attachments"][number]): string {
  const hex = Buffer.from(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes).toString("hex");
  return mimeType.startsWith("text/") ? hex.replace(/0a$/, "") : hex;
}

// mailparser leaves the words of fields it does not know as they are.
const words = (value: unknown) => (typeof value === "string" ? decodeWords(value) : value);

const flat = (mail: ParsedMail) => ({
  subject: mail.subject,
  text: lines(mail.text),
  html: mail.html,
  to: [mail.to ?? []].flat().map((one) => one.text),
  attachments: mail.attachments.map(({ filename, contentType, cid, content: bytes }) => [
    filename,
    contentType,
    cid,
    bytes.toString("hex"),
  ]),
});

describe("what nodemailer composes and what we compose of the same options", () => {
  it.each<[string, () => object]>([
    ["text and html", () => ({ ...base, subject: "Grüße", text: "Hällo\nWelt", html: "<p>Hällo</p>" })],
    ["bodies of bytes", () => ({ ...base, text: Buffer.from("é"), html: { content: Buffer.from("<b>é</b>") } })],
    ["a body in base64", () => ({ ...base, text: { content: "w6k=", encoding: "base64" } })],
    ["no body", () => ({ ...base })],
    [
      "addresses in all forms",
      () => ({
        from: { name: "Ann Ä", address: "ann@example.com" },
        sender: "s@example.com",
        to: ["b@example.com, C <c@example.com>", { name: "D, d", address: "d@example.com" }, [["e@example.com"]]],
        cc: "undisclosed-recipients:;, cc@example.com",
        replyTo: "Team: x@example.com, Y <y@example.com>;",
        subject: "s",
      }),
    ],
    [
      "threading",
      () => ({ ...base, inReplyTo: "1@x.example", references: ["<1@x.example> 2@x.example", "<3@x.example>"] }),
    ],
    [
      "attachments of strings, bytes and data URIs",
      () => ({
        ...base,
        text: "t",
        attachments: [
          { filename: "ü.bin", content: Buffer.from([0, 1, 255]) },
          { filename: "b.json", content: "aGk=", encoding: "base64" },
          { filename: "c.bin", content: "00ff", encoding: "hex", contentType: "application/x-c" },
          { path: "data:application/x-d;base64,AAEC", filename: "d.dat" },
          { href: "data:application/x-e,%00%c3%a9", filename: "e.dat" },
          { content: Buffer.from("no name"), contentType: "application/pdf" },
          { filename: "f.txt", content: "text", contentTransferEncoding: "base64" },
          { filename: "g.dat", content: "raw", contentTransferEncoding: false, contentDisposition: "inline" },
        ],
      }),
    ],
    [
      "one attachment, without a list",
      () => ({ ...base, text: "t", attachments: { filename: "a.bin", content: "x" } }),
    ],
    [
      "inline images",
      () => ({
        ...base,
        html: '<img src="cid:logo@x.example"><img src="cid:second">',
        attachments: [
          { filename: "logo.png", content: PNG, cid: "logo@x.example" },
          { filename: "b.png", content: PNG, cid: "<second>" },
          { filename: "c.bin", content: PNG },
        ],
      }),
    ],
    [
      "AMP and the watch",
      () => ({ ...base, text: "t", html: "<p>h</p>", amp: "<html amp4email></html>", watchHtml: "<b>w</b>" }),
    ],
    [
      "further alternatives",
      () => ({
        ...base,
        text: "t",
        html: '<img src="cid:i">',
        alternatives: [
          { contentType: "text/x-web-markdown", content: "**hé**" },
          { content: "%", encoding: "latin1" },
        ],
        attachments: [
          { filename: "i.png", content: PNG, cid: "i" },
          { filename: "a.bin", content: "x" },
        ],
      }),
    ],
    ["what is absent", () => ({ ...base, cc: "", bcc: null, replyTo: [], subject: "", html: false, attachments: [] })],
  ])("read the same: %s", async (_, options) => {
    const [mine, nodemailer] = [ours(options()), await theirs(options)];
    expect(content(await PostalMime.parse(mine))).toEqual(content(await PostalMime.parse(nodemailer)));
    expect(flat(await simpleParser(mine))).toEqual(flat(await simpleParser(nodemailer)));
    const nodemailer7 = await theirs(options, createTransport7);
    expect(content(await PostalMime.parse(mine))).toEqual(content(await PostalMime.parse(nodemailer7)));
  });

  it("have the same headers, lists and priority", async () => {
    const options = () => ({
      ...base,
      text: "t",
      date: "2026-11-24T05:06:07Z",
      messageId: "<id@x.example>",
      priority: "High",
      xMailer: "mailer é",
      headers: { "X-One": "1 é", "x-two": ["a", "b"], "X-Number": 3, "X-Empty": "", "X-Object": { value: "v" } },
      list: {
        help: "help@example.com?subject=help",
        unsubscribe: [{ url: "https://example.com/u?a=b", comment: "stop (now)" }, "mailto:u@example.com"],
        id: { url: "list.example.com", comment: 'My "list"' },
        archive: [["https://example.com/a", "example.com/b"]],
      },
    });
    const [mine, nodemailer] = [await simpleParser(ours(options())), await simpleParser(await theirs(options))];
    expect(mine.date).toEqual(nodemailer.date);
    expect(mine.messageId).toBe("<id@x.example>");
    expect(mine.headers.get("priority")).toBe("high");
    for (const name of ["x-one", "x-two", "x-number", "x-empty", "x-object", "x-mailer", "x-priority"]) {
      expect([name, words(mine.headers.get(name))]).toEqual([name, words(nodemailer.headers.get(name))]);
    }
    const fields = (await PostalMime.parse(ours(options()))).headers.filter(({ key }) => key.startsWith("list-"));
    expect(fields.map(({ key, value }) => [key, value])).toEqual([
      ["list-help", "<mailto:help@example.com?subject=help>"],
      ["list-unsubscribe", "<https://example.com/u?a=b> (stop \\(now\\)), <mailto:u@example.com>"],
      ["list-id", '"My \\"list\\"" <list.example.com>'],
      ["list-archive", "<https://example.com/a>, <http://example.com/b>"],
    ]);
  });

  it.each([
    ["one of other alphabets", { help: { url: "https://x.example/h", comment: "Hilfe für 会員" } }],
    ["one with parentheses", { help: { url: "https://x.example/h", comment: "Hilfe für (alle) 会員" } }],
    ["one with a lone parenthesis and a backslash", { help: { url: "https://x.example/h", comment: "é ( \\ :" } }],
    [
      "one of several",
      { help: [["https://x.example/h", { url: "h@x.example", comment: "é (1)" }, "https://x.example/i"]] },
    ],
  ])("have the same comments in list fields: %s", async (_what, list) => {
    const field = async (bytes: Uint8Array) =>
      (await PostalMime.parse(bytes)).headers.find((one) => one.key === "list-help");
    const mine = await field(ours({ ...base, list }));
    const nodemailer = await field(await theirs(() => ({ ...base, list })));
    const shown = (value: string | undefined) => words(value?.replace(/\\(.)/g, "$1"));
    expect(shown(mine?.value)).toEqual(shown(nodemailer?.value));
  });

  // RFC 2369 s3.4, RFC 8058 s3.1: these are not URIs.
  it("have the words of list fields as they are", async () => {
    const list = { unsubscribe: "https://x.example/u", "unsubscribe-post": "List-Unsubscribe=One-Click", post: "NO" };
    const { headers } = await PostalMime.parse(ours({ ...base, list }));
    const fields = headers.filter(({ key }) => key.startsWith("list-")).map(({ key, value }) => [key, value]);
    expect(fields).toEqual([
      ["list-unsubscribe", "<https://x.example/u>"],
      ["list-unsubscribe-post", "List-Unsubscribe=One-Click"],
      ["list-post", "NO"],
    ]);
  });

  it("have the same headers given as a list, and as one pair", async () => {
    for (const headers of [
      [
        { key: "X-A", value: "1" },
        { key: "X-B", value: ["2", "3"] },
      ],
      { key: "X-A", value: "1" },
    ]) {
      const [mine, nodemailer] = [
        await simpleParser(ours({ ...base, headers })),
        await simpleParser(await theirs(() => ({ ...base, headers }))),
      ];
      for (const name of ["x-a", "x-b", "key"]) expect(mine.headers.get(name)).toEqual(nodemailer.headers.get(name));
    }
  });

  it("have the same calendar, as an alternative and as a file", async () => {
    for (const icalEvent of [ICS, { content: ICS, method: "request", filename: "a.ics" }, Buffer.from(ICS)]) {
      const { attachments } = await PostalMime.parse(ours({ ...base, text: "t", icalEvent }));
      expect(attachments.map(({ filename, mimeType, method }) => [filename, mimeType, method])).toEqual([
        [null, "text/calendar", typeof icalEvent === "object" && "method" in icalEvent ? "REQUEST" : "PUBLISH"],
        [
          typeof icalEvent === "object" && "filename" in icalEvent ? "a.ics" : "invite.ics",
          "text/calendar",
          typeof icalEvent === "object" && "method" in icalEvent ? "REQUEST" : "PUBLISH",
        ],
      ]);
    }
  });

  it("have groups that are given as objects, which nodemailer leaves out", () => {
    const cc = { name: "Team", group: [{ name: "", address: "t@example.com" }, ["u@example.com"]] };
    expect(fromNodemailer({ ...base, cc }).cc).toEqual({
      group: "Team",
      members: [{ address: "t@example.com" }, "u@example.com"],
    });
  });

  it("have the same envelope", () => {
    const envelope = {
      from: "Bounce <bounce@x.example>",
      to: ["c@x.example"],
      cc: "d@x.example, e@x.example",
      bcc: [],
    };
    const m = message(fromNodemailer({ ...base, envelope }));
    expect(m.envelope).toEqual({ from: "bounce@x.example", to: ["c@x.example", "d@x.example", "e@x.example"] });
  });

  it("have the transfer encoding that is asked for", () => {
    expect(fromNodemailer({ ...base, encoding: "quoted-printable" }).textEncoding).toBe("quoted-printable");
    expect(fromNodemailer({ ...base, textEncoding: "base64" }).textEncoding).toBe("base64");
    expect(fromNodemailer({ ...base, textEncoding: "Q" }).textEncoding).toBe("quoted-printable");
    expect(fromNodemailer({ ...base, textEncoding: "B", encoding: "7bit" }).textEncoding).toBe("7bit");
  });
});

describe("an error of mail options", () => {
  it.each([null, undefined, "Hello", 5, [], new Map(), Promise.resolve({})])(
    "says that the options are an object: %s",
    (options) => {
      expect(() => Reflect.apply(fromNodemailer, undefined, [options])).toThrow(
        "input.type: expected options of sendMail",
      );
    },
  );

  it("says what to do in its message, which is all that many logs show", () => {
    const content = JSON.parse(JSON.stringify(Buffer.from("%PDF")));
    const told = (options: object) => expect(() => fromNodemailer({ ...base, ...options }));
    told({ transporterName: "bulk" }).toThrow('"transporterName" (when it is for a plugin, name it in ignoreKeys)');
    told({ raw: "Subject: x" }).toThrow('compose: "nodemailer"');
    told({ date: 1_770_000_000_000 }).toThrow("at date: this is not a valid date (give a Date");
    told({ attachments: [{ content }] }).toThrow("Buffer.from(content.data)");
    told({ attachments: [{ path: "a.pdf" }] }).toThrow(/file\(path\) of "mimewright\/node".*\)$/);
  });
});

describe("what cannot be carried over", () => {
  it.each<[string, object, string[]]>([
    ["a misspelt option", { repplyTo: "x@example.com" }, ["input.unknown-key repplyTo"]],
    ["raw bytes", { raw: "x" }, ["input.unknown-key raw"]],
    ["a signature", { dkim: {} }, ["input.unknown-key dkim"]],
    [
      "a boundary",
      { baseBoundary: "x", boundaryPrefix: "y" },
      ["input.unknown-key baseBoundary", "input.unknown-key boundaryPrefix"],
    ],
    ["images taken from html", { attachDataUrls: true }, ["input.unknown-key attachDataUrls"]],
    ["LF line ends", { newline: "unix" }, ["input.option newline"]],
    ["a path of a body", { html: { path: "/etc/passwd" } }, ["input.unknown-key html path"]],
    [
      "a URL of a body",
      { text: { href: "http://x", httpHeaders: {} } },
      ["input.unknown-key text href", "input.unknown-key text httpHeaders"],
    ],
    ["raw as a body", { html: { raw: "x" } }, ["input.unknown-key html raw"]],
    ["a path of an attachment", { attachments: [{ path: "/etc/passwd" }] }, ["input.unknown-key attachments 0 path"]],
    ["a URL of an attachment", { attachments: [{ href: "http://x" }] }, ["input.unknown-key attachments 0 href"]],
    [
      "a path as content",
      { attachments: [{ content: { path: "/etc/passwd" } }] },
      ["attachment.content attachments 0 content"],
    ],
    ["a path of an event", { icalEvent: { path: "x" } }, ["input.unknown-key icalEvent path"]],
    ["a path of an alternative", { alternatives: [{ path: "x" }] }, ["input.unknown-key alternatives 0 path"]],
    [
      "a stream",
      { text: new PassThrough(), attachments: [{ content: new PassThrough() }] },
      ["source.one-shot text", "source.one-shot attachments 0 content"],
    ],
    [
      "no content",
      { attachments: [{ filename: "a" }, null] },
      ["attachment.content attachments 0 content", "input.type attachments 1"],
    ],
    ["a number as a body", { text: 123 }, ["body.type text"]],
    ["bytes that are no text", { text: Buffer.from([0xff]) }, ["body.type text"]],
    [
      "a prepared header",
      { headers: { "X-A": { prepared: true, value: "x".repeat(1200) } } },
      ["header.value headers X-A"],
    ],
    [
      "a field of an attachment",
      { attachments: [{ content: "x", headers: { "X-A": "1" } }] },
      ["header.reserved attachments 0 headers X-A"],
    ],
    [
      "broken base64",
      { attachments: [{ content: "a*b", encoding: "base64" }] },
      ["encoding.invalid attachments 0 content"],
    ],
    ["broken hex", { attachments: [{ content: "0g", encoding: "hex" }] }, ["encoding.invalid attachments 0 content"]],
    ["lossy latin1", { text: { content: "€", encoding: "latin1" } }, ["encoding.invalid text content"]],
    [
      "an unknown encoding",
      { encoding: "rot13", text: { content: "x", encoding: "rot13" } },
      ["encoding.unknown text encoding", "encoding.unknown encoding"],
    ],
    [
      "an unknown transfer encoding",
      { attachments: [{ content: "x", contentTransferEncoding: "x" }] },
      ["encoding.unknown attachments 0 contentTransferEncoding"],
    ],
    ["no date", { date: "not a date" }, ["header.date date"]],
    ["an unknown priority", { priority: "urgent" }, ["header.value priority"]],
    ["two senders", { sender: ["a@example.com", "b@example.com"] }, ["address.syntax sender"]],
    ["no address", { to: [{ name: "x" }, 5] }, ["address.syntax to 0 address", "input.type to 1"]],
    [
      "an option of the envelope",
      { envelope: { from: false, to: "x@example.com", dsn: {} } },
      ["input.unknown-key envelope dsn"],
    ],
    ["white space in a list URI", { list: { help: "a b" } }, ["list.uri list help"]],
    ["a name of another kind", { subject: 1, messageId: {} }, ["input.type subject", "input.type messageId"]],
  ])("is refused with its place: %s", (_, options, expected) => {
    expect(issuesOf({ ...base, ...options })).toEqual(expected);
  });

  it.each([
    ["to", { to: "a@x.com\r\nBcc: e@evil.com" }],
    ["to", { to: { address: "a@x.com\r\nX-Evil: 1" } }],
    ["from", { from: { name: "a\r\nBcc: e@x.com", address: "a@x.com" } }],
    ["subject", { subject: "s\r\nX-Evil: 1" }],
    ["headers", { headers: { "X-A": "v\r\nX-Evil: 1" } }],
    ["headers", { headers: [{ key: "X-A\r\nX-Evil", value: "v" }] }],
    ["messageId", { messageId: "<a@b>\r\nX-Evil: 1" }],
    ["references", { references: "<a@b>\r\nX-Evil: 1" }],
    ["list", { list: { help: { url: "https://x.example", comment: "c\r\nX-Evil: 1" } } }],
    ["xMailer", { xMailer: "x\r\nX-Evil: 1" }],
  ])("is refused, never cleaned: a line break in %s", (_, options) => {
    expect(issuesOf({ ...base, ...options }).some((issue) => issue.startsWith("header.line-break"))).toBe(true);
  });

  it("is told all at once", () => {
    expect(issuesOf({ ...base, raw: "x", date: "x", priority: "x" })).toHaveLength(3);
  });
});

const NOTHING = [undefined, null, false, "", 0];
const MAIL_OPTIONS = [
  ..."sender to cc bcc replyTo inReplyTo references subject messageId date text html watchHtml amp icalEvent".split(
    " ",
  ),
  ..."attachments alternatives headers list envelope priority xMailer encoding textEncoding".split(" "),
  ..."disableFileAccess disableUrlAccess attachDataUrls newline raw dkim baseBoundary boundaryPrefix".split(" "),
  ..."normalizeHeaderKey otp ses signal maxRecipients auth dsn requireTLSExtensionEnabled".split(" "),
];
const CONTENT_OPTIONS = [
  ..."filename contentType contentTransferEncoding contentDisposition cid encoding headers".split(" "),
  ..."path href httpHeaders tls raw".split(" "),
];
const all = (keys: readonly string[], value: unknown) => Object.fromEntries(keys.map((key) => [key, value]));

describe("what nodemailer takes for absent is absent", () => {
  it.each(NOTHING)("for every option of a mail: %j", (value) => {
    expect(message(fromNodemailer({ ...all(MAIL_OPTIONS, value), from: base.from }))).toEqual(
      message({ from: base.from }),
    );
  });

  it.each(NOTHING)("for every option of an attachment, an alternative, an event and a body: %j", async (value) => {
    const part = { ...all(CONTENT_OPTIONS, value), content: "x" };
    const options = {
      ...base,
      text: part,
      attachments: [part],
      icalEvent: { ...part, content: ICS, method: "REQUEST" },
    };
    expect(issuesOf({ ...options, alternatives: [part] })).toEqual([]);
    expect((await PostalMime.parse(ours(options))).attachments.map(({ filename }) => filename)).toEqual([
      ...[null, "attachment-1.bin", "invite.ics"],
    ]);
  });

  it.each(NOTHING)("for an attachment of which nothing is given: %j", (value) => {
    const attachments = [{ path: value }, { filename: "a.txt", content: "x" }, {}];
    expect(message(fromNodemailer({ ...base, attachments })).attachments).toHaveLength(1);
  });

  it("for any key whose value is undefined, and not for a value that is given", () => {
    expect(issuesOf({ ...base, template: undefined, envelope: { dsn: undefined } })).toEqual([]);
    expect(issuesOf({ ...base, tempalte: "" })).toEqual(["input.unknown-key tempalte"]);
    expect(issuesOf({ ...base, dkim: {}, raw: Buffer.alloc(0) })).toEqual([
      "input.unknown-key dkim",
      "input.unknown-key raw",
    ]);
  });

  it("not for an attachment that has a name: its content is missing", () => {
    expect(issuesOf({ ...base, attachments: [{ filename: "a.pdf", path: undefined }] })).toEqual([
      "attachment.content attachments 0 content",
    ]);
  });
});

describe("keys of plugins", () => {
  const options = { ...base, text: "t", template: "welcome", context: { name: "Ann" } };

  it("pass when they are named", () => {
    const ignoreKeys = ["template", "context"];
    expect(message(fromNodemailer(options, { ignoreKeys }))).toEqual(message(fromNodemailer({ ...base, text: "t" })));
  });

  it("are refused otherwise, with the option that names them", () => {
    expect(() => fromNodemailer(options)).toThrow(MessageError);
    try {
      fromNodemailer(options);
    } catch (error) {
      const hints = error instanceof MessageError ? error.issues.map(({ hint }) => hint) : [];
      expect(hints).toEqual([expect.stringContaining("ignoreKeys"), expect.stringContaining("ignoreKeys")]);
    }
    expect(issuesOf({ ...options, tempalte: "x" })).toContain("input.unknown-key tempalte");
  });

  it("are the only option of fromNodemailer", () => {
    expect(() => Reflect.apply(fromNodemailer, undefined, [base, { ignore: [] }])).toThrow(`unknown option "ignore"`);
  });
});

describe("paths of issues lead into the mail options", () => {
  const png = (more: object) => ({ content: PNG, contentType: "image/png", ...more });
  it.each<[string, object, string[]]>([
    ["a list", { list: { help: "https://x.example/\u0001" } }, ["header.control list help"]],
    ["X-Mailer", { xMailer: "a\nb" }, ["header.line-break xMailer"]],
    [
      "headers by name",
      { headers: { "X A": "1", "X-B": ["1", "2\n3"] } },
      ["header.name headers X A", "header.line-break headers X-B 1"],
    ],
    [
      "headers in a list",
      {
        headers: [
          { key: "X-A", value: "" },
          { key: "X B", value: "1" },
        ],
      },
      ["header.name headers 1"],
    ],
    ["Reply-To", { replyTo: ["x@example.com", ["y@"]] }, ["address.syntax replyTo 1"]],
    ["an object as address", { bcc: { name: "x", address: "y y@example.com" } }, ["address.syntax bcc address"]],
    [
      "a group",
      { cc: [{ name: "a\nb", group: ["x@example.com", "y@"] }] },
      ["header.line-break cc 0 name", "address.syntax cc 0 group 1"],
    ],
    [
      "the envelope",
      { envelope: { to: "x@example.com", cc: ["x@example.com", "y@"] } },
      ["address.syntax envelope cc 1"],
    ],
    [
      "references",
      { references: "<a@b.example> <c", inReplyTo: "<d" },
      ["header.message-id inReplyTo", "header.message-id references"],
    ],
    [
      "attachments",
      { attachments: [{ path: null }, { content: "x", filename: "a\n", cid: "a b" }, { href: "data:te xt,x" }] },
      [
        "attachment.filename attachments 1 filename",
        "cid.syntax attachments 1 cid",
        "type.syntax attachments 2 contentType",
      ],
    ],
    ["one attachment", { attachments: { content: "x", contentType: "x" } }, ["type.syntax attachments contentType"]],
    [
      "a field of an attachment",
      { attachments: [{ content: "x", headers: { "content-description": "a\nb" } }] },
      ["header.line-break attachments 0 headers content-description"],
    ],
    ["an event", { icalEvent: { method: "X Y", content: ICS } }, ["calendar.method icalEvent method"]],
    ["a body for the watch", { watchHtml: { content: "\ud800" } }, ["body.surrogate watchHtml content"]],
    ["the transfer encoding", { text: "é", encoding: "7bit" }, ["encoding.mismatch encoding"]],
    [
      "alternatives, and what is beside them",
      {
        text: "\ud800",
        html: '<img src="cid:i">',
        alternatives: [{ content: "x", contentType: "te xt", headers: { "X A": "1" } }],
        attachments: [png({ cid: "i", filename: "a\n" }), png({ contentType: "x" })],
      },
      [
        ...["body.surrogate text", "attachment.filename attachments 0 filename"],
        ...["type.syntax alternatives 0 contentType", "header.name alternatives 0 headers X A"],
        "type.syntax attachments 1 contentType",
      ],
    ],
  ])("%s", (_, options, expected) => {
    expect(issuesOf({ ...base, ...options }).sort()).toEqual([...expected].sort());
  });

  it("of warnings, and of the limits of SES", () => {
    const attachments = [{ path: null }, { filename: "a.exe", content: "x" }];
    const uri = `https://x.example/${"x".repeat(600)}`;
    const list = { help: Array.from({ length: 120 }, () => uri) };
    const checked = check(fromNodemailer({ ...base, attachments, list }), sesV1);
    expect(checked.issues.map(({ code, path }) => [code, ...path].join(" ")).sort()).toEqual([
      "attachment.blocked-type attachments 1 filename",
      "limit.header list help",
    ]);
    const post = "List-Unsubscribe=One-Click";
    const unsubscribe = "https://x.example/u";
    const bulk = { ...base, to: ["a@example.com", "b@example.com"], list: { unsubscribe } };
    const { issues } = message(fromNodemailer({ ...bulk, headers: { "List-Unsubscribe-Post": post } }));
    expect(issues.map(({ path }) => path.join(" "))).toEqual(["headers List-Unsubscribe-Post"]);
  });

  it("are those of message() again in a copy: it was not made by fromNodemailer", () => {
    const input = { ...fromNodemailer({ ...base, xMailer: "a\nb" }) };
    expect(check(input).issues.map(({ path }) => path)).toEqual([["headers", 0]]);
  });
});

describe("a message() given to fromNodemailer", () => {
  it("is refused: it is composed already", () => {
    expect(() => fromNodemailer(message(base))).toThrow("expected options of sendMail; got a message");
  });
});

describe("safety", () => {
  it("reads own properties only", () => {
    const options = Object.assign(Object.create({ bcc: "evil@example.com", path: "/etc/passwd" }), base);
    expect(message(fromNodemailer(options)).bcc).toBeUndefined();
    const polluted = JSON.parse('{"headers":{"__proto__":{"p":1}},"attachments":[{"__proto__":{"content":"x"}}]}');
    expect(issuesOf({ ...base, ...polluted }).length).toBeGreaterThan(0);
    expect(Object.hasOwn(Object.prototype, "p")).toBe(false);
  });

  it("leaves the options as they were", () => {
    const options = {
      ...base,
      html: { content: "x" },
      attachments: [{ content: "a", path: "data:,x" }],
      list: { help: "x" },
    };
    const before = structuredClone(options);
    issuesOf(options);
    expect(options).toEqual(before);
  });

  it("ends for lists that are deep or hold themselves", () => {
    let deep: unknown = "b@example.com";
    for (let i = 0; i < 1e5; i++) deep = [deep];
    expect(message(fromNodemailer({ ...base, to: deep })).to).toHaveLength(1);
    const loop: unknown[] = ["b@example.com"];
    loop.push(loop);
    expect(message(fromNodemailer({ ...base, to: loop })).to).toHaveLength(1);
  });
});
