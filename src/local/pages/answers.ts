// Answers of the pages and the JSON API, each with the headers that keep a browser from doing more than showing it.
import type { ErrorJson } from "./api.ts";

/** Sent with everything: no guessing of types, no cache of mail, no trace in other sites' logs. */
const COMMON = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Content that other origins have no business with. */
const OWN = { ...COMMON, "cross-origin-resource-policy": "same-origin" } as const;

/** JSON of a known shape. */
export function jsonAnswer<T>(value: T, status = 200): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: {
      ...OWN,
      "content-type": "application/json; charset=utf-8",
      "content-security-policy": "default-src 'none'",
    },
  });
}

/** What went wrong, in words. */
export function errorAnswer(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Response {
  const answer = jsonAnswer<ErrorJson>({ error }, status);
  for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
  return answer;
}

/** A text of the endpoint itself: its page, style or script. */
export function ownText(content: string, type: string, policy: string): Response {
  return new Response(content, {
    headers: { ...OWN, "content-type": `${type}; charset=utf-8`, "content-security-policy": policy },
  });
}

/** The html of a mail: a document with its own origin, in which nothing runs and nothing is loaded but what is listed. */
export function mailDocument(html: string, images: string): Response {
  return new Response(html, {
    headers: {
      ...OWN,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": [
        // Links open in a new tab, where the sandbox ends: they are the reader's own click.
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        `img-src data: ${images}`,
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
      ].join("; "),
    },
  });
}

/** Bytes to save as a file. What is opened directly all the same runs nothing. */
export function download(bytes: Uint8Array, type: string, filename: string): Response {
  // A copy: the body of an answer takes over the buffer it is given.
  return new Response(Uint8Array.from(bytes), {
    headers: {
      ...COMMON,
      "content-type": type,
      "content-length": String(bytes.length),
      "content-disposition": attachmentDisposition(filename),
      "content-security-policy": "sandbox; default-src 'none'",
    },
  });
}

// RFC 6266 s4.3: a plain name for everybody, and the exact one for those who know extended values.
function attachmentDisposition(filename: string): string {
  const name = filename.replace(/\p{Surrogate}/gu, "\ufffd").slice(0, 200) || "file";
  const plain = name.replace(/[^A-Za-z0-9._ -]/g, "_");
  // RFC 8187 s3.2.1: these have to be encoded too.
  const extended = encodeURIComponent(name.replace(/\p{Surrogate}/gu, "")).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}
