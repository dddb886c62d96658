// Rules over octets and lines: raw.line-ends, raw.eight-bit, limit.line. RFC 5322 s2.1.1, s2.3; RFC 2045 s2.7, s6.2.
import type { Path } from "../../issues.ts";
import { lineFrom, type Octets, scanOctets } from "../read/octets.ts";
import type { RawVisit } from "../read/walk.ts";
import { bodyPath, fieldPath, type Lint, placeOf, refuse, warn } from "./lint.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}

interface LineEnds {
  count: number;
  first: { readonly path: Path; readonly line: number } | undefined;
}

/** One pass over all octets. */
export function lintOctets(lint: Lint): void {
  const lineEnds: LineEnds = { count: 0, first: undefined };
  for (const visit of lint.visits) {
    lintHead(lint, visit, lineEnds);
    lintBody(lint, visit, lineEnds);
  }
  if (lineEnds.first === undefined) return;
  const what = `bare CR or LF, ${lineEnds.count} in all`;
  const hint = "every line ends with CRLF";
  refuse(lint, { code: "raw.line-ends", ...lineEnds.first, what, rfc: "RFC 5322 s2.3", hint });
}

function lintHead(lint: Lint, visit: RawVisit, lineEnds: LineEnds): void {
  const { part } = visit;
  // A byte order mark is reported as such.
  const start = part.defects.some(({ kind }) => kind === "byte-order-mark") ? part.headStart + 3 : part.headStart;
  const found = scanOctets(lint.bytes, { start, end: part.bodyStart }, lint.limits.line);
  const place = (offset: number) => {
    const field = part.fields.find((one) => one.start <= offset && offset < one.end);
    const path = field === undefined ? placeOf(visit) : fieldPath(visit, field);
    return { path, line: lineFrom(lint.bytes, part.headStart, part.headLine, offset) };
  };
  addLineEnds(lineEnds, found, place);
  if (found.longLine >= 0) tooLong(lint, place(found.longLine));
  if (found.nul >= 0) nul(lint, place(found.nul));
  if (found.control >= 0) {
    const what = "a control character in a head";
    refuse(lint, { code: "header.control", ...place(found.control), what, rfc: "RFC 5322 s4.1" });
  }
  if (found.eightBit < 0) return;
  const marked = found.eightBit === 0 && lint.bytes[0] === 0xef && lint.bytes[1] === 0xbb && lint.bytes[2] === 0xbf;
  const hint = marked
    ? "the message begins with a byte order mark: leave its three bytes out"
    : "use encoded-words, or extended parameters for file names";
  const what = "8-bit octets in a head";
  refuse(lint, { code: "raw.eight-bit", ...place(found.eightBit), what, rfc: "RFC 5322 s2.2", hint });
}

function lintBody(lint: Lint, visit: RawVisit, lineEnds: LineEnds): void {
  const { part } = visit;
  const found = first(bodyRanges(visit).map((range) => scanOctets(lint.bytes, range, lint.limits.line)));
  const place = (offset: number) => ({
    path: bodyPath(visit),
    line: lineFrom(lint.bytes, part.bodyStart, part.bodyLine, offset),
  });
  addLineEnds(lineEnds, found, place);
  if (found.longLine >= 0) tooLong(lint, place(found.longLine));
  if (found.nul >= 0) nul(lint, place(found.nul));
  if (found.eightBit < 0) return;
  const finding = { code: "raw.eight-bit" as const, ...place(found.eightBit) };
  if (part.encoding !== "8bit" && part.encoding !== "binary") {
    refuse(lint, { ...finding, what: `8-bit octets in a body labelled ${label(part.encoding)}`, rfc: "RFC 2045 s6.2" });
  } else if (lint.limits.sevenBit) {
    const hint = "use quoted-printable or base64";
    warn(lint, { ...finding, what: "not every relay keeps 8-bit octets", rfc: "RFC 6152 s3", hint });
  }
}

// A label is content: only labels of the standard are reported.
function label(encoding: string): string {
  return /^(?:7bit|quoted-printable|base64)$/.test(encoding) ? encoding : "with an unknown encoding";
}

function tooLong(lint: Lint, place: { readonly path: Path; readonly line: number }): void {
  const what = `the line is longer than ${lint.limits.line} octets`;
  refuse(lint, { code: "limit.line", ...place, what, rfc: "RFC 5322 s2.1.1" });
}

function nul(lint: Lint, place: { readonly path: Path; readonly line: number }): void {
  refuse(lint, { code: "raw.eight-bit", ...place, what: "a NUL cannot travel", rfc: "RFC 2045 s2.7" });
}

function addLineEnds(
  to: LineEnds,
  found: Octets,
  place: (offset: number) => { readonly path: Path; readonly line: number },
): void {
  if (found.bareCount === 0) return;
  to.count += found.bareCount;
  const offsets = [found.bareCr, found.bareLf].filter((offset) => offset >= 0);
  to.first ??= place(Math.min(...offsets));
}

// The octets of a body that belong to no part below it: all of a leaf's; preamble, delimiters and epilogue of a multipart.
function bodyRanges({ part }: RawVisit): readonly Range[] {
  const inside = part.message === undefined ? part.parts : [part.message];
  const ranges: Range[] = [];
  let start = part.bodyStart;
  for (const child of inside) {
    ranges.push({ start, end: child.headStart });
    start = child.bodyEnd;
  }
  ranges.push({ start, end: part.bodyEnd });
  return ranges;
}

function first(all: readonly Octets[]): Octets {
  const of = (kind: keyof Octets): number => all.find((octets) => octets[kind] >= 0)?.[kind] ?? -1;
  return {
    eightBit: of("eightBit"),
    nul: of("nul"),
    control: of("control"),
    bareCr: of("bareCr"),
    bareLf: of("bareLf"),
    bareCount: all.reduce((sum, octets) => sum + octets.bareCount, 0),
    longLine: of("longLine"),
  };
}
