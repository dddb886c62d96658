// Every input that can be long, made of `n` units: options of a message, raw bytes, html. Accepted or refused, both
// count: what matters is that the answer comes.
import {
  type AddressInput,
  type AttachmentInput,
  check,
  lintRaw,
  type MessageInput,
  parseAddressList,
  sesV1,
  toBytes,
} from "mimewright";
import { inlineImages } from "mimewright/html";

/** Makes the input, and gives the work on it. */
export type Grow = (n: number) => () => unknown;

const from = "a@example.com";
const to = "b@example.com";
const encoder = new TextEncoder();

function field(part: Partial<MessageInput>): () => unknown {
  return () => {
    const checked = check({ from, to, text: "x", ...part });
    if (checked.ok) toBytes(checked.value);
  };
}

function attachment(part: Partial<AttachmentInput>): () => unknown {
  return field({ attachments: [{ content: "x", filename: "a.txt", ...part }] });
}

function repeat(unit: string, n: number): string {
  return unit.repeat(Math.max(1, Math.floor(n / unit.length)));
}

function times<T>(n: number, make: (index: number) => T): T[] {
  return Array.from({ length: Math.max(1, Math.floor(n)) }, (_, index) => make(index));
}

/** Options that hold text, each filled with every unit that is a trap for some parser. */
function textCases(name: string, units: readonly string[], make: (text: string) => () => unknown): [string, Grow][] {
  return units.map((unit) => [`${name} of ${JSON.stringify(unit)}`, (n) => make(repeat(unit, n))]);
}

const ADDRESS = ["(", "<", '"', "@", ",", "\\", ":", ";", "[", "a", ".", "é", " ", "a ", "g:", "a@b.c,", "=?", "(a"];
const ADDRESS_PAIRS = ['"\\', "()", '"" ', "a@b.c ", "<a@b.c>", "x <", "\t", "\r\n ", "xn--a."];
const PLAIN = ["x", "x ", " ", "\t", "\r\n", "\r\n\t", "é", "日", "😀", "\ud83d", "\ude00"];
const CLUSTERS = ["👩‍👩‍👧", "e\u0301\u0302", "\u200d", "🇯🇵", "=?utf-8?Q?x?=", "=?", "?="];
const BODY = [...PLAIN, ".", ".\n", "--\n", "From \n", "=", "\r", "\n", " \r\n", "日本語\n", "\0"];
const HTML = ["<", "<img ", "<img src=cid:a>", "<img cid: ", "<!--", "<style>", "<a b='", "&amp", "<![CDATA[", "url("];
const TYPE = ["a/", ";", "; a=b", '"', "\\", " ", "x", "(", "; a*0=b", "é"];
const FILE = ["x", '"', "\\", "é", "🌸", "../", ".", " ", "%", "'", "👩‍👩‍👧"];
const ID = ["<", "a.", "@", "a", ">", "<a@b>", "[", '"', "é", " "];

const oneMailbox: [string, Grow][] = [
  ...textCases("address", [...ADDRESS, ...ADDRESS_PAIRS], (text) => field({ to: text })),
  ...textCases("address in an object", ["a", "@", ".", "é", '"', "xn--a."], (address) => field({ to: { address } })),
  ...textCases("local part", ["a", "a.", '"\\'], (text) => field({ to: `${text}@example.com` })),
  ...textCases("domain", ["a", "a.", "é", "xn--a.", "ß", "-"], (text) => field({ to: `a@${text}` })),
  ...textCases("display name", [...PLAIN, ...CLUSTERS, '"', "\\", "."], (name) => field({ to: { name, address: to } })),
  ...textCases("group name", ["x", "é", '"'], (group) => field({ to: { group, members: [to] } })),
];

const addressLists: [string, Grow][] = [
  ["addresses in one string", (n) => field({ to: times(n / 10, (i) => `r${i}@x.org`).join(", ") })],
  ["addresses, one string each", (n) => field({ to: times(n / 10, (i) => `r${i}@x.org`) })],
  ["addresses as objects", (n) => field({ to: times(n / 10, (i) => ({ name: "N", address: `r${i}@x.org` })) })],
  ["parseAddressList", (n) => () => parseAddressList(repeat("a@example.com, ", n) + to)],
  ["nested address lists", (n) => field({ to: times(n, () => to).reduce<AddressInput>((inner) => [inner], to) })],
  ["members of a group", (n) => field({ to: { group: "Team", members: times(n / 10, (i) => `r${i}@x.org`) } })],
  ["groups", (n) => field({ to: times(n / 10, (i) => `g${i}: a${i}@x.org;`) })],
  ["from", (n) => field({ from: times(n / 10, (i) => `r${i}@x.org`), sender: from })],
  ["reply-to", (n) => field({ replyTo: times(n / 10, (i) => `r${i}@x.org`) })],
  ["envelope", (n) => field({ envelope: { to: times(n / 10, (i) => `r${i}@x.org`) } })],
];

