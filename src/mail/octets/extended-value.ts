// Percent-encoding of parameter values in the extended form, `filename*=UTF-8''...` (RFC 2231 s4).

const hex = "0123456789ABCDEF";
// RFC 2231 s7, attribute-char: a token character but "*", "'" and "%". RFC 5987 s3.2.1 also leaves "`" and "|" bare;
// here they are escaped, since some readers hand them to a shell or treat them as syntax.
const bareCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_{}~";

const written: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return bareCharacters.includes(character) ? character : `%${hex.charAt(byte >> 4)}${hex.charAt(byte & 15)}`;
});

/**
 * Writes bytes as an extended value, without the charset and language in front.
 *
 * @param bytes - the value in its charset
 * @returns ASCII text; every octet that is not bare is `%XX` in upper case
 * @example
 * percentEncode(new TextEncoder().encode("é.txt")); // "%C3%A9.txt"
 */
export function percentEncode(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += written[byte];
  return text;
}

/**
 * Reads an extended value back into bytes.
 *
 * @param text - the value after `charset'language'`
 * @returns the bytes, or undefined when a `%` is not followed by two hex digits or a character is not ASCII
 * @example
 * decodePercent("%C3%A9"); // Uint8Array [0xc3, 0xa9]
 */
export function decodePercent(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    let unit = text.charCodeAt(at);
    if (unit > 0x7f) return undefined;
    if (unit === 0x25) {
      unit = hexDigit(text.charCodeAt(at + 1)) * 16 + hexDigit(text.charCodeAt(at + 2));
      if (Number.isNaN(unit)) return undefined;
      at += 2;
    }
    bytes[length++] = unit;
  }
  return bytes.slice(0, length);
}

function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}
