// What every runtime does with the installed package: composes one fixed message, and sends it where it is told.
import { check, MessageError, measure, message, sesV1, toBytes } from "mimewright";
import { inlineImages } from "mimewright/html";
import { rawMessage, sesHttpClient, sesSender } from "mimewright/ses";

const PIXEL = Uint8Array.from(atob("R0lGODlhAQABAAAAACwAAAAAAQABAAA="), (char) => char.charCodeAt(0));
// Content of every kind: each octet, long lines, and what has to be escaped somewhere.
const OCTETS = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 131 + (index >> 8)) & 255);

/** A message with everything in it. */
export async function composed() {
  const page = await inlineImages('<p>Grüße aus Zürich 👋🏽</p><img src="pixel.gif">', () => PIXEL);
  return message({
    from: "Zoë Ångström <zoe@example.com>",
    to: ["Bob <bob@bücher.example>", { group: "Kolleginnen", members: ["ann@example.org"] }],
    subject: "Grüße 👩‍👩‍👧 見積書: a subject that is longer than one line of a header can be, so that it folds",
    text: `Hello Zoë,\n\n${"a long line of text that ends somewhere ".repeat(40)}\n.\nFrom here\n`,
    html: page.html,
    attachments: [
      ...page.attachments,
      { filename: "Überblick – 見積書 (final).pdf", content: OCTETS, contentType: "application/pdf" },
      { filename: "notes.txt", content: "Straße\n" },
    ],
    headers: { "X-Campaign": "Frühling" },
    date: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
    messageId: "<fixed@example.com>",
  });
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function assert(truth, what) {
  if (!truth) throw new Error(what);
}

/** Composes without any network. */
export async function compose() {
  const m = await composed();
  const bytes = toBytes(m, { seed: "story" });
  assert(bytes.length === measure(m, { seed: "story" }).bytes, "the size is what was measured");
  const { Data } = await rawMessage(m, { seed: "story" });
  assert((await sha256(Data)) === (await sha256(bytes)), "SES gets the same bytes");
  const wrong = check({ from: "nobody", to: "b@example.com", text: "" }, sesV1);
  assert(!wrong.ok && wrong.issues[0].path[0] === "from", "bad input has its place");
  try {
    message({ from: "a@example.com\r\nBcc: c@example.com", to: "b@example.com", text: "" });
  } catch (error) {
    assert(error instanceof MessageError, "bad input throws a typed error");
    return { sha256: await sha256(bytes), bytes: bytes.length };
  }
  throw new Error("a line break in an address is refused");
}

/** Composes, and sends to the endpoint at `endpoint` without an SDK. */
export async function story(endpoint) {
  const made = await compose();
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  const sent = {};
  for (const api of ["v1", "v2"]) {
    const sender = sesSender({ client: sesHttpClient({ region: "us-east-1", endpoint, credentials, api }) });
    const result = await sender.send(await composed(), { render: { seed: "story" } });
    await sender.close();
    assert(result.status === "sent", `${api}: ${JSON.stringify(result)}`);
    sent[api] = result.messageId;
  }
  return { ...made, sent };
}
