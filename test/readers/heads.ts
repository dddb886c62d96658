// The lines of a message and of all its heads, found without the library's own reader.

/** Lines between CRLF; a bare CR or LF stays inside its line. */
export function linesOf(bytes: Uint8Array): readonly string[] {
  return Buffer.from(bytes).toString("latin1").split("\r\n");
}

/** The lines of the head and of the head of every part, enclosed messages included. */
export function headLines(lines: readonly string[]): readonly string[] {
  const found: string[] = [];
  const open: (readonly string[])[] = [lines];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const end = part.indexOf("");
    const head = part.slice(0, end < 0 ? part.length : end);
    found.push(...head);
    const body = part.slice(head.length + 1);
    const type = contentType(head);
    const boundary = /;\s*boundary="?([^";]+)"?/i.exec(type)?.[1];
    if (/^multipart\//i.test(type) && boundary !== undefined) open.push(...partsOf(body, boundary));
    if (/^message\/rfc822/i.test(type)) open.push(body);
  }
  return found;
}

function contentType(head: readonly string[]): string {
  const at = head.findIndex((line) => /^content-type:/i.test(line));
  let value = (head[at] ?? "").slice("content-type:".length);
  for (let next = at + 1; at >= 0 && /^[ \t]/.test(head[next] ?? ""); next++) value += head[next];
  return value.trim();
}

// RFC 2046 s5.1.1
function partsOf(body: readonly string[], boundary: string): (readonly string[])[] {
  const parts: string[][] = [];
  for (const line of body) {
    if (line === `--${boundary}--`) break;
    if (line === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

/** What breaks the rules of lines: RFC 5322 s2.1.1, s2.2.3, RFC 2047 s2. Empty when nothing does. */
export function lineFaults(bytes: Uint8Array): readonly string[] {
  const faults: string[] = [];
  const lines = linesOf(bytes);
  for (const line of lines) {
    if (line.length > 998) faults.push(`a line of ${line.length}: ${line.slice(0, 60)}`);
    if (/[\r\n]/.test(line)) faults.push(`a bare CR or LF: ${JSON.stringify(line.slice(0, 60))}`);
    if (/[^\0-\x7f]/.test(line)) faults.push(`8-bit: ${line.slice(0, 60)}`);
  }
  for (const line of headLines(lines)) {
    const words = line.match(/=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=/g) ?? [];
    for (const word of words) if (word.length > 75) faults.push(`a word of ${word.length}: ${word}`);
    if (words.length > 0 && line.length > 76) faults.push(`a line with a word of ${line.length}: ${line}`);
    if (/^[ \t]*$/.test(line)) faults.push("a line of blanks in a head");
    if (/[^\t\x20-\x7e]/.test(line)) faults.push(`a control in a head: ${JSON.stringify(line)}`);
  }
  return faults;
}
