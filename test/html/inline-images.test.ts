import { check } from "mimewright";
import { inlineImages } from "mimewright/html";
import { describe, expect, it } from "vitest";
import { MessageError, OptionError } from "../../src/issues.ts";

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
const PNG_URI = `data:image/png;base64,${Buffer.from(PNG).toString("base64")}`;
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';

const none = () => undefined;
const png = () => PNG;
// The html with every generated id written as `cid:1`, `cid:2`, … in the order of the attachments.
async function inlined(html: string, load: Parameters<typeof inlineImages>[1] = none) {
  const result = await inlineImages(html, load);
  let text = result.html;
  for (const [index, { cid }] of result.attachments.entries()) text = text.replaceAll(`cid:${cid}`, `cid:${index + 1}`);
  return { html: text, attachments: result.attachments };
}

async function failure(promise: Promise<unknown>): Promise<MessageError | OptionError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MessageError || error instanceof OptionError) return error;
  throw new Error("neither a MessageError nor an OptionError");
}

describe("which references are images", () => {
  it.each([
    ["src of an image", '<IMG alt=x SRC="a.png">', '<IMG alt=x SRC="cid:1">'],
    ["src in single quotes", "<img src='a.png'>", "<img src='cid:1'>"],
    ["src without quotes", "<img src=a.png>", '<img src="cid:1">'],
    ["src with space around", '<img src = " a.png\n">', '<img src = "cid:1">'],
    ["srcset", '<img srcset="a.png 1x, https://x/b.png 2x">', '<img srcset="cid:1 1x, https://x/b.png 2x">'],
    ["srcset of a picture", "<source srcset='a.png, a.png 2x'>", "<source srcset='cid:1, cid:1 2x'>"],
    ["background", '<td background="a.png">', '<td background="cid:1">'],
    ["poster", '<video poster="a.png">', '<video poster="cid:1">'],
    ["image button", '<input type=IMAGE src="a.png">', '<input type=IMAGE src="cid:1">'],
    ["svg image", '<image xlink:href="a.png" />', '<image xlink:href="cid:1" />'],
    ["style attribute", `<p style="x: url('a.png')">`, `<p style="x: url('cid:1')">`],
    ["quotes as references", '<p style="x:url(&quot;a.png&quot;);y:1">', '<p style="x:url(&quot;cid:1&quot;);y:1">'],
    ["style element", "<style>i{x:url( a\\.png )}</style>", "<style>i{x:url( cid:1 )}</style>"],
    ["unclosed style", "<style>i{x:url(a.png)", "<style>i{x:url(cid:1)"],
    ["VML", '<!--[if mso]><v:fill src="a.png"/><![endif]-->', '<!--[if mso]><v:fill src="cid:1"/><![endif]-->'],
  ])("takes %s", async (_, html, expected) => {
    expect((await inlined(html, png)).html).toBe(expected);
  });

  it.each([
    '<a href="a.png">',
    '<script src="a.png"></script>',
    '<link rel=stylesheet href="a.css">',
    '<input type=text src="a.png">',
    '<iframe src="a.html"></iframe>',
    '<style>@import "a.css"; @import url(a.css);</style>',
    "<!-- <img src=a.png> -->",
    "<textarea><img src=a.png></textarea>",
    "<script>'<img src=a.png>'</script>",
    '<img src="">',
    '<img src="a.png"',
  ])("leaves %s alone", async (html) => {
    expect(await inlineImages(html, png)).toEqual({ html, attachments: [] });
  });

  it.each([
    "https://x/a.png",
    "HTTP://x",
    "cid:a",
    "mailto:a@b",
    "#a",
    "about:blank",
    "//x/a.png",
    "file:///a",
    "C:\\a",
  ])("asks for nothing when the reference is %s", async (src) => {
    const html = `<img src="${src}">`;
    expect(await inlineImages(html, png)).toEqual({ html, attachments: [] });
  });

  it("changes nothing but the values it touches", async () => {
    const html = `<!doctype html>\r\n<p  class=a\tid='é'>&eacute; &amp &lt\0<IMG SRC=a.png ALT='"&copy;'/ >\r</P><br/>`;
    expect((await inlined(html, png)).html).toBe(html.replace("a.png", '"cid:1"'));
  });
});

