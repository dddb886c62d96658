import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64LinesLength, writeBase64Lines } from "../../src/mail/octets/base64.ts";
import { cheapest, survey, type TransferEncoding } from "../../src/mail/octets/choose.ts";
import { OctetBuffer } from "../../src/mail/octets/kernel/pieces.ts";
import { canonicalLength, toCrlf } from "../../src/mail/octets/line-ends.ts";
import { encodeQuotedPrintable } from "../../src/mail/octets/quoted-printable.ts";
import { type TextOptions, writeText } from "../../src/mail/octets/text-body.ts";
import { latin1 } from "./helpers.ts";
import { awkwardOctets } from "./reference.ts";

const free = { encoding: undefined, transport: "7bit" } as const;

function written(text: string, options: TextOptions): { body: string; encoding: TransferEncoding; size: number } {
  const output = new OctetBuffer(1);
  output.push(Uint8Array.of(0x2a, 0x2a));
  const { encoding, size } = writeText(text, options, output);
  return { body: latin1(output.written()), encoding, size };
}

// What the functions for octets make of the text, one pass after another.
function byPasses(text: string, { encoding, transport }: TextOptions): ReturnType<typeof written> {
  const bytes = new TextEncoder().encode(toCrlf(text));
  const chosen = encoding ?? cheapest(survey(bytes), { text: true, eightBit: transport === "8bit" });
  let body: Uint8Array = bytes;
  if (chosen === "quoted-printable") body = encodeQuotedPrintable(bytes, "text");
  if (chosen === "base64") {
    body = new Uint8Array(base64LinesLength(bytes.length));
    writeBase64Lines(bytes, body, 0);
  }
  return { body: `**${latin1(body)}`, encoding: chosen, size: bytes.length };
}

function agree(text: string, options: TextOptions): void {
  const [one, other] = [written(text, options), byPasses(text, options)];
  // A comparison of long strings by the runner takes longer than all that is compared.
  if (one.body !== other.body || one.encoding !== other.encoding || one.size !== other.size) expect(one).toEqual(other);
}

describe("a text", () => {
  it.each([
    ["plain lines as they are, line ends CRLF", "a\nb\rc\r\n", "7bit", "a\r\nb\r\nc\r\n"],
    ["a line that only quoted-printable would cut", "x".repeat(200), "7bit", "x".repeat(200)],
    ["an equals sign", "a=b\n", "7bit", "a=b\r\n"],
    ["Latin text", "un caf\u00e9 noir \n", "quoted-printable", "un caf=C3=A9 noir=20\r\n"],
    ["a guarded line", "From me\n.\n", "quoted-printable", "=46rom me\r\n=2E\r\n"],
    ["Japanese text", "\u543e\u8f29\u306f\u732b\n", "base64", "5ZC+6Lyp44Gv54yrDQo="],
    ["nothing", "", "7bit", ""],
  ])("is written as the shortest that every relay leaves alone: %s", (_, text, encoding, body) => {
    expect(written(text, free)).toMatchObject({ encoding, body: `**${body}` });
  });

  it("is written in the encoding that is asked for", () => {
    expect(written("a\n", { encoding: "base64", transport: "7bit" }).body).toBe("**YQ0K");
    expect(written("\u00e9\n", { encoding: "8bit", transport: "8bit" }).body).toBe("**\u00c3\u00a9\r\n");
    expect(written("\u00e9\n", { encoding: undefined, transport: "8bit" }).encoding).toBe("8bit");
  });

  it("tells the longest line written", () => {
    const longest = (text: string) => writeText(text, free, new OctetBuffer(0)).longestLine;
    expect(longest("a\nabc\rab")).toBe(3);
    expect(longest(`a\n${"x".repeat(400)}`)).toBe(400);
    expect(longest("\u00e9")).toBe(76);
  });

  const units = fc.constantFrom(
    ..."a b\t.F=\0\u0001\u001b\r\n\u00e9\u3042",
    ...[
      "\u{1f600}",
      "\r\n",
      "\n",
      "From ",
      "x".repeat(73),
      "y".repeat(75),
      "z".repeat(500),
      "\u0436".repeat(19),
      "\ufffd",
    ],
  );
  const options = fc.record({
    encoding: fc.constantFrom(undefined, "7bit", "8bit", "quoted-printable", "base64" as const),
    transport: fc.constantFrom("7bit", "8bit" as const),
  });

  it("becomes in one pass what its octets become in several", () => {
    const text = fc.array(units, { maxLength: 60 }).map((all) => all.join(""));
    fc.assert(
      fc.property(text, options, (value, how) => {
        expect(written(value, how)).toEqual(byPasses(value, how));
        expect(canonicalLength(value)).toBe(toCrlf(value).length);
      }),
      { numRuns: 1_000 },
    );
  });

  // The octets of what is awkward, as text: Latin-1 and fragments of UTF-8 read as characters of two octets.
  const awkward = latin1(awkwardOctets(80_000));
  const wide = new TextDecoder().decode(awkwardOctets(80_000)).replaceAll("b", "\u{1f600}\u3042");

  it.each([8 * 1024, 10_240])("is the same across the edges of slabs of %i units", (slab) => {
    for (const text of [awkward, wide]) {
      for (let shift = 0; shift < 80; shift++) {
        const long = text.slice(shift, shift + slab + (shift % 3) * slab + (shift % 7));
        // Half a pair at an end would be another text.
        const whole = long.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
        for (const encoding of [undefined, "7bit", "quoted-printable", "base64"] as const) {
          agree(whole, { encoding, transport: "7bit" });
        }
      }
    }
  });

  it("is the same wherever a line end, a blank, a guard or a pair lies on an edge", () => {
    for (const slab of [2_048, 8 * 1024, 10_240, 2_048 + 10_240]) {
      for (const mark of [
        "\r\n",
        "\r",
        "\n",
        " \r\n",
        "\t\n",
        "\n.",
        "\nFrom me",
        "\u{1f600}",
        "\u3042",
        "\u00e9",
        " ",
        "=",
      ]) {
        for (let before = 0; before < 9; before++) {
          for (const fill of ["a", "\u00e9"]) {
            const text = `${fill.repeat(slab - before)}${mark}${"b".repeat(100)}${mark}`;
            agree(text, free);
            agree(text, { encoding: "base64", transport: "7bit" });
            agree(text, { encoding: "7bit", transport: "7bit" });
          }
        }
      }
    }
  });
});
