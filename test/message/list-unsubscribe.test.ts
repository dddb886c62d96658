import { describe, expect, it } from "vitest";
import { issuesOf, renderedOf } from "./support.ts";

describe("one click for several recipients", () => {
  const listUnsubscribe = "https://example.com/u";
  const fields = { "List-Unsubscribe": `<${listUnsubscribe}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };

  it("unsubscribes nobody knows whom, which is told where the pair was given", () => {
    const told = "list.recipients listUnsubscribe (warning)";
    expect(issuesOf({ listUnsubscribe, to: ["bob@example.com", "carl@example.com"] })).toEqual([told]);
    expect(issuesOf({ listUnsubscribe, bcc: "carl@example.com" })).toEqual([told]);
    expect(issuesOf({ headers: fields, cc: "carl@example.com" })).toEqual([
      "list.recipients headers.List-Unsubscribe-Post (warning)",
    ]);
  });

  it("is no matter of a message to one, or of one without the pair", () => {
    expect(issuesOf({ listUnsubscribe })).toEqual([]);
    expect(issuesOf({ listUnsubscribe, cc: "bob@example.com" })).toEqual([]);
    expect(issuesOf({ listUnsubscribe, cc: "carl@example.com", envelope: { to: "bob@example.com" } })).toEqual([]);
    const { "List-Unsubscribe": link } = fields;
    expect(issuesOf({ headers: { "List-Unsubscribe": link }, cc: "carl@example.com" })).toEqual([]);
  });
});

describe("listUnsubscribe", () => {
  it("writes both fields of the one-click pair", () => {
    expect(renderedOf({ listUnsubscribe: "https://example.com/u?a=1" })).toContain(
      "\r\nList-Unsubscribe: <https://example.com/u?a=1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    );
  });

  it("takes mailto: URIs beside the https: one, with or without brackets, in the order given", () => {
    const listUnsubscribe = ["<mailto:u@example.com?subject=u>", "https://example.com/u"];
    expect(renderedOf({ listUnsubscribe }).replaceAll("\r\n ", " ")).toContain(
      "\r\nList-Unsubscribe: <mailto:u@example.com?subject=u>, <https://example.com/u>\r\n",
    );
  });

  it.each([["mailto:u@example.com"], ["http://example.com/"], [["https://a.example/", "https://b.example/"]], [[]]])(
    "is the pair or nothing: %j has not exactly one https: URI",
    (listUnsubscribe) => {
      expect(issuesOf({ listUnsubscribe })).toEqual(["list.one-click listUnsubscribe"]);
    },
  );

  it.each([
    "",
    "https:",
    "https://",
    "https://a b/",
    "https://ü.example/",
    "https://a/,b",
    "https://a/>x",
    "ftp://a/",
    "u",
    5,
    null,
  ])("takes no URI like %j", (uri) => {
    expect(issuesOf({ listUnsubscribe: uri })).toEqual(["list.uri listUnsubscribe"]);
    expect(issuesOf({ listUnsubscribe: ["https://example.com/", uri] })).toEqual(["list.uri listUnsubscribe.1"]);
  });

  it("takes a URI that just fits a line, and none longer", () => {
    const start = "https://example.com/";
    const fits = start + "a".repeat(998 - "List-Unsubscribe: <>,".length - start.length);
    const lines = renderedOf({ listUnsubscribe: [fits, "mailto:u@example.com"] }).split("\r\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(issuesOf({ listUnsubscribe: `${fits}a` })).toEqual(["header.too-long listUnsubscribe"]);
  });

  it("is never implied", () => {
    expect(renderedOf({ headers: { "List-Unsubscribe": "<https://example.com/>" } })).not.toContain("One-Click");
  });
});

describe("List-Unsubscribe-Post in headers", () => {
  const post = { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
  it("needs an https: URI beside it (RFC 8058 s3.1)", () => {
    const found = ["list.one-click headers.List-Unsubscribe-Post"];
    expect(issuesOf({ headers: post })).toEqual(found);
    expect(issuesOf({ headers: { ...post, "List-Unsubscribe": "<mailto:u@example.com>" } })).toEqual(found);
    expect(issuesOf({ headers: { ...post, "List-Unsubscribe": "<http://example.com/u>" } })).toEqual(found);
    const both = { ...post, "List-Unsubscribe": "<mailto:u@example.com>, <HTTPS://example.com/u>" };
    expect(issuesOf({ headers: both })).toEqual([]);
  });
});

describe("a List- field in headers", () => {
  it.each(["<https://example.com/a b>", "< https://example.com/a>", "<mailto:u@example.com?subject=stop it>"])(
    "has no blank inside of a URI: %s (RFC 2369 s2)",
    (value) => {
      expect(issuesOf({ headers: { "List-Unsubscribe": value } })).toHaveLength(1);
      expect(issuesOf({ headers: { "List-Help": `<https://example.com/>, ${value}` } })).toEqual([
        "list.uri headers.List-Help",
      ]);
    },
  );

  it("may have blanks in comments, in names and between its URIs", () => {
    const headers = {
      "List-Help": "<https://example.com/> (see <a b> there),  <mailto:h@example.com>",
      "List-Id": "My own list <list.example.com>",
    };
    expect(issuesOf({ headers })).toEqual([]);
  });
});