describe("load", () => {
  it("gets each different reference once, decoded, in the order of the document", async () => {
    const asked: string[] = [];
    await inlineImages(
      `<img src="b&amp;c.png?x=1"><img src='../caf&eacute;.png'><img src="b&#38;c.png?x=1">`,
      (src) => {
        asked.push(src);
        return undefined;
      },
    );
    expect(asked).toEqual(["b&c.png?x=1", "../café.png"]);
  });

  it("leaves what it does not know untouched, with nothing attached", async () => {
    const html = '<img src="../../secret">';
    expect(await inlineImages(html, none)).toEqual({ html, attachments: [] });
  });

  it("gives bytes, a Blob, a File, or an object that says more", async () => {
    const { attachments } = await inlined("<img src=a.png><img src=b><img src=c><img src=d>", (src) => {
      if (src === "a.png") return PNG.buffer;
      if (src === "b") return new Blob(["b"], { type: "image/x-b" });
      if (src === "c") return Promise.resolve(new File(["c"], "c.webp"));
      return { content: Buffer.from("d"), contentType: "image/x-d", filename: "d.d" };
    });
    expect(attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
      ["a.png", "image/png"],
      ["b", "image/x-b"],
      ["c.webp", "image/webp"],
      ["d.d", "image/x-d"],
    ]);
  });

  it("takes the type from the bytes before the extension", async () => {
    const { attachments } = await inlined('<img src="a.jpeg"><img src="dir/b.svgz"><img src="c">', (src) =>
      src === "a.jpeg" ? PNG : new TextEncoder().encode(src),
    );
    expect(attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
      ["a.jpeg", "image/png"],
      ["b.svgz", "image/svg+xml"],
      ["c", "application/octet-stream"],
    ]);
  });

  it.each(["a/%20", "\u2028", "a/%20%20"])("gives no name where a reference has none but blanks: %j", async (src) => {
    const { html, attachments } = await inlineImages(`<img src="${src}">`, png);
    expect(attachments[0]).not.toHaveProperty("filename");
    expect(check({ from: "a@example.com", html, attachments }).issues).toEqual([]);
  });

  it("throws html.image for each reference that could not be loaded, with its name, place and reason", async () => {
    const reason = new Error("no such file");
    const error = await failure(
      inlineImages("<img src=img/a.png?key=secret><img src=ok><img src=b.png>", (src) => {
        if (src === "ok") return PNG;
        throw reason;
      }),
    );
    expect(error.issues.map(({ code, path }) => ({ code, path }))).toEqual([
      { code: "html.image", path: ["html"] },
      { code: "html.image", path: ["html"] },
    ]);
    expect(error.issues.map(({ message }) => message)).toEqual([
      'no image for "img/a.png" at offset 9: no such file',
      'no image for "b.png" at offset 51: no such file',
    ]);
    expect(error.message).not.toContain("secret");
    expect(error.cause).toBe(reason);
  });

  it.each([
    ["a string"],
    [null],
    [{}],
    [{ content: 1 }],
    [{ content: PNG, filename: 1 }],
    [{ content: PNG, contentTyp: "image/png" }],
  ])("throws html.image when load gives %j", async (given) => {
    const load = () => given;
    const error = await failure(Reflect.apply(inlineImages, undefined, ["<img src=a>", load]));
    expect(error.code).toBe("html.image");
  });

  it("takes a copy: bytes that change later change nothing", async () => {
    const bytes = PNG.slice();
    const { attachments } = await inlined("<img src=a>", () => bytes);
    bytes.fill(0);
    expect(attachments[0]?.content).toEqual(PNG);
  });
});

describe("data URIs", () => {
  it.each([
    ["in an attribute", `<img src="${PNG_URI}">`, '<img src="cid:1">'],
    ["in a style without quotes", `<p style="background:url(${PNG_URI})">`, '<p style="background:url(cid:1)">'],
    ["in a style element", `<style>i{x:url("${PNG_URI}")}</style>`, '<style>i{x:url("cid:1")}</style>'],
    ["in a srcset", `<img srcset="${PNG_URI} 2x">`, '<img srcset="cid:1 2x">'],
    [
      "with line ends and without padding",
      `<img src="${PNG_URI.replace(/=+$/, "").replace(/A/, "\r\n\tA")}">`,
      '<img src="cid:1">',
    ],
    ["with parameters", `<img src="DATA:Image/PNG;a=b;BASE64,${PNG_URI.slice(22)}">`, '<img src="cid:1">'],
  ])("embeds one %s", async (_, html, expected) => {
    const result = await inlined(html);
    expect(result.html).toBe(expected);
    expect(result.attachments).toMatchObject([{ content: PNG, contentType: "image/png", disposition: "inline" }]);
  });

  it("embeds percent-encoded and bare SVG", async () => {
    const result = await inlined(
      `<img src="data:image/svg+xml,${encodeURIComponent(SVG)}"><p style='x:url("data:image/svg+xml;utf8,${SVG.replaceAll('"', "%22")}")'>`,
    );
    expect(result.html).toBe(`<img src="cid:1"><p style='x:url("cid:1")'>`);
    expect(result.attachments).toMatchObject([
      { content: new TextEncoder().encode(SVG), contentType: "image/svg+xml" },
    ]);
  });

  it("leaves what is no image, and what is empty, where it is", async () => {
    const html = '<style>@font-face{src:url("data:font/woff2;base64,AAAA")}</style><img src="data:,">';
    expect(await inlineImages(html, none)).toEqual({ html, attachments: [] });
  });

  it.each([
    "data:image/x y,z",
    "data:image/,z",
    "data:image/é,z",
    "data:image/a/b,z",
    `data:image/${"a".repeat(128)},z`,
  ])("leaves one whose type is none, which no message would take: %s", async (uri) => {
    const html = `<img src="${uri}">`;
    expect(await inlineImages(html, none)).toEqual({ html, attachments: [] });
  });

  it.each(["data:image/png;base64,A", "data:image/png;base64,A*==", "data:image/png"])(
    "throws html.image for %s",
    async (uri) => {
      expect((await failure(inlineImages(`<img src="${uri}">`, none))).code).toBe("html.image");
    },
  );
});

