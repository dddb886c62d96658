import { check, collect, compose, MessageError, measure, message, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import {
  base,
  issuesOf,
  latin1,
  made,
  options,
  rejected,
  rendered,
  renderedOf,
  short,
  thrown,
  unfrozen,
  untyped,
} from "./support.ts";

const EVIL = "\r\nX-Evil: 1";

const everything = () => ({
  from: [{ name: "Ann", address: "ann@example.com" }, "ben@example.com"],
  sender: "ann@example.com",
  to: ["bob@example.com", { group: "Team", members: ["c@example.com"] }],
  cc: "d@example.com",
  bcc: "e@example.com",
  replyTo: "f@example.com",
  subject: "Grüße",
  text: "hello",
  html: '<img src="cid:logo">',
  amp: "<html amp4email></html>",
  watch: "<p>w</p>",
  calendar: { method: "REQUEST", content: "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR", filename: "i.ics" },
  attachments: [
    { cid: "logo", contentType: "image/png", content: new Uint8Array([1, 2, 3]) },
    { filename: "a.txt", content: "a", description: "d", size: 1, modificationDate: new Date(0) },
  ],
  headers: { "X-A": ["1", "2"], "X-To": "x" },
  date: new Date(0),
  messageId: "<m@example.com>",
  inReplyTo: "<r@example.com>",
  references: ["<r@example.com>", "<s@example.com>"],
  envelope: { from: "bounce@example.com", to: ["g@example.com"] },
  listUnsubscribe: "https://example.com/u",
  priority: "high",
  autoSubmitted: "auto-generated",
});

describe("message", () => {
  it("throws a MessageError that carries every issue at once, the first error leading", () => {
    const run = () => message(untyped({ subject: "a\nb", text: 5, attachments: [{}] }));
    expect(run).toThrow(MessageError);
    expect(thrown(run)).toEqual([
      "address.missing from",
      "header.line-break subject",
      "body.type text",
      "attachment.content attachments.0.content",
    ]);
  });

  it.each([undefined, null, 5, "text", [], [base]])("wants an object, and is given %j", (input) => {
    const checked = check(Object(input) === input ? untyped(input) : (input as never));
    expect(checked.issues.map(short)).toEqual(["input.type "]);
    expect(checked.ok).toBe(false);
  });

  it("refuses a key that no rule knows, and tells where the thing goes", () => {
    const checked = check(untyped({ ...base, text: "x", path: "/etc/passwd", subjct: "s" }));
    expect(checked.issues.map(short)).toEqual(["input.unknown-key path", "input.unknown-key subjct"]);
    expect(checked.issues[0]?.hint).toContain("mimewright/node");
    expect(checked.issues[1]?.hint).toBeUndefined();
  });

  it("takes undefined for absent, everywhere", () => {
    const input = Object.fromEntries(Object.keys(everything()).map((key) => [key, undefined]));
    expect(rendered(message(untyped({ ...input, ...base })))).toBe(rendered(message(base)));
  });

  it("does not take null for absent", () => {
    for (const key of Object.keys(everything())) {
      const checked = check(untyped({ ...base, [key]: null }));
      expect([key, checked.ok]).toEqual([key, false]);
      expect(checked.issues.every((issue) => issue.path[0] === key)).toBe(true);
    }
  });

  it("freezes all that it gives, and every issue", () => {
    const m = message(untyped(everything()));
    expect(unfrozen(m)).toEqual([]);
    expect(unfrozen(check(untyped({ ...base, subject: 5, attachments: 5 })).issues)).toEqual([]);
  });

  it("neither changes its input nor looks at it again", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const input = { ...everything(), attachments: [{ filename: "a.bin", content: bytes }] };
    const before = structuredClone(input);
    const m = message(untyped(input));
    const first = rendered(m);
    expect(input).toEqual(before);
    bytes.fill(9);
    input.to.length = 0;
    input.attachments.length = 0;
    input.headers["X-A"].push("3");
    input.date.setTime(1e12);
    input.calendar.content = "";
    input.subject = "other";
    expect(rendered(m)).toBe(first);
  });

  it("takes input that is frozen through and through", () => {
    const input = everything();
    for (const part of [input, input.attachments, input.headers, input.to, ...input.attachments]) Object.freeze(part);
    expect(rendered(message(untyped(input)))).toBe(rendered(message(untyped(everything()))));
  });

  it("tells of an error in a getter of the caller, and keeps it as the cause", () => {
    const input = Object.defineProperty({ ...base }, "text", {
      enumerable: true,
      get: () => {
        throw new RangeError("mine");
      },
    });
    const error = { code: "input.unreadable", path: [], cause: new RangeError("mine") };
    expect(() => message(untyped(input))).toThrow(expect.objectContaining(error));
  });
});

describe("warnings", () => {
  it("do not stop a message: they stand in it and in the result", () => {
    const checked = check({ ...base, html: '<img src="cid:gone">' });
    expect(checked.ok).toBe(true);
    expect(checked.issues.map(short)).toEqual(["cid.dangling html (warning)"]);
    if (checked.ok) expect(checked.value.issues).toBe(checked.issues);
  });
});

