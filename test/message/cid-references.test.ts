import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlReferences } from "../../src/mail/html/references.ts";
import { cidOf, cidReferences } from "../../src/mail/message/cid-references.ts";

/** The same by the reader of html. */
function cidsByReader(html: string): readonly string[] {
  const cids = htmlReferences(html).map(({ url }) => cidOf(url));
  return [...new Set(cids)].filter((cid) => cid !== undefined);
}

describe("cidReferences", () => {
  it("takes the scheme in any case and decodes percent signs, without cid:", () => {
    expect(cidReferences(`<img src="CID:a%40b"><p style="x:url('cid:c')"><img src=cid:d#e><img src="xcid:f">`)).toEqual(
      new Set(["a@b", "c", "d"]),
    );
  });

  it("leaves a percent sign that decodes to nothing as it is", () => {
    expect(cidReferences('<img src="cid:%zz%e9">')).toEqual(new Set(["%zz%e9"]));
  });

  it("finds cids in everything that is loaded, in any quoting and case", () => {
    const html = `<IMG SRC="cid:a"><td background='cid:b'><video poster=cid:c><link href = cid:d><use xlink:href="cid:e#x"/>
      <object data=cid:f><image href=cid:g><v:fill src=cid:h /><img srcset="cid:i 1x, cid:j 2x">
      <p style="background: url(&quot;cid:k&quot;), url( 'cid:l' )"><style>@import "cid:m"; i{x:URL(cid:n)}</style>
      <link imagesrcset=cid:o><input type=image src="cid:p">`;
    expect([...cidReferences(html)].join("")).toBe("abcdefghijklmnop");
  });

  it("takes no link, text, comment or text of an element for a reference", () => {
    expect(
      cidReferences(`<a href="cid:a">cid:b</a><p data=cid:c><!-- <img src=cid:d> --!><title><img src=cid:e></title>
        <script>"<img src=cid:f>"</script><textarea><img src=cid:g></textarea><xmp><img src=cid:h></xmp>
        <!doctype "<img src=cid:i><?php <img src=cid:j>?></1 <img src=cid:k></b title="<img src=cid:l>" src=cid:m>
        < img src=cid:n><style>/* url(cid:o) */ i{content: "url(cid:p)"; x: xurl(cid:q)}</style><plaintext><img src=cid:r>`),
    ).toEqual(new Set());
  });

  it("reads the conditional comments of old Outlook, and on behind them", () => {
    expect(
      cidReferences(`<!--[if mso]><v:fill src="cid:a"/><style>i{x:url(cid:b)}<![endif]--><img src=cid:c>`),
    ).toEqual(new Set(["a", "b", "c"]));
    expect(cidReferences("<!--[if mso]><!--[if mso]><img src=cid:a>--><img src=cid:b>")).toEqual(new Set(["b"]));
    expect(cidReferences("<!--[if !mso]><!--><img src=cid:a><!--<![endif]-->")).toEqual(new Set(["a"]));
  });

  it("decodes character references, CSS escapes and white space within", () => {
    expect(
      cidReferences(`<img src="&#x63;id&colon;a&#46;b&commat;c"><img src=" \n cid:\td\r\n ">
        <p style="x:url(cid\\3a e\\40 f)"><img src="cid:g&amp;h&ampi&lt=j">`),
    ).toEqual(new Set(["a.b@c", "d", "e@f", "g&h&ampi&lt=j"]));
  });

  it("takes the first of a repeated attribute, and nothing of a tag that the document cuts off", () => {
    expect(cidReferences("<img src=cid:a src=cid:b>")).toEqual(new Set(["a"]));
    expect(cidReferences('<img src="cid:a"')).toEqual(new Set());
    expect(cidReferences('<img src="cid:a>')).toEqual(new Set());
  });
});

// What the scanner takes for a reference though a browser does not load it, or the other way round: no mail is known
// to hold any of it.
describe("where cidReferences is no reader of html", () => {
  it.each([
    ["a comment behind @import", "<style>@import/**/'cid:a'</style>", [], ["a"]],
    ["a srcset without spaces", '<img srcset="cid:a,cid:b">', ["a", "b"], ["a,cid:b"]],
    ["markup behind an element of text that closes itself", "<title/><img src=cid:a>", ["a"], []],
    ["an escape directly before a url", "<style>\\'url(url(cid:a</style>", [], ["a"]],
    ["an escaped line end in a url", "<style>i{x:url(cid:a\\a )}</style>", ["a"], ["a"]],
    ["styles in a style that closes itself", "<style/>i{x:url(cid:a)}", [], ["a"]],
    ["markup in a title of svg", "<svg><title><img src=cid:a></title>", [], ["a"]],
    ["markup in a CDATA section of svg", "<svg><![CDATA[ > <img src=cid:a>]]>", ["a"], []],
    ["the end of a script within a script", "<script><!--<script></script><img src=cid:a>--></script>", ["a"], []],
  ])("decides by itself about %s", (_, html, cids, byReader) => {
    expect([...cidReferences(html)]).toEqual(cids);
    expect(cidsByReader(html)).toEqual(byReader);
  });
});

