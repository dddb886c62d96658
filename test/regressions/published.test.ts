// Published vulnerabilities of composers and parsers, each with what has to happen here.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as core from "mimewright";
import { envelope, lintRaw, parseAddressList, sesV1, toBytes } from "mimewright";
import * as html from "mimewright/html";
import { describe, expect, it } from "vitest";
import { linesOf } from "../readers/heads.ts";
import {
  type AnyInput,
  BASE,
  bytesOf,
  errors,
  field,
  message,
  OPTIONS,
  readBack,
  warnings,
  written,
  X,
} from "./helpers.ts";

const src = fileURLToPath(new URL("../../src", import.meta.url));

describe("addresses", () => {
  it.each(["-bi@example.com", "-oQdir@example.com"])(
    "CVE-2020-7769, RUSTSEC-2020-0069, CVE-2026-45068: %s is legal, kept and told",
    (to) => {
      expect(warnings({ to })).toEqual(["address.leading-dash to"]);
      expect(envelope(message({ to })).to).toEqual([to]);
      expect(field("To", { to })).toBe(`To: ${to}`);
    },
  );

  it("CVE-2016-10033, -10045, -10074: a quoted local part is kept, and no shell is near", () => {
    const to = '"a\\" -X x.php "@b.c';
    expect(errors({ to })).toEqual([]);
    expect(envelope(message({ to })).to).toEqual([to]);
    expect(field("To", { to })).toContain(to);
    // The command line alone starts anything: a browser, by its path, with no word of a mail.
    expect(sourcesWith(/child_process/).filter((name) => !name.startsWith("cli/"))).toEqual([]);
  });

  it.each([
    ["CVE-2021-23400", { address: `s@e.com${X}` }],
    ["GHSA-g7hc-96xr-gvvx, CVE-2026-30227", '"a\r\nRCPT TO:<e@e>"@b.c'],
    ["mikel/mail#1097, OSVDB-131677", "a@b.c>\r\nRCPT TO:<e@e.com"],
    ["bpo-39073", { name: `n${X}`, address: "a@b.c" }],
    ["bpo-39073", `a${X}@b.c`],
    ["bpo-39073", `a@b${X}.c`],
    ["CVE-2026-23829", "a@b.c\r"],
  ])("%s: no line break passes", (_source, to) => {
    const path = typeof to === "string" ? "to" : `to.${"name" in to ? "name" : "address"}`;
    expect(errors({ to })).toEqual([`header.line-break ${path}`]);
  });

  it("mikel/mail#1097: an address of 100,000 characters is too long", () => {
    expect(errors({ to: `${"a".repeat(1e5)}@b.c` })).toEqual(["address.length to"]);
    expect(errors({ to: { address: `${"a".repeat(1e5)}@b.c` } })).toEqual(["address.length to.address"]);
  });

  it("GHSA-mm7p-fcc7-pg87: a quoted local part names no other mailbox", async () => {
    const to = '"x@gmail.com x"@internal.domain';
    expect(envelope(message({ to })).to).toEqual([to]);
    const domains = await readBack({ to }, (reading) =>
      reading.to.map((one) => ("address" in one ? one.address.slice(one.address.lastIndexOf("@")) : "")),
    );
    expect(domains).toEqual([["@internal.domain"], ["@internal.domain"]]);
  });

  it.each(["user@good.com(x)evil.com", "alice@example.org)bob@evil.com", "a@b@c"])(
    "nodemailer 9.1, CVE-2019-16056, CVE-2023-27043: %s is no address",
    (address) => {
      expect(errors({ to: address })).toEqual(["address.syntax to"]);
      expect(errors({ to: { address } })).toEqual(["address.syntax to.address"]);
    },
  );

  it.each([
    ["a@ｇmail.com", "a@gmail.com"],
    ["a@exa\u00admple.com", "a@example.com"],
  ])("nodemailer 9.1: %s is mapped once, and the same everywhere", (to, mapped) => {
    expect(warnings({ to })).toEqual(["address.idn-mapped to"]);
    expect(envelope(message({ to: [to, mapped] })).to).toEqual([mapped]);
    expect(field("To", { to })).toBe(`To: ${mapped}`);
  });

  it("GHSA-rcmh-qjqh-p98v, CVE-2025-14874: groups do not nest, however many", () => {
    expect(errors({ to: "g:".repeat(1e5) })).toEqual(["address.syntax to"]);
  });

  it("GHSA-2x7j-588g-ccc2: a list of 100,000 addresses is read", () => {
    const list = Array.from({ length: 1e5 }, (_, index) => `a${index}@example.com`).join(", ");
    expect(parseAddressList(list)).toHaveLength(1e5);
  });
});

