// Defects of content, limits and envelopes that were measured in nodemailer 10.6, each with what has to happen instead.
import { check, envelope, message, sesV1, toBytes, toTree } from "mimewright";
import { inlineImages } from "mimewright/html";
import { sendRawEmailInput } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { lineFaults } from "../readers/heads.ts";
import {
  BASE,
  bytesOf,
  errors,
  field,
  issuesOf,
  longestLine,
  OPTIONS,
  readBack,
  warnings,
  written,
  X,
} from "./helpers.ts";

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe("bodies", () => {
  it("N33: a lone CR is a line end", () => {
    expect(written({ text: "a\rb" })).toMatch(/\r\n\r\na\r\nb$/);
  });

  it("N34: an enclosed message with 8-bit text is encoded inside, and all labels are 7bit", async () => {
    const content = new TextEncoder().encode(
      "From: c@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n" +
        "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n",
    );
    const input = { text: "see below", attachments: [{ contentType: "message/rfc822", content }] };
    expect(lineFaults(bytesOf(input))).toEqual([]);
    expect(written(input)).not.toMatch(/Transfer-Encoding: (8bit|binary)/i);
    const texts = await readBack(input, ({ attachments }) => attachments[0]?.enclosed?.text.trimEnd());
    expect(texts).toEqual(["Grüße", "Grüße"]);
  });

  it("N35: an enclosed message with a long line is encoded inside, or refused", async () => {
    const line = "x".repeat(1500);
    const enclose = (content: string) => ({ text: "", attachments: [{ contentType: "message/rfc822", content }] });
    const input = enclose(`From: c@example.com\r\n\r\n${line}\r\n`);
    expect(longestLine(written(input))).toBeLessThanOrEqual(78);
    expect(await readBack(input, ({ attachments }) => attachments[0]?.enclosed?.text.trimEnd())).toEqual([line, line]);
    const head = enclose(`From: c@example.com\r\nX-Long: ${line}\r\n\r\nhi\r\n`);
    expect(errors(head)).toEqual(["attachment.line attachments.0.content"]);
  });

  it("N36: an enclosed message is an attachment unless asked", () => {
    const content = "From: c@example.com\r\n\r\nhi\r\n";
    expect(written({ text: "", attachments: [{ contentType: "message/rfc822", content }] })).toMatch(
      /Content-Type: message\/rfc822[\s\S]*Content-Disposition: attachment/,
    );
  });

  it("N37: a multipart cannot be an attachment", () => {
    const attachments = [{ filename: "a", content: "x", contentType: "multipart/report" }];
    expect(errors({ attachments })).toEqual(["attachment.composite attachments.0.contentType"]);
    expect(issuesOf({ attachments })[0]?.hint).toContain("toTree");
  });

  it("N38: a text that holds the boundary which the seed would give changes the boundary", async () => {
    const attachments = [{ filename: "a.bin", content: new Uint8Array([1]) }];
    const boundary = /boundary="([^"]+)"/.exec(written({ text: "hi", attachments }))?.[1];
    const input = {
      text: `before\r\n--${boundary}\r\n\r\nafter\r\n--${boundary}--\r\n`,
      textEncoding: "7bit",
      attachments,
    };
    expect(written(input)).not.toContain(`boundary="${boundary}"`);
    expect(written(input)).toBe(written(input));
    const expected = { text: input.text.replaceAll("\r\n", "\n").trimEnd(), files: 1 };
    const read = await readBack(input, (reading) => ({
      text: reading.text.replaceAll("\r\n", "\n").trimEnd(),
      files: reading.attachments.length,
    }));
    expect(read).toEqual([expected, expected]);
  });
});

