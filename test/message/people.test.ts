import { check, envelope, message } from "mimewright";
import { describe, expect, it } from "vitest";
import { issuesOf, made, renderedOf, short, untyped } from "./support.ts";

describe("people", () => {
  it("need a From mailbox", () => {
    expect(check(untyped({ to: "b@example.com" })).issues.map(short)).toEqual(["address.missing from"]);
    for (const from of ["", []]) expect(issuesOf({ from })).toEqual(["address.missing from"]);
  });

  it("need no recipient: whether there is one is for those who send", () => {
    expect(message({ from: "ann@example.com" }).to).toBeUndefined();
  });

  it("are refused where a field is given and empty", () => {
    for (const field of ["to", "cc", "bcc", "replyTo"]) {
      for (const value of ["", [], "  "]) expect(issuesOf({ [field]: value })[0]).toBe(`address.missing ${field}`);
    }
  });

  it("that are several in From need the one that sends", () => {
    expect(issuesOf({ from: ["a@example.com", "b@example.com"] })).toEqual(["header.sender sender"]);
    const m = made({ from: ["a@example.com", "b@example.com"], sender: "b@example.com" });
    expect(envelope(m).from).toBe("b@example.com");
    expect(renderedOf({ from: ["a@example.com", "b@example.com"], headers: { Sender: "b@example.com" } })).toContain(
      "From: a@example.com, b@example.com\r\nSender: b@example.com\r\n",
    );
  });

  it("are no group in From, and exactly one in Sender", () => {
    expect(issuesOf({ from: { group: "T", members: ["a@example.com"] } })).toHaveLength(1);
    expect(issuesOf({ sender: "a@example.com, b@example.com" })[0]).toBe("address.syntax sender");
    expect(issuesOf({ sender: ["a@example.com", "b@example.com"] })).not.toEqual([]);
  });

  it("in Bcc are in the envelope and nowhere in the bytes", () => {
    const input = {
      cc: "c@example.com",
      bcc: ["Hidden <h@secret.example>", { group: "G", members: ["i@example.com"] }],
    };
    const output = renderedOf(input);
    expect(output).not.toMatch(/bcc|hidden|secret|i@example/i);
    expect(envelope(made(input)).to).toEqual(["bob@example.com", "c@example.com", "h@secret.example", "i@example.com"]);
  });

  it("in Bcc change nothing in the bytes", () => {
    expect(renderedOf({ bcc: "h@example.com" })).toBe(renderedOf({}));
  });

  it("have names that the message's charset can write", () => {
    const name = { name: "Jürgen", address: "j@example.com" };
    for (const field of ["from", "sender", "to", "cc", "bcc", "replyTo"]) {
      expect(issuesOf({ charset: "us-ascii", [field]: name })).toEqual([`charset.unmappable ${field}`]);
    }
    expect(issuesOf({ charset: "us-ascii", to: { group: "Équipe", members: [] } })).toEqual(["charset.unmappable to"]);
  });
});

describe("blind copies alone", () => {
  it("are a warning: the message has neither To nor Cc (RFC 5322 s3.6.3)", () => {
    const input = { from: "a@example.com", bcc: "b@example.com", text: "x" };
    expect(check(input).issues.map(short)).toEqual(["address.missing to (warning)"]);
    expect(check({ ...input, cc: "c@example.com" }).issues).toEqual([]);
    expect(check({ ...input, to: "undisclosed-recipients:;" }).issues).toEqual([]);
  });
});
