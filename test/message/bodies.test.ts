import { check } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, made, untyped } from "./support.ts";

describe.each(["text", "html", "amp", "watch"])("%s", (option) => {
  it("is a string", () => {
    for (const body of [5, null, {}, [], new Uint8Array(), { path: "/etc/passwd" }]) {
      expect(issuesOf({ [option]: body })).toEqual([`body.type ${option}`]);
    }
  });

  it("is kept as it was given, line ends too", () => {
    const m = made({ [option]: "a\nb\rc\r\nd\n\r \t e  \n\n" });
    expect(Object(m)[option]).toBe("a\nb\rc\r\nd\n\r \t e  \n\n");
    expect(Object(made({ [option]: "" }))[option]).toBe("");
  });

  it("has no half of a surrogate pair", () => {
    expect(issuesOf({ [option]: "a\ud800b" })).toEqual([`body.surrogate ${option}`]);
  });

  it("has the characters of the charset", () => {
    expect(issuesOf({ charset: "us-ascii", [option]: "aé" })).toEqual([`charset.unmappable ${option}`]);
  });
});

describe("amp", () => {
  it("without html leaves readers without AMP with the text, which is told", () => {
    const amp = "<!doctype html><html amp4email></html>";
    expect(issuesOf({ amp })).toEqual(["body.amp-alone amp (warning)"]);
    expect(issuesOf({ amp, html: "<p>Hi</p>" })).toEqual([]);
    expect(issuesOf({ amp: "" })).toEqual(["body.amp-alone amp (warning)"]);
  });
});

describe("a body that is almost surely a mistake", () => {
  const stream = () => new Blob(["x"]).stream();
  it.each<[string, unknown, RegExp]>([
    ["a promise", Promise.resolve("<p>"), /^await it$/],
    ["bytes", new Uint8Array([60]), /TextDecoder/],
    ["a Buffer that went through JSON", { type: "Buffer", data: [60] }, /Buffer\.from/],
    ["a path in an object", { path: "./a.html" }, /readFile/],
    ["a URL", new URL("file:///a.html"), /readFile/],
    ["an address in an object", { href: "https://example.com/" }, /nothing is fetched/],
    ["an element of React", { $$typeof: Symbol.for("react.element"), props: {} }, /render/],
    ["what mjml gives", { html: "<p>", errors: [] }, /its html/],
    ["a function", () => "<p>", /call it/],
    ["a stream", stream(), /read it first/],
    ["a Blob", new Blob(["<p>"]), /await its text/],
    ["a response", new Response("<p>"), /await its text/],
    ["lines", ["a", "b"], /join/],
    ["a number", 5, /String\(value\)/],
  ])("has a hint of its own: %s", (_, html, hint) => {
    const [issue] = check(untyped({ ...base, html })).issues;
    expect(issue).toMatchObject({ code: "body.type", path: ["html"], severity: "error" });
    expect(issue?.hint).toMatch(hint);
  });

  it.each(["./welcome.html", "../mails/a b.txt", "/srv/mail/hello.md", "C:\\mail\\a.html", "file:///srv/a.html"])(
    "is warned of: %s is a path",
    (html) => {
      expect(issuesOf({ html })).toEqual(["body.type html (warning)"]);
    },
  );

  it.each(["./run it, then look at /tmp", "<p>./a.html</p>", "a/b.txt", "https://example.com/a.html", "1/2"])(
    "is not: %s",
    (html) => {
      expect(issuesOf({ html })).toEqual([]);
    },
  );

  it("is warned of where it begins with a byte order mark, and stays as it is", () => {
    expect(issuesOf({ html: "\ufeff<p>a</p>" })).toEqual(["body.mark html (warning)"]);
    expect(made({ html: "\ufeff<p>a</p>" }).html).toBe("\ufeff<p>a</p>");
  });
});
