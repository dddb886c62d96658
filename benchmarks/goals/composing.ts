// Letters composed in memory: how many times as fast as nodemailer, and as other libraries.
import { loadBuild, ways } from "../builds.ts";
import { differences, longestLine } from "../equal.ts";
import { type Contender, formatMs, race, type Timing } from "../harness.ts";
import type { Letter } from "../letter.ts";
import { emailjs } from "../rivals/emailjs-mime-builder.ts";
import { mimetext, mimetextEncoded } from "../rivals/mimetext.ts";
import { inputOf } from "../rivals/mimewright.ts";
import { nodemailer, nodemailerQuoted } from "../rivals/nodemailer.ts";
import type { Rival } from "../rivals/rival.ts";
import { upyo } from "../rivals/upyo.ts";
import { rows } from "../rows.ts";
import { formatNumber, type GoalOptions, type Row, type RowGroup, timesFaster } from "./row.ts";

interface Case {
  readonly name: string;
  readonly title: string;
  readonly faster: number;
  readonly way?: "whole" | "input" | "into";
  readonly peer?: Rival;
}

const cases: readonly Case[] = [
  { name: "small", title: "small message: text, html, non-ASCII subject", faster: 35 },
  { name: "small-plain", title: "small message, another text", faster: 35 },
  { name: "subject-cjk", title: "subject of 10,000 characters, CJK", faster: 9 },
  { name: "subject-latin", title: "subject of 10,000 characters, Latin", faster: 6 },
  { name: "recipients", title: "1,000 recipients, ASCII names", faster: 13 },
  { name: "recipients-named", title: "1,000 recipients, other names", faster: 13 },
  { name: "files-1000", title: "1,000 attachments of 100 bytes", faster: 60 },
  { name: "files-100", title: "100 attachments of 100 KB", faster: 12 },
  { name: "html", title: "1 MB of html", faster: 15 },
  { name: "html-prose", title: "1 MB of html, prose", faster: 15 },
  { name: "japanese", title: "1 MB of Japanese text, base64", faster: 8 },
  {
    name: "japanese",
    title: "1 MB of Japanese text, nodemailer: quoted-printable",
    faster: 45,
    peer: nodemailerQuoted,
  },
  { name: "attachment-10mb", title: "10 MB attachment", faster: 7.5 },
  { name: "attachment-10mb", title: "10 MB attachment, `toBytes(input)`", faster: 7.5, way: "input" },
  { name: "attachment-25mb", title: "25 MB attachment, lent, `into`", faster: 8, way: "into" },
  { name: "attachment-64mb", title: "64 MB attachment, lent, `into`", faster: 9, way: "into" },
];

const peers: readonly Rival[] = [mimetext, mimetextEncoded, emailjs, upyo];

const LARGE = 20 * 1024 * 1024;

/** A group for each letter. */
export const composing: readonly RowGroup[] = cases.map((one) => ({
  name: one.name,
  async *measure(options) {
    yield await measureCase(one, options);
  },
}));

async function measureCase({ name, title, faster, way = "whole", peer = nodemailer }: Case, options: GoalOptions) {
  const { dist, budget } = options;
  const build = await loadBuild(dist);
  const letter = rows.get(name)?.();
  const run = letter === undefined ? undefined : ways.get(way)?.(build, letter);
  if (letter === undefined || run === undefined) throw new RangeError(`no row ${name}, no way ${way}`);
  const contenders: Contender[] = [{ name: "own", run }];
  const large = letter.enclosures.reduce((sum, { content }) => sum + content.length, 0) > LARGE;
  const notes: string[] = [];
  // Other rivals are asked once about each letter, and not about the largest.
  for (const rival of large || peer !== nodemailer ? [peer] : [peer, ...peers]) {
    const job = rival.prepare(letter);
    if (job === undefined) continue;
    contenders.push({ name: rival.name, run: job });
    if (!large) notes.push(...(await notesOn(rival, letter, await job())));
  }
  for (const part of large ? [] : ["message", "toBytes"]) {
    const alone = ways.get(part)?.(build, letter);
    if (alone !== undefined) contenders.push({ name: part, run: alone });
  }
  const timings = await race(contenders, { budget: large ? 2 * budget : budget, maxRounds: 41 });
  const { message, toBytes } = build.core;
  const right = large || (await differences(letter, toBytes(message(inputOf(letter))))).length === 0;
  return { ...rowOf(timings, peer.name), title, composed: true, goal: timesFaster(faster), notes, right };
}

function rowOf(timings: readonly Timing[], peer: string): Pick<Row, "found" | "own" | "rivals" | "beside"> {
  const timing = (name: string) => timings.find((one) => one.name === name);
  const own = timing("own");
  const first = timing(peer);
  if (own === undefined || first === undefined) throw new Error("nothing was measured");
  const rivals = peers.flatMap(({ name }): [string, number][] => {
    const other = timing(name);
    return other === undefined ? [] : [[name, other.ratio]];
  });
  const apart = ["message", "toBytes"].flatMap((name): [string, string][] => {
    const part = timing(name);
    return part === undefined ? [] : [[name, formatMs(part.median)]];
  });
  const byCpu: [string, string] = ["by CPU", formatNumber(first.cpu / own.cpu)];
  return { found: first.ratio, own: formatMs(own.median), rivals, beside: [byCpu, ...apart] };
}

async function notesOn(rival: Rival, letter: Letter, bytes: Uint8Array): Promise<readonly string[]> {
  const differs = await differences(letter, bytes);
  return [
    ...rival.unequal(letter),
    ...(differs.length > 0 ? [`is NOT the same when read back: ${differs.join(", ")}`] : []),
    // RFC 5322 s2.1.1
    ...(longestLine(bytes) > 998 ? ["writes lines longer than the 998 octets that are legal"] : []),
  ].map((note) => `${rival.name} ${note}`);
}
