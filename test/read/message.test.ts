// Messages of others, read: values as readers take them, bodies when they are asked for, defects with their places.
import { message, OptionError, toBytes } from "mimewright";
import { decodedValue, pathOf, readMessage } from "mimewright/read";
import { describe, expect, it } from "vitest";
import { readAddressList } from "../../src/mail/read/addresses.ts";
import { readDate } from "../../src/mail/read/dates.ts";
import { readIds } from "../../src/mail/read/message-ids.ts";

function raw(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll("\n", "\r\n"), "latin1"));
}

describe("an address list gives", () => {
  it.each([
    ["ann@example.com", [{ address: "ann@example.com" }]],
    ["Ann <ann@example.com>", [{ name: "Ann", address: "ann@example.com" }]],
    ['"Doe, John" <j@example.com>', [{ name: "Doe, John", address: "j@example.com" }]],
    ['"a  b" c <j@example.com>', [{ name: "a  b c", address: "j@example.com" }]],
    ["=?utf-8?q?J=C3=B6rg?= =?utf-8?q?_B?= <j@example.com>", [{ name: "Jörg B", address: "j@example.com" }]],
    ["=?utf-8?q?Doe,_John?= <j@example.com>", [{ name: "Doe, John", address: "j@example.com" }]],
    ['"=?utf-8?q?J=C3=B6rg?=" <j@example.com>', [{ name: "Jörg", address: "j@example.com" }]],
    ["ann@example.com (Ann (the first))", [{ name: "Ann (the first)", address: "ann@example.com" }]],
    ["Ann (x) Lee <ann@example.com>", [{ name: "Ann Lee", address: "ann@example.com" }]],
    ['"john doe"@example.com', [{ address: '"john doe"@example.com' }]],
    ['<"a>b"@example.com>', [{ address: '"a>b"@example.com' }]],
    ["ann @ [IPv6:2001:db8::1]", [{ address: "ann@[IPv6:2001:db8::1]" }]],
    ["ann . lee @ example . com", [{ address: "ann.lee@example.com" }]],
    ["Ann <@a.example,@b.example:ann@example.com>", [{ name: "Ann", address: "ann@example.com" }]],
    [
      "Team: a@example.com, B <b@example.com>;",
      [{ group: "Team", members: [{ address: "a@example.com" }, { name: "B", address: "b@example.com" }] }],
    ],
    ['"@": a@example.com;', [{ group: "@", members: [{ address: "a@example.com" }] }]],
    ["undisclosed-recipients:;", [{ group: "undisclosed-recipients", members: [] }]],
    [", a@example.com,, b@example.com,", [{ address: "a@example.com" }, { address: "b@example.com" }]],
    ["<>", [{ address: "" }]],
    ["", []],
  ])("%s", (text, addresses) => {
    expect(readAddressList(text)).toEqual({ addresses, defects: [] });
  });

  it.each([
    ["Nobody", [{ name: "Nobody", address: "" }], ["address"]],
    ["a@example.com; b@example.com", [{ address: "a@example.com" }, { address: "b@example.com" }], ["semicolon"]],
    ["a@example.com Ann", [{ name: "Ann", address: "a@example.com" }], ["text"]],
    ["<a@example.com> <b@example.com>", [{ address: "a@example.com" }, { address: "b@example.com" }], ["text"]],
    ["<a@example.com, b@example.com", [{ address: "a@example.com" }, { address: "b@example.com" }], ["unclosed"]],
    ["Ann <ann lee@example.com>", [{ name: "Ann", address: "ann lee@example.com" }], ["text"]],
    ["<a@example.com> Ann", [{ name: "Ann", address: "a@example.com" }], ["text"]],
    ["<a@example.com> b@example.com", [{ address: "a@example.com" }, { address: "b@example.com" }], ["text"]],
    [
      'Ann <a@example.com> "b c"@example.com, d@example.com',
      [{ name: "Ann", address: "a@example.com" }, { address: '"b c"@example.com' }, { address: "d@example.com" }],
      ["text"],
    ],
    ["Ann <x <a@example.com>", [{ name: "Ann x", address: "a@example.com" }], ["text"]],
    [
      '"Ann <a@example.com>, b@example.com',
      [{ name: '"Ann', address: "a@example.com" }, { address: "b@example.com" }],
      ["unclosed"],
    ],
    ["Team: a@example.com", [{ group: "Team", members: [{ address: "a@example.com" }] }], ["unclosed"]],
    ["a@example.com:25", [{ address: "a@example.com:25" }], ["group"]],
    ['"ann@example.com"', [{ address: "ann@example.com" }], ["address"]],
    ["ann@exam\\ple.com", [{ address: "ann@example.com" }], ["backslash"]],
  ])("what can be read of %s, and what is wrong with it", (text, addresses, defects) => {
    expect(readAddressList(text)).toEqual({ addresses, defects });
  });

  it.each(["(", '"', "<", "[", "\\", ",", ":", ";", "=?", "a ", "( ", "=?a?q?", " . ", '"a" ', "<a@b "])(
    "an answer in linear time for many of %j",
    (piece) => {
      const { addresses, defects } = readAddressList(piece.repeat(200_000));
      expect(addresses.length + defects.length).toBeGreaterThanOrEqual(0);
    },
  );
});

