// From bytes back to input: what was read can be changed and rendered again.
import fc from "fast-check";
import { type Issue, type Message, type MessageInput, message, OptionError, toBytes } from "mimewright";
import { inputLosses, readMessage, toInput } from "mimewright/read";
import { describe, expect, it } from "vitest";
import { messageSample } from "../readers/generate.ts";
import { treeMessageSample } from "../readers/generate-tree.ts";

const ROUNDS = Math.ceil(Number(process.env.MIMEWRIGHT_ROUNDS ?? 300) / 3);
const OPTIONS = { seed: "to-input", now: () => new Date(0) };

function raw(text: string): Uint8Array {
  return new TextEncoder().encode(text.replaceAll("\n", "\r\n"));
}

function again(bytes: Uint8Array): Message {
  return message(toInput(readMessage(bytes)));
}

// What a reader of the message has; the way it is written (charset, encodings) is not part of it.
function valuesOf(bytes: Uint8Array) {
  const mail = readMessage(bytes);
  const { from, sender, replyTo, to, cc, subject, date, messageId, inReplyTo, references, attachments } = mail;
  const own = /^(?:content-|mime-version)/i;
  return {
    ...{ from, sender, replyTo, to, cc, subject, date, messageId, inReplyTo, references },
    text: mail.text(),
    html: mail.html(),
    calendar: mail.calendar(),
    headers: mail.fields.filter(({ name }) => !own.test(name)).map(({ name, value }) => ({ name, value })),
    attachments: attachments.map(({ filename, type, disposition, cid, role, content }) => {
      return { filename, type, disposition, cid, role, content: Buffer.from(content()).toString("base64") };
    }),
  };
}

describe("message(toInput(readMessage(toBytes(m))))", () => {
  it("has the people, subject, date, ids, texts, attachments and headers of m", () => {
    const property = fc.property(messageSample, ({ input }) => {
      const bytes = toBytes(message(input), OPTIONS);
      expect(valuesOf(toBytes(again(bytes), OPTIONS))).toEqual(valuesOf(bytes));
    });
    fc.assert(property, { numRuns: ROUNDS, seed: 1 });
  });

  it("has the parts of a tree", () => {
    const property = fc.property(treeMessageSample, ({ input }) => {
      const bytes = toBytes(message(input), OPTIONS);
      const read = readMessage(toBytes(again(bytes), OPTIONS));
      const typesOf = ({ parts }: typeof read) => parts.map(({ part }) => [part.type, part.filename, part.disposition]);
      expect(typesOf(read)).toEqual(typesOf(readMessage(bytes)));
      expect(valuesOf(read.bytes).text).toBe(valuesOf(bytes).text);
    });
    fc.assert(property, { numRuns: ROUNDS, seed: 1 });
  });
});

describe("toInput gives", () => {
  const HEAD = "From: a@example.com\nDate: Tue, 24 Nov 2026 05:06:07 +0900\nMIME-Version: 1.0\n";

  it("the zone of the date", () => {
    expect(toInput(readMessage(raw(`${HEAD}\nHi`))).date).toEqual({
      at: new Date("2026-11-23T20:06:07Z"),
      offset: 540,
    });
  });

  it("text and html of every usual tree, wherever its images stand", () => {
    const mail = raw(
      `${HEAD}Content-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n--a\n` +
        "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<img src=cid:x>\n--r\n" +
        "Content-Type: image/png\nContent-ID: <x>\n\npng\n--r--\n\n--a--\n",
    );
    const input = toInput(readMessage(mail));
    expect(input).toMatchObject({ text: "plain", html: "<img src=cid:x>", attachments: [{ cid: "x" }] });
    expect(input.body).toBeUndefined();
  });

  it("signed parts octet for octet", () => {
    const signed = "Content-Type: text/plain; charset=utf-8\r\nX-Own: 1\r\n\r\nHi, signed ";
    const mail = raw(
      `${HEAD}Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary=s\n\n` +
        `--s\n${signed.replaceAll("\r\n", "\n")}\n--s\nContent-Type: application/pgp-signature\n\nsig\n--s--\n`,
    );
    const text = Buffer.from(toBytes(again(mail))).toString("latin1");
    expect(text).toContain(`\r\n${signed}\r\n--`);
  });

  it("signed parts without header fields octet for octet", () => {
    const mail = raw(
      `${HEAD}Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary=s\n\n` +
        "--s\n\nHi, signed \n--s\nContent-Type: application/pgp-signature\n\nsig\n--s--\n",
    );
    expect(Buffer.from(toBytes(again(mail))).toString("latin1")).toMatch(/\r\n--\S+\r\n\r\nHi, signed \r\n--/);
  });

  it("text with a CR that ends no line as its octets", () => {
    const mail = raw(`${HEAD}Content-Type: text/plain; charset=utf-8\n\none\rtwo\n`);
    const { body, text } = toInput(readMessage(mail));
    expect(text).toBeUndefined();
    expect(body?.content).toEqual(new TextEncoder().encode("one\rtwo\r\n"));
    expect(Buffer.from(readMessage(toBytes(again(mail))).text() ?? "").toString()).toBe("one\rtwo\n");
  });

  it("a text with a name that says no disposition as one that is shown", () => {
    const named = "--a\nContent-Type: text/plain; name=b.txt\n\nsecond\n";
    const mail = raw(`${HEAD}Content-Type: multipart/mixed; boundary=a\n\n--a\n\nfirst\n${named}--a--\n`);
    expect(toInput(readMessage(mail)).attachments).toMatchObject([{ filename: "b.txt", disposition: "inline" }]);
  });

  it("text in an unknown charset as its octets", () => {
    const mail = raw(`${HEAD}Content-Type: text/plain; charset=x-unknown\nContent-Transfer-Encoding: base64\n\n/v8=\n`);
    const { body, text } = toInput(readMessage(mail));
    expect(text).toBeUndefined();
    expect(body?.content).toEqual(new Uint8Array([0xfe, 0xff]));
    expect(body?.parameters).toEqual({ charset: "x-unknown" });
  });

  it("an address without a domain as it is, so that message() refuses it by its path", () => {
    const input = toInput(readMessage(raw(`${HEAD}To: Nobody, bob@example.com\n\nHi`)));
    expect(() => message(input)).toThrow(/at to/);
  });

  it("blind copies as bcc, never as a header", () => {
    const input = toInput(readMessage(raw(`${HEAD}Bcc: hidden@example.com\n\nHi`)));
    expect(input.bcc).toEqual([{ address: "hidden@example.com" }]);
    expect(Buffer.from(toBytes(message(input))).toString("latin1")).not.toContain("hidden");
  });
});