describe("attachments", () => {
  const named = (filename: string) => ({ text: "", attachments: [{ filename, content: "x" }] });

  it("N39: a file name has no folders, no controls and no bidi controls", () => {
    expect(warnings(named("../../etc/passwd"))).toEqual(["attachment.filename attachments.0.filename"]);
    expect(written(named("../../etc/passwd"))).toContain("filename=passwd");
    expect(errors(named("a\0b"))).toEqual(["attachment.filename attachments.0.filename"]);
    expect(warnings(named("a\u202etxt.exe"))).toEqual(["attachment.filename attachments.0.filename"]);
    expect(written(named("a\u202etxt.exe"))).toContain("filename=atxt.exe");
    expect(errors(named(`a${X}`))).toEqual(["attachment.filename attachments.0.filename"]);
  });

  it("N40: a name outside ASCII is one extended parameter, with a fallback only on request", async () => {
    const text = written(named("jõgeva.txt"));
    expect(text).toContain("Content-Disposition: attachment; filename*=UTF-8''j%C3%B5geva.txt\r\n");
    expect(text).not.toContain("filename=");
    const legacy = written(named("jõgeva.txt"), { ...OPTIONS, legacyNames: true });
    expect(legacy).toMatch(/filename\*=UTF-8''j%C3%B5geva\.txt;\s+filename="?jogeva\.txt"?/);
    for (const legacyNames of [false, true]) {
      const options = { ...OPTIONS, legacyNames };
      const names = await readBack(named("jõgeva.txt"), ({ attachments }) => attachments[0]?.filename, options);
      expect(names).toEqual(["jõgeva.txt", "jõgeva.txt"]);
    }
  });

  it("N41: an encoded-word in a parameter only on request", () => {
    expect(written(named("jõgeva.txt"))).not.toMatch(/name="?=\?/);
    expect(written(named("jõgeva.txt"), { ...OPTIONS, legacyNames: true })).toMatch(/[; \t]name="=\?UTF-8\?[BQ]\?/);
  });

  it("N42: a cid is ASCII without spaces", () => {
    for (const cid of ["ü x", "é@x"]) {
      expect(errors({ attachments: [{ cid, content: png }] })).toEqual(["cid.syntax attachments.0.cid"]);
    }
  });

  it("N43: a cid is given without cid:", () => {
    const input = { html: '<img src="cid:i">', attachments: [{ cid: "cid:i", content: png }] };
    expect(errors(input)).toEqual(["cid.syntax attachments.0.cid"]);
    expect(issuesOf(input).find(({ code }) => code === "cid.syntax")?.hint).toContain("without cid:");
  });

  it("N44: cids are single, and html and parts agree", () => {
    const part = { cid: "i", content: png };
    const html = '<img src="cid:i">';
    expect(errors({ html, attachments: [part, part] })).toEqual(["cid.duplicate attachments.1.cid"]);
    expect(warnings({ html })).toEqual(["cid.dangling html"]);
    expect(warnings({ html: "<p>", attachments: [part] })).toEqual(["cid.unreferenced attachments.0.cid"]);
  });

  it("N45: a content type is type/subtype and parameters", () => {
    const typed = (contentType: string) => ({ attachments: [{ filename: "a", content: "x", contentType }] });
    expect(errors(typed(`text/plain${X}`))).toEqual(["header.line-break attachments.0.contentType"]);
    for (const contentType of ["notatype", "pdf"]) {
      expect(errors(typed(contentType))).toEqual(["type.syntax attachments.0.contentType"]);
    }
  });

  it("N46: an attachment without content is an error", () => {
    expect(errors({ attachments: [{ filename: "a" }] })).toEqual(["attachment.content attachments.0.content"]);
  });

  it("N47: content that is none is an error with its place, and a Blob is content", () => {
    const holding = (content: unknown) => ({ attachments: [{ filename: "a", content }] });
    expect(errors(holding({ a: 1 }))).toEqual(["attachment.content attachments.0.content"]);
    expect(errors(holding(new Blob(["x"])))).toEqual([]);
    expect(errors({ text: 123 })).toEqual(["body.type text"]);
  });

  it("N48: an encoding that does not exist, or does not pass, is an error", () => {
    const encoded = (encoding: string) => ({ attachments: [{ filename: "a", content: "x", encoding }] });
    expect(errors(encoded("rot13"))).toEqual(["encoding.unknown attachments.0.encoding"]);
    expect(errors(encoded("8bit"))).toEqual(["encoding.eight-bit attachments.0.encoding"]);
    expect(errors({ text: "x", textEncoding: "rot13" })).toEqual(["encoding.unknown textEncoding"]);
    expect(errors({ text: "x", textEncoding: "8bit" })).toEqual(["encoding.eight-bit textEncoding"]);
  });

  it("N49: a calendar object has CRLF and its method in the type", () => {
    const content = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:Grüße\nEND:VCALENDAR\n";
    const text = written({ text: "hi", calendar: { method: "request", content, filename: "invite.ics" } });
    expect(text).toMatch(/Content-Type: text\/calendar; method=REQUEST; charset=UTF-8/i);
    expect(text).not.toContain("application/ics");
    const m = toTree(message({ ...BASE, calendar: { method: "REQUEST", content } }));
    const bytes = m.content?.kind === "bytes" ? m.content.bytes : new Uint8Array();
    expect(new TextDecoder().decode(bytes)).toBe(content.replaceAll("\n", "\r\n"));
  });

  it("N50: an image in CSS, and a percent-encoded one, become parts", async () => {
    const svg = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";
    const page = `<div style="background:url(data:image/png;base64,${Buffer.from(png).toString("base64")})"><img src="${svg}">`;
    const { html, attachments } = await inlineImages(page, () => undefined);
    expect(html).toMatch(/url\(['"]?cid:[^)]+\).*src="cid:/);
    expect(html).not.toContain("data:");
    expect(attachments.map(({ contentType }) => contentType)).toEqual(["image/png", "image/svg+xml"]);
    expect(warnings({ html, attachments })).toEqual([]);
  });
});

describe("limits, envelope, sameness", () => {
  it("N51: what SES refuses is told before anything is encoded", () => {
    const codes = (input: Parameters<typeof check>[0]) => check(input, sesV1).issues.map(({ code }) => code);
    const to = Array.from({ length: 60 }, (_, index) => `r${index}@example.com`);
    expect(codes({ from: "a@example.com", to })).toEqual(["limit.recipients"]);
    const content = new Uint8Array(45_000_000);
    expect(codes({ ...BASE, attachments: [{ filename: "a.exe", content }] }).toSorted()).toEqual([
      "attachment.blocked-type",
      "limit.bytes",
    ]);
    expect(codes({ from: "a@example.com" })).toEqual(["address.missing"]);
    expect(codes({ ...BASE, headers: { "X-SES-MESSAGE-TAGS": "a b=c" } })).toEqual(["limit.tag"]);
    expect(codes({ ...BASE, headers: { "X-SES-MESSAGE-TAGS": "a=ü" } })).toEqual(["header.value"]);
  });

  it("N51: the call to SES refuses nobody as a recipient, and a tag that is none", async () => {
    await expect(sendRawEmailInput(message({ from: "a@example.com" }))).rejects.toThrow(
      expect.objectContaining({ code: "envelope.empty" }),
    );
    await expect(sendRawEmailInput(message(BASE), { tags: { "a b": "ü" } })).rejects.toThrow(
      expect.objectContaining({ code: "limit.tag" }),
    );
  });

  it("N52: the bounce address is its own, and From stays", async () => {
    const m = message({ ...BASE, envelope: { from: "bounce@x.com" } });
    expect(envelope(m)).toEqual({ from: "bounce@x.com", to: ["b@example.com"] });
    expect(await sendRawEmailInput(m)).toMatchObject({ Source: "bounce@x.com", Destinations: ["b@example.com"] });
    expect(Buffer.from(toBytes(m)).toString("latin1")).toMatch(/^From: a@example\.com\r\n/m);
    expect(Buffer.from(toBytes(m)).toString("latin1")).not.toContain("bounce@");
  });

  it("N53: the same message gives the same bytes, inline images included", async () => {
    const page = `<img src="data:image/png;base64,${Buffer.from(png).toString("base64")}">`;
    const once = written({ ...(await inlineImages(page, () => undefined)) });
    expect(written({ ...(await inlineImages(page, () => undefined)) })).toBe(once);
    expect(once).toContain("multipart/related");
  });

  it("N54: a line break in the address of an object is an error", () => {
    expect(errors({ to: { address: "a@example.com\r\nX-Injected: yes" } })).toEqual(["header.line-break to.address"]);
  });

  it("N55: a quoted local part is kept as it is", () => {
    const to = '"a>b<c"@example.com';
    expect(field("To", { to })).toContain(to);
    expect(envelope(message({ ...BASE, to })).to).toEqual([to]);
  });

  it("N56: a group's name in a word is followed by a space", async () => {
    const input = { to: { group: "Équipe", members: ["c@example.com"] } };
    expect(field("To", input)).toBe("To: =?UTF-8?Q?=C3=89quipe?= : c@example.com;");
    const group = [{ group: "Équipe", members: [{ name: "", address: "c@example.com" }] }];
    expect(await readBack(input, ({ to }) => to)).toEqual([group, group]);
  });

  it("N57: base64 of a text is of its CRLF form", () => {
    const text = written({ text: "一行目\n二行目\n", textEncoding: "base64" });
    const body = text.slice(text.indexOf("\r\n\r\n") + 4);
    expect(Buffer.from(body, "base64").toString()).toBe("一行目\r\n二行目\r\n");
  });
});
