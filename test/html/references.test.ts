import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlReferences, loadedPlaces, replaceUrls } from "../../src/mail/html/references.ts";

const urls = (html: string) => htmlReferences(html).map((one) => one.url);

describe("references in attributes", () => {
  it("finds src, background, poster, srcset and the href of what is loaded, in any quoting and case", () => {
    expect(
      urls(`<IMG SRC="a"><td background='b'><video poster=c><link href = d><use xlink:href="#e"/><object data=f>
        <image href=g><v:fill src=h />`),
    ).toEqual(["a", "b", "c", "d", "#e", "f", "g", "h"]);
  });

  it("takes a link that a person follows for no reference", () => {
    expect(urls('<a href="cid:report">report</a><area href=x><p data=y>')).toEqual([]);
  });

  it("has the place of the value with its quotes, and the offset of the URL", () => {
    const html = `<img alt="x" src='cid:a&amp;b'>`;
    expect(loadedPlaces(html)).toEqual([
      { start: 17, end: 30, text: "cid:a&b", urls: [{ url: "cid:a&b", start: 0, end: 7 }], kind: "attribute" },
    ]);
    expect(html.slice(17, 30)).toBe("'cid:a&amp;b'");
    expect(htmlReferences(html)).toEqual([{ url: "cid:a&b", start: 18 }]);
  });

  it("tells the candidates of a srcset, data URIs with their commas among them", () => {
    const html = '<img srcset="cid:a 1x, data:image/png;base64,AA== 2x,b.png, c.png (x,y) 3x">';
    expect(urls(html)).toEqual(["cid:a", "data:image/png;base64,AA==", "b.png", "c.png"]);
    expect(htmlReferences(html).map(({ url, start }) => html.slice(start, start + url.length))).toEqual(urls(html));
  });

  it("takes the first of a repeated attribute", () => {
    expect(urls("<img src=a src=b>")).toEqual(["a"]);
  });

  it("leaves out the white space that URL parsers leave out", () => {
    expect(urls('<img src=" \n c\tid:a\r\nb ">')).toEqual(["cid:ab"]);
  });

  it("decodes character references as attributes have them", () => {
    expect(urls('<img src="a&#x3a;b&colon;c&#58d&AMP;e&lt=f&ampg&amp;&quot;&#0;&#x80;&unknown;&fjlig;">')).toEqual([
      'a:b:c:d&e&lt=f&ampg&"\ufffd\u20ac&unknown;fj',
    ]);
  });

  it("finds nothing in a tag that the document cuts off", () => {
    expect(urls('<img src="a"')).toEqual([]);
    expect(urls('<img src="a>')).toEqual([]);
  });
});

describe("references in styles", () => {
  it("finds url() with and without quotes, with escapes, and @import", () => {
    const html = `<style>@import "a.css"; @IMPORT/**/url(b.css); i { background: URL( 'c' ), url( d ), u\\72l(e\\)\\66 ) }</style>`;
    expect(urls(html)).toEqual(["a.css", "b.css", "c", "d", "e)f"]);
    const [place] = loadedPlaces(html);
    expect(place?.urls.map(({ start, end }) => place.text.slice(start, end))).toEqual([
      "a.css",
      "b.css",
      "c",
      "d",
      "e\\)\\66 ",
    ]);
  });

  it("finds none in comments, strings and names that only end in url", () => {
    const css = `/* url(a) */ i { content: "url(b)"; x: xurl(c) 1url(d) #url(e) --url(f) url-prefix(g) url(h"i) "
      url(j) } /* url(k)`;
    expect(urls(`<style>${css}</style>`)).toEqual(["j"]);
  });

  it("finds url() in a style attribute, behind character references too", () => {
    const html = `<p style="background: url(&quot;cid:a&amp;b&quot;), url(cid:c)">`;
    const [place] = loadedPlaces(html);
    expect(place?.text).toBe('background: url("cid:a&b"), url(cid:c)');
    expect(place?.urls.map(({ start, end }) => place.text.slice(start, end))).toEqual(["cid:a&b", "cid:c"]);
  });

  it("takes a url that the end of the style cuts off, as CSS does", () => {
    expect(urls('<p style="background: url(a">')).toEqual(["a"]);
    expect(urls(`<p style="background: url('a">`)).toEqual(["a"]);
  });
});

