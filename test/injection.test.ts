// Every string that can reach a header, with everything that could break out of it: nothing is injected, and nothing is
// rewritten. What is accepted reads back exactly; what is not has an issue with a path that begins at the string.
import { check, collect, envelope, type MessageInput, type RenderOptions, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { headLines, lineFaults, linesOf } from "./readers/heads.ts";
import { mailparser } from "./readers/mailparser.ts";
import { postalMime } from "./readers/postal-mime.ts";
import type { Reading } from "./readers/reading.ts";

const HOSTILE: readonly (readonly [name: string, value: (good: string) => string])[] = [
  ["CR", (good) => `${good}\r`],
  ["CR inside", (good) => `${good.slice(0, 2)}\r${good.slice(2)}`],
  ["LF", (good) => `${good.slice(0, 2)}\n${good.slice(2)}`],
  ["trailing LF", (good) => `${good}\n`],
  ["CRLF and a field", (good) => `${good}\r\nX-Evil: 1`],
  ["CRLF, space and a field", (good) => `${good}\r\n X-Evil: 1\r\nX-Evil: 2`],
  ["CRLF CRLF and a body", (good) => `${good}\r\n\r\n<evil>`],
  ["NUL", (good) => `${good.slice(0, 2)}\0${good.slice(2)}`],
  ["DEL", (good) => `${good.slice(0, 2)}\x7f${good.slice(2)}`],
  ["U+0085", (good) => `${good.slice(0, 2)}\u0085${good.slice(2)}`],
  ["U+2028", (good) => `${good.slice(0, 2)}\u2028${good.slice(2)}`],
  ["U+760D U+760A", (good) => `${good}\u760d\u760aX-Evil: 1`],
  ["U+010D U+010A", (good) => `${good}\u010d\u010aX-Evil: 1`],
  ["an encoded-word that holds CRLF", (good) => `${good} =?utf-8?Q?=0D=0AX-Evil:_1?=`],
  ["an encoded-word in B that holds CRLF", (good) => `=?utf-8?B?DQpYLUV2aWw6IDE=?= ${good}`],
  ["half a surrogate pair", (good) => `${good.slice(0, 2)}\ud83d${good.slice(2)}`],
];

/** One place for a string. */
interface Entry {
  readonly name: string;
  /** What stands there in a harmless message. */
  readonly good: string;
  build(value: string): unknown;
  /** Issues begin here. */
  readonly path: readonly (string | number)[];
  /** Reads the value back; absent where the value is not text to be read (a type, an id, an address). */
  read?(reading: Reading): unknown;
}

const BASE = { from: "a@example.com", to: "b@example.com", text: "hi" };
const PNG = new Uint8Array([0x89, 0x50]);

function option(name: string, good: string, more: object = {}): Entry {
  return { name, good, path: [name], build: (value) => ({ ...BASE, ...more, [name]: value }) };
}

function attachment(name: string, good: string, read?: (reading: Reading) => unknown): Entry {
  return {
    name: `attachments[0].${name}`,
    good,
    path: ["attachments", 0, name],
    build: (value) => ({ ...BASE, attachments: [{ filename: "a.bin", content: PNG, [name]: value }] }),
    ...(read === undefined ? {} : { read }),
  };
}

// The tree is given as `body`, so that its paths begin there.
function part(name: string, good: string, build: (value: string) => object, path: Entry["path"] = [name]): Entry {
  const plain = { type: "text/plain", content: "x" };
  return {
    name: `body.${name}`,
    good,
    path: ["body", ...path],
    build: (value) => ({ ...without("text"), body: { ...plain, ...build(value) } }),
  };
}

function without(key: "text" | "to"): object {
  return Object.fromEntries(Object.entries(BASE).filter(([name]) => name !== key));
}

function address(name: string, wrap: (input: unknown) => object): readonly Entry[] {
  const of = (reading: Reading) => reading[name as "to"];
  const shown = name === "bcc" || name.startsWith("envelope") ? undefined : of;
  const path = name.split(".");
  const spec = "ann@example.com";
  const named = (reading: Reading): unknown => shown?.(reading).map((one) => ("name" in one ? one.name : one.group))[0];
  return [
    { name: `${name} as text`, good: spec, path, build: (value) => ({ ...BASE, ...wrap(value) }) },
    {
      name: `${name} as text with a name`,
      good: "Ann",
      path,
      build: (value) => ({ ...BASE, ...wrap(`${value} <${spec}>`) }),
    },
    { name: `${name} in quotes`, good: "Ann", path, build: (value) => ({ ...BASE, ...wrap(`"${value}" <${spec}>`) }) },
    {
      name: `${name} as a quoted local part`,
      good: "ann lee",
      path,
      build: (value) => ({ ...BASE, ...wrap(`"${value}"@example.com`) }),
    },
    { name: `${name}.address`, good: spec, path, build: (value) => ({ ...BASE, ...wrap({ address: value }) }) },
    {
      name: `${name}.name`,
      good: "Ann",
      path,
      build: (value) => ({ ...BASE, ...wrap({ name: value, address: spec }) }),
      ...(shown === undefined ? {} : { read: named }),
    },
  ];
}

function group(name: "to" | "cc" | "replyTo"): readonly Entry[] {
  const grouped = (value: unknown) => ({ ...BASE, [name]: value });
  const first = (reading: Reading) => reading[name][0];
  return [
    {
      name: `${name}.group`,
      good: "Team",
      path: [name],
      build: (value) => grouped({ group: value, members: ["ann@example.com"] }),
      read: (reading) => {
        const one = first(reading);
        return one !== undefined && "group" in one ? one.group : undefined;
      },
    },
    {
      name: `${name}.members[0].address`,
      good: "ann@example.com",
      path: [name],
      build: (value) => grouped({ group: "Team", members: [{ address: value }] }),
    },
    {
      name: `${name} as text with a group`,
      good: "Team",
      path: [name],
      build: (value) => grouped(`${value}: ann@example.com;`),
    },
  ];
}

const CALENDAR = { method: "REQUEST", content: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n" };

const ENTRIES: readonly Entry[] = [
  ...["from", "sender", "to", "cc", "bcc", "replyTo"].flatMap((name) => address(name, (value) => ({ [name]: value }))),
  ...address("envelope.from", (from) => ({ envelope: { from } })),
  ...address("envelope.to", (to) => ({ envelope: { to } })),
  ...group("to"),
  ...group("cc"),
  ...group("replyTo"),
  { ...option("subject", "Hello"), read: ({ subject }) => subject },
  option("messageId", "<a@b.example>"),
  option("inReplyTo", "<a@b.example>"),
  option("references", "<a@b.example>"),
  {
    name: "references[1]",
    good: "<a@b.example>",
    path: ["references", 1],
    build: (value) => ({ ...BASE, references: ["<c@d>", value] }),
  },
  {
    name: "inReplyTo[0]",
    good: "<a@b.example>",
    path: ["inReplyTo", 0],
    build: (value) => ({ ...BASE, inReplyTo: [value] }),
  },
  option("charset", "UTF-8"),
  option("textEncoding", "base64"),
  option("transport", "7bit"),
  option("priority", "high"),
  option("autoSubmitted", "auto-replied"),
  option("listUnsubscribe", "https://example.com/u"),
  {
    name: "listUnsubscribe[1]",
    good: "mailto:u@example.com",
    path: ["listUnsubscribe", 1],
    build: (value) => ({ ...BASE, listUnsubscribe: ["https://example.com/u", value] }),
  },
  {
    name: "headers, a value by name",
    good: "value",
    path: ["headers", "X-A"],
    build: (value) => ({ ...BASE, headers: { "X-A": value } }),
    read: ({ custom }) => custom?.get("x-a"),
  },
  {
    name: "headers, a value in an array",
    good: "value",
    path: ["headers", "X-A", 1],
    build: (value) => ({ ...BASE, headers: { "X-A": ["one", value] } }),
  },
  {
    name: "headers, a value in a list",
    good: "value",
    path: ["headers", 0],
    build: (value) => ({ ...BASE, headers: [{ name: "X-A", value }] }),
    read: ({ custom }) => custom?.get("x-a"),
  },
  {
    name: "headers, a name",
    good: "X-A",
    path: ["headers"],
    build: (value) => ({ ...BASE, headers: { [value]: "v" } }),
  },
  {
    name: "headers, a name in a list",
    good: "X-A",
    path: ["headers", 0],
    build: (name) => ({ ...BASE, headers: [{ name, value: "v" }] }),
  },
  ...(
    [
      ["Subject", "Hello"],
      ["Reply-To", "ann@example.com"],
      ["Message-ID", "<a@b.example>"],
      ["References", "<a@b.example> <c@d.example>"],
      ["Date", "Tue, 24 Nov 2026 05:06:07 +0000"],
      ["List-Id", "Letters <l.example.com>"],
      ["List-Help", "<mailto:h@example.com> (the list)"],
      ["List-Unsubscribe", "<https://example.com/u>"],
      ["Comments", "text"],
      ["Keywords", "one, two"],
      ["Importance", "high"],
      ["Resent-From", "ann@example.com"],
      ["Disposition-Notification-To", "ann@example.com"],
      ["X-SES-CONFIGURATION-SET", "set"],
      ["X-SES-MESSAGE-TAGS", "a=b"],
    ] as const
  ).map(
    ([name, good]): Entry => ({
      name: `headers.${name}`,
      good,
      path: ["headers", name],
      build: (value) => ({ ...BASE, headers: { [name]: value } }),
    }),
  ),
  attachment("filename", "a.txt", ({ attachments }) => attachments[0]?.filename),
  attachment("contentType", "text/plain; x=y"),
  attachment("cid", "logo"),
  attachment("disposition", "inline"),
  attachment("encoding", "base64"),
  attachment("description", "a picture"),
  attachment("size", "1"),
  {
    name: "attachments[0].contentType in quotes",
    good: "value",
    path: ["attachments", 0, "contentType"],
    build: (value) => ({ ...BASE, attachments: [{ filename: "a", content: PNG, contentType: `x/y; z="${value}"` }] }),
  },
  {
    name: "calendar.method",
    good: "REQUEST",
    path: ["calendar", "method"],
    build: (method) => ({ ...BASE, calendar: { ...CALENDAR, method } }),
  },
  {
    name: "calendar.filename",
    good: "invite.ics",
    path: ["calendar", "filename"],
    build: (filename) => ({ ...BASE, calendar: { ...CALENDAR, filename } }),
    read: ({ attachments }) => attachments.find(({ disposition }) => disposition === "attachment")?.filename,
  },
  part("type", "text/plain", (type) => ({ type })),
  part("parameters.x", "value", (x) => ({ parameters: { x } }), ["parameters", "x"]),
  part("parameters, a name", "format", (name) => ({ parameters: { [name]: "flowed" } }), ["parameters"]),
  part("parameters.charset", "utf-8", (charset) => ({ parameters: { charset } }), ["parameters", "charset"]),
  part("fields, a value", "value", (value) => ({ fields: { "X-A": value } }), ["fields", "X-A"]),
  part("fields, a value in a list", "value", (value) => ({ fields: [{ name: "X-A", value }] }), ["fields", 0]),
  part("fields, a name", "X-A", (name) => ({ fields: { [name]: "v" } }), ["fields"]),
  part("filename", "a.txt", (filename) => ({ filename })),
  part("id", "logo@example.com", (id) => ({ id })),
  part("description", "a text", (description) => ({ description })),
  part("disposition", "inline", (disposition) => ({ disposition })),
  part("encoding", "base64", (encoding) => ({ encoding })),
  part("size", "1", (size) => ({ size })),
  {
    name: "body.parts[0].filename",
    good: "a.txt",
    path: ["body", "parts", 0, "filename"],
    build: (filename) => ({
      ...without("text"),
      body: { type: "multipart/mixed", parts: [{ type: "text/plain", content: "x", filename }] },
    }),
  },
  {
    name: "body.message.fields",
    good: "Hello",
    path: ["body", "message", "fields", "Subject"],
    build: (Subject) => ({
      ...without("text"),
      body: { type: "message/rfc822", message: { type: "text/plain", content: "x", fields: { Subject } } },
    }),
  },
];

const OPTIONS: RenderOptions = { seed: "injection", now: () => new Date(0) };

// The names of all fields of all heads, in their order.
function fieldNames(bytes: Uint8Array): readonly string[] {
  return headLines(linesOf(bytes))
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.slice(0, line.indexOf(":")));
}

describe.each(ENTRIES)("$name", ({ name, good, build, path, read }) => {
  // JavaScript callers may put a string anywhere.
  const input = (value: string): MessageInput => build(value) as MessageInput;

  // A string is refused where a number or one of a few words stands; those entries have no harmless string to compare.
  const harmless = check(input(good));

  it("takes a harmless value, or no string at all", () => {
    const codes = harmless.issues.filter(({ severity }) => severity === "error").map(({ code }) => code);
    expect(codes).toEqual(/\.size$/.test(name) ? ["input.type"] : []);
  });

  it.each(HOSTILE)("%s", async (_name, spoil) => {
    const value = spoil(good);
    const checked = check(input(value));
    if (!checked.ok) {
      const places = checked.issues.filter(({ severity }) => severity === "error").map((issue) => issue.path);
      expect(places.length).toBeGreaterThan(0);
      for (const place of places) expect(place.slice(0, path.length)).toEqual(path);
      return;
    }
    if (!harmless.ok) throw new Error(`${name} takes a hostile string, and no harmless one`);
    // Nothing that breaks a line or cannot be written passes a check.
    expect(value).not.toMatch(/[\r\n\0\x7f]|\ud83d$|\ud83d[^\udc00-\udfff]/);
    const bytes = toBytes(checked.value, OPTIONS);
    expect(lineFaults(bytes)).toEqual([]);
    expect(fieldNames(bytes)).toEqual(fieldNames(toBytes(harmless.value, OPTIONS)));
    expect(envelope(checked.value).to.every((recipient) => /^[!-~ ]+$/.test(recipient))).toBe(true);
    for (const reader of [postalMime, mailparser]) {
      const reading = await reader.read(bytes);
      expect(reading.names.filter((field) => /evil|^bcc$/.test(field))).toEqual([]);
      // postal-mime decodes a word in a file name once more; mailparser shows unknown fields as they stand.
      const twice = reader === postalMime && /filename/i.test(name) && value.includes("=?");
      if (read !== undefined && !twice && !(reader === mailparser && name.startsWith("headers"))) {
        expect(read(reading)).toBe(value);
      }
    }
  });
});

describe("options of rendering", () => {
  const checked = check(BASE);
  if (!checked.ok) throw new Error("the message is harmless");
  const m = checked.value;

  it.each(HOSTILE)("idDomain: %s", async (_name, spoil) => {
    const idDomain = spoil("example.com");
    const refusal = expect.objectContaining({ code: "input.option", path: ["idDomain"] });
    expect(() => toBytes(m, { ...OPTIONS, idDomain })).toThrow(refusal);
    await expect(collect(m, { ...OPTIONS, idDomain, maxBytes: 1e6 })).rejects.toThrow(refusal);
  });

  it.each(HOSTILE)("seed: %s", (_name, spoil) => {
    const bytes = toBytes(m, { ...OPTIONS, seed: spoil("seed") });
    expect(lineFaults(bytes)).toEqual([]);
    expect(fieldNames(bytes)).toEqual(fieldNames(toBytes(m, OPTIONS)));
  });
});
