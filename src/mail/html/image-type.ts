// The type of an image by its first bytes: names lie, and a wrong type is a broken image in many readers.
// WHATWG MIME Sniffing s6.1; AVIF s8 (brands).

// Where the bytes are, what they are, and what they mean.
const SIGNATURES: readonly (readonly [offset: number, text: string, type: string])[] = [
  [0, "\x89PNG\r\n\x1a\n", "image/png"],
  [0, "\xff\xd8\xff", "image/jpeg"],
  [0, "GIF87a", "image/gif"],
  [0, "GIF89a", "image/gif"],
  [8, "WEBP", "image/webp"],
  [4, "ftypavif", "image/avif"],
  [4, "ftypavis", "image/avif"],
  [0, "BM", "image/bmp"],
  [0, "\x00\x00\x01\x00", "image/vnd.microsoft.icon"],
];

// What else must be there when the signature is short. Octets 6 to 9 of a bitmap are reserved and zero.
const CONTAINERS = new Map([
  ["image/webp", /^RIFF/],
  ["image/bmp", /^BM[\s\S]{4}\0{4}/],
]);

/** The media type of an image by its magic bytes; undefined for what is none. */
export function sniffImage(bytes: Uint8Array): string | undefined {
  const head = binary(bytes.subarray(0, 1024));
  for (const [offset, text, type] of SIGNATURES) {
    if (head.startsWith(text, offset) && (CONTAINERS.get(type)?.test(head) ?? true)) return type;
  }
  return isSvg(head) ? "image/svg+xml" : undefined;
}

// windows-1252, which "latin1" means in TextDecoder, keeps no C1 octets apart; the signatures need the octets.
function binary(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

// XML: a declaration, comments and a doctype may come before the root element.
function isSvg(head: string): boolean {
  let at = head.startsWith("\xef\xbb\xbf") ? 3 : 0;
  for (;;) {
    while (/\s/.test(head[at] ?? "")) at++;
    if (/^<svg[\s/>]/.test(head.slice(at, at + 5))) return true;
    if (!/^<[?!]/.test(head.slice(at, at + 2))) return false;
    const close = head.startsWith("<!--", at) ? "-->" : ">";
    const end = head.indexOf(close, at + 2);
    if (end < 0) return false;
    at = end + close.length;
  }
}
