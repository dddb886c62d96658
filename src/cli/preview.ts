// `mimewright preview`: a message in the inbox of an endpoint of its own.
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { type Envelope, type Message, sesV2, toChunks } from "../index.ts";
import { type LocalSes, startLocalSes } from "../local.ts";
import { type SendResult, sesHttpClient, sesSender } from "../ses.ts";
import { oneFile, oneOf, readArgs } from "./args.ts";
import { findChromium, type Shot, screenshot } from "./browser.ts";
import { EXIT, type Io, reasonOf, TroubleError, UsageError } from "./io.ts";
import { plural } from "./issue-lines.ts";
import { mailOf } from "./load.ts";
import { envelopeOf } from "./parcels.ts";
import { aborted, wholeNumber } from "./serve.ts";

export const help = `mimewright preview file.eml|message.json|- [options]

Shows a message in the inbox of the local endpoint: html, text, head, MIME tree, files, source and what the checks say.
Prints the address and waits for Ctrl+C. Nothing leaves this machine, and what the html refers to on other servers is
not loaded.

  --open            opens the address in the browser
  --png FILE        takes a picture with Chromium or Chrome instead, and ends
  --view page|mail  of the picture: the inbox page, or the html of the mail alone in full length (default page)
  --width N         of the picture, in pixels (default 1280, 680 for the mail)
  --height N        at least so high (default 900, 200 for the mail)
  --port N          port on loopback (default: any free one)

MIMEWRIGHT_CHROMIUM names the browser where it is not found by itself.
`;

/** Shows one message. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      open: { type: "boolean" },
      png: { type: "string" },
      view: { type: "string", default: "page" },
      width: { type: "string" },
      height: { type: "string" },
      port: { type: "string", default: "0" },
    },
  });
  const path = oneFile(positionals);
  const view = oneOf("--view", values.view, ["page", "mail"]);
  const width = wholeNumber("--width", values.width ?? (view === "page" ? "1280" : "680"), 100, 10_000);
  const height = wholeNumber("--height", values.height ?? (view === "page" ? "900" : "200"), 100, 10_000);
  const port = wholeNumber("--port", values.port, 0, 65_535);
  // Before anything is started: without a browser there will be no picture.
  if (values.png !== undefined) await findChromium(io);
  const bytes = await bytesOf(await mailOf(path, io));
  const ses = await start(port);
  try {
    const id = await deliver(bytes, ses, io);
    if (values.png !== undefined) return await picture({ view, width, height, png: values.png }, id, ses, io);
    const url = `${ses.url}/#/message/${encodeURIComponent(id)}`;
    io.out(`${url}\n`);
    if (values.open === true) openBrowser(url, io);
    await aborted(io.signal);
    return EXIT.done;
  } finally {
    await ses.close();
  }
}

async function start(port: number): Promise<LocalSes> {
  try {
    return await startLocalSes({ port });
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}

async function bytesOf(mail: Message | Uint8Array): Promise<Uint8Array> {
  if (mail instanceof Uint8Array) return mail;
  const chunks: Uint8Array[] = [];
  for await (const chunk of toChunks(mail)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// By the same door as every client's mail.
async function deliver(raw: Uint8Array, ses: LocalSes, io: Io): Promise<string> {
  const credentials = { accessKeyId: "PREVIEW", secretAccessKey: "preview" };
  const client = sesHttpClient({ api: "v2", region: "us-east-1", endpoint: ses.url, credentials });
  const sender = sesSender({ client });
  try {
    const result = await sender.sendRaw({ raw, envelope: shownEnvelope(raw, io) });
    if (result.status === "sent") return result.messageId;
    throw new TroubleError(`the endpoint did not take the message: ${whyNot(result)}`);
  } finally {
    await sender.close();
  }
}

function whyNot(result: Exclude<SendResult, { status: "sent" }>): string {
  if (result.status === "failed") return `${result.code}: ${result.message}`;
  return result.status === "unknown" ? result.cause.message : "only a part of the recipients";
}

// Who gets it is not what is looked at: a mail without recipients is shown, and of a long list the first.
function shownEnvelope(raw: Uint8Array, io: Io): Envelope {
  const own = envelopeOf(raw, {}, ["preview@example.com"]);
  if (own.to.length <= sesV2.recipients) return own;
  io.err(`shown with the first ${sesV2.recipients} of ${plural(own.to.length, "recipient")}\n`);
  return { ...own, to: own.to.slice(0, sesV2.recipients) };
}

interface Wanted {
  readonly view: "page" | "mail";
  readonly width: number;
  readonly height: number;
  readonly png: string;
}

async function picture({ view, width, height, png }: Wanted, id: string, ses: LocalSes, io: Io): Promise<number> {
  const message = ses.inbox.get(id);
  const { html } = (await message?.parse()) ?? {};
  if (view === "mail" && html === undefined) throw new TroubleError("the mail has no html: --view page shows its text");
  const path = encodeURIComponent(id);
  const place =
    view === "mail"
      ? { url: `${ses.url}/_local/messages/${path}/html`, ready: 'document.readyState === "complete"' }
      : { url: `${ses.url}/#/message/${path}`, ready: 'document.querySelector("[role=tabpanel] *") !== null' };
  const shot: Shot = { ...place, file: resolve(io.cwd, png), width, height };
  await screenshot(shot, io);
  io.out(`${png}\n`);
  return EXIT.done;
}

const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

// The address is of our own making; it is handed over as an argument, and no shell reads it.
function openBrowser(url: string, io: Io): void {
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.once("error", () => io.err(`no browser could be opened: ${command} is missing\n`));
  child.unref();
}
