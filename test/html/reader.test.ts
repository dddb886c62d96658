import fc from "fast-check";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, it } from "vitest";
import { readHtml } from "../../src/mail/html/reader.ts";

/** The values of `n` of every start tag, those inside of templates in parentheses. */
function tagsOf(html: string): readonly string[] {
  const found = new Set<string>();
  readHtml(html, {
    conditionals: "comment",
    tag: ({ attributes, isInert }) => {
      const n = attributes.get("n");
      if (n !== undefined) found.add(isInert ? `(${n.value})` : n.value);
    },
  });
  return [...found].sort();
}

/** The same from the tree that parse5 builds. */
function tagsByParse5(html: string): readonly string[] {
  const found = new Set<string>();
  const visit = (node: DefaultTreeAdapterTypes.Node, isInert: boolean): void => {
    const n = "attrs" in node ? node.attrs.find(({ name }) => name === "n")?.value : undefined;
    if (n !== undefined) found.add(isInert ? `(${n})` : n);
    for (const child of "childNodes" in node ? node.childNodes : []) visit(child, isInert);
    if ("content" in node) visit(node.content, true);
  };
  visit(parse(html, { scriptingEnabled: false }), false);
  return [...found].sort();
}

const one = "<a n=1>";

describe("a start tag (WHATWG HTML s13.2.5, s13.2.6)", () => {
  it.each([
    ["behind a style of svg that closes itself", `<svg><style/>${one}`],
    ["behind a title of svg that closes itself", `<svg><title/>${one}`],
    ["in a style of svg", `<svg><style>${one}</style>`],
    ["in a script of math", `<math><script>${one}</script>`],
    ["behind a style of html that pretends to close itself, and its end", `<style/>x</style>${one}`],
    ["in a title of svg", `<svg><title>${one}</title></svg>`],
    ["behind html that ends svg", `<svg><p><style>x</style>${one}`],
    ["behind a font that ends svg", `<svg><font color=red><style></style>${one}`],
    ["behind a font that does not", `<svg><font><style/>${one}`],
    ["behind an end tag that ends svg", `<div><svg></div><style></style>${one}`],
    ["in a noscript, for a reader without scripts", `<noscript>${one}</noscript>`],
    ["behind a comment that ends at once", `<!-->${one}`],
    ["behind a comment that ends at once by a dash more", `<!--->${one}`],
    ["behind a comment with a bang", `<!-- --!>${one}`],
    ["behind a CDATA section of html, which is a comment", `<![CDATA[>${one}]]>`],
    ["behind a CDATA section of svg", `<svg><![CDATA[<x>]]>${one}`],
    ["behind a comment of old Outlook", `<!--[if mso]><a n=2><![endif]-->${one}`],
    ["shown to all but old Outlook", `<!--[if !mso]><!-->${one}<!--<![endif]-->`],
    ["behind a script with an escaped script in it", `<script><!--<script></script>--></script>${one}`],
    ["with its attribute twice", "<a n=1 n=2>"],
    ["in a foreignObject, behind a style of html there", `<svg><foreignObject><style><x></style>${one}`],
    ["in an annotation that holds html", `<math><annotation-xml encoding="TEXT/html"><style><x></style>${one}`],
  ])("is found %s", (_, html) => {
    expect(tagsOf(html)).toEqual(["1"]);
    expect(tagsByParse5(html)).toEqual(["1"]);
  });

  it.each(["style", "script", "xmp", "iframe", "noembed", "noframes", "textarea", "title", "plaintext"])(
    "is none in the text of %s",
    (element) => {
      expect(tagsOf(`<${element}>${one}</${element}>`)).toEqual([]);
      expect(tagsOf(`<svg><foreignObject><${element}>${one}</${element}>`)).toEqual([]);
    },
  );

  it.each([
    ["a comment", `<!-- ${one} -->`],
    ["a comment that does not end", `<!-- ${one}`],
    ["a CDATA section of svg", `<svg><![CDATA[${one}]]></svg>`],
    ["a CDATA section where svg holds html", `<svg><desc><![CDATA[${one}]]></desc></svg>`],
    ["an attribute", `<b title='${one}'>`],
    ["an end tag", '</b n=1 title="<a n=1>">'],
    ["a tag that does not end", "<a n=1"],
    ["a comment of old Outlook", `<!--[if mso]>${one}<![endif]-->`],
  ])("is none in %s", (_, html) => {
    expect(tagsOf(html)).toEqual([]);
  });

  it("is not shown in a template, and is again behind it", () => {
    const html = "<div><template></div><a n=1><template></template><svg><a n=2></svg></template><a n=3>";
    expect(tagsOf(html)).toEqual(["(1)", "(2)", "3"]);
    expect(tagsByParse5(html)).toEqual(["(1)", "(2)", "3"]);
  });
});

