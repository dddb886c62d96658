import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Issue } from "../../src/issues.ts";
import { checkLimits } from "../../src/mail/limits/check.ts";
import { lintRaw } from "../../src/mail/limits/lint-raw.ts";
import { type Limits, sesV1, sesV2, smtp } from "../../src/mail/limits/profiles.ts";
import { message } from "../../src/mail/message/check.ts";
import type { MessageInput } from "../../src/mail/message/types.ts";
import { measure, toBytes } from "../../src/mail/render/output.ts";

const base: MessageInput = { from: "a@example.com", to: "b@example.com", text: "hello" };
const options = { seed: "s", now: () => new Date(0) };

function check(input: Partial<MessageInput>, limits: Limits = sesV1): readonly Issue[] {
  return checkLimits(message({ ...base, ...input }), limits);
}

const found = (input: Partial<MessageInput>, limits?: Limits) =>
  check(input, limits).map(({ code, path }) => [code, ...path]);

const mailboxes = (count: number) => Array.from({ length: count }, (_, index) => `u${index}@example.com`);

describe("a message that fits", () => {
  it.each([sesV1, sesV2, smtp])("has no issue", (limits) => {
    expect(check({ attachments: [{ filename: "a.pdf", content: "x" }] }, limits)).toEqual([]);
  });
});

describe("recipients", () => {
  it("may be 50 in one call, members of groups and blind copies counted", () => {
    const input = (count: number) => ({
      to: { group: "Team", members: mailboxes(count - 2) },
      cc: "c@example.com",
      bcc: "d@example.com",
    });
    expect([49, 50, 51].map((count) => found(input(count)))).toEqual([[], [], [["limit.recipients", "to"]]]);
  });

  it("count once, however often they stand there", () => {
    expect(found({ to: mailboxes(50), cc: mailboxes(50) })).toEqual([]);
  });

  it("may be as many as a sender splits", () => {
    expect(found({ to: mailboxes(200) }, { ...sesV1, recipients: sesV1.splitRecipients })).toEqual([]);
  });

  it("are told in the envelope when it is given", () => {
    expect(found({ envelope: { to: mailboxes(51) } })).toEqual([["limit.recipients", "envelope", "to"]]);
  });

  it("cannot be missing", () => {
    expect(
      checkLimits(message({ from: "a@example.com", text: "" }), sesV1).map(({ code, path }) => [code, ...path]),
    ).toEqual([["address.missing", "to"]]);
    expect(found({ to: { group: "undisclosed-recipients", members: [] } })).toEqual([["address.missing", "to"]]);
  });
});

describe("size", () => {
  it("is held to the byte, one under, at and one over, without encoding", () => {
    const m = message({ ...base, attachments: [{ filename: "a.pdf", content: new Uint8Array(1000) }] });
    const { bytes } = measure(m, options);
    const codes = [bytes - 1, bytes, bytes + 1].map((limit) => checkLimits(m, { ...sesV1, bytes: limit }).length);
    expect(codes).toEqual([1, 0, 0]);
  });

  it("over the limit names what is largest, not what it is called", () => {
    const attachments = [1, 3, 2].map((size) => ({ filename: "secret.pdf", content: new Uint8Array(size * 1000) }));
    const [issue] = check({ attachments }, { ...sesV1, bytes: 100 });
    expect(issue?.code).toBe("limit.bytes");
    expect(issue?.hint).toMatch(/attachments\[1\] \d+, attachments\[2\] \d+, attachments\[0\] \d+$/);
    expect(JSON.stringify(issue)).not.toContain("secret");
  });

  it("of a file of 8 MB is over 10 MB when encoded, and fits v2", () => {
    const attachments = [{ filename: "a.pdf", content: { size: 8_000_000, open: () => [] } }];
    expect(found({ attachments })).toEqual([["limit.bytes"]]);
    expect(found({ attachments }, sesV2)).toEqual([]);
    expect(found({ attachments }, smtp)).toEqual([]);
  });

  it("of text and html is counted in octets", () => {
    const limits = { ...sesV1, text: 6 };
    expect(found({ text: "ééé", html: "€€" }, limits)).toEqual([]);
    expect(found({ text: "éééa", html: "€€a" }, limits)).toEqual([
      ["limit.text", "text"],
      ["limit.text", "html"],
    ]);
    expect(found({ text: "😀aa" }, limits)).toEqual([]);
    expect(found({ text: "😀aaa" }, limits)).toEqual([["limit.text", "text"]]);
  });
});

