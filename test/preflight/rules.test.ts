import { type Message, type MessageInput, message } from "mimewright";
import { type PreflightOptions, preflight, preflightRules, type RuleName, ruleNames } from "mimewright/preflight";
import { describe, expect, it } from "vitest";

const base = { from: "ann@example.com", to: "bob@example.org", subject: "Hello", text: "Hello." } as const;
const page = (html: string): Partial<MessageInput> => ({ html });

async function rulesOf(input: Partial<MessageInput>, options?: PreflightOptions): Promise<readonly RuleName[]> {
  return (await preflight(message({ ...base, ...input }), options)).map(({ rule }) => rule);
}

type Case = readonly [string, Partial<MessageInput>, PreflightOptions?];

/** Mails that a rule finds fault with, and mails beside them that it lets pass. */
interface Cases {
  readonly bad: readonly Case[];
  readonly good: readonly Case[];
}

const named = (cases: readonly Case[]) => cases.map(([what, input, options = {}]) => ({ what, input, options }));

const exactly = (bytes: number) => `<p>${"x".repeat(bytes - 7)}</p>`;
const image = (bytes: number) => ({
  ...page('<img src="cid:i@x" alt="i">'),
  attachments: [{ cid: "i@x", filename: "i.png", content: new Uint8Array(bytes), disposition: "inline" as const }],
});
const file = (filename: string): Partial<MessageInput> => ({ attachments: [{ filename, content: "x" }] });