describe("header injection", () => {
  it.each([
    ["subject", { subject: `s${X}` }],
    ["sender", { sender: `a@b.c${X}` }],
    ["messageId", { messageId: `<a@b>${X}` }],
    ["inReplyTo", { inReplyTo: `<a@b>${X}` }],
    ["references", { references: `<a@b>${X}` }],
    ["charset", { charset: `utf-8${X}` }],
    ["listUnsubscribe", { listUnsubscribe: `https://a.b/${X}` }],
    ["autoSubmitted", { autoSubmitted: `auto-replied${X}` }],
  ])("CVE-2026-45067: a line break in %s is an error", (option, input) => {
    expect(errors(input)).toEqual([`header.line-break ${option}`]);
  });

  it("CVE-2026-45070: a line break in a content type is an error", () => {
    const attachments = [{ filename: "a", content: "x", contentType: 'text/plain; a"\r\n b=c' }];
    expect(errors({ attachments })).toEqual(["header.line-break attachments.0.contentType"]);
  });

  it("CVE-2024-6923, CVE-2026-1299: an encoded line break stays a literal, a trailing one is an error", async () => {
    const subject = "=?utf-8?Q?=0A?=Bcc: x@y.z";
    expect(await readBack({ subject }, (reading) => reading.subject)).toEqual([subject, subject]);
    expect(written({ subject })).not.toMatch(/=0A\?=|^Bcc/im);
    for (const end of ["\n", "\r", "\r\n"])
      expect(errors({ subject: `s${end}` })).toEqual(["header.line-break subject"]);
  });

  it.each(["a\u760d\u760aX-Evil: 1", "a\u010d\u010aX-Evil: 1"])(
    "CVE-2025-7962: %s makes no line break",
    async (text) => {
      const attachments = [{ filename: text.replace(":", ""), content: text }];
      const input = {
        subject: text,
        to: { name: text, address: "b@example.com" },
        headers: { "X-A": text },
        attachments,
      };
      expect(written(input)).not.toMatch(/^X-Evil/m);
      expect(await readBack(input, ({ subject }) => subject)).toEqual([text, text]);
      expect(errors({ to: `${text.slice(0, 3)}@example.com` })).toEqual(["address.smtputf8 to"]);
      expect(errors({ messageId: `<${text}@b>` })).toEqual(["header.message-id messageId"]);
      expect(errors({ headers: { [text]: "v" } })).toEqual([`header.name headers.${text}`]);
    },
  );

  it("GHSA-c7w3-x93f-qmm8, GHSA-vvjj-xcjg-gr5g: numbers are whole numbers, names are names", () => {
    const attachments = [{ filename: "a", content: "x", size: "1\r\nRCPT TO:<e@e>" }];
    expect(errors({ attachments })).toEqual(["input.type attachments.0.size"]);
    expect(() => toBytes(message({}), { idDomain: "x\r\nMAIL FROM:<e>" })).toThrow(
      expect.objectContaining({ code: "input.option", path: ["idDomain"] }),
    );
  });

  it("GHSA-268h-hp4c-crq3: a line break in the comment of a list field is an error", () => {
    expect(errors({ headers: { "List-Help": `<mailto:a@b.c> (c${X})` } })).toEqual([
      "header.line-break headers.List-Help",
    ]);
    expect(errors({ headers: { "List-Id": `c${X} <a.b.c>` } })).toEqual(["header.line-break headers.List-Id"]);
  });

  it("nodemailer 9.0.5, 10.0.7, 10.0.8: nobody sets a boundary, and nothing rewrites a checked name", () => {
    const boundary = { seed: "s", boundary: `b${X}` };
    expect(() => toBytes(message({}), boundary)).toThrow(expect.objectContaining({ path: ["boundary"] }));
    expect(errors({ boundary: `b${X}`, normalizeHeaderKey: () => `k${X}` }).map((one) => one.split(" ")[0])).toEqual([
      "input.unknown-key",
      "input.unknown-key",
    ]);
    const body = {
      type: "multipart/mixed",
      parameters: { boundary: "b" },
      parts: [{ type: "text/plain", content: "" }],
    };
    expect(errors({ body })).toEqual(["type.conflict body.parameters.boundary"]);
    expect(errors({ messageId: `<a@b.c>${X}` })).toEqual(["header.line-break messageId"]);
  });

  it("MIMEText#81: a line break in an In-Reply-To field is an error", () => {
    expect(errors({ headers: { "In-Reply-To": `<a@b>${X}` } })).toEqual(["header.line-break headers.In-Reply-To"]);
  });

  it("control stripping: a NUL is an error and never left out", () => {
    expect(errors({ to: "a@b.com\0evil" })).toEqual(["header.control to"]);
    expect(errors({ to: { address: "a@b.com\0evil" } })).toEqual(["header.control to.address"]);
  });
});