describe("injection", () => {
  const places: readonly (readonly [string, object])[] = [
    ["from", { from: `ann@example.com${EVIL}` }],
    ["from.name", { from: { name: `Ann${EVIL}`, address: "ann@example.com" } }],
    ["from.address", { from: { address: `ann@example.com>${EVIL}` } }],
    ["sender", { sender: `ann@example.com${EVIL}` }],
    ["to", { to: `bob@example.com${EVIL}` }],
    ["to.1", { to: ["c@example.com", `bob@example.com${EVIL}`] }],
    ["to.group", { to: { group: `T${EVIL}`, members: [] } }],
    ["cc", { cc: `bob@example.com${EVIL}` }],
    ["bcc", { bcc: `bob@example.com${EVIL}` }],
    ["replyTo", { replyTo: `bob@example.com${EVIL}` }],
    ["subject", { subject: `s${EVIL}` }],
    ["subject", { subject: "s\n" }],
    ["headers.X-A", { headers: { "X-A": `v${EVIL}` } }],
    ["headers.X-A.1", { headers: { "X-A": ["v", `v${EVIL}`] } }],
    ["headers.0", { headers: [{ name: "X-A", value: `v${EVIL}` }] }],
    ["headers.Subject", { headers: { Subject: `v${EVIL}` } }],
    ["headers.List-Id", { headers: { "List-Id": `<a.b>${EVIL}` } }],
    [`headers.X-A${EVIL}`, { headers: { [`X-A${EVIL}`]: "v" } }],
    ["messageId", { messageId: `<a@b>${EVIL}` }],
    ["inReplyTo", { inReplyTo: `<a@b>${EVIL}` }],
    ["references.1", { references: ["<a@b>", `<a@b>${EVIL}`] }],
    ["charset", { charset: `utf-8${EVIL}` }],
    ["envelope.from", { envelope: { from: `a@example.com${EVIL}` } }],
    ["envelope.to", { envelope: { to: `a@example.com${EVIL}` } }],
    ["listUnsubscribe", { listUnsubscribe: `https://example.com/${EVIL}` }],
    ["autoSubmitted", { autoSubmitted: `no${EVIL}` }],
    ["calendar.method", { calendar: { method: `REQUEST${EVIL}`, content: "" } }],
    ["attachments.0.contentType", { attachments: [{ content: "", contentType: `text/plain${EVIL}` }] }],
    ["attachments.0.contentType", { attachments: [{ content: "", contentType: 'text/plain; a"\r\n b=c' }] }],
    ["attachments.0.cid", { attachments: [{ content: "", cid: `a${EVIL}` }] }],
    ["attachments.0.description", { attachments: [{ content: "", description: `a${EVIL}` }] }],
    ["body.type", { text: undefined, body: { type: `text/plain${EVIL}`, content: "" } }],
    ["body.parameters.a", { text: undefined, body: { type: "text/plain", parameters: { a: EVIL }, content: "" } }],
    ["body.fields.X-A", { text: undefined, body: { type: "text/plain", fields: { "X-A": EVIL }, content: "" } }],
    ["body.id", { text: undefined, body: { type: "text/plain", id: `a${EVIL}`, content: "" } }],
  ];

  it.each(places)("at %j is header.line-break, whatever else it is", (path, input) => {
    expect(issuesOf(input)).toContain(`header.line-break ${path}`);
  });

  it.each(["\r", "\n", "\0", "\u0001", "\u007f", "\ud800"])("by %j alone is refused in every place", (char) => {
    const code = char === "\r" || char === "\n" ? "header.line-break" : "header.control";
    for (const [path, input] of places) {
      const changed = JSON.parse(JSON.stringify(input).replaceAll("\\r\\n", JSON.stringify(char).slice(1, -1)));
      const found = issuesOf({ ...changed, ...("text" in input ? { text: undefined } : {}) });
      const place = path.replaceAll("\r\n", char);
      if (found.some((issue) => issue.startsWith("attachment.filename"))) continue;
      expect([place, found.filter((issue) => !issue.endsWith("(warning)")).length > 0]).toEqual([place, true]);
      if (JSON.stringify(input).includes("\\r\\n")) expect(found).toContain(`${code} ${place}`);
    }
  });

  it("through a file name is attachment.filename", () => {
    for (const filename of [`a.txt"${EVIL}`, "a\0b", "a\ud800", "a\u007f"]) {
      expect(issuesOf({ attachments: [{ content: "", filename }] })).toEqual([
        "attachment.filename attachments.0.filename",
      ]);
    }
  });

  it("leaves no line of its own for characters whose low octets are CR and LF", () => {
    const text = "a\u760d\u760aX-Evil: 1 \u010d\u010aX-Evil: 2 \u0085X-Evil: 3 \u2028X-Evil: 4";
    const output = renderedOf({
      subject: text,
      text,
      headers: { "X-A": text },
      attachments: [{ filename: text, content: "" }],
      from: { name: text, address: "a@example.com" },
    });
    expect(output).not.toMatch(/^X-Evil/m);
    expect(output).toMatch(/^[\x20-\x7e\r\n]*$/);
  });
});