describe("parts", () => {
  it("makes one part of equal images, whatever they are called", async () => {
    const result = await inlined(`<img src=a><img src=b><img src="${PNG_URI}"><img src=a>`, png);
    expect(result.html).toBe('<img src="cid:1"><img src="cid:1"><img src="cid:1"><img src="cid:1">');
    expect(result.attachments).toHaveLength(1);
  });

  it("gives the same ids for the same content, in a domain of choice", async () => {
    const [one, two] = [await inlineImages("<img src=a>", png), await inlineImages("<p><img src=b>", png)];
    expect(one.attachments[0]?.cid).toBe(two.attachments[0]?.cid);
    expect(one.attachments[0]?.cid).toMatch(/^[0-9a-f]{32}@mimewright\.invalid$/);
    const own = await inlineImages("<img src=a>", png, { idDomain: "mail.example.com" });
    expect(own.attachments[0]?.cid).toMatch(/@mail\.example\.com$/);
  });

  it("refuses more images or bytes than allowed", async () => {
    const html = "<img src=a><img src=b>";
    const load = (src: string) => new TextEncoder().encode(src);
    await expect(inlineImages(html, load, { maxImages: 2, maxBytes: 2 })).resolves.toBeDefined();
    expect((await failure(inlineImages(html, load, { maxImages: 1 }))).code).toBe("limit.parts");
    expect((await failure(inlineImages(html, load, { maxBytes: 1 }))).code).toBe("limit.bytes");
  });

  it("refuses options it cannot use", async () => {
    const wrong = { maxBytes: Number.NaN, maxImages: -1, idDomain: "a b", idDomian: "x" };
    const issuesOf = async (...given: unknown[]) =>
      (await failure(Reflect.apply(inlineImages, undefined, given))).issues.map(({ code, path }) => [code, ...path]);
    expect(await issuesOf(1, png, wrong)).toEqual([["input.type", "html"]]);
    expect(await issuesOf("", png, { idDomian: "x" })).toEqual([["input.unknown-key", "idDomian"]]);
    const { idDomian: _, ...values } = wrong;
    expect(await issuesOf("", png, values)).toEqual([
      ["input.option", "maxBytes"],
      ["input.option", "maxImages"],
      ["input.option", "idDomain"],
    ]);
  });
});

describe("floods", () => {
  const n = 1e5;
  it.each([
    ["tags", "<img ".repeat(n)],
    ["semicolons of a data URI", `<img src="data:${";".repeat(n)},">`],
    ["unclosed styles in conditional comments", "<!--[if mso]><style>-->".repeat(1000)],
    ["nested conditional comments", "<!--[if mso]>".repeat(n)],
    ["attributes", `<img ${Array.from({ length: 1e4 }, (_, i) => `a${i}=x`).join(" ")}>`],
  ])("ends for %s, unchanged", async (_, html) => {
    expect(await inlineImages(html, none)).toEqual({ html, attachments: [] });
  });

  it("gives the same html as asked for by 1e4 references", async () => {
    const { html } = await inlined("<img src=a>".repeat(1e4), png);
    expect(html).toBe('<img src="cid:1">'.repeat(1e4));
  });
});

describe("an image of a data: URI", () => {
  it("has a name by its place and type, since readers list it by one", async () => {
    const gif = `data:image/gif;base64,${Buffer.from("GIF89a").toString("base64")}`;
    const { attachments } = await inlineImages(
      `<img src="${PNG_URI}"><img src="${gif}"><img src="${PNG_URI}">`,
      () => undefined,
    );
    expect(attachments.map(({ filename }) => filename)).toEqual(["image-1.png", "image-2.gif"]);
  });
});