describe("files and networks", () => {
  const opened = { path: "/etc/passwd" };

  it.each<[string, AnyInput]>([
    ["input.unknown-key raw", { raw: opened }],
    ["body.type html", { html: opened }],
    ["body.type text", { text: opened }],
    ["attachment.content attachments.0.content", { attachments: [{ filename: "a", content: opened }] }],
    ["input.unknown-key attachments.0.path", { attachments: [{ filename: "a", content: "x", ...opened }] }],
    ["input.unknown-key attachments.0.href", { attachments: [{ filename: "a", content: "x", href: "http://a.b" }] }],
  ])("GHSA-wqvq-jvpq-h66f, GHSA-p6gq-j5cr-w38f: nothing is opened: %s", (expected, input) => {
    expect(errors(input)).toEqual([expected]);
  });

  it("CVE-2017-5223: html that names a file is left as it is", async () => {
    const page = '<img src="../../secret">';
    expect((await readBack({ html: page }, (reading) => reading.html)).map((read) => read.trimEnd())).toEqual([
      page,
      page,
    ]);
    expect(message({ html: page }).attachments).toEqual([]);
  });

  it("GHSA-r7g4-qg5f-qqm2, nodemailer 10.1.1: composing connects to nobody", () => {
    // The sender goes to Amazon SES by the caller's own client, and the endpoint is a server.
    const elsewhere = (name: string): boolean => !/^(ses|deliver|local|cli)[/.]/.test(name);
    expect(sourcesWith(/"node:(https?|net|tls|dns|http2)"/).filter(elsewhere)).toEqual([]);
    expect(sourcesWith(/(?<![\w.])fetch\(/).filter(elsewhere)).toEqual([]);
  });
});

/** Sources, by their path under `src`, that hold the pattern. */
function sourcesWith(pattern: RegExp): readonly string[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .filter((name) => pattern.test(readFileSync(`${src}/${name}`, "utf8")));
}

describe("floods", () => {
  it("GHSA-9h6g-pr28-7cqp, nodemailer 7.0.6: broken data URIs and tags come to an end", async () => {
    const uri = `<img src="data:${";".repeat(1e5)}">`;
    await expect(html.inlineImages(uri, () => undefined)).rejects.toThrow(
      expect.objectContaining({ code: "html.image" }),
    );
    for (const page of ["<img ".repeat(1e5), `<img src="cid:${"cid:".repeat(1e5)}`, "url(cid:".repeat(1e5)]) {
      expect((await html.inlineImages(page, () => undefined)).attachments).toEqual([]);
      expect(errors({ html: page })).toEqual([]);
    }
  });

  it("emailjs-mime-parser#39, postal-mime#77, Email-MIME#66: parts and levels without number are limited", () => {
    const head = "From: a@b.c\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\nMIME-Version: 1.0\r\n";
    const flat = `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\n\r\n".repeat(1e6)}--b--\r\n`;
    expect(codesOf(flat)).toContain("limit.parts");
    let deep = head;
    for (let level = 0; level < 2e4; level++)
      deep += `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`;
    expect(codesOf(deep)).toContain("limit.depth");
  });

  function codesOf(raw: string): readonly string[] {
    return lintRaw(new TextEncoder().encode(raw), sesV1).map(({ code }) => code);
  }
});

describe("the rest", () => {
  it.each(["a\n.\r\nMAIL FROM:<x>", "a\r.\rMAIL FROM:<x>", "a\r\r\n.\r\r\nMAIL FROM:<x>", "a\r\n.\r\nMAIL FROM:<x>"])(
    "CVE-2023-51764, -51765, -51766: %j ends no message early",
    (text) => {
      for (const textEncoding of [undefined, "quoted-printable", "base64"]) {
        const input = { text, ...(textEncoding === undefined ? {} : { textEncoding }) };
        for (const line of linesOf(bytesOf(input))) expect(line).not.toMatch(/^\.|[\r\n]/);
      }
    },
  );

  it("nodemailer copyOwnKeys: __proto__ is a name like others", () => {
    const polluted = JSON.parse('{"__proto__": {"p": 1}}');
    const inputs: AnyInput[] = [
      { headers: polluted },
      { attachments: [{ filename: "a", content: "x", ...JSON.parse('{"a": 1}') }, polluted] },
      { body: { type: "text/plain", content: "x", parameters: polluted, fields: polluted } },
      JSON.parse('{"__proto__": {"subject": "polluted"}, "text": "x"}'),
    ];
    for (const input of inputs) errors(input);
    expect(Object.prototype).not.toHaveProperty("p");
    expect(errors(JSON.parse('{"__proto__": {"subject": "polluted"}}'))).toEqual(["input.unknown-key __proto__"]);
    expect(errors({ headers: JSON.parse('{"__proto__": "v"}') })).toEqual([]);
    expect(field("__proto__", { headers: JSON.parse('{"__proto__": "v"}') })).toBe("__proto__: v");
  });

  it("prototype gadget: what stands on Object.prototype is not the caller's word", () => {
    const gadgets = { path: "/etc/passwd", content: "gadget", open: () => ["gadget"], href: "gadget", raw: "gadget" };
    for (const [key, value] of Object.entries(gadgets)) {
      Object.defineProperty(Object.prototype, key, { value, configurable: true, writable: true, enumerable: false });
    }
    try {
      expect(errors({ attachments: [{ filename: "x" }] })).toEqual(["attachment.content attachments.0.content"]);
      expect(errors({ attachments: [{ filename: "x", content: {} }] })).toEqual([
        "attachment.content attachments.0.content",
      ]);
      expect(written({ attachments: [{ filename: "x", content: "y" }] })).not.toContain("gadget");
    } finally {
      for (const key of Object.keys(gadgets)) Reflect.deleteProperty(Object.prototype, key);
    }
  });

  it("input mutation: a message is what its input was", () => {
    const content = new Uint8Array([1, 2, 3]);
    const headers = { "X-A": ["one"] };
    const input = { ...BASE, text: "hi", headers, attachments: [{ filename: "a.bin", content }] };
    const before = structuredClone(input);
    const m = message(input);
    const bytes = toBytes(m, OPTIONS);
    expect(toBytes(message(input), OPTIONS)).toEqual(bytes);
    expect(input).toEqual(before);
    content.fill(9);
    headers["X-A"].push("two");
    input.attachments.length = 0;
    expect(toBytes(m, OPTIONS)).toEqual(bytes);
  });

  it("mailparser#412: no door makes html out of text", () => {
    const names = [...Object.keys(core), ...Object.keys(html)];
    expect(names.filter((name) => /html/i.test(name))).toEqual([]);
    const text = 'http://x?"onmouseover="';
    expect(written({ text })).not.toContain("text/html");
  });
});