const MARKUP =
  "<img src=|<IMG SRC='|<img src=\"|<source srcset=\"|<a href=|<link href=|<object data=|<td background=|<p style='x:y'|\">|'>|>|<|" +
  "/|=|\"|'|!|-|&| |\n|\r|\t|a|x|<!--|-->|--!>|<!-->|<!--[if mso]>|<![endif]-->|<![endif]|<!|<?|</|<![CDATA[|]]>|" +
  "<!doctype html>|<plaintext>|<script>|</script>|<title>|</title>|<textarea>|</textarea >|<noembed>|</noembed>|" +
  "<iframe>|</iframe/>|<xmp>|</xmp>|<style>|</style>|<template>|</template>|<noscript>|</noscript>|<svg>|</svg>|<p>|</p>|" +
  "<style>i{x:url(cid:s)}</style>|<p style=\"x:url('cid:t')\">|&amp;|&quot;|&#58;|&#x3a|&colon;|&lt|&commat;|&Tab;";
const STYLES =
  "url(|url('|url(\"|')|\")|)|@import |@import url(|/*|*/|\"|'|\\|\\\n|\\63 |;|{|}|i{x:| |\n|<!--|-->|#|-|a";

/** Pieces that meet at the borders of what is read, and cids between them. */
function hostile(pieces: string): fc.Arbitrary<string> {
  const cid = fc.constantFrom(..."abcdefgh").map((letter) => `cid:${letter}`);
  return fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pieces.split("|")) }, { weight: 1, arbitrary: cid }), {
      maxLength: 16,
    })
    .map((list) => list.join(""));
}

// A cid that some part can have. The pieces in between give many others.
const plain = (cids: Iterable<string>) => [...cids].filter((cid) => /^[\w.@-]+$/.test(cid));

describe("against the reader of html", () => {
  it("finds the cids that the reader finds, in the same order", () => {
    fc.assert(
      fc.property(hostile(MARKUP), (html) => {
        fc.pre(!/<svg|<script|srcset|\/>/i.test(html));
        expect(plain(cidReferences(html))).toEqual(plain(cidsByReader(html)));
      }),
      { numRuns: 3_000 },
    );
  });

  it("finds all that the reader finds in styles", () => {
    fc.assert(
      fc.property(hostile(STYLES), (css) => {
        fc.pre(!/@import\s*\/\*/.test(css));
        // An escape directly before a url makes one name of both: see "decides by itself".
        fc.pre(!/\\[^\s]{0,8}(?:url\(|\/\*|@import)/.test(css));
        const html = `<style>${css}</style>`;
        const found = cidReferences(html);
        expect(plain(cidsByReader(html)).filter((cid) => !found.has(cid))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("floods", () => {
  const n = 1e5;
  it.each([
    ["tags", "<img ".repeat(n), 0],
    ["urls", `<style>${"url(".repeat(n)}cid:</style>`, 0],
    ["urls with space", `<p style="${"url( ".repeat(n)}cid:">`, 0],
    ["spaces", `<p style="url(${" ".repeat(n)}x cid:y)"><style>${`@import${" ".repeat(n)}`}</style>`, 0],
    ["comments", `cid: ${"<!--".repeat(n)}`, 0],
    ["conditional comments", `cid: ${"<!--[if mso]>".repeat(n)}`, 0],
    ["unclosed styles in conditional comments", `cid: ${"<!--[if mso]><style>-->".repeat(n)}`, 0],
    ["unclosed quotes", `cid: ${"<img src='".repeat(n)}`, 0],
    ["titles", `cid: ${"<title></titl".repeat(n)}`, 0],
    ["styles that close themselves", `cid: ${"<style/>".repeat(n)}`, 0],
    ["attributes", `<img ${"src=cid:a ".repeat(n)}>`, 1],
    ["references", `<img src="cid:${"&amp;".repeat(n)}">`, 1],
    ["spaces in a cid", `<img src="cid:a${" ".repeat(n)}b">`, 1],
    ["escapes", `<p style="x:url('cid:${"\\61 ".repeat(n)}')">`, 1],
    ["srcset commas", `<img srcset="cid:${"a,".repeat(n)} x${"(".repeat(n)}">`, 1],
    ["css comments", `<style>${"/*".repeat(n)}cid:</style>`, 0],
    ["css strings", `<style>${"'\\".repeat(n)}cid:</style>`, 0],
  ])("ends for %s x 1e5", (_, html, count) => {
    expect(cidReferences(html).size).toBe(count);
  });

  it("takes a data URI of ten million characters with escapes", () => {
    const uri = "data:,".concat("a\\62 ".repeat(2e6));
    expect(cidReferences(`<p style="x:url(${uri})"><img src=cid:a>`)).toEqual(new Set(["a"]));
  });
});