describe("a date gives its moment and its zone", () => {
  const time = Date.UTC(2026, 10, 24, 5, 6, 7);

  it.each([
    ["Tue, 24 Nov 2026 05:06:07 +0000", "valid", 0],
    ["Tue, 24 Nov 2026 06:06:07 +0100 (CET)", "valid", 60],
    ["24 Nov 26 05:06:07 GMT", "obsolete", 0],
    ["Tue, 24 Nov 2026 00:06:07 EST", "obsolete", -300],
    ["Tue, 24 Nov 2026 05:06:07 -0000", "valid", undefined],
    ["Mon, 24 Nov 2026 05:06:07 +0000", "weekday", 0],
    ["2026-11-24T05:06:07Z", "invalid", 0],
    ["2026-11-24 10:36:07 +05:30", "invalid", 330],
    ["Tue Nov 24 05:06:07 2026", "invalid", undefined],
    ["Tuesday, 24-Nov-26 05:06:07 UTC", "invalid", 0],
  ])("%s", (value, form, offset) => {
    expect(readDate(value)).toEqual({ form, date: { time, offset } });
  });

  it.each(["soon", "31 Feb 2026 05:06:07 +0000", "24 Nov 2026 25:06:07 +0000", "1".repeat(1000)])(
    "and none for %s",
    (value) => {
      expect(readDate(value)).toEqual({ form: "invalid", date: undefined });
    },
  );
});

describe("ids are", () => {
  it.each([
    ["<a@example.com>", ["<a@example.com>"]],
    ["<a@b><c@d> (of Ann) <e@f>", ["<a@b>", "<c@d>", "<e@f>"]],
    ["a@example.com", ["<a@example.com>"]],
    ["", []],
  ])("those of %s", (value, ids) => {
    expect(readIds(value)).toEqual(ids);
  });
});

const MAIL = raw(
  "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\nTo: bob@example.com\nSubject: =?iso-8859-1?q?Gr=FC=DFe?=\n" +
    "Date: Tue, 24 Nov 2026 05:06:07 +0100\nMessage-ID: <1@example.com>\nReferences: <0@example.com>\n" +
    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/alternative; boundary=a\n\n" +
    "--a\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe\n" +
    "--a\nContent-Type: text/html; charset=utf-8\n\n<p>Hi\n--a\n" +
    "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--a--\n--m\n" +
    "Content-Type: application/pdf; name*0*=utf-8''%e2%82%ac; name*1=.pdf\nContent-Disposition: attachment\n" +
    "Content-ID: <file@example.com>\nContent-Transfer-Encoding: base64\n\nAQID\n--m\nContent-Type: message/rfc822\n\n" +
    "Subject: inner\n\nInside\n--m--\n",
);

