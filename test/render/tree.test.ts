import "mimewright/charset";
import { type MessageInput, message, type Part, type PartInput, toBytes, toTree } from "mimewright";
import { describe, expect, it } from "vitest";
import { latin1, made, options, rendered, renderedOf, unfrozen } from "../message/support.ts";

const image = { contentType: "image/png", content: new Uint8Array([1]) };
const calendar = { method: "REQUEST", content: "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR" };

/** The types of a tree, nested as its parts are. */
function shape({ type, parts, message: inner }: Part): unknown {
  if (parts !== undefined) return [type.replace("multipart/", ""), ...parts.map(shape)];
  return inner === undefined ? type : [type, shape(inner)];
}

const shapeOf = (input: object) => shape(toTree(made(input), options));

describe("the tree of a message", () => {
  it.each([
    [{}, "text/plain"],
    [{ text: "t" }, "text/plain"],
    [{ html: "h" }, "text/html"],
    [{ amp: "a" }, "text/x-amp-html"],
    [{ calendar }, "text/calendar"],
    [{ text: "t", html: "h" }, ["alternative", "text/plain", "text/html"]],
    [
      { text: "t", watch: "w", amp: "a", html: "h", calendar },
      ["alternative", "text/plain", "text/watch-html", "text/x-amp-html", "text/html", "text/calendar"],
    ],
    [{ attachments: [image] }, "image/png"],
    [{ attachments: [image, image] }, ["mixed", "image/png", "image/png"]],
    [{ text: "t", attachments: [image] }, ["mixed", "text/plain", "image/png"]],
    [{ html: "<img src=cid:a>", attachments: [{ ...image, cid: "a" }] }, ["related", "text/html", "image/png"]],
    [
      { text: "t", html: "<img src=cid:a>", attachments: [{ ...image, cid: "a" }, image], calendar },
      ["mixed", ["related", ["alternative", "text/plain", "text/html", "text/calendar"], "image/png"], "image/png"],
    ],
    [{ text: "t", attachments: [{ ...image, cid: "a" }] }, ["mixed", "text/plain", "image/png"]],
    [
      { text: "t", calendar: { ...calendar, filename: "i.ics" } },
      ["mixed", ["alternative", "text/plain", "text/calendar"], "text/calendar"],
    ],
    [{ body: { type: "text/html", content: "x" } }, "text/html"],
    [
      { body: { type: "text/html", content: "x" }, attachments: [{ ...image, cid: "a" }] },
      ["mixed", "text/html", "image/png"],
    ],
  ])("is mixed > related > alternative, least rich first, and no multipart of one: %#", (input, expected) => {
    expect(shapeOf(input)).toEqual(expected);
  });

  it("names the type of the root in related, be it one body or several (RFC 2387 s3.1)", () => {
    const attachments = [{ ...image, cid: "a" }];
    expect(toTree(made({ html: "<img src=cid:a>", attachments }), options).parameters.type).toBe("text/html");
    expect(toTree(made({ text: "t", html: "<img src=cid:a>", attachments }), options).parameters.type).toBe(
      "multipart/alternative",
    );
  });

  it("has the fields of the head on its root, and none on the parts", () => {
    const tree = toTree(made({ subject: "s", text: "t", html: "h", headers: { "X-A": "v" } }), options);
    expect(tree.fields.map(({ name }) => name)).toEqual(["From", "To", "Subject", "Message-ID", "Date", "X-A"]);
    expect(tree.parts?.map(({ fields }) => fields)).toEqual([[], []]);
  });

  it("writes no field of ids for an empty list", () => {
    expect(toTree(made({ references: [], inReplyTo: [] }), options).fields.map(({ name }) => name)).not.toContain(
      "References",
    );
  });

  it("never names a Bcc", () => {
    expect(JSON.stringify(toTree(made({ bcc: "hidden@example.com" }), options))).not.toMatch(/hidden|bcc/i);
  });

  it("is frozen through and through", () => {
    const input = {
      text: "t",
      html: "<img src=cid:a>",
      attachments: [{ ...image, cid: "a" }, image],
      calendar,
      priority: "low",
    };
    expect(unfrozen(toTree(made({ ...input, inReplyTo: "<a@b>" }), options))).toEqual([]);
  });
});