const attributes = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`).join(" ");

const CASES: Readonly<Record<RuleName, Cases>> = {
  "text-missing": {
    bad: [
      ["html alone", { text: undefined, html: "<p>x</p>" }],
      ["a blank text", { text: " \n", html: "<p>x</p>" }],
    ],
    good: [
      ["text alone", {}],
      ["both", page("<p>x</p>")],
    ],
  },
  "html-clipped": {
    bad: [["one byte more than Gmail shows", page(exactly(104_449))]],
    good: [
      ["as many as it shows", page(exactly(104_448))],
      ["a limit of one's own", page(exactly(104_449)), { htmlBytes: 104_449 }],
    ],
  },
  "html-unread": {
    bad: [["more attributes than any mail has", page(`<p ${attributes(20_001)}>`)]],
    good: [["as many as are read", page(`<p ${attributes(20_000)}>`)]],
  },
  "image-alt": {
    bad: [["no alt", page('<img src="https://example.com/a.png">')]],
    good: [
      ["an alt", page('<img src="https://example.com/a.png" alt="A">')],
      ["an empty alt", page('<img src="https://example.com/a.png" alt="">')],
      ["an image for nobody who listens", page('<img src="https://example.com/a.png" role=presentation>')],
      ["an image in a comment", page('<!-- <img src="https://example.com/a.png"> -->')],
    ],
  },
  "image-data-uri": {
    bad: [["an image in the html itself", page('<img alt="" src="data:image/png;base64,iVBORw0KGgo=">')]],
    good: [["words about one", page("<p>data:image/png;base64,iVBORw0KGgo=</p>")]],
  },
  "image-size": {
    bad: [
      ["a byte more than 1 MiB", image(1_048_577)],
      ["a limit of one's own", image(11), { imageBytes: 10 }],
    ],
    good: [
      ["1 MiB", image(1_048_576)],
      ["a large file", { attachments: [{ filename: "i.png", content: new Uint8Array(2_000_000) }] }],
    ],
  },
  "cid-missing": {
    bad: [["no part of this name", page('<img alt="" src="cid:logo@x">')]],
    good: [["a part of this name", image(10)]],
  },
  "cid-unused": {
    bad: [["an inline image that nothing shows", { ...image(10), html: "<p>x</p>" }]],
    good: [
      ["one that is shown", image(10)],
      ["one that is a file", { ...page("<p>x</p>"), ...file("i.png") }],
    ],
  },
  "client-unsupported": {
    bad: [["what Outlook does not show", page('<p style="display:flex">x</p>'), { clients: ["outlook.windows"] }]],
    good: [
      ["what it shows", page("<p>x</p>"), { clients: ["outlook.windows"] }],
      ["what nobody asked for", page('<p style="display:flex">x</p>')],
    ],
  },
  "client-partial": {
    bad: [["what Gmail shows to some", page('<p style="display:flex">x</p>'), { clients: ["gmail.ios"] }]],
    good: [["what it shows", page("<p>x</p>"), { clients: ["gmail.*"] }]],
  },
  "link-broken": {
    bad: [
      ["no address", page("<a href=''>x</a>")],
      ["a path", page('<a href="/offer">x</a>')],
      ["an image by its path", page('<img alt="" src="img/a.png">')],
      ["no such place", page('<a href="#none">x</a>')],
      ["a script", page('<a href="javascript:go()">x</a>')],
      ["a machine of one's own", page('<a href="https://localhost:3000/">x</a>')],
      ["a private network", page('<img alt="" src="https://192.168.1.5/a.png">')],
      ["no URL", page('<a href="https://">x</a>')],
    ],
    good: [
      ["https", page('<a href="https://example.com/offer">x</a>')],
      ["mail and telephone", page('<a href="mailto:bob@example.org">x</a><a href="tel:+49221">y</a>')],
      ["a place that is there", page('<a href="#there">x</a><p id="there">y</p>')],
      ["a base", page('<base href="https://example.com/"><a href="offer">x</a>')],
      ["a public address", page('<a href="https://172.32.0.1/">x</a>')],
    ],
  },
  "link-insecure": {
    bad: [
      ["a link", page('<a href="http://example.com/">x</a>')],
      ["an image", page('<img alt="" src="http://example.com/a.png">')],
      ["a link in the text", { text: "See http://example.com/ now." }],
    ],
    good: [
      ["https", page('<a href="https://example.com/">x</a>')],
      ["words about it", page("<p>http: is plain</p>")],
      ["another server's URL behind https", { text: "https://example.com/?u=x" }],
    ],
  },
  placeholder: {
    bad: [
      ["Handlebars in the subject", { subject: "Hi {{name}}" }],
      ["Handlebars in the html", page("<p>{{ user.name }}</p>")],
      ["behind a drawing whose style is empty", page("<svg><style/></svg><p>{{ user.name }}</p>")],
      ["JavaScript in the text", { text: ["Hi ", "{name}"].join("$") }],
      ["Liquid", page("<p>{% if x %}</p>")],
      ["EJS", { text: "Hi <%= name %>" }],
      ["Mailchimp", { text: "Hi *|FNAME|*" }],
      ["a link that was not filled in", page('<a href="https://example.com/%7B%7Bid%7D%7D">x</a>')],
      ["the name of a recipient", { to: "{{name}} <bob@example.org>" }],
      ["the name of a file", file("report-{{month}}.txt")],
    ],
    good: [
      ["braces of CSS", page("<style>a{color:red}</style><p>x</p>")],
      ["code that shows one", page("<code>{{name}}</code>")],
      ["one that is filled in later", { text: "Hi {{name}}" }, { placeholders: ["name"] }],
      ["the one that SES fills in", { text: "{{amazonSESUnsubscribeUrl}}" }],
      ["percentages", { text: "5 % to 10 % or 20%, 100%" }],
    ],
  },
  "leftover-value": {
    bad: [
      ["undefined in a sentence", { text: "Hello undefined, welcome." }],
      ["an object", page("<p>[object Object]</p>")],
      ["no number", { subject: "You pay NaN EUR" }],
      ["no date", { text: "Due: Invalid Date" }],
      ["a link", page('<a href="https://example.com/users/undefined/offers">x</a>')],
      ["a query", page('<a href="https://example.com/?id=null&x=1">x</a>')],
    ],
    good: [
      ["words in quotes", { text: 'It says "undefined" there.' }],
      ["part of a word", { text: "undefinedness, my-undefined, Nano" }],
      ["code", page("<code>undefined</code>")],
      ["null as a word", { text: "null and void" }],
    ],
  },
  "attachment-ses": {
    bad: [["a program", file("setup.exe")]],
    good: [["a document", file("report.pdf")]],
  },
  "attachment-gmail": {
    bad: [
      ["what Gmail refuses", file("setup.EXE")],
      ["a disk image", file("setup.dmg")],
    ],
    good: [
      ["a document", file("report.pdf")],
      ["an extension in the middle", file("exe.txt")],
    ],
  },
  // A message cannot be composed so: the mails with the fault are bytes, below.
  "field-encoded": {
    bad: [],
    good: [
      ["names and comments", { from: "Jörg <joerg@example.com>", headers: { "List-Id": "Grüße <l.example.com>" } }],
      ["the pair", { listUnsubscribe: "https://example.com/u" }],
    ],
  },
  unsubscribe: {
    bad: [
      ["mail to many", {}, { audience: "bulk" }],
      ["a list by its fields", { headers: { "List-Id": "<news.example.com>" } }],
      ["a list that takes mail alone", { headers: { "List-Unsubscribe": "<mailto:x@example.com>" } }],
      ["an address without the second field", { headers: { "List-Unsubscribe": "<https://example.com/u>" } }],
    ],
    good: [
      ["mail to one", {}],
      ["the pair", { listUnsubscribe: "https://example.com/u" }, { audience: "bulk" }],
      [
        "a list whose members write",
        { headers: { "List-Id": "<l.example.com>", "List-Post": "<mailto:l@example.com>" } },
      ],
    ],
  },
};

describe.each(Object.entries(CASES))("the rule %s", (name, { bad, good }) => {
  it.each(named(bad))("finds fault with $what", async ({ input, options }) => {
    expect(await rulesOf(input, options)).toContain(name);
  });

  it.each(named(good))("lets pass $what", async ({ input, options }) => {
    expect(await rulesOf(input, options)).not.toContain(name);
  });
});

describe("preflight", () => {
  it("finds a List-Unsubscribe in encoded-words, which no reader acts on (RFC 2047 s5, RFC 2369 s2)", async () => {
    const raw = [
      "From: ann@example.com",
      "List-Unsubscribe: =?utf-8?q?=3Chttps=3A//example=2Ecom/u=3E?=",
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
      "",
      "Hello.",
      "",
    ];
    const found = await preflight(new TextEncoder().encode(raw.join("\r\n")), { audience: "bulk" });
    expect(found.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["field-encoded", "error"],
      ["unsubscribe", "warning"],
    ]);
    expect(found[0]?.path).toEqual(["headers", "List-Unsubscribe"]);
  });

  it("has cases for every rule here, and each rule says where it comes from", () => {
    expect(Object.keys(CASES).sort()).toEqual([...ruleNames].sort());
    expect(preflightRules.map(({ name }) => name).sort()).toEqual([...ruleNames].sort());
    for (const { source } of preflightRules) expect(source.length).toBeGreaterThan(5);
  });

  it("tells rule, place, line, reason, source and what to do", async () => {
    const m = message({ ...base, html: '<p>x</p>\n<img src="https://example.com/a.png">' });
    expect(await preflight(m)).toEqual([
      {
        rule: "image-alt",
        severity: "warning",
        source: "WCAG 2.2 s1.1.1, technique H37",
        path: ["html"],
        line: 2,
        message: 'the image "https://example.com/a.png" has no alt',
        hint: 'say what it shows; alt="" for one that says nothing',
      },
    ]);
  });

  it("can be told how much each rule matters", async () => {
    const m = message({ ...base, text: "", html: "<p>x</p>" });
    const severityOf = async (rules: NonNullable<PreflightOptions["rules"]>) =>
      (await preflight(m, { rules })).find(({ rule }) => rule === "text-missing")?.severity;
    expect(await severityOf({})).toBe("warning");
    expect(await severityOf({ "text-missing": "error" })).toBe("error");
    expect(await severityOf({ "text-missing": "off" })).toBeUndefined();
  });

  it("names the attachment where the caller wrote it, whatever the order of parts", async () => {
    const m = message({
      ...base,
      html: '<img src="cid:i@x" alt="">',
      attachments: [
        { filename: "a.txt", content: "x" },
        { filename: "b.exe", content: "x" },
        { cid: "i@x", filename: "i.png", content: new Uint8Array(3), disposition: "inline" },
      ],
    });
    const paths = (await preflight(m)).map(({ path }) => path.join("."));
    expect(paths).toEqual(["attachments.1.filename", "attachments.1.filename"]);
  });

  it("tells the same once, and at most ten of a rule", async () => {
    const same = '<img src="https://example.com/a.png">'.repeat(50);
    expect(await rulesOf(page(same))).toEqual(["image-alt"]);
    const many = Array.from({ length: 50 }, (_, at) => `<img src="https://example.com/${at}.png">`).join("\n");
    const found = await preflight(message({ ...base, ...page(many) }));
    expect(found).toHaveLength(10);
    expect(found.at(-1)?.message).toMatch(/\(and 40 more\)$/);
  });

  it.each([
    [{ rules: { clip: "off" } }, 'unknown option "clip"'],
    [{ rules: { "image-alt": "loud" } }, "off, a warning or an error"],
    [{ htmlBytes: -1 }, "htmlBytes is a number of bytes"],
  ])("refuses %j", async (options, why) => {
    const m: Message = message(base);
    await expect(Reflect.apply(preflight, undefined, [m, options])).rejects.toThrow(why);
  });

  it("tells which clients have a gap once, with the line of its first use", async () => {
    const html = '<p>x</p>\n<p style="display:flex">y</p><p style="display:flex">z</p>';
    const found = await preflight(message({ ...base, html }), { clients: ["outlook.windows", "gmail.ios"] });
    expect(found.find(({ rule }) => rule === "client-unsupported")).toMatchObject({
      line: 2,
      message: "display:flex is not shown by outlook.windows",
    });
  });

  it("says of CSS that cannot be read why, and refuses clients that nobody knows", async () => {
    const m = message({ ...base, html: "<style>a{</style><p>x</p>" });
    const [found] = await preflight(m, { clients: ["gmail.*"] });
    expect(found).toMatchObject({ rule: "client-unsupported", hint: expect.stringContaining("cannot be read") });
    await expect(preflight(m, { clients: ["pine.*"] })).rejects.toThrow(TypeError);
  });

  it("refuses what is no mail", async () => {
    await expect(Reflect.apply(preflight, undefined, [42])).rejects.toThrow(TypeError);
  });
});
