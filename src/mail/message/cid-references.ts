// Which Content-IDs an html document names: the question that decides the structure of a message and its warnings.
// A scanner for this alone, in one pass; `src/html` reads html exactly, and the tests compare the two. What only a
// tree of the document would tell (svg, scripts within scripts) is decided for the reference: a cid too many costs a
// warning, one too few would show a broken image.

/**
 * The Content-IDs that the images, backgrounds and styles of an html document refer to, percent-decoded, without
 * `cid:`, in the order of the source. Time is linear in its length; never throws.
 *
 * @example
 * cidReferences('<td background="CID:logo%40example.com">'); // Set { "logo@example.com" }
 */
export function cidReferences(html: string): ReadonlySet<string> {
  const cids = new Set<string>();
  if (/cid[^a-z]/i.test(html)) scan(html, cids, "document");
  return cids;
}

/**
 * The Content-ID that a URL names, undefined for a URL of another scheme. RFC 2392 s2: the id is percent-encoded; all
 * of an id is ASCII. A fragment (as in an svg's sprite) is none of it.
 */
export function cidOf(url: string): string | undefined {
  const id = /^[\0-\x20]*cid:([^#]*)/i.exec(url)?.[1]?.trimEnd();
  return id?.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function addUrl(url: string, cids: Set<string>): void {
  // WHATWG URL s4.4: tabs and line ends within a URL are skipped.
  const cid = cidOf(url.replace(/[\t\n\r]+/g, ""));
  if (cid !== undefined) cids.add(cid);
}

// WHATWG HTML s13.2.5: a comment, what is taken for one up to the next ">", or a tag.
const MARKUP = /<(?:!--|[!?]|\/(?![a-z])|(\/?[a-z][^\t\n\f\r />]*))/gi;
const COMMENT_END = /--!?>/g;
// A comment that old Outlook reads as markup: <!--[if mso]> … <![endif]-->
const CONDITIONAL = /\[if [^\]>]*\]>/iy;

function scan(html: string, cids: Set<string>, within: "document" | "comment"): void {
  for (let at = 0; at < html.length; ) {
    MARKUP.lastIndex = at;
    const markup = MARKUP.exec(html);
    if (markup === null) return;
    const from = MARKUP.lastIndex;
    if (markup[1] !== undefined) at = scanTag(html, from, markup[1].toLowerCase(), cids);
    else if (markup[0] !== "<!--") at = pastBracket(html, from);
    else at = scanComment(html, from, cids, within);
  }
}

function scanComment(html: string, from: number, cids: Set<string>, within: "document" | "comment"): number {
  // `<!-->` and `<!--->` are whole comments.
  if (/^-?>/.test(html.slice(from, from + 2))) return from;
  COMMENT_END.lastIndex = from;
  const end = COMMENT_END.exec(html);
  CONDITIONAL.lastIndex = from;
  if (within === "document" && CONDITIONAL.test(html)) {
    // Cut at the end of the comment, so that nothing inside it reads on into the document.
    scan(html.slice(CONDITIONAL.lastIndex, end?.index), cids, "comment");
  }
  return end === null ? html.length : end.index + end[0].length;
}

function pastBracket(html: string, from: number): number {
  const end = html.indexOf(">", from);
  return end < 0 ? html.length : end + 1;
}

// s13.2.5.32 to s13.2.5.40: white space and slashes, a name, a value in quotes or without. Always matches.
const ATTRIBUTE =
  /[\t\n\f\r /]*(=?[^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"?|'([^']*)'?|([^\t\n\f\r >]*)))?/y;
// s13.2.6.4: what these hold is text.
const HOLDS_TEXT = /^(?:style|script|title|textarea|xmp|iframe|noembed|noframes)$/;

/** Scans from behind the name of a tag. @returns where text goes on: behind the tag, or what it holds as text */
function scanTag(html: string, from: number, element: string, cids: Set<string>): number {
  const values = new Map<string, string>();
  let at = from;
  let isEmpty = false;
  while (at < html.length && html[at] !== ">") {
    ATTRIBUTE.lastIndex = at;
    const [all = "", name = "", double, single, bare] = ATTRIBUTE.exec(html) ?? [];
    const key = name.toLowerCase();
    // Of a repeated attribute the first counts.
    if (WANTED.test(key) && !values.has(key)) values.set(key, double ?? single ?? bare ?? "");
    isEmpty = name === "" && all.endsWith("/");
    at += all.length;
  }
  // A tag that the document cuts off is not a tag.
  if (at >= html.length) return at;
  for (const [name, value] of values) addValue(element, name, decoded(value), cids);
  at++;
  if (element === "plaintext") return html.length;
  if (!HOLDS_TEXT.test(element) || isEmpty) return at;
  const end = html.slice(at).search(new RegExp(`</${element}[\\t\\n\\f\\r />]`, "i"));
  const text = end < 0 ? html.slice(at) : html.slice(at, at + end);
  if (element === "style") addCss(text, cids);
  return at + text.length;
}

const WANTED = /^(?:src|background|poster|(?:image)?srcset|style|(?:xlink:)?href|data)$/;
// The href of an anchor is followed by a person, and not loaded: a file that it names stays a file.
const LOADED_HREF = /^(?:link|image|feimage|use)$/;

function addValue(element: string, name: string, value: string, cids: Set<string>): void {
  if (element.startsWith("/")) return;
  if (name === "style") addCss(value, cids);
  else if (name.endsWith("srcset")) for (const url of value.split(/[\t\n\f\r ,]+/)) addUrl(url, cids);
  else if (name.endsWith("href") ? LOADED_HREF.test(element) : name !== "data" || element === "object") {
    addUrl(value, cids);
  }
}

// s13.5: the names of characters that a cid, a style or their separators can hold.
function readNames(): ReadonlyMap<string, string> {
  const text = `Tab\tNewLine\nexcl!quot"QUOT"num#dollar$percnt%amp&AMP&apos'lpar(rpar)ast*plus+comma,period.sol/colon:semi;lt<LT<equals=gt>GT>quest?commat@bsol\\Hat^lowbar_grave\`lcub{verbar|rcub}`;
  return new Map(Array.from(text.matchAll(/([a-z]+)(\W|_)/gi), ([, name = "", char = ""]) => [name, char]));
}

// Read when the first is asked for: few documents ask, and every import would pay.
let names: ReadonlyMap<string, string> | undefined;
const NAMES = {
  get(name: string): string | undefined {
    names ??= readNames();
    return names.get(name);
  },
};

// s13.2.5.72 to s13.2.5.84, in attributes.
function decoded(value: string): string {
  if (!value.includes("&")) return value;
  return value.replace(
    /&(?:#x([\da-f]+);?|#(\d+);?|([a-z\d]+)(;?)(?=(=?)))/gi,
    (...[all, hex, decimal, name, end, equals]: readonly string[]) => {
      if (name === undefined) return character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
      // These few are valid without a semicolon too, when neither "=" nor an alphanumeric follows.
      const isWhole = end !== "" || (/^(?:amp|quot|lt|gt)$/i.test(name) && equals === "");
      return (isWhole ? NAMES.get(name) : undefined) ?? all ?? "";
    },
  );
}

function character(code: number): string {
  return code < 0x11_0000 ? String.fromCodePoint(code) : "\ufffd";
}

// CSS Syntax Level 3 s4.3: comments, other strings and other names are passed over. Each alternative takes what it
// began, so that nothing is read twice.
const CSS =
  /\/\*[\s\S]*?(?:\*\/|$)|<!--|(?:@import[\t\n\f\r ]*(?=["'])|url\([\t\n\f\r ]*)(?:"([^"\n\f\r]*)"?|'([^'\n\f\r]*)'?|([^\t\n\f\r "'()]*)([^)]*))|"[^"\n\f\r]*"?|'[^'\n\f\r]*'?|[\w#-]+/gi;

function addCss(css: string, cids: Set<string>): void {
  for (const [, double, single, bare = "", rest = ""] of unescaped(css).matchAll(CSS)) {
    // s4.3.6: what else is before ")" spoils a url without quotes.
    addUrl(double ?? single ?? (rest.trim() === "" ? bare : ""), cids);
  }
}

// s4.3.7. What would end a string or a url stays masked: no cid needs it. A backslash before a line end joins lines in
// a string and nothing elsewhere: a tab, which does not count in a URL. Line ends that are escaped do not count there either.
function unescaped(css: string): string {
  if (!css.includes("\\")) return css;
  return css.replace(/\\(?:([\da-f]{1,6})(?:\r\n|[\t\n\f\r ])?|\r?\n|$|([\s\S]))/gi, (_, hex, char = "\t") =>
    hex === undefined ? masked(char) : masked(character(Number.parseInt(hex, 16)).replace(/[\t\n\r]/, "")),
  );
}

function masked(char: string): string {
  return char.replace("\f", "\v").replace(/[\n\r"'()\\]/, "\ufffd");
}