const headers: [string, Grow][] = [
  ...textCases("subject", [...PLAIN, ...CLUSTERS], (subject) => field({ subject })),
  ...textCases("custom header", [...PLAIN, ...CLUSTERS, "word "], (value) => field({ headers: { "X-Long": value } })),
  ...textCases("header name", ["x", "-", "é", " "], (name) => field({ headers: { [name]: "v" } })),
  ["custom headers", (n) => field({ headers: times(n / 10, (i) => ({ name: `X-${i}`, value: "v" })) })],
  ["one custom header, often", (n) => field({ headers: { "X-Same": times(n / 10, () => "v") } })],
  ...textCases("message id", ID, (messageId) => field({ messageId })),
  ...textCases("references", ID, (references) => field({ references })),
  ["references, many", (n) => field({ references: times(n / 10, (i) => `<${i}@example.com>`) })],
  ...textCases("in-reply-to", ID, (inReplyTo) => field({ inReplyTo })),
  ...textCases("list URI", ["x", "%", "é", " ", "<", "("], (text) => field({ listUnsubscribe: `https://a.b/${text}` })),
  ["list URIs", (n) => field({ listUnsubscribe: ["https://a.b/", ...times(n / 20, (i) => `mailto:u${i}@x.org`)] })],
  ["auto-submitted", (n) => field({ autoSubmitted: repeat("x", n) })],
  ["charset label", (n) => field({ charset: repeat("x", n) })],
];

const parts: [string, Grow][] = [
  ...textCases("file name", FILE, (filename) => attachment({ filename })),
  ...textCases("content type", TYPE, (text) => attachment({ contentType: `text/plain${text}` })),
  ...textCases("content type, bare", ["a/", "a", "/"], (contentType) => attachment({ contentType })),
  ...textCases("content id", ID, (cid) => attachment({ cid })),
  ...textCases("description", PLAIN, (description) => attachment({ description })),
  ...textCases("base64 content", ["A", "=", " ", "é", "\r\n"], (content) =>
    attachment({ content, encoding: "base64" }),
  ),
  ["attachments", (n) => field({ attachments: times(n / 100, (i) => ({ filename: `${i}.bin`, content: "x" })) })],
  ["parts of a multipart", (n) => field({ body: { type: "multipart/mixed", parts: times(n / 100, () => leaf) } })],
  ["depth of multiparts", (n) => field({ text: undefined, body: nested(n / 10) })],
  ["parameters of a part", (n) => field({ text: undefined, body: { ...leaf, parameters: numbered(n / 10) } })],
];

const leaf = { type: "text/plain", content: "x" };

function nested(depth: number): NonNullable<MessageInput["body"]> {
  let part: NonNullable<MessageInput["body"]> = leaf;
  for (let level = 1; level < depth; level++) part = { type: "multipart/mixed", parts: [part, leaf] };
  return part;
}

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(times(count, (index) => [`p${index}`, "v"]));
}

const bodies: [string, Grow][] = [
  ...textCases("text", BODY, (text) => field({ text })),
  ...textCases("html", [...HTML, "é"], (html) => field({ html, attachments: [{ cid: "a", content: "x" }] })),
  ...textCases("calendar", ["x", "é", "\n", "METHOD:"], (content) =>
    field({ calendar: { method: "REQUEST", content: `BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n${content}` } }),
  ),
  ...textCases("text of fixed encoding", ["é", "=", " ", "x"], (text) =>
    field({ text, textEncoding: "quoted-printable" }),
  ),
];

const raw: [string, Grow][] = [
  ...textCases("raw bytes", ["X: y\r\n", "x", "\r\n", " ", "\r", "X: =?utf-8?Q?", "To: (", "--b\r\n"], (text) => {
    const bytes = encoder.encode(text);
    return () => lintRaw(bytes, sesV1);
  }),
  ...textCases("raw multipart", ["--b\r\n", "--b\r\n\r\n", "--", "\r\n--b"], (text) => {
    const bytes = encoder.encode(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${text}`);
    return () => lintRaw(bytes, sesV1);
  }),
  ["raw, levels of multiparts", (n) => lintLevels(n / 50)],
];

function lintLevels(levels: number): () => unknown {
  const heads = times(levels, (i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`);
  const bytes = encoder.encode(heads.join(""));
  return () => lintRaw(bytes, sesV1);
}

const images: [string, Grow][] = textCases(
  "inline images",
  ["<img src='data:image/png;base64,AAAA'>", "data:", ";", "<img srcset='", "<img src=a ", "url(data:,x)"],
  (text) => () => inlineImages(`<p style="${text}">${text}`, () => undefined),
);
const dataUris: [string, Grow][] = textCases("data URI", [";", "%", "A", "="], (text) => {
  return () => inlineImages(`<img src="data:image/png${text}">`, () => undefined);
});

/** All of them. */
export const inputs: readonly (readonly [name: string, grow: Grow])[] = [
  ...[...oneMailbox, ...addressLists, ...headers, ...parts],
  ...[...bodies, ...raw, ...images, ...dataUris],
];
