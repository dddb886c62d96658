// `mimewright preview`: a message in the inbox of an endpoint of its own.
import { spawn } from "node:child_process";
import { sesSender } from "../deliver/ses/ses-sender.ts";
import { collect, type Envelope, type Message, sesV2 } from "../index.ts";
import type { LocalSes } from "../local.ts";
import { type SendResult, sesHttpClient } from "../ses.ts";
import { oneFile, oneOf, readArgs, wholeNumber } from "./args.ts";
import { readWhole, writeWhole } from "./files.ts";
import { aborted, EXIT, InterruptedError, type Io, TroubleError } from "./io.ts";
import { mailIn, messageIn } from "./load.ts";
import { envelopeOf } from "./prepared-send.ts";
import { plural } from "./report.ts";
import { findChromium, loadDriver, type Shot, screenshot } from "./screenshot.ts";
import { startEndpoint } from "./serve.ts";
import { isPage, type ModuleOptions, moduleMessage, pageMessage, templateKind } from "./templates.ts";
import { shown } from "./terminal.ts";

export const help = `mimewright preview file.eml|message.json|page.html|template.mjs|- [options]

Shows a message in the inbox of the local endpoint: html, text, head, MIME tree, files, source and
what the checks say. Prints the address and waits for Ctrl+C. Nothing leaves this machine, and what
the html refers to on other servers is not loaded.

An html page (or html on the standard input) is shown as the html of a message, with the images
that are files beside it. A module (.js, .mjs, .cjs, .ts …) is run as Node runs it, and gives html,
input for message(), a message or its bytes; a function is called with what --data has.

  --open            opens the address in the browser
  --png FILE        takes a picture with Chromium or Chrome instead, and ends; needs the package
                    playwright-core
  --view page|mail  of the picture: the inbox page, or the html of the mail alone in full length
                    (default page)
  --width N         of the picture, in pixels (default 1280, 680 for the mail)
  --height N        at least so high (default 900, 200 for the mail)
  --export NAME     of a module: the export to show (default: default)
  --data FILE       of a module: a JSON file whose value its function gets (default: {})
  --port N          port on loopback (default: any free one)

MIMEWRIGHT_CHROMIUM names the browser where it is not found by itself.
Exit codes: 0 shown; 1 no message can be made of it; 2 a file that cannot be read or written, a
template that fails, no browser.
`;

interface Options {
  readonly path: string;
  readonly png: string | undefined;
  readonly open: boolean;
  readonly port: number;
  readonly module: ModuleOptions;
  readonly window: Pick<Shot, "width" | "height"> & { readonly view: "page" | "mail" };
}

/** Shows one message. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { path, png, open, port, module, window } = readOptions(args);
  // Before anything is started: without a browser there will be no picture.
  if (png !== undefined) await Promise.all([findChromium(io), loadDriver()]);
  const mail = await templateOf(path, module, io);
  const bytes = mail instanceof Uint8Array ? mail : await collect(mail, { maxBytes: sesV2.bytes });
  const ses = await startEndpoint({ port });
  try {
    const id = await deliver(bytes, ses, io);
    if (png !== undefined) return await picture(window, png, id, ses, io);
    const url = `${ses.url}/#/message/${encodeURIComponent(id)}`;
    io.out(`${url}\n`);
    if (open) openBrowser(url, io);
    await aborted(io.signal);
    return EXIT.done;
  } finally {
    await ses.close();
  }
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      open: { type: "boolean", default: false },
      png: { type: "string" },
      view: { type: "string", default: "page" },
      width: { type: "string" },
      height: { type: "string" },
      export: { type: "string" },
      data: { type: "string" },
      port: { type: "string", default: "0" },
    },
  });
  const view = oneOf("--view", values.view, ["page", "mail"]);
  const [width, height] = view === "page" ? ["1280", "900"] : ["680", "200"];
  return {
    path: oneFile(positionals),
    png: values.png,
    open: values.open,
    port: wholeNumber("--port", values.port, 0, 65_535),
    module: { name: values.export, data: values.data },
    window: {
      view,
      width: wholeNumber("--width", values.width ?? width, 100, 10_000),
      height: wholeNumber("--height", values.height ?? height, 100, 10_000),
    },
  };
}

async function templateOf(path: string, module: ModuleOptions, io: Io): Promise<Message | Uint8Array> {
  const kind = templateKind(path);
  if (kind === "module") return moduleMessage(path, module, io);
  const bytes = await readWhole(path, io);
  if (kind === "page" || (path === "-" && isPage(bytes))) return pageMessage(path, bytes, io);
  return messageIn(path, await mailIn(path, bytes, io));
}

// By the same door as every client's mail.
async function deliver(raw: Uint8Array, ses: LocalSes, io: Io): Promise<string> {
  const credentials = { accessKeyId: "PREVIEW", secretAccessKey: "preview" };
  const client = sesHttpClient({ api: "v2", region: "us-east-1", endpoint: ses.url, credentials });
  const sender = sesSender({ client });
  try {
    const result = await sender.sendRaw({ raw, envelope: shownEnvelope(raw, io) }, { signal: io.signal });
    if (result.status === "sent") return result.messageId;
    if (io.signal.aborted) throw new InterruptedError("ended before it was shown");
    throw new TroubleError(`the endpoint did not take the message: ${whyNot(result)}`);
  } finally {
    await sender.close();
  }
}

function whyNot(result: Exclude<SendResult, { status: "sent" }>): string {
  if (result.status === "failed") return `${result.code}: ${result.message}`;
  return result.status === "unknown" ? result.cause.message : "only a part of the recipients";
}

const SOMEBODY = "preview@example.com";

// Who gets it is not what is looked at: a mail whose fields name nobody is shown all the same, and of a long list the
// first.
function shownEnvelope(raw: Uint8Array, io: Io): Envelope {
  const own = knownEnvelope(raw);
  if (own.to.length <= sesV2.recipients) return own;
  io.err(`shown with the first ${sesV2.recipients} of ${plural(own.to.length, "recipient")}\n`);
  return { ...own, to: own.to.slice(0, sesV2.recipients) };
}

function knownEnvelope(raw: Uint8Array): Envelope {
  try {
    const own = envelopeOf(raw, {});
    return own.to.length === 0 ? { ...own, to: [SOMEBODY] } : own;
  } catch {
    return { from: SOMEBODY, to: [SOMEBODY] };
  }
}

async function picture(
  { view, width, height }: Options["window"],
  png: string,
  id: string,
  ses: LocalSes,
  io: Io,
): Promise<number> {
  const html = ses.inbox.get(id)?.parse().html();
  if (view === "mail" && html === undefined) throw new TroubleError("the mail has no html: --view page shows its text");
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

// The address is of our own making; it is handed over as an argument, and no shell reads it.
function openBrowser(url: string, io: Io): void {
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.once("error", () => io.err(`no browser could be opened: ${command} is missing\n`));
  child.unref();
}