describe("a generated Message-ID", () => {
  const id = (input: object, more: object = {}) =>
    /Message-ID: (<.*>)/.exec(latin1(toBytes(made(input), { ...options, ...more })))?.[1];

  it("comes from the seed, the date and what the message says", () => {
    const first = id({ subject: "s" });
    expect(id({ subject: "s" })).toBe(first);
    const others = [
      id({ subject: "s" }, { seed: "other" }),
      id({ subject: "s" }, { now: () => new Date(0) }),
      id({ subject: "t" }),
      id({ subject: "s", to: "c@example.com" }),
      id({ subject: "s", text: "longer" }),
    ];
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
  });

  it("does not show who gets a blind copy", () => {
    expect(id({ bcc: "b@example.com" })).toBe(id({}));
  });

  it("has the domain of idDomain, else of From, as an A-label", () => {
    expect(id({}, { idDomain: "münchen.de" })).toMatch(/@xn--mnchen-3ya\.de>$/);
    expect(id({ from: "a@münchen.de" })).toMatch(/@xn--mnchen-3ya\.de>$/);
    expect(id({ from: '"a@b"@example.org' })).toMatch(/@example\.org>$/);
  });
});

describe("toBytes of toTree", () => {
  const inputs: readonly (readonly [string, Partial<MessageInput>])[] = [
    ["a text", { text: "grüße\n" }],
    ["nothing", {}],
    [
      "everything",
      {
        cc: { group: "Équipe", members: ["Zoë <z@example.com>"] },
        replyTo: "r@example.com",
        subject: "Größe",
        text: "ü\nFrom me",
        html: "<img src=cid:a>",
        amp: "<html amp4email></html>",
        calendar: { ...calendar, filename: "é.ics" },
        attachments: [
          { ...image, cid: "a" },
          {
            filename: "é.txt",
            content: "ü",
            description: "ü",
            size: 2,
            modificationDate: new Date(0),
            creationDate: new Date(0),
          },
          { filename: "a.eml", content: "Subject: s\nContent-Type: text/plain; charset=utf-8\n\nü" },
          { filename: "b.txt", content: new TextEncoder().encode("x=1"), encoding: "quoted-printable" },
          { content: { size: 3, open: () => [new Uint8Array(3)] } },
        ],
        headers: { "X-A": ["ü", "v"], "List-Id": "Ü <l.example.com>", "Content-Language": "de" },
        inReplyTo: "<a@b>",
        references: ["<a@b>", "<c@d>"],
        listUnsubscribe: "https://example.com/",
        priority: "high",
        bcc: "h@example.com",
      },
    ],
    ["8-bit text", { text: "ü", html: "<p>ü", transport: "8bit" }],
    ["an encoding for all texts", { text: "a", html: "b", textEncoding: "base64" }],
    ["8bit asked for", { text: "ü", transport: "8bit", textEncoding: "8bit" }],
    [
      "a charset with states",
      { subject: "日本", text: "日本\n", from: { name: "日本", address: "a@example.com" }, charset: "iso-2022-jp" },
    ],
    ["a charset of one octet", { subject: "é", text: "é", charset: "iso-8859-1" }],
    [
      "a tree of one's own",
      {
        body: {
          type: "multipart/report",
          parts: [
            { type: "text/plain", content: "x" },
            { type: "message/rfc822", message: { type: "text/plain", content: "ü", fields: { Subject: "ü" } } },
          ],
        },
      },
    ],
  ];

  it.each(inputs)("is toBytes of the message, octet for octet: %s", (_, input) => {
    const m = message({ from: "ann@example.com", to: "bob@example.com", ...input });
    expect(latin1(toBytes(toTree(m, options), options))).toBe(rendered(m));
  });

  it("holds for a tree that was changed by copies: charset and transport stay those of the message", () => {
    const m = made({ subject: "日本", text: "日本", charset: "iso-2022-jp" });
    const tree = toTree(m, options);
    const { fields, ...content } = tree;
    const changed: PartInput = {
      type: "multipart/mixed",
      fields,
      parts: [content, { type: "text/plain", content: "-- 日本" }],
    };
    const output = rendered(changed);
    expect(output).toContain("Subject: =?ISO-2022-JP?B?");
    expect(output.match(/charset=ISO-2022-JP/g)).toHaveLength(2);
  });

  it("has the parts that a copy was given", () => {
    const tree = toTree(made({ text: "t", html: "<p>" }), options);
    const [text] = tree.parts ?? [];
    expect(text?.type).toBe("text/plain");
    const changed = { ...tree, parts: (tree.parts ?? []).map((part) => ({ ...part, id: "x" })) };
    expect(rendered(changed).match(/Content-ID: <x>/g)).toHaveLength(2);
  });
});

describe("Content-Disposition", () => {
  it("is not written for what is read", () => {
    expect(renderedOf({ text: "t", html: "<p>" })).not.toContain("Content-Disposition");
  });
});
