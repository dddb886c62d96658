// What is to be composed, in words of no library; each rival's adapter turns it into its own.
import { createHash } from "node:crypto";

/** Who writes or reads. */
export interface Person {
  readonly name: string;
  readonly address: string;
}

/** A file to attach. */
export interface Enclosure {
  readonly filename: string;
  readonly type: string;
  readonly content: Uint8Array;
}

/** One message. */
export interface Letter {
  readonly from: Person;
  readonly to: readonly Person[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly enclosures: readonly Enclosure[];
}

const FROM = { name: "Ann Example", address: "ann@example.com" };
const TO = [{ name: "Bob Example", address: "bob@example.org" }];

function letter(given: Partial<Letter>): Letter {
  return { from: FROM, to: TO, subject: "Report of the week", enclosures: [], ...given };
}

/** Bytes that look random and are the same each time. */
export function noise(size: number, seed = "noise"): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0) | 1;
  for (let at = 0; at < size; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

function enclosure(size: number, number = 1): Enclosure {
  return { filename: `file-${number}.bin`, type: "application/octet-stream", content: noise(size, String(number)) };
}

/** Fills `size` characters with copies of a unit, whole ones only. */
function fill(unit: string, size: number): string {
  return unit.repeat(Math.floor(size / unit.length));
}

/** The everyday message: text, html, a subject that is not ASCII. */
export function smallLetter(): Letter {
  return letter({
    subject: "Grüße aus Köln – your order 1107 is on its way",
    text: "Dear Zoë,\r\n\r\nyour order has left our house. It should reach you on Monday.\r\n\r\nThe shop\r\n",
    html: '<p>Dear Zoë,</p>\r\n<p>your order has <b>left our house</b>. It should reach you on Monday.</p>\r\n<p>The <a href="https://example.com/">shop</a></p>\r\n',
  });
}

/** The everyday message in another language: a subject with few letters outside ASCII, bodies of plain ASCII lines. */
export function smallLetterPlain(): Letter {
  return letter({
    from: { name: "José García", address: "jose.garcia@example.com" },
    to: [{ name: "Smith, John", address: "john.smith@example.net" }],
    subject: "Your café receipt from Tuesday",
    text: "Hello John,\n\nthank you for your visit. The total was 17.40.\n\nSee you soon,\nJose\n",
    html: "<h1>Thank you</h1>\n<p>The total was <b>17.40</b>.</p>\n<p>See you soon,<br>Jose</p>\n",
  });
}

/** Files beside a line of text. */
export function letterWithFiles(count: number, size: number): Letter {
  return letter({
    text: "The files are attached.\r\n",
    enclosures: Array.from({ length: count }, (_, index) => enclosure(size, index + 1)),
  });
}

/** Many readers. */
export function letterToMany(count: number): Letter {
  return letter({
    text: "Hello everybody.\r\n",
    to: Array.from({ length: count }, (_, index) => ({
      name: `Reader ${index}`,
      address: `reader.${index}@list-${index % 40}.example.org`,
    })),
  });
}

/** Many readers whose names need encoded-words or quotes. */
export function letterToManyNamed(count: number): Letter {
  const first = ["Zoë", "Jörg", "Łukasz", "太郎", "François", "Anna", "Søren", "Иван"];
  const last = ["Müller", "山田", "Smith, Jr.", "Nowak", "Dvořák", "Петров", "O'Neill", "García"];
  return letter({
    text: "Hello everybody.\r\n",
    to: Array.from({ length: count }, (_, index) => ({
      name: `${first[index % 8]} ${last[(index >> 3) % 8]}`,
      address: `reader${index}@example.org`,
    })),
  });
}

/** Html that is mostly ASCII, as templates are. */
export function letterOfHtml(size: number): Letter {
  const row =
    '<tr class="row"><td style="padding:4px 8px;color:#333">Café crème</td><td align="right">12,50 €</td></tr>\r\n';
  return letter({ html: `<table>\r\n${fill(row, size)}</table>\r\n` });
}

/** Html of prose: lines of many lengths, a letter outside ASCII every few words. */
export function letterOfProse(size: number): Letter {
  const words =
    "<p>Die Straße führt über Hügel, an Äckern vorbei und hinab zum Fluß; dort steht = seit Jahren = ein Haus.".split(
      " ",
    );
  const lines: string[] = [];
  for (let at = 0, length = 0; length < size; at++) {
    const line = `${words.slice(at % 7, 7 + (at % 13)).join(" ")} <a href="https://example.com/?id=${at}&amp;s=1">${at}</a>`;
    lines.push(line);
    length += line.length + 1;
  }
  return letter({ html: `${lines.join("\n")}\n` });
}

/** Text of three octets a character. */
export function letterOfJapanese(octets: number): Letter {
  return letter({ text: fill("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\r\n", octets / 3) });
}

/** A subject far longer than a line, most of it Latin. */
export function letterOfSubject(characters: number): Letter {
  return letter({ subject: fill("Größe und Übermaß ", characters).trimEnd(), text: "See above.\r\n" });
}

/** A subject far longer than a line, of three octets a character. */
export function letterOfCjkSubject(characters: number): Letter {
  return letter({ subject: fill("吾輩は猫である名前はまだ無い", characters), text: "See above.\r\n" });
}
