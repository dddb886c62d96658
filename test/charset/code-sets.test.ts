// Every character of the BMP, in every charset, against decoders that share no code with the encoder.
import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { legacyCharsets } from "../../src/charset.ts";
import { findCharset } from "../../src/mail/octets/charset.ts";

const characters: string[] = [];
for (let unit = 0; unit < 0x10000; unit++) {
  if (unit < 0xd800 || unit > 0xdfff) characters.push(String.fromCharCode(unit));
}
const beyond = [0x10000, 0x1f600, 0x1ffff, 0x20000, 0x2a6d6, 0x30000, 0x10ffff].map((code) =>
  String.fromCodePoint(code),
);

interface Pair {
  readonly character: string;
  readonly bytes: Uint8Array;
}

function accepted(name: string): Pair[] {
  const charset = findCharset(name);
  return [...characters, ...beyond].flatMap((character) => {
    const bytes = charset?.encode(character);
    return bytes instanceof Uint8Array ? [{ character, bytes }] : [];
  });
}

// Some releases of Node decode windows-1252 as if it were ISO-8859-1.
const nodeReads1252 = new TextDecoder("windows-1252").decode(Uint8Array.of(0x80)) === "€";

function platformDecoder(name: string): TextDecoder | undefined {
  if (name === "windows-1252" && !nodeReads1252) return undefined;
  try {
    return new TextDecoder(findCharset(name)?.label ?? name, { fatal: true, ignoreBOM: true });
  } catch {
    return undefined; // ISO-8859-16 is not in every build of ICU.
  }
}

// Python has no codec for the rows of NEC and IBM in seven bits.
const unknownToPython = new Set(["ISO-2022-JP-MS"]);

function pythonCodec(name: string): string {
  if (name === "windows-31j") return "cp932";
  return name.toLowerCase().replace("windows-", "cp").replaceAll("-", "_").replace("iso_8859", "iso8859");
}

// One process for all charsets: for each code what Python decodes it to, and the characters Python can encode.
const script = `
import json, sys
answer = {}
for name, codec, codes in json.load(sys.stdin):
    decoded = []
    for code in codes:
        try: decoded.append(bytes.fromhex(code).decode(codec))
        except UnicodeDecodeError: decoded.append(None)
    encoded = []
    for unit in list(range(0xd800)) + list(range(0xe000, 0x10000)):
        try: encoded.append([unit, chr(unit).encode(codec).hex()])
        except UnicodeEncodeError: pass
    answer[name] = {"decoded": decoded, "encoded": encoded}
json.dump(answer, sys.stdout)`;

interface PythonAnswer {
  readonly decoded: readonly (string | null)[];
  readonly encoded: readonly (readonly [number, string])[];
}

const pairs = new Map<string, Pair[]>(legacyCharsets.map((name) => [name, accepted(name)]));
let python: Record<string, PythonAnswer> | undefined;

beforeAll(() => {
  const question = legacyCharsets
    .filter((name) => !unknownToPython.has(name))
    .map((name) => {
      const codes = pairs.get(name)?.map(({ bytes }) => Buffer.from(bytes).toString("hex"));
      return [name, pythonCodec(name), codes];
    });
  const run = spawnSync("python3", ["-c", script], { input: JSON.stringify(question), maxBuffer: 1e8 });
  if (run.error === undefined) python = JSON.parse(run.stdout.toString());
});

describe.each(legacyCharsets)("%s", (name) => {
  it("writes no character that the platform's decoder reads as another", ({ annotate }) => {
    const decoder = platformDecoder(name);
    if (decoder === undefined) return annotate(`no usable decoder for ${name} on this host`);
    // Inside a text: some releases of Node lose a single octet FF that is all there is.
    const wrong = (pairs.get(name) ?? []).filter(({ character, bytes }) => {
      return decoder.decode(Uint8Array.of(0x61, ...bytes, 0x61)) !== `a${character}a`;
    });
    expect(wrong).toEqual([]);
  });

  it("writes no character that Python reads as another", ({ annotate }) => {
    if (python === undefined) return annotate("python3 is not installed: nothing compared");
    if (unknownToPython.has(name)) return annotate("Python has no such codec");
    const read = python[name]?.decoded;
    expect(read).toEqual(pairs.get(name)?.map(({ character }) => character));
  });

  it("writes every character that both read alike, but what it refuses on purpose", ({ annotate }) => {
    const decoder = platformDecoder(name);
    if (python === undefined || decoder === undefined) return annotate("needs python3 and a decoder");
    const written = new Set(pairs.get(name)?.map(({ character }) => character));
    const missing = (python[name]?.encoded ?? []).flatMap(([unit, code]) => {
      const character = String.fromCharCode(unit);
      return written.has(character) || !reads(decoder, code, character) ? [] : [character];
    });
    expect(missing.filter((character) => !isRefusedOnPurpose(name, character))).toEqual([]);
  });
});

function reads(decoder: TextDecoder, code: string, character: string): boolean {
  try {
    return decoder.decode(Buffer.from(code, "hex")) === character;
  } catch {
    return false;
  }
}

// C1, private use and the mark of a failed decoding everywhere; JIS X 0201 Roman in ISO-2022-JP (RFC 1468 advises against it); what browsers or other
// editions of the standard read differently although these two readers agree.
function isRefusedOnPurpose(name: string, character: string): boolean {
  if (/[\u0080-\u009f\ue000-\uf8ff\ufffd]/.test(character)) return true;
  const refused: Readonly<Record<string, string>> = {
    "ISO-2022-JP": "\u00a5\u203e\u001b\u000e\u000f",
    "EUC-KR": "\u3164",
    "KOI8-U": "\u255d\u256c",
    GB18030:
      "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb\ufe10\ufe11\ufe12\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19",
  };
  return refused[name]?.includes(character) ?? false;
}
