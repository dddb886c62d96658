// Templates for `preview`: an html page, or a module that makes a message. Each becomes a message to look at.
import { basename, dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inlineImages } from "../../html.ts";
import type { Message, MessageInput } from "../../index.ts";
import { MessageError } from "../../issues.ts";
import { isMessage } from "../../mail/message/seal.ts";
import type { Rendered } from "../../mail/render/render.ts";
import { file } from "../../node.ts";
import { aboutFile, octetsOf, readWhole, textOf } from "../files.ts";
import { type Io, reasonOf, TroubleError } from "../io.ts";
import { firstOctet, messageIn } from "../load.ts";

/** What a module is asked for. */
export interface ModuleOptions {
  /** The export that gives the message; `default` when absent. */
  readonly name: string | undefined;
  /** A JSON file whose value a function is called with. */
  readonly data: string | undefined;
}

const PAGES = new Set([".html", ".htm"]);
const MODULES = new Set([".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"]);
// Sources of template languages, which their own programs render.
const SOURCES = new Set([".hbs", ".handlebars", ".mjml", ".ejs", ".pug", ".liquid", ".njk", ".mustache", ".vue"]);

/** The kind of template by the name of a file; undefined for mail. @throws TroubleError for template sources */
export function templateKind(path: string): "page" | "module" | undefined {
  const extension = extname(path).toLowerCase();
  if (PAGES.has(extension)) return "page";
  if (MODULES.has(extension)) return "module";
  if (!SOURCES.has(extension)) return undefined;
  throw new TroubleError(
    `${path}: render it first, as in "… | mimewright preview -", or in a module that exports the html`,
  );
}

/** True for what begins as html does, which no mail does. */
export function isPage(bytes: Uint8Array): boolean {
  return firstOctet(bytes) === 0x3c;
}

/** A page as the html of a message; its images come along where they are files beside it. @throws TroubleError */
export async function pageMessage(path: string, bytes: Uint8Array, io: Io): Promise<Message | Rendered | Uint8Array> {
  const folder = path === "-" ? io.cwd : dirname(resolve(io.cwd, path));
  try {
    return await htmlMessage(path, textOf(bytes), folder, io);
  } catch (error) {
    throw error instanceof TroubleError ? aboutFile(path, error) : error;
  }
}

async function htmlMessage(
  path: string,
  html: string,
  folder: string,
  io: Io,
): Promise<Message | Rendered | Uint8Array> {
  const missing: string[] = [];
  const load = async (src: string) => {
    const content = await imageIn(folder, src);
    if (content === undefined) missing.push(src);
    return content;
  };
  const page = await inlineImages(html, load);
  if (missing.length > 0) io.err(`images missing in the folder of the page: ${missing.length}\n`);
  return messageIn(path, inputMail({ subject: path === "-" ? "Preview" : basename(path), ...page }));
}

// Files outside of the folder are not read, whatever the page names.
async function imageIn(folder: string, src: string): Promise<Uint8Array | undefined> {
  const path = decoded(src.replace(/[?#].*$/s, ""));
  try {
    const { content } = await file(path, { root: folder });
    return await octetsOf(content);
  } catch (error) {
    if (error instanceof MessageError) return undefined;
    throw error;
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The message that a module makes: it is run, as `node` would run it. @throws TroubleError */
export async function moduleMessage(
  path: string,
  options: ModuleOptions,
  io: Io,
): Promise<Message | Rendered | Uint8Array> {
  const { name = "default", data } = options;
  const value = data === undefined ? {} : jsonOf(data, await readWhole(data, io));
  let made: unknown;
  try {
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(resolve(io.cwd, path)).href);
    const found = Object.hasOwn(module, name) ? module[name] : undefined;
    made = typeof found === "function" ? await found(value) : await found;
  } catch (error) {
    throw new TroubleError(`${path}: ${failureIn(error, io)}`);
  }
  const folder = dirname(resolve(io.cwd, path));
  if (typeof made === "string") return htmlMessage(path, made, folder, io);
  if (isMessage(made) || made instanceof Uint8Array) return made;
  if (isInput(made)) return messageIn(path, inputMail(made));
  throw new TroubleError(
    `${path}: expected the export ${name} to give html, a message, its bytes, or input for message()`,
  );
}

function jsonOf(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch (error) {
    throw new TroubleError(`${path}: invalid JSON: ${reasonOf(error)}`);
  }
}

function failureIn(error: unknown, { env }: Io): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_MODULE_NOT_FOUND") return "no such file, or a module that it imports is missing";
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
    return 'Node cannot load this kind of file by itself: install tsx, and set NODE_OPTIONS="--import tsx"';
  }
  const trace = (env.MIMEWRIGHT_DEBUG ?? "") !== "" && error instanceof Error ? error.stack : undefined;
  return `the module failed: ${trace ?? reasonOf(error)}`;
}

// `check` checks every key and every value.
function isInput(value: unknown): value is MessageInput {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const PLACEHOLDER = "preview@example.com";

// A template has no sender and no recipients yet.
function inputMail(input: Partial<MessageInput>) {
  return { kind: "input", input: { from: PLACEHOLDER, to: PLACEHOLDER, ...input }, issues: [] } as const;
}