describe("prototypes", () => {
  it("are not reached by JSON that names them, and nothing is polluted", () => {
    const json = `{"from":"a@example.com","to":"b@example.com","text":"x","__proto__":{"bcc":"e@example.com"},
      "headers":{"__proto__":"v","constructor":"w","toString":"x"},
      "attachments":[{"content":"y","__proto__":{"path":"/etc/passwd"}}]}`;
    expect(check(untyped(JSON.parse(json))).issues.map(short)).toEqual([
      "input.unknown-key __proto__",
      "input.unknown-key attachments.0.__proto__",
    ]);
    expect(Object.hasOwn(Object.prototype, "bcc")).toBe(false);
    const headers: unknown = JSON.parse('{"__proto__":"v","constructor":"w","toString":"x"}');
    expect(renderedOf({ headers })).toContain("\r\n__proto__: v\r\nconstructor: w\r\ntoString: x\r\n");
  });

  it.each([
    "path",
    "open",
    "href",
    "raw",
    "seed",
    "transport",
    "charset",
    "content",
    "encoding",
    "bcc",
    "text",
    "filename",
    "size",
    "idDomain",
    "boundary",
    "cid",
    "disposition",
    "description",
    "into",
    "chunks",
  ])("that somebody polluted with %j change nothing that is read from input", (key) => {
    const input = {
      ...base,
      html: "<p>",
      attachments: [{ filename: "a.txt", content: "a" }, { content: { open: () => [] } }],
    };
    const before = rendered(message(input));
    const refused = issuesOf({ attachments: [{ filename: "x" }] });
    Object.defineProperty(Object.prototype, key, { value: "evil", configurable: true, writable: true });
    try {
      expect(rendered(message(input))).toBe(before);
      expect(issuesOf({ attachments: [{ filename: "x" }] })).toEqual(refused);
    } finally {
      Reflect.deleteProperty(Object.prototype, key);
    }
  });
});

describe("charset", () => {
  it("of an unknown label is charset.unknown, at the option", () => {
    expect(issuesOf({ charset: "klingon" })).toEqual(["charset.unknown charset"]);
    expect(issuesOf({ charset: 5 })).toEqual(["charset.unknown charset"]);
  });

  it("that has no code for a character refuses it in every place of text, never with a question mark", () => {
    const found = issuesOf({
      charset: "us-ascii",
      subject: "ü",
      text: "ü",
      from: { name: "ü", address: "a@example.com" },
      headers: { "X-A": "ü" },
    });
    expect([...found].sort()).toEqual([
      "charset.unmappable from",
      "charset.unmappable headers.X-A",
      "charset.unmappable subject",
      "charset.unmappable text",
    ]);
  });
});

describe("transport", () => {
  it("is 7bit or 8bit", () => {
    expect(issuesOf({ transport: "binary" })).toEqual(["input.option transport"]);
    expect(made({}).transport).toBe("7bit");
    expect(made({ transport: "8bit" }).transport).toBe("8bit");
  });
});

describe("what passed no check", () => {
  it("is not rendered: plain input, a copy of a message, a clone of it", () => {
    const m = message(base);
    for (const input of [base, { ...m }, structuredClone({ ...m })]) {
      expect(thrown(() => measure(untyped(input) as never, options))).toEqual(["input.type "]);
    }
  });

  it("is checked by what writes at once, as message() checks it", async () => {
    const expected = rendered(message(base));
    expect(latin1(toBytes(base, options))).toBe(expected);
    expect(latin1(await collect(base, { ...options, maxBytes: 1000 }))).toBe(expected);
    const wrong = untyped({ ...base, subject: "a\r\nBcc: eve@example.com" });
    expect(thrown(() => toBytes(wrong, options))).toEqual(["header.line-break subject"]);
    await expect(rejected(collect(wrong, { maxBytes: 1000 }))).resolves.toEqual(["header.line-break subject"]);
    const copy = untyped({ ...message(base) });
    expect(thrown(() => toBytes(copy, options))[0]).toMatch(/^input\.unknown-key /);
  });

  it("lends its bytes only as long as nobody can change them", async () => {
    const content = new TextEncoder().encode("before");
    const file = { filename: "a.bin", content };
    const source = () => {
      content.fill(0x21);
      return [new Uint8Array(3)];
    };
    const alone = collect({ ...base, attachments: [file] }, { ...options, maxBytes: 10_000 });
    content.fill(0x21);
    expect(latin1(await alone)).toContain(btoa("before"));
    content.set(new TextEncoder().encode("before"));
    const beside = { ...base, attachments: [file, { filename: "b.bin", content: source }] };
    expect(latin1(toBytes(beside, options))).toContain(btoa("before"));
    content.set(new TextEncoder().encode("before"));
    expect(latin1(await collect(beside, { ...options, maxBytes: 10_000 }))).toContain(btoa("before"));
  });
});

describe("compose", () => {
  it("and message read the same input in the same way", () => {
    const input = untyped(everything());
    expect(rendered(compose(input).build())).toBe(rendered(message(input)));
  });
});