describe("what the input does not carry is an issue", () => {
  const issuesOf = (text: string, options = {}): readonly Issue[] => {
    const issues: Issue[] = [];
    toInput(readMessage(raw(text), options), { report: (issue) => issues.push(issue) });
    return issues;
  };

  it.each([
    ["a signature over the old bytes", "From: a@example.com\nDKIM-Signature: v=1\nDate: 1 Jan 2026 00:00 +0000\n\nHi"],
    ["a date that nobody can tell", "From: a@example.com\nDate: soon\n\nHi"],
    ["a second Subject", "From: a@example.com\nSubject: a\nSubject: b\n\nHi"],
    ["an unknown transfer encoding", "From: a@example.com\nContent-Transfer-Encoding: x-own\n\nHi"],
    [
      "that an enclosed message has no name, since message() makes one",
      "From: a@example.com\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nHi\n--a\n" +
        "Content-Type: message/rfc822\n\nFrom: b@example.com\n\nHo\n--a--\n",
    ],
  ])("as a warning: %s", (_, text) => {
    expect(issuesOf(text).map(({ code, severity }) => [code, severity])).toEqual([["read.lost", "warning"]]);
  });

  it("as an error, thrown without a report: parts beyond the bounds of the reading", () => {
    const text = "From: a@example.com\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n1\n--a\n\n2\n--a--\n";
    expect(issuesOf(text, { parts: 2 })).toMatchObject([{ code: "read.lost", severity: "error" }]);
    expect(() => toInput(readMessage(raw(text), { parts: 2 }))).toThrow(/read\.lost/);
  });

  it("and nothing of a message of our own is", () => {
    const input: MessageInput = { from: "a@example.com", to: "b@example.com", text: "Hi", html: "<p>Hi" };
    const issues: Issue[] = [];
    toInput(readMessage(toBytes(message(input))), { report: (issue) => issues.push(issue) });
    expect(issues).toEqual([]);
  });
});

describe("what is given to toInput and inputLosses", () => {
  const mail = readMessage(raw("From: a@example.com\n\nHi\n"));

  it("was read by readMessage: an OptionError says so of bytes, a composed message, and nothing", () => {
    const composed = message({ from: "a@example.com", to: "b@example.com", text: "Hi" });
    for (const other of [raw("From: a@example.com\n\nHi\n"), composed, undefined, "text"]) {
      const wrong = [
        () => Reflect.apply(toInput, undefined, [other]),
        () => Reflect.apply(inputLosses, undefined, [other]),
      ];
      for (const call of wrong) {
        expect(call).toThrow(OptionError);
        expect(call).toThrow("input.option at mail: expected a message that was read (give readMessage(bytes))");
      }
    }
  });

  it("has options that are read: misspelt ones and wrong kinds are refused", () => {
    expect(() => Reflect.apply(toInput, undefined, [mail, { reprot: () => {} }])).toThrow('did you mean "report"?');
    expect(() => Reflect.apply(toInput, undefined, [mail, { report: [] }])).toThrow("input.option at report");
    expect(toInput(mail, { report: undefined })).toEqual(toInput(mail));
  });

  it("cannot be left out: message() says that what was read goes through toInput", () => {
    expect(() => Reflect.apply(message, undefined, [mail])).toThrow("(give toInput(mail)");
  });
});