describe("parts", () => {
  it("are counted with their holders, one under, at and one over", () => {
    const attach = (count: number) => ({
      attachments: Array.from({ length: count }, () => ({ filename: "a.pdf", content: "x" })),
    });
    const limits = { ...sesV1, parts: 5 };
    expect([2, 3, 4].map((count) => found(attach(count), limits))).toEqual([[], [], [["limit.parts", "attachments"]]]);
  });

  it("nest up to the limit", () => {
    const nested = (depth: number): MessageInput["body"] => {
      let body: MessageInput["body"] = { type: "text/plain", content: "x" };
      for (let level = 0; level < depth; level++) {
        body = { type: "multipart/mixed", parts: [body, { type: "text/plain", content: "y" }] };
      }
      return body;
    };
    const check = (depth: number) => {
      const body = nested(depth);
      const m = message({ from: "a@example.com", to: "b@example.com", ...(body && { body }) });
      return checkLimits(m, { ...sesV1, depth: 3 }).map(({ code, path }) => [code, ...path]);
    };
    expect([2, 3, 4].map(check)).toEqual([[], [], [["limit.depth", "body"]]]);
  });
});

describe("fields", () => {
  it("are counted with those that options write, one under, at and one over", () => {
    const headers = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `X-${index}`, value: "1" }));
    const limits = { ...sesV1, headers: 6 };
    // From, To, Message-ID and Date stand there already.
    expect([1, 2, 3].map((count) => found({ headers: headers(count) }, limits))).toEqual([
      [],
      [],
      [["limit.headers", "headers"]],
    ]);
  });

  it("have a longest value, whichever option it comes from", () => {
    const limits = { ...sesV1, headerBytes: 300 };
    const long = "word ".repeat(80).trim();
    expect(found({ subject: long, headers: { "X-A": long }, to: mailboxes(30) }, limits)).toEqual([
      ["limit.header", "to"],
      ["limit.header", "subject"],
      ["limit.header", "headers", "X-A"],
    ]);
    expect(found({ subject: "word ".repeat(50).trim() }, limits)).toEqual([]);
  });

  it.each(["a", "a b=c", "=b", "a=", "a=b,", `${"a".repeat(256)}=b`, "a=b=c"])("of tags refuse %j", (tags) => {
    const headers = { "X-SES-MESSAGE-TAGS": tags };
    expect(found({ headers })).toEqual([["limit.tag", "headers", "X-SES-MESSAGE-TAGS"]]);
    expect(found({ headers }, smtp)).toEqual([]);
  });

  it.each(["a=b", "a=b, c=d", "to=ann.o@example.com", `${"a".repeat(255)}=${"b".repeat(255)}`])(
    "of tags take %j",
    (tags) => {
      expect(found({ headers: { "x-ses-message-tags": tags } })).toEqual([]);
    },
  );

  it("of the configuration set have at most 64 characters of a small alphabet", () => {
    const codes = ["a".repeat(63), "a".repeat(64), "a".repeat(65), "a.b"].map(
      (name) => found({ headers: { "X-SES-CONFIGURATION-SET": name } }).length,
    );
    expect(codes).toEqual([0, 0, 1, 1]);
  });
});

describe("files", () => {
  it("of refused types are told wherever their name stands", () => {
    expect(
      found({
        attachments: [
          { filename: "a.pdf", content: "x" },
          { filename: "b.EXE. ", content: "x" },
        ],
        calendar: {
          method: "REQUEST",
          content: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
          filename: "d.com",
        },
      }).filter(([code]) => code === "attachment.blocked-type"),
    ).toEqual([
      ["attachment.blocked-type", "attachments", 1, "filename"],
      ["attachment.blocked-type", "calendar", "filename"],
    ]);
  });

  it("in a tree of the caller's own are told by their place in it", () => {
    const body = {
      type: "multipart/mixed",
      parts: [
        { type: "text/plain", content: "x" },
        { type: "application/octet-stream", filename: "a.vbs", content: "x" },
      ],
    };
    const m = message({ from: "a@example.com", to: "b@example.com", body });
    expect(checkLimits(m, sesV1).map(({ path }) => path)).toEqual([["body", "parts", 1, "filename"]]);
  });
});

describe("8-bit bodies", () => {
  it("are warned of where relays may not keep them", () => {
    expect(check({ transport: "8bit" }).map(({ code, severity }) => [code, severity])).toEqual([
      ["encoding.eight-bit", "warning"],
    ]);
    expect(check({ transport: "8bit" }, { ...sesV1, sevenBit: false })).toEqual([]);
  });
});

describe("any message without an issue", () => {
  const word = fc.string({ unit: "binary", maxLength: 200 }).map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, ""));

  it("has none as raw bytes either", () => {
    fc.assert(
      fc.property(word, word, word, fc.uint8Array({ maxLength: 300 }), (subject, text, name, content) => {
        const m = message({
          from: { name, address: "a@example.com" },
          to: ["b@example.com", { group: `Team ${name}`, members: ["c@example.com"] }],
          subject,
          text,
          html: text,
          attachments: [{ filename: `${name.replace(/[/\\:.]/g, "")}x.pdf`, content }],
        });
        for (const limits of [sesV1, smtp]) {
          expect(checkLimits(m, limits)).toEqual([]);
          expect(lintRaw(toBytes(m, options), limits)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
