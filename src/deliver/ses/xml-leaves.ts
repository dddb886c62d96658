// Reads the small XML documents that SES answers with: the text of each leaf by its path. Refuses what is not whole.

const ENTITIES = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]*$/;
const MAX_DEPTH = 32;

/**
 * @returns path of element names joined by `/` -> text of the first leaf there; undefined when the text is not whole,
 * well-formed document. Comments, CDATA and DOCTYPE do not occur in answers of SES and are refused.
 * @example
 * xmlLeaves("<A><B>1</B></A>"); // Map { "A/B" => "1" }
 */
export function xmlLeaves(xml: string): ReadonlyMap<string, string> | undefined {
  const leaves = new Map<string, string>();
  const open: string[] = [];
  let at = skipDeclaration(xml);
  let text = "";
  let leaf = false;
  let rooted = false;
  while (at >= 0 && at < xml.length) {
    const tag = xml.indexOf("<", at);
    const between = xml.slice(at, tag < 0 ? xml.length : tag);
    if (open.length === 0 && between.trim() !== "") return undefined;
    text = between;
    if (tag < 0) break;
    const end = xml.indexOf(">", tag);
    if (end < 0) return undefined;
    const inside = xml.slice(tag + 1, end);
    at = end + 1;
    if (inside.startsWith("/")) {
      const value = leaf ? unescaped(text) : "";
      if (value === undefined || inside.slice(1).trim() !== open.at(-1)) return undefined;
      if (leaf) keepFirst(leaves, open.join("/"), value);
      open.pop();
      leaf = false;
      continue;
    }
    const name = elementName(inside);
    if (name === undefined || open.length >= MAX_DEPTH || (open.length === 0 && rooted)) return undefined;
    rooted = true;
    if (inside.endsWith("/")) keepFirst(leaves, [...open, name].join("/"), "");
    else open.push(name);
    leaf = !inside.endsWith("/");
  }
  return rooted && open.length === 0 ? leaves : undefined;
}

// XML 1.0 s2.8: the declaration is at the very start or absent.
function skipDeclaration(xml: string): number {
  const start = xml.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (!xml.startsWith("<?xml", start)) return start;
  const end = xml.indexOf("?>", start);
  return end < 0 ? -1 : end + 2;
}

function elementName(inside: string): string | undefined {
  const body = inside.endsWith("/") ? inside.slice(0, -1) : inside;
  const space = body.search(/[ \t\r\n]/);
  const name = space < 0 ? body : body.slice(0, space);
  return NAME.test(name) ? name : undefined;
}

function keepFirst(leaves: Map<string, string>, path: string, value: string): void {
  if (!leaves.has(path)) leaves.set(path, value);
}

function unescaped(text: string): string | undefined {
  if (!text.includes("&")) return text;
  const [head = "", ...rest] = text.split("&");
  let value = head;
  for (const piece of rest) {
    const end = piece.indexOf(";");
    const character = end < 0 ? undefined : reference(piece.slice(0, end));
    if (character === undefined) return undefined;
    value += character + piece.slice(end + 1);
  }
  return value;
}

function reference(name: string): string | undefined {
  if (!name.startsWith("#")) return ENTITIES.get(name);
  const hex = /^#x([0-9a-f]{1,6})$/i.exec(name)?.[1];
  const decimal = /^#([0-9]{1,7})$/.exec(name)?.[1];
  const point = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
