// Fields at the root of a tree stand in the head of the message, each once. RFC 5322 s3.6.
import { check, envelope, type MessageInput, message, toBytes, toTree } from "mimewright";
import { describe, expect, it } from "vitest";
import { issuesOf, options, rendered } from "./support.ts";

const old = message({
  from: "Ann <ann@example.com>",
  to: "bob@example.com",
  cc: "carol@example.org",
  subject: "Größe",
  text: "hello",
  html: "<p>hello",
  date: "Tue, 24 Nov 2026 14:06:07 +0900",
  messageId: "<old@example.com>",
  inReplyTo: "<a@b>",
  references: ["<a@b>"],
  listUnsubscribe: "https://example.com/u",
  headers: { "X-A": ["1", "2"], "Reply-To": "r@example.com" },
});
const tree = toTree(old, options);

const headOf = (input: object) => rendered(message(input as MessageInput)).split("\r\n\r\n")[0] ?? "";
const namesOf = (input: object) =>
  headOf(input)
    .split(/\r\n(?![ \t])/)
    .map((line) => line.slice(0, line.indexOf(":")).toLowerCase());

describe("fields at the root of body", () => {
  it("that the message writes too are header.repeated at their place, all of them", () => {
    const found = check({
      from: "eve@example.com",
      to: "x@example.com",
      subject: "new",
      cc: "y@example.com",
      body: tree,
    });
    const places = found.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
    expect(places.sort()).toEqual(["Cc", "From", "Subject", "To"].map((name) => `header.repeated body.fields.${name}`));
    expect(found.issues[0]?.hint).toContain("fields: []");
  });

  it.each([
    ["date", { date: new Date(0) }, "Date"],
    ["messageId", { messageId: "<new@example.com>" }, "Message-ID"],
    ["inReplyTo", { inReplyTo: "<c@d>" }, "In-Reply-To"],
    ["references", { references: "<c@d>" }, "References"],
    ["replyTo", { replyTo: "q@example.com" }, "Reply-To"],
    ["listUnsubscribe", { listUnsubscribe: "https://example.com/v" }, "List-Unsubscribe"],
    ["headers", { headers: { "LIST-unsubscribe": "<mailto:a@b.c>" } }, "List-Unsubscribe"],
    ["headers in lower case", { headers: { date: "Tue, 24 Nov 2026 14:06:07 +0900" } }, "Date"],
  ])("are compared with %s", (_, given, name) => {
    const found = check({ ...given, body: tree } as unknown as MessageInput).issues;
    expect(found.some(({ code, path }) => code === "header.repeated" && path.join(".") === `body.fields.${name}`)).toBe(
      true,
    );
  });

  it("make a message of a tree: its people are the people, its date and ids those of the message", () => {
    const again = message({ body: tree } as unknown as MessageInput);
    expect(rendered(again)).toBe(rendered(old));
    expect(envelope(again)).toEqual(envelope(old));
    expect(again).toMatchObject({
      date: old.date,
      dateZone: "+0900",
      messageId: "<old@example.com>",
      subject: "Größe",
    });
  });

  it("that no option says stand once each, in whatever form and case they are given", () => {
    const fields = { SUBJECT: "s", "x-a": "1", cc: "carol@example.org" };
    const names = namesOf({
      from: "a@example.com",
      to: "b@example.com",
      body: { type: "text/plain", content: "x", fields },
    });
    for (const name of ["from", "to", "cc", "subject", "date", "message-id", "mime-version", "x-a", "content-type"]) {
      expect(names.filter((one) => one === name)).toEqual([name]);
    }
  });

  it("are warned of once each", () => {
    const fields = { "In-Reply-To": "<a@b@c>", References: "<d>" };
    expect(issuesOf({ text: undefined, body: { type: "text/plain", content: "x", fields } })).toEqual([
      "header.message-id body.fields.In-Reply-To (warning)",
      "header.message-id body.fields.References (warning)",
    ]);
    expect(issuesOf({ headers: { "In-Reply-To": { structured: "<a@b@c>" } } })).toEqual([
      "header.message-id headers.In-Reply-To (warning)",
    ]);
  });

  it("give recipients to the envelope, as headers do", () => {
    const m = message({
      from: "a@example.com",
      body: { type: "text/plain", content: "x", fields: { To: "b@example.com" } },
    });
    expect(envelope(m).to).toEqual(["b@example.com"]);
  });

  it("stand once beside attachments, too", () => {
    const input = { body: tree, attachments: [{ filename: "a.txt", content: "a" }] } as unknown as MessageInput;
    const output = Buffer.from(toBytes(message(input), options)).toString("latin1");
    for (const name of ["From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To"]) {
      expect(output.split(new RegExp(`(?:^|\\r\\n)${name}: `))).toHaveLength(2);
    }
  });

  it.each(["Bcc", "bcc", "Resent-Bcc", "MIME-Version", "Content-Type"])("are never %s", (name) => {
    expect(
      issuesOf({ text: undefined, body: { type: "text/plain", content: "x", fields: { [name]: "v@example.com" } } }),
    ).toEqual([`header.reserved body.fields.${name}`]);
  });
});
