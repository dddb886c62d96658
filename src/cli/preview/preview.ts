// `mimewright preview`: a message in the inbox of a local endpoint that is started for it.
import { spawn } from "node:child_process";
import { sesSender } from "../../deliver/ses/ses-sender.ts";
import { collect, type Envelope, type Message, sesV2 } from "../../index.ts";
import type { Place } from "../../issues.ts";
import type { LocalSes } from "../../local.ts";
import { readMessage } from "../../mail/read/message.ts";
import type { Rendered } from "../../mail/render/render.ts";
import { type SendResult, sesHttpClient } from "../../ses.ts";
import {
  anyText,
  type Command,
  type CommandLine,
  type FlagTable,
  fileOf,
  oneFile,
  readFlags,
  toggle,
  valued,
  wholeNumber,
  wordOf,
} from "../args.ts";
import { readWhole, writeWhole } from "../files.ts";
import { aborted, EXIT, InterruptedError, type Io, TroubleError } from "../io.ts";
import { mailIn, messageIn } from "../load.ts";
import { envelopeOf } from "../prepared-send.ts";
import { plural } from "../report.ts";
import { startEndpoint } from "../serve.ts";
import { shown } from "../terminal.ts";
import { findChromium, loadDriver, type Shot, screenshot } from "./screenshot.ts";
import { isPage, type ModuleOptions, moduleMessage, pageMessage, templateKind } from "./templates.ts";

interface PreviewFlags {
  readonly open: boolean;
  readonly png: string;
  readonly view: "page" | "mail";
  readonly width: number;
  readonly height: number;
  readonly export: string;
  readonly data: string;
  readonly port: number;
}

const pixels = valued(wholeNumber(100, 10_000));

const flags: FlagTable<PreviewFlags> = {
  ...{ open: toggle, png: valued(anyText), view: valued(wordOf("page", "mail")), width: pixels, height: pixels },
  ...{ export: valued(anyText), data: valued(anyText), port: valued(wholeNumber(0, 65_535)) },
};

/** Shows one message. */
export const preview: Command = {
  flags,
  help: `mimewright preview file.eml|message.json|page.html|template.mjs|- [options]

Shows a message in the inbox of the local endpoint: html, text, head, MIME tree, files, source and
issues. Prints the address and waits for Ctrl+C. No mail leaves this machine, and what the html
refers to on other servers is not loaded.

An html page (or html on the standard input) is shown as the html of a message, with the images
that are files beside it. A module (.js, .mjs, .cjs, .ts …) is run as Node runs it, and exports
html, input for message(), a message or its bytes, or a function that returns one of these.

  --open            opens the address in the browser
  --png FILE        writes a picture taken with Chromium or Chrome instead, and ends; needs the
                    package playwright-core
  --export NAME     of a module: the export to show (default: default)
  --data FILE       of a module: a JSON file whose value its function is called with (default: {})
  --port N          port on loopback (default: any free one)

For --png:
  --view page|mail  the inbox page, or the html of the mail alone in full length (default page)
  --width N         width in pixels (default 1280, 680 for the mail)
  --height N        least height in pixels (default 900, 200 for the mail)

MIMEWRIGHT_CHROMIUM names the browser if it is not found by itself.
`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const line = readFlags(args, flags, checkLine);
  const { png, open, port = 0, export: name, data } = line.values;
  // Checked before anything is started: a picture needs a browser.
  if (png !== undefined) await Promise.all([findChromium(io), loadDriver()]);
  const mail = await templateOf(fileOf(line), { name, data }, io);
  const bytes = mail instanceof Uint8Array ? mail : await collect(mail, { maxBytes: sesV2.bytes });
  const ses = await startEndpoint({ port });
  try {
    const id = await deliver(bytes, ses, io);
    if (png !== undefined) return await picture(windowOf(line.values), png, { ses, id }, io);
    const url = `${ses.url}/#/message/${encodeURIComponent(id)}`;
    io.out(`${url}\n`);
    if (open === true) openBrowser(url, io);
    await aborted(io.signal);
    return EXIT.done;
  } finally {
    await ses.close();
  }
}

