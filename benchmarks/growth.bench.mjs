// How the time grows with the input: every input that can be long, from 1,000 to 100,000 units, and the exponent of its
// growth (1 is linear). Run: npm run bench:growth. Exits with 1 when something is not linear or too slow.
import { check, lintRaw, message, parseAddressList, sesV1, toBytes } from "mimewright";

const SIZES = [1_000, 10_000, 100_000];
const MAX_EXPONENT = 1.2;
const MAX_MS = 250;
const from = "a@example.com";
const to = "b@example.com";
const encoder = new TextEncoder();

/** Refused or accepted, both count: what matters is that the answer comes. */
const field = (part) => () => {
  const checked = check({ from, to, text: "x", ...part });
  if (checked.ok) toBytes(checked.value);
};
const attachment = (part) => field({ attachments: [{ content: "x", filename: "a.txt", ...part }] });

const CASES = [
  [
    "addresses in one string",
    (n) => field({ to: Array.from({ length: n }, (_, i) => `r${i}@example.com`).join(", ") }),
  ],
  [
    "addresses as objects",
    (n) => field({ to: Array.from({ length: n }, (_, i) => ({ address: `r${i}@example.com` })) }),
  ],
  ...["(", "<", '"', "@", ",", "\\", "a", " ", "a ", "g:", "a@b.c,", "=?", "(a", '"\\'].map((unit) => [
    `address of ${JSON.stringify(unit)}`,
    (n) => () => check({ from, to: unit.repeat(n) }),
  ]),
  ["parseAddressList", (n) => () => parseAddressList("a@example.com, ".repeat(n - 1) + to)],
  ["nested address lists", (n) => field({ to: Array.from({ length: n }).reduce((inner) => [inner], to) })],
  ["display name, ASCII", (n) => field({ to: { name: "x".repeat(n), address: to } })],
  ["display name, emoji", (n) => field({ to: { name: "👩‍👩‍👧".repeat(n / 8), address: to } })],
  [
    "group of members",
    (n) => field({ to: { group: "Team", members: Array.from({ length: n }, (_, i) => `r${i}@x.org`) } }),
  ],
  ...["x", "x ", " ", "\t", "é", "日", "👩‍👩‍👧", "e\u0301\u0302", "=?utf-8?Q?x?=", "\u200d"].map((unit) => [
    `subject of ${JSON.stringify(unit)}`,
    (n) => field({ subject: unit.repeat(Math.ceil(n / unit.length)) }),
  ]),
  ["subject with CRLF", (n) => field({ subject: "\r\n".repeat(n / 2) })],
  ["custom header, one long", (n) => field({ headers: { "X-Long": "word ".repeat(n / 5) } })],
  [
    "custom headers, many",
    (n) => field({ headers: Array.from({ length: n / 10 }, (_, i) => ({ name: `X-${i}`, value: "v" })) }),
  ],
  ["header name", (n) => field({ headers: { ["x".repeat(n)]: "v" } })],
  ["references", (n) => field({ references: Array.from({ length: n / 10 }, (_, i) => `<${i}@example.com>`) })],
  ["message id", (n) => field({ messageId: `<${"a.".repeat(n / 2)}a@b>` })],
  [
    "list URIs",
    (n) =>
      field({
        listUnsubscribe: ["https://example.com/u", ...Array.from({ length: n / 20 }, (_, i) => `mailto:u${i}@x.org`)],
      }),
  ],
  ["file name, ASCII", (n) => attachment({ filename: `${"x".repeat(n)}.txt` })],
  ["file name, quotes", (n) => attachment({ filename: `${'"'.repeat(n)}.txt` })],
  ["file name, emoji", (n) => attachment({ filename: `${"🌸".repeat(n / 2)}.txt` })],
  ["file name, folders", (n) => attachment({ filename: `${"../".repeat(n / 3)}a.txt` })],
  ["content type", (n) => attachment({ contentType: `text/plain${"; a=b".repeat(n / 5)}` })],
  ["content type, quotes", (n) => attachment({ contentType: `text/plain; a="${"\\\\".repeat(n / 2)}"` })],
  ["content type, slashes", (n) => attachment({ contentType: "a/".repeat(n / 2) })],
  ["cid", (n) => attachment({ cid: "a.".repeat(n / 2) })],
  [
    "attachments",
    (n) => field({ attachments: Array.from({ length: n / 100 }, (_, i) => ({ filename: `${i}.bin`, content: "x" })) }),
  ],
  [
    "html of tags and cids",
    (n) => field({ html: "<img src=cid:a>".repeat(n / 15), attachments: [{ cid: "a", content: "x" }] }),
  ],
  ["html of open tags", (n) => field({ html: "<img cid: ".repeat(n / 10), attachments: [{ cid: "a", content: "x" }] })],
  ["text of dots", (n) => field({ text: ".\n".repeat(n / 2) })],
  ["text of dashes", (n) => field({ text: "--\n".repeat(n / 3) })],
  ["text, one line", (n) => field({ text: "x".repeat(n) })],
  ["text, Japanese", (n) => field({ text: "日本語\n".repeat(n / 4) })],
  ["text of CR and LF", (n) => field({ text: "\r\n\r\n\n".repeat(n / 5) })],
  ["raw bytes, header lines", (n) => () => lintRaw(encoder.encode("X: y\r\n".repeat(n / 6)), sesV1)],
  [
    "raw bytes, empty parts",
    (n) => () =>
      lintRaw(encoder.encode(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n".repeat(n / 5)}`), sesV1),
  ],
];

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function time(work) {
  const runs = [];
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    try {
      work();
    } catch (error) {
      if (error?.name !== "MessageError") throw error;
    }
    runs.push(performance.now() - start);
  }
  return median(runs);
}

message({ from, to, text: "warm" });
let bad = 0;
for (const [name, make] of CASES) {
  for (let round = 0; round < 20; round++) time(make(SIZES[0]));
  const times = SIZES.map((size) => time(make(size)));
  const [first, , last] = times;
  // Over two decades. Below a twentieth of a millisecond a clock says nothing about growth.
  const exponent = last < 1 ? 0 : Math.log10(last / Math.max(first, 0.05)) / 2;
  const slow = exponent > MAX_EXPONENT || last > MAX_MS;
  if (slow) bad++;
  const shown = times.map((ms) => ms.toFixed(2).padStart(9)).join("");
  console.log(`${slow ? "!" : " "} ${name.padEnd(34)}${shown} ms   exponent ${exponent.toFixed(2)}`);
}
console.log(bad === 0 ? `all linear, none over ${MAX_MS} ms` : `${bad} not linear or over ${MAX_MS} ms`);
process.exitCode = bad === 0 ? 0 : 1;
