import { envelope } from "mimewright";
import { describe, expect, it } from "vitest";
import { issuesOf, made, renderedOf } from "./support.ts";

describe("the envelope option", () => {
  it("sets the bounce address and the recipients, and changes nothing in the bytes", () => {
    const input = { envelope: { from: "bounce@example.com", to: ["x@example.com", "Y <y@example.com>"] } };
    expect(envelope(made(input))).toEqual({ from: "bounce@example.com", to: ["x@example.com", "y@example.com"] });
    expect(renderedOf(input)).toBe(renderedOf({}));
  });

  it("leaves to the header what it does not say", () => {
    expect(envelope(made({ envelope: {} }))).toEqual({ from: "ann@example.com", to: ["bob@example.com"] });
    expect(envelope(made({ envelope: { from: "b@example.com" } })).to).toEqual(["bob@example.com"]);
    expect(envelope(made({ envelope: { to: "c@example.com" } })).from).toBe("ann@example.com");
  });

  it("counts each recipient once, members of groups too", () => {
    const to = [{ group: "G", members: ["a@example.com", "b@example.com"] }, "a@EXAMPLE.com"];
    expect(envelope(made({ envelope: { to } })).to).toEqual(["a@example.com", "b@example.com"]);
  });

  it("has a recipient when it has a list of them", () => {
    for (const to of ["", []]) expect(issuesOf({ envelope: { to } })).toEqual(["envelope.empty envelope.to"]);
  });

  it.each([5, "a@example.com", null, [], ["a@example.com"]])("is no %j", (given) => {
    expect(issuesOf({ envelope: given })).toEqual(["input.type envelope"]);
  });

  it("knows from and to", () => {
    expect(issuesOf({ envelope: { sender: "a@example.com" } })).toEqual(["input.unknown-key envelope.sender"]);
    expect(issuesOf({ envelope: { from: "a@", to: "b" } }).map((issue) => issue.split(" ")[1])).toEqual([
      "envelope.from",
      "envelope.to",
    ]);
  });
});
