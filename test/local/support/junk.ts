// Requests that no honest client sends. Random, but the same on every run.
import { connect, type Socket } from "node:net";

/** Numbers from 0 up to 1 (mulberry32), the same for the same seed. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One request. */
export interface Junk {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_TYPE = { "content-type": "application/json" };
const SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';

type Random = () => number;

function octets(random: Random, most: number): Buffer<ArrayBuffer> {
  return Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256)));
}

function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

const PIECES = [
  "&",
  "=",
  "%",
  "%zz",
  "%00",
  "+",
  "Action",
  "Version",
  ".member.",
  "1",
  "0",
  "-1",
  "__proto__",
  "constructor",
] as const;
const XML = [
  "<",
  "<?xml",
  "]]>",
  "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
  "&b;",
  "<Action>",
  "\0",
  "\ufffe",
] as const;
const MAIL = [
  "From: ",
  "a@b.c",
  "\r\n",
  "\n",
  "\r",
  ":",
  "=?utf-8?b?",
  "?=",
  "\0",
  "boundary=",
  "--",
  ";",
  '"',
  "(",
  "<",
  "\x80\xff",
] as const;

function mixture(random: Random, pieces: readonly [string, ...string[]], most: number): string {
  return Array.from({ length: Math.floor(random() * most) }, () => pick(random, pieces)).join("");
}

function rawForm(raw: Uint8Array | string): Junk {
  const data = Buffer.from(raw).toString("base64");
  const body = `Action=SendRawEmail&RawMessage.Data=${encodeURIComponent(data)}`;
  return { method: "POST", path: "/", headers: FORM, body };
}

const KINDS: readonly [(random: Random) => Junk, ...((random: Random) => Junk)[]] = [
  (random) => ({ method: "POST", path: "/", headers: FORM, body: mixture(random, PIECES, 60) }),
  (random) => ({ method: "POST", path: "/", headers: FORM, body: octets(random, 500) }),
  (random) => ({ method: "POST", path: "/", headers: { "content-type": "text/xml" }, body: mixture(random, XML, 40) }),
  (random) => {
    const data = encodeURIComponent(octets(random, 200).toString("latin1"));
    return { method: "POST", path: "/", headers: FORM, body: `Action=SendRawEmail&RawMessage.Data=${data}` };
  },
  (random) => rawForm(octets(random, 1_000)),
  (random) => rawForm(mixture(random, MAIL, 200)),
  (random) =>
    rawForm(
      `From: "${SCRIPT.replaceAll('"', "")}" <a@example.com>\r\nTo: b@example.com\r\nSubject: ${SCRIPT}${random()}\r\n\r\n${SCRIPT}`,
    ),
  (random) => ({
    method: "POST",
    path: "/v2/email/outbound-emails",
    headers: JSON_TYPE,
    body: `{"Content":${mixture(random, ["{", "}", "[", '"', ":", ",", "1"], 40)}`,
  }),
  (random) => ({
    method: pick(random, ["GET", "PUT", "PATCH", "OPTIONS"]),
    path: `/_local/${encodeURIComponent(octets(random, 40).toString("latin1"))}`,
  }),
  (random) => ({
    method: "POST",
    path: pick(random, ["/_local/faults", "/_local/account", "/_local/verify"]),
    headers: JSON_TYPE,
    body: `${"[".repeat(random() * 60_000)}`,
  }),
  (random) => ({ method: "GET", path: `/?Action=${mixture(random, PIECES, 20)}` }),
];

/** So many requests of every kind. */
export function* junk(count: number, seed: number): Generator<Junk> {
  const random = dice(seed);
  for (let index = 0; index < count; index++) yield (KINDS[index % KINDS.length] ?? KINDS[0])(random);
}

const HEAD = "From: a@example.com\r\nTo: b@example.com\r\nSubject: heavy\r\nMIME-Version: 1.0\r\n";

/** Messages that are heavy to take apart, by what makes them so. */
export const HEAVY: ReadonlyMap<string, () => string> = new Map([
  [
    "100,000 parts",
    () => `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(100_000)}--b--\r\n`,
  ],
  [
    "100,000 files",
    () =>
      `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\nContent-Type: a/b\r\n\r\nx\r\n".repeat(100_000)}--b--\r\n`,
  ],
  [
    "multiparts nested 10,000 deep",
    () => {
      const open = (depth: number) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`;
      return `${HEAD}${Array.from({ length: 10_000 }, (_, depth) => open(depth)).join("")}`;
    },
  ],
  ["messages nested 10,000 deep", () => `${HEAD}${"Content-Type: message/rfc822\r\n\r\n".repeat(10_000)}`],
  ["100,000 fields", () => `${HEAD}${"X: y\r\n".repeat(100_000)}\r\nhi\r\n`],
  ["a field of 4 MB", () => `${HEAD}X: ${"y ".repeat(2_000_000)}\r\n\r\nhi\r\n`],
  ["a folded field of 1 MB", () => `${HEAD}X: ${"y\r\n ".repeat(250_000)}\r\n\r\nhi\r\n`],
  ["100,000 encoded words", () => `${HEAD.replace("heavy", "=?utf-8?q?a?= ".repeat(15_000))}\r\nhi\r\n`],
  ["html of 2 MB that never ends a tag", () => `${HEAD}Content-Type: text/html\r\n\r\n${"<a ".repeat(700_000)}`],
  [
    "html with 100,000 images",
    () => `${HEAD}Content-Type: text/html\r\n\r\n${'<img src="cid:x">\r\n'.repeat(100_000)}`,
  ],
  ["base64 of nothing, 4 MB", () => `${HEAD}Content-Transfer-Encoding: base64\r\n\r\n${"====\r\n".repeat(650_000)}`],
]);

/** Connections that send a request's head one octet at a time, or too much of it. Gives what ends them. */
export function slowConnections(url: string, count: number): () => void {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index++) {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.write(index % 2 === 0 ? "POST / HTTP/1.1\r\nHost: x\r\nX-" : `GET / HTTP/1.1\r\nX: ${"y".repeat(100_000)}`);
    sockets.push(socket);
  }
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write("a");
  }, 200);
  return () => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
  };
}

/** A body of so many bytes whose length is not told before. */
export function endless(bytes: number): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(1_048_576).fill(0x61);
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) controller.close();
      else controller.enqueue(chunk);
      left -= chunk.length;
    },
  });
}
