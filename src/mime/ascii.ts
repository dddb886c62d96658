// Header text, which is ASCII by construction, as bytes. RFC 5322 s2.1.

const encoder = new TextEncoder();

// Up to here a loop is quicker than the call of an encoder.
const SHORT = 512;

/** The bytes of ASCII text. Anything else comes out above 127, where the scan of the head stops it. */
export function asciiBytes(text: string): Uint8Array {
  if (text.length > SHORT) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[index] = unit < 0x80 ? unit : 0xff;
  }
  return bytes;
}
