import { Readable } from "node:stream";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { compose, message, splitRecipients, toBytes } from "mimewright";
import { file } from "mimewright/node";
import { fixedOptions, hardNames, hardSubjects, hardTexts, loadEml, outline, readEml } from "mimewright/testing";
import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { readNow } from "../../src/testing/read-eml.ts";

const png = new URL("../../fixtures/files/logo.png", import.meta.url);
const base = compose({ from: "Ann <ann@example.com>", to: "Zoë <zoe@example.org>", subject: "Grüße" });
const full = base
  .cc({ group: "Team", members: ["a@example.com", { name: "B", address: "b@example.com" }] })
  .bcc("eve@example.com")
  .replyTo("help@example.com")
  .text("Hello\n")
  .html('<img src="cid:logo">')
  .embed({ filename: "logo.png", content: new Uint8Array([1, 2, 3]), cid: "logo" })
  .attach({ filename: "領収書.csv", content: "a,b\r\n1,2", contentType: "text/csv" })
  .build();

describe("a path in the place of a mail", () => {
  it.each(["welcome.eml", "./mails/welcome.eml", "C:\\mails\\welcome.eml", "file:///mails/welcome.eml", "/tmp/mail"])(
    "is told: %s",
    async (path) => {
      await expect(readEml(path)).rejects.toThrow("loadEml(path)");
    },
  );

  it("is told for a URL, too", async () => {
    const url: unknown = new URL("file:///welcome.eml");
    await expect(Reflect.apply(readEml, undefined, [url])).rejects.toThrow("loadEml(url)");
  });

  it("is none in the text of a mail, however short", async () => {
    expect((await readEml("Subject: 1.2/3")).subject).toBe("1.2/3");
    expect((await readEml("Subject: a\n\nsee ./b.eml")).text).toBe("see ./b.eml");
  });
});

describe("readEml", () => {
  it("gives what a reader sees, decoded", async () => {
    const mail = await readEml(toBytes(full, fixedOptions));
    expect(mail.subject).toBe("Grüße");
    expect(mail.from).toEqual([{ name: "Ann", address: "ann@example.com" }]);
    expect(mail.to).toEqual([{ name: "Zoë", address: "zoe@example.org" }]);
    expect(mail.cc).toEqual([
      { group: "Team", members: [{ address: "a@example.com" }, { name: "B", address: "b@example.com" }] },
    ]);
    expect(mail.replyTo).toEqual([{ address: "help@example.com" }]);
    expect(mail.date).toEqual(new Date("2030-01-01T00:00:00Z"));
    expect(mail.text).toBe("Hello\n");
    expect(mail.html).toBe('<img src="cid:logo">');
    expect(mail.headers.find(({ name }) => name === "To")?.value).toBe("Zoë <zoe@example.org>");
  });

  it("gives attachments octet for octet", async () => {
    const { attachments } = await readEml(full);
    expect(attachments).toEqual([
      {
        filename: "logo.png",
        type: "image/png",
        disposition: "inline",
        cid: "logo",
        size: 3,
        sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
        content: new Uint8Array([1, 2, 3]),
      },
      {
        filename: "領収書.csv",
        type: "text/csv",
        disposition: "attachment",
        size: 8,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        content: new TextEncoder().encode("a,b\r\n1,2"),
      },
    ]);
  });

  it("gives the tree with numbered parts", async () => {
    const { root } = await readEml(full);
    expect(root.type).toBe("multipart/mixed");
    expect(root.parts.map(({ path, type }) => [path, type])).toEqual([
      ["1", "multipart/related"],
      ["2", "text/csv"],
    ]);
    expect(root.parts[0]?.parts[0]?.parts[1]).toMatchObject({
      path: "1.1.2",
      type: "text/html",
      parameters: { charset: "UTF-8" },
      text: '<img src="cid:logo">',
    });
  });

  it("takes an alternative for a form of the text and an enclosed message for a file", async () => {
    const inner = toBytes(base.text("inside\n").build(), fixedOptions);
    const content = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    const mail = await readEml(
      base
        .text("outside\n")
        .calendar({ method: "REQUEST", content })
        .attach({ filename: "old.eml", content: inner, contentType: "message/rfc822" })
        .build(),
    );
    expect(mail.text).toBe("outside\n");
    expect(mail.attachments.map(({ filename, type }) => [filename, type])).toEqual([["old.eml", "message/rfc822"]]);
    expect(mail.attachments[0]?.content).toEqual(inner);
    expect(mail.root.parts.at(-1)?.parts[0]?.text).toBe("inside\n");
  });

  it("reads legacy charsets by their label", async () => {
    const eml =
      "Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\nContent-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: base64\n\nk/qWew==\n";
    const { subject, text } = await readEml(eml);
    expect([subject, text]).toEqual(["日本", "日本"]);
  });

  it("waits for content that is opened at write time", async () => {
    const { attachments } = await readEml(base.attach(await file(png)).build());
    expect(attachments.map(({ filename, size }) => [filename, size])).toEqual([["logo.png", 511]]);
  });

  it("takes whatever holds a message, with its envelope", async () => {
    const bytes = toBytes(full, fixedOptions);
    const envelope = { from: "bounce@example.com", to: ["x@example.com"] };
    const [group] = splitRecipients(full, 1);
    const mails = [
      full,
      bytes,
      bytes.buffer,
      new TextDecoder("latin1").decode(bytes),
      { raw: bytes },
      { message: Buffer.from(bytes) },
      { message: Readable.from([Buffer.from(bytes)]) },
      { message: full, envelope: group?.envelope ?? envelope },
      await readEml(full),
    ];
    for (const mail of mails) expect((await readEml(mail)).subject).toBe("Grüße");
    expect((await readEml({ message: bytes, envelope })).envelope).toEqual(envelope);
    expect((await readEml({ raw: bytes, recipients: ["x@example.com"], source: "s@example.com" })).envelope).toEqual({
      from: "s@example.com",
      to: ["x@example.com"],
    });
    expect((await readEml(full)).envelope?.to).toContain("eve@example.com");
    if (group !== undefined) expect((await readEml(group)).envelope?.to).toEqual(["zoe@example.org"]);
  });

  it("reads the info of nodemailer's stream transport, buffered or not", async () => {
    const mail = { from: "a@example.com", to: "b@example.com", subject: "Grüße", text: "Hello" };
    for (const buffer of [true, false]) {
      const info = await createTransport({ streamTransport: true, buffer }).sendMail(mail);
      expect((await readEml(info)).subject).toBe("Grüße");
    }
  });

  it("says what it needs when there is no mail in a value", async () => {
    const info = await createTransport({ jsonTransport: true }).sendMail({
      from: "a@example.com",
      to: "b@example.com",
    });
    await expect(readEml(info)).rejects.toThrow(
      /expected the bytes of a message; got a string \(use captureTransport\(\)/,
    );
    expect(() => readNow({ message: Readable.from(["x"]) })).toThrow(
      /at mail\.message: expected bytes; got a stream, .*\(await readEml\(info\)/,
    );
    expect(() => readNow({ from: "a@example.com" })).toThrow(/input for a message becomes one by message/);
    expect(() => readNow(Promise.resolve())).toThrow(/got a promise \(await it\)/);
    expect(() => readNow(undefined)).toThrow(/got nothing/);
  });

  it("loads a file", async () => {
    const mail = await loadEml(new URL("../../fixtures/lint/clean-forwarded.eml", import.meta.url));
    expect(mail.root.parts.length).toBeGreaterThan(0);
  });

  it("reads any bytes at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect((await readEml(bytes)).raw).toBe(bytes);
      }),
    );
  });
});

