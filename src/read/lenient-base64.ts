// Base64 as readers take it, whatever is wrong with it.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PAD = 0x3d;
const sextets = buildSextets();

function buildSextets(): Int8Array {
  const table = new Int8Array(256).fill(-1);
  for (let value = 0; value < ALPHABET.length; value++) table[ALPHABET.charCodeAt(value)] = value;
  return table;
}

/**
 * The octets of base64 that breaks the rules, as far as they can be read. RFC 2045 s6.8: what is not of the alphabet is
 * ignored. After padding a new text begins: some writers join several.
 */
export function lenientBase64(body: Uint8Array): Uint8Array {
  const octets = new Uint8Array(Math.ceil((body.length * 3) / 4));
  let [length, bits, held] = [0, 0, 0];
  for (const byte of body) {
    const sextet = sextets[byte] ?? -1;
    if (byte === PAD) held = 0;
    if (sextet < 0) continue;
    bits = ((bits << 6) | sextet) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    octets[length++] = bits >> held;
  }
  return octets.slice(0, length);
}