const PIECES = (
  "<svg>|</svg>|<svg/>|<math>|</math>|<mi>|</mi>|<mtext>|<annotation-xml>|<annotation-xml encoding='text/html'>|" +
  "</annotation-xml>|<foreignObject>|</foreignObject>|<desc>|</desc>|<title>|</title>|<title/>|<style>|</style>|" +
  "<style/>|<script>|</script>|<iframe>|</iframe>|<xmp>|</xmp>|<noembed>|</noembed>|<textarea>|</textarea>|<div>|" +
  "</div>|<p>|</p>|<br>|</br>|<b>|</b>|<font>|<font color=red>|<template>|</template>|<!--|-->|<!-->|<!--->|--!>|" +
  "<!x>|<?x>|</>|< a>|<image>|text|&amp;|\"|'|<!--[if mso]>|<![endif]-->|<table>|<td>|</table>|<mglyph>|<a>|</a>"
).split("|");
const numbered = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom("", "<g n=# />", "<wbr n=#>", "<img n=#>")), {
    maxLength: 12,
  })
  .map((pieces) => pieces.map(([piece, probe], at) => piece + probe.replace("#", String(at))).join(""));

describe("against the tree of parse5", () => {
  it("finds the same start tags in any order of pieces", () => {
    fc.assert(
      fc.property(numbered, (html) => {
        expect(tagsOf(html)).toEqual(tagsByParse5(html));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a text", () => {
  const textsOf = (html: string) => {
    const texts: string[] = [];
    readHtml(html, { conditionals: "comment", text: (text) => texts.push(text) });
    return texts.join("");
  };

  it("has its character references decoded, and NUL left out", () => {
    expect(textsOf("a&amp;b\0<p>&eacute;\r\n\0</p><svg>\0c</svg><title>&lt;</title>")).toBe("a&bé\nc<");
  });

  it("has its place in the source, behind line ends of two characters too", () => {
    const html = "<p>\r\na\r\n\u{1f600}</p>b";
    const starts = new Map<string, string>();
    readHtml(html, { conditionals: "comment", text: (text, start) => starts.set(text, html.slice(start)) });
    expect(starts.get("\u{1f600}")).toBe("\u{1f600}</p>b");
    expect(starts.get("b")).toBe("b");
  });
});

describe("floods", () => {
  const n = 50_000;
  it.each([
    ["svg", "<svg>".repeat(n)],
    ["end tags of nothing", `<svg>${"<g>".repeat(n)}${"</x>".repeat(n)}`],
    ["end tags of an element around", `<div>${"<svg><g></div><div>".repeat(n)}`],
    ["html in svg", "<svg><desc><div>".repeat(n)],
    ["templates", `${"<template>".repeat(n)}${"</template>".repeat(n)}`],
    ["CDATA sections", `<svg>${"<![CDATA[".repeat(n)}`],
    ["fonts", `<svg>${"<font a=1>".repeat(n)}`],
    ["signs", "<".repeat(n)],
  ])("end for %s", (_, html) => {
    let tags = 0;
    readHtml(html, { conditionals: "markup", tag: () => tags++, text: () => undefined });
    expect(tags).toBeLessThanOrEqual(4 * n);
  });
});