describe("what is no markup", () => {
  it("looks into no comment, text or raw text", () => {
    expect(
      urls(`<!-- <img src=a> --!><title><img src=b></title><script>"<img src=c>"</script><textarea><img src=d></textarea>
        <xmp><img src=e></xmp><!doctype "<img src=f><?php <img src=g>?></1 <img src=h> < img src=i><plaintext><img src=j>`),
    ).toEqual([]);
  });

  it("reads on after a comment that is empty or ends oddly", () => {
    expect(urls("<!--><img src=a><!---><img src=b><!-- --!><img src=c>")).toEqual(["a", "b", "c"]);
  });

  it("hides the end of a script that stands in a script in a comment", () => {
    expect(urls("<script><!--<script></script><img src=a>--></script><img src=b>")).toEqual(["b"]);
    expect(urls("<script><!--></script><img src=a>")).toEqual(["a"]);
  });

  it("looks into the conditional comments of old Outlook, once", () => {
    expect(urls(`<!--[if gte mso 9]><v:fill src="cid:a" /><style>i{x:url(b)}<![endif]--><img src=c>`)).toEqual([
      "cid:a",
      "b",
      "c",
    ]);
    expect(urls("<!--[if mso]><!--[if mso]><img src=a>--><img src=b>")).toEqual(["b"]);
    expect(urls("<!--[if !mso]><!--><img src=a><!--<![endif]-->")).toEqual(["a"]);
  });

  it("takes an empty style in svg for an empty style, and in html for an open one", () => {
    expect(urls("<svg><style/><image href=a></svg><style/><img src=b>")).toEqual(["a"]);
  });
});

// Pieces that meet at the borders of the tokenizer's states.
const PIECES = [
  ..."<>/=\"'!-& \n\r\t\0ax;#(),\\",
  ..."<img |<IMG src=|<p style=|<source srcset=|src=|style=|srcset=| src |background='|poster=\"|url(|@import |/*|*/".split(
    "|",
  ),
  ..."<!--|-->|--!>|<!|<?|</|</img>|<!doctype |<![CDATA[|]]>|<!--[if mso]>|<![endif]|<plaintext>".split("|"),
  ..."<script>|</script>|</script|<script|<title>|</title>|<textarea|</textarea >|<xmp>|</xmp/>|<iframe>|</iframe>".split(
    "|",
  ),
  ..."&amp;|&quot;|&#58;|&#x3a|&colon;|&lt|&gt=|&apos;|&#0;|&#x110000;|&nope;|cid:a|data:,x|1x, b 2x|é|\u{1f600}".split(
    "|",
  ),
];
const hostile = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(""));

describe("replaceUrls", () => {
  it("puts every URL in place of another, in quotes where there were none", () => {
    fc.assert(
      fc.property(hostile, (html) => {
        const given = urls(html);
        const changed = replaceUrls(html, loadedPlaces(html), (url) => `cid:${given.indexOf(url)}`);
        expect(urls(changed)).toEqual(given.map((url) => `cid:${given.indexOf(url)}`));
      }),
      { numRuns: 3_000 },
    );
  });

  it("changes nothing where nothing is replaced", () => {
    fc.assert(
      fc.property(hostile, (html) => {
        expect(replaceUrls(html, loadedPlaces(html), () => undefined)).toBe(html);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("floods", () => {
  const n = 1e5;
  it.each([
    ["tags", "<img ".repeat(n), 0],
    ["parameters of a data URI", `<img src="data:${";".repeat(n)}">`, 1],
    ["urls", `<style>${"url(".repeat(n)}</style>`, 0],
    ["urls with space", `<p style="${"url( ".repeat(n)}">`, 0],
    ["comments", "<!--".repeat(n), 0],
    ["conditional comments", "<!--[if mso]>".repeat(n), 0],
    ["unclosed styles in conditional comments", "<!--[if mso]><style>-->".repeat(n), 0],
    ["unclosed quotes", "<img src='".repeat(n), 0],
    ["scripts", "<script><!--<script>".repeat(n), 0],
    ["titles", "<title></titl".repeat(n), 0],
    ["attributes", `<img ${"src=a ".repeat(n)}>`, 1],
    ["references", `<img src="${"&amp;".repeat(n)}">`, 1],
    ["escapes", `<p style="x:url('${"\\61 ".repeat(n)}')">`, 1],
    ["srcset commas", `<img srcset="${"a,".repeat(n)} x${"(".repeat(n)}">`, 2],
    ["css comments", `<style>${"/*".repeat(n)}</style>`, 0],
    ["css backslashes", `<style>${"\\".repeat(n)}</style>`, 0],
  ])("ends for %s x 1e5", (_, html, count) => {
    expect(htmlReferences(html).length).toBe(count);
  });

  it("takes a data URI of ten million characters with escapes", () => {
    const uri = "data:,".concat("a\\62 ".repeat(2e6));
    expect(urls(`<p style="x:url(${uri})">`)[0]?.length).toBe(6 + 4e6);
  });
});