describe("outline", () => {
  it("draws the tree with sizes", async () => {
    expect(await outline(full)).toBe(
      [
        "multipart/mixed",
        "  multipart/related",
        "    multipart/alternative",
        "      text/plain, 7 bytes",
        "      text/html, 20 bytes",
        '    image/png "logo.png" <logo>, 3 bytes',
        '  text/csv "領収書.csv", 8 bytes',
      ].join("\n"),
    );
  });
});

// Line ends, and the one of the last line, are what parsers read in their own ways.
const comparable = (text: string | undefined): string => (text ?? "").replaceAll("\r\n", "\n").replace(/\n+$/, "");

describe("hard inputs", () => {
  it.each(hardNames.map((name) => [name]))("the name %j survives in an address and as a file name", async (name) => {
    const m = message({
      from: "ann@example.com",
      to: { name, address: "zoe@example.org" },
      attachments: [{ filename: name, content: "x" }],
    });
    const mail = await readEml(m);
    expect(mail.to).toEqual([{ name, address: "zoe@example.org" }]);
    expect(mail.attachments[0]?.filename).toBe(name);
    expect((await PostalMime.parse(toBytes(m))).to?.[0]?.name).toBe(name);
  });

  it.each(hardSubjects.map((subject) => [subject]))("the subject %j survives", async (subject) => {
    const m = message({ from: "ann@example.com", to: "zoe@example.org", subject });
    expect((await readEml(m)).subject).toBe(subject);
    expect((await simpleParser(Buffer.from(toBytes(m)))).subject?.trim()).toBe(subject.trim());
  });

  it.each(hardTexts.map((text) => [text]))("the text %j survives, and other parsers read the same", async (text) => {
    const m = message({ from: "ann@example.com", to: "zoe@example.org", text, html: `<pre>${text}</pre>` });
    const mail = await readEml(m);
    expect([mail.text, mail.html]).toEqual([text, `<pre>${text}</pre>`]);
    const other = await PostalMime.parse(toBytes(m));
    expect(comparable(other.text)).toBe(comparable(text));
    expect(comparable(other.html)).toBe(comparable(`<pre>${text}</pre>`));
  });
});