function checkLine(line: CommandLine<PreviewFlags>, place: Place): void {
  oneFile(line, place);
  if (line.values.png !== undefined) return;
  for (const name of ["view", "width", "height"] as const)
    if (line.values[name] !== undefined) place.at(name).error("input.option", "the flag needs --png");
}

type Window = Pick<Shot, "width" | "height"> & Pick<PreviewFlags, "view">;

function windowOf({ view = "page", width, height }: Partial<PreviewFlags>): Window {
  const [usualWidth, usualHeight] = view === "page" ? [1_280, 900] : [680, 200];
  return { view, width: width ?? usualWidth, height: height ?? usualHeight };
}

async function templateOf(path: string, module: ModuleOptions, io: Io): Promise<Message | Rendered | Uint8Array> {
  const kind = templateKind(path);
  if (kind === "module") return moduleMessage(path, module, io);
  const bytes = await readWhole(path, io);
  if (kind === "page" || (path === "-" && isPage(bytes))) return pageMessage(path, bytes, io);
  return messageIn(path, await mailIn(path, bytes, io));
}

// Sent by the HTTP client, as the mail of every client.
async function deliver(raw: Uint8Array, ses: LocalSes, io: Io): Promise<string> {
  const credentials = { accessKeyId: "PREVIEW", secretAccessKey: "preview" };
  const client = sesHttpClient({ api: "v2", region: "us-east-1", endpoint: ses.url, credentials });
  const sender = sesSender({ client });
  try {
    const result = await sender.sendRaw({ raw, envelope: shownEnvelope(raw, io) }, { signal: io.signal });
    if (result.status === "sent") return result.messageId;
    if (io.signal.aborted) throw new InterruptedError("interrupted before the message was shown");
    throw new TroubleError(`the endpoint refused the message: ${whyNot(result)}`);
  } finally {
    await sender.close();
  }
}

function whyNot(result: Exclude<SendResult, { status: "sent" }>): string {
  if (result.status === "failed") return `${result.code}: ${result.message}`;
  return result.status === "unknown" ? result.cause.message : "only some of the recipients were accepted";
}

const PLACEHOLDER = "preview@example.com";

// The recipients do not matter here: a mail without any is shown too, and of a long list only the first are used.
function shownEnvelope(raw: Uint8Array, io: Io): Envelope {
  const own = knownEnvelope(raw);
  if (own.to.length <= sesV2.recipients) return own;
  io.err(`shown with the first ${sesV2.recipients} of ${plural(own.to.length, "recipient")}\n`);
  return { ...own, to: own.to.slice(0, sesV2.recipients) };
}

function knownEnvelope(raw: Uint8Array): Envelope {
  try {
    const own = envelopeOf(readMessage(raw), {});
    return own.to.length === 0 ? { ...own, to: [PLACEHOLDER] } : own;
  } catch {
    return { from: PLACEHOLDER, to: [PLACEHOLDER] };
  }
}

interface Delivered {
  readonly ses: LocalSes;
  readonly id: string;
}

async function picture(window: Window, png: string, { ses, id }: Delivered, io: Io): Promise<number> {
  const { view, width, height } = window;
  const html = ses.inbox.get(id)?.parse().html();
  if (view === "mail" && html === undefined) throw new TroubleError("the mail has no html; --view page shows its text");
  const path = encodeURIComponent(id);
  const place =
    view === "mail"
      ? { url: `${ses.url}/_local/messages/${path}/html`, ready: "html" }
      : { url: `${ses.url}/#/message/${path}`, ready: "[role=tabpanel] *" };
  await writeWhole(png, [await screenshot({ ...place, width, height }, io)], io);
  io.out(`${shown(png)}\n`);
  return EXIT.done;
}

const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

// The address is made here, and given as an argument: no shell reads it.
function openBrowser(url: string, io: Io): void {
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.once("error", () => io.err(`cannot open a browser: ${command} is missing\n`));
  child.unref();
}
