import { check, message } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, made, renderedOf, untyped } from "./support.ts";

describe("headers", () => {
  it("come by name, by name with several values, or as a list, in the order given", () => {
    const record = renderedOf({ headers: { "X-B": ["1", "2"], "X-A": "3" } });
    const list = renderedOf({
      headers: [
        { name: "X-B", value: "1" },
        { name: "X-B", value: "2" },
        { name: "X-A", value: "3" },
      ],
    });
    expect(record).toContain("\r\nX-B: 1\r\nX-B: 2\r\nX-A: 3\r\n");
    expect(list).toBe(record);
  });

  it("keep the case of their names", () => {
    expect(renderedOf({ headers: { "x-LOWER": "v" } })).toContain("\r\nx-LOWER: v\r\n");
  });

  it.each(["", "X-ÄÖ", "X A", "X:A", "X-A ", "\tX", "X\u007f"])("of the name %j are header.name", (name) => {
    expect(issuesOf({ headers: { [name]: "v" } })).toContain(`header.name headers.${name}`);
    expect(issuesOf({ headers: [{ name, value: "v" }] })).toContain("header.name headers.0");
  });

  it("of a name that fits no line are header.too-long", () => {
    const name = "X".repeat(998);
    expect(issuesOf({ headers: { [name]: "v" } })).toEqual([`header.too-long headers.${name}`]);
    expect(issuesOf({ headers: { ["X".repeat(900)]: "v" } })).toEqual([]);
  });

  it.each([
    "Content-Type",
    "content-transfer-encoding",
    "Content-Disposition",
    "Content-ID",
    "Content-Description",
    "MIME-Version",
    "Bcc",
    "Resent-BCC",
  ])("that the composer writes itself are reserved: %s", (name) => {
    const { issues } = check(untyped({ ...base, headers: { [name]: "v" } }));
    expect(issues.map(({ code }) => code)).toEqual(["header.reserved"]);
    expect(issues[0]?.hint).toBeDefined();
  });

  it.each([
    ["From", "c@example.com", "from"],
    ["to", "c@example.com", "to"],
    ["SUBJECT", "s", "subject"],
    ["Message-ID", "<a@b>", "messageId"],
    ["Date", "Tue, 24 Nov 2026 05:06:07 +0000", "date"],
    ["References", "<a@b>", "references"],
  ])("that an option stands for are taken as that option, or refused beside it: %s", (name, value, option) => {
    const given = { subject: "s", messageId: "<m@b>", date: new Date(0), references: "<r@b>", ...base };
    const { issues } = check(untyped({ ...given, headers: { [name]: value } }));
    expect(issues.map(({ code, path }) => [code, path])).toEqual([["header.repeated", ["headers", name]]]);
    expect(issues[0]?.message).toContain(`${option} and headers`);
    const { [option]: _, ...rest }: Record<string, unknown> = given;
    const alone = message(untyped({ ...rest, headers: { [name]: value } }));
    expect(Object.hasOwn(alone, option)).toBe(true);
    expect(alone.headers).toEqual([]);
  });

  it("that stand once are refused a second time, in whatever case, both places named", () => {
    const twice = [
      { name: "List-Id", value: "<1>" },
      { name: "X-A", value: "2" },
      { name: "LIST-ID", value: "<3>" },
    ];
    const { issues } = check(untyped({ ...base, headers: twice }));
    expect(issues.map(({ code, path }) => [code, path])).toEqual([["header.repeated", ["headers", 2]]]);
    expect(issues[0]?.message).toContain("headers[0] and headers[2]");
    expect(issuesOf({ headers: { Subject: ["a", "b"] } })).toEqual(["header.repeated headers.Subject.1"]);
    expect(issuesOf({ headers: { Subject: "a", subject: "b" } })).toEqual(["header.repeated headers.subject"]);
  });

  // RFC 5322 s3.6, RFC 6376 s4.2.
  it("that may stand any number of times stand as often as they are given", () => {
    const twice = { Comments: ["1", "2"], Keywords: ["a", "b"], "DKIM-Signature": ["v=1; b=x", "v=1; b=y"] };
    const output = renderedOf({ headers: { ...twice, Received: ["by a; x", "by b; y"] } });
    for (const name of [...Object.keys(twice), "Received"]) expect(output.split(`\r\n${name}: `)).toHaveLength(3);
  });

  it("beside an option that writes the same field are refused", () => {
    expect(issuesOf({ priority: "high", headers: { Importance: "low" } })).toEqual([
      "header.repeated headers.Importance",
    ]);
    expect(
      issuesOf({ listUnsubscribe: "https://example.com/", headers: { "list-unsubscribe": "<mailto:a@b.c>" } }),
    ).toEqual(["header.repeated headers.list-unsubscribe"]);
  });

  it.each([5, null, {}, [5], [undefined], { prepared: true, value: "v" }])("take no value like %j", (value) => {
    const found = issuesOf({ headers: { "X-A": value } });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^header\.value headers\.X-A/);
  });

  it.each([5, "X-A: v", true])("are no %j", (headers) => {
    expect(issuesOf({ headers })).toEqual(["input.type headers"]);
  });

  it("in a list are { name, value } and nothing else, and no place is empty", () => {
    expect(issuesOf({ headers: [null] })).toEqual(["input.type headers.0"]);
    expect(issuesOf({ headers: Array(1) })).toEqual(["input.type headers.0"]);
    expect(issuesOf({ headers: [{ name: "X-A", value: "v", prepared: true }] })).toEqual([
      "input.unknown-key headers.0.prepared",
    ]);
    expect(issuesOf({ headers: [{ key: "X-A", value: "v" }] })).toEqual([
      "input.unknown-key headers.0.key",
      "header.name headers.0",
    ]);
  });

  it("are checked by the grammar that their name stands for", () => {
    expect(issuesOf({ headers: { "Resent-To": "nobody" } })[0]).toBe("address.syntax headers.Resent-To");
    expect(issuesOf({ headers: { "Resent-Date": "today" } })).toEqual(["header.date headers.Resent-Date"]);
    expect(issuesOf({ headers: { "Reply-To": "x@" } })[0]).toMatch(/^address\.\S+ headers\.Reply-To$/);
    expect(made({ headers: { Date: "Tue, 24 Nov 2026 05:06:07 +0000" } }).date).toBe(Date.UTC(2026, 10, 24, 5, 6, 7));
  });
});