describe("readMessage gives", () => {
  const mail = readMessage(MAIL);

  it("people, subject, date and ids", () => {
    expect(mail.from).toEqual([{ name: "Jörg", address: "joerg@example.com" }]);
    expect(mail.to).toEqual([{ address: "bob@example.com" }]);
    expect([mail.cc, mail.sender, mail.subject]).toEqual([[], undefined, "Grüße"]);
    expect(mail.date).toEqual({ time: Date.UTC(2026, 10, 24, 4, 6, 7), offset: 60 });
    expect([mail.messageId, mail.inReplyTo, mail.references]).toEqual(["<1@example.com>", [], ["<0@example.com>"]]);
  });

  it("fields with their places, and their decoded values", () => {
    const subject = mail.fields[2];
    expect(subject).toMatchObject({ name: "Subject", value: "=?iso-8859-1?q?Gr=FC=DFe?=", line: 3 });
    expect(subject === undefined ? "" : decodedValue(subject)).toBe("Grüße");
    const written = MAIL.subarray(subject?.start ?? 0, subject?.end ?? 0);
    expect(Buffer.from(written).toString()).toBe("Subject: =?iso-8859-1?q?Gr=FC=DFe?=\r\n");
  });

  it("texts in their charsets, with LF between lines, and the invitation", () => {
    expect([mail.text(), mail.html()]).toEqual(["Grüße", "<p>Hi"]);
    expect(mail.calendar()).toEqual({ method: "REQUEST", content: "BEGIN:VCALENDAR" });
  });

  it("files with name, type, id, role and octets", () => {
    const found = mail.attachments.map(({ type, filename, cid, role, path }) => ({ type, filename, cid, role, path }));
    expect(found).toEqual([
      { type: "text/calendar", filename: undefined, cid: undefined, role: "alternative", path: [0, 2] },
      { type: "application/pdf", filename: "€.pdf", cid: "file@example.com", role: "attached", path: [1] },
      { type: "message/rfc822", filename: undefined, cid: undefined, role: "attached", path: [2] },
    ]);
    expect(mail.attachments[1]?.content()).toEqual(new Uint8Array([1, 2, 3]));
  });

  it("enclosed messages, with offsets into the same bytes", () => {
    const inner = mail.attachments[2]?.message();
    expect([inner?.subject, inner?.text()]).toEqual(["inner", "Inside"]);
    expect(inner?.bytes).toBe(MAIL);
    expect(mail.attachments[1]?.message()).toBeUndefined();
  });

  it("every part with its path", () => {
    expect(mail.parts.map((visit) => [pathOf(visit).join("."), visit.part.type])).toEqual([
      ["", "multipart/mixed"],
      ["0", "multipart/alternative"],
      ["0.0", "text/plain"],
      ["0.1", "text/html"],
      ["0.2", "text/calendar"],
      ["1", "application/pdf"],
      ["2", "message/rfc822"],
      ["2.0", "text/plain"],
    ]);
  });

  it("no defects of a message of ours", () => {
    const m = message({ from: "a@example.com", to: "b@example.com", text: "Hi", attachments: [{ content: "x" }] });
    expect(readMessage(toBytes(m)).defects).toEqual([]);
  });

  it("defects with code, place and sentence", () => {
    const text =
      "From: a\nDate: soon\nMessage-ID: none\nSubject: =?utf-8?q?=FF?=\nContent-Type: multipart/mixed; boundary=m\n\n--m\n" +
      "Content-Type: text/plain; charset=x-none\nContent-Transfer-Encoding: base64\n\n*\n";
    const { defects } = readMessage(raw(text));
    expect(defects.map(({ code, path, line, field }) => [code, path.join("."), line, field])).toEqual([
      ["boundary-unclosed", "", 12, undefined],
      ["address", "", 1, "From"],
      ["date", "", 2, "Date"],
      ["message-id", "", 3, "Message-ID"],
      ["encoded-word", "", 4, "Subject"],
      ["charset", "0", 8, "Content-Type"],
      ["body", "0", 11, undefined],
    ]);
    for (const { message: sentence, rfc } of defects) expect(`${sentence} ${rfc}`).toMatch(/^\w.* RFC \d+/);
  });
});

describe("readMessage", () => {
  it("reads no more than its options allow, and says so", () => {
    expect(readMessage(MAIL, { parts: 3 }).defects.map(({ code }) => code)).toContain("parts");
    expect(readMessage(MAIL, { depth: 1 }).defects.map(({ code }) => code)).toContain("depth");
    expect(readMessage(MAIL, { headBytes: 20 }).defects.map(({ code }) => code)).toContain("head-too-long");
    expect(readMessage(MAIL, { fields: 2 }).defects.map(({ code }) => code)).toContain("too-many-fields");
  });

  it("refuses what is no bytes, and options that are misspelt or of the wrong kind", () => {
    expect(() => Reflect.apply(readMessage, undefined, ["From: a@example.com"])).toThrow(OptionError);
    expect(() => Reflect.apply(readMessage, undefined, [MAIL, { part: 1 }])).toThrow(/did you mean "parts"/);
    expect(() => readMessage(MAIL, { depth: 0 })).toThrow(/whole number, 1 or more/);
  });

  it("reads an empty message, and leaves the bytes as they are", () => {
    const empty = readMessage(new Uint8Array(0));
    expect([empty.from, empty.text(), empty.attachments]).toEqual([[], "", []]);
    const before = MAIL.slice();
    readMessage(MAIL).attachments.map((file) => file.content());
    expect(MAIL).toEqual(before);
  });
});
