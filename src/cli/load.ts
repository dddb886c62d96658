// The mail that a command is about: an .eml file, a message written as JSON, or either on the standard input.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Checked, check, type Limits, type Message, type MessageInput } from "../index.ts";
import { hasError, type Issue, MessageError } from "../issues.ts";
import { type Io, reasonOf, TroubleError } from "./io.ts";
import { readJsonInput } from "./json-input.ts";

/** What a file holds: bytes that somebody composed, or what a message is to be made of. */
export type Mail =
  | { readonly kind: "raw"; readonly bytes: Uint8Array }
  | { readonly kind: "input"; readonly input: MessageInput; readonly issues: readonly Issue[] };

/** Reads a mail; `-` is the standard input. @throws TroubleError when there is none */
export async function loadMail(path: string, io: Io): Promise<Mail> {
  const bytes = path === "-" ? await io.stdin() : await read(path, resolve(io.cwd, path));
  if (!isJson(path, bytes)) return { kind: "raw", bytes };
  const folder = path === "-" ? io.cwd : dirname(resolve(io.cwd, path));
  try {
    return { kind: "input", ...(await readJsonInput(new TextDecoder().decode(bytes), folder)) };
  } catch (error) {
    throw error instanceof TroubleError ? new TroubleError(`${path}: ${error.message}`) : error;
  }
}

async function read(path: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new TroubleError(`${path}: ${failureOf(error)}`);
  }
}

// What people meet, in words; the rest as the system says it.
const FAILURES: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "this is a folder"],
  ["EACCES", "it may not be read"],
]);

/** Why a file could not be read or written. */
export function failureOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return FAILURES.get(code) ?? reasonOf(error);
}

// No field name begins with a brace, so no mail does.
function isJson(path: string, bytes: Uint8Array): boolean {
  if (path !== "-") return path.toLowerCase().endsWith(".json");
  return bytes.find((byte) => byte > 0x20) === 0x7b;
}

/** Checks what a message is to be made of, its files and times included. */
export function checkInput({ input, issues }: Extract<Mail, { kind: "input" }>, limits?: Limits): Checked<Message> {
  const checked = check(input, limits);
  const all = [...issues, ...checked.issues];
  return checked.ok && !hasError(issues) ? { ...checked, issues: all } : { ok: false, issues: all };
}

/** The message or the bytes. @throws MessageError with every issue when there can be no message */
export async function mailOf(path: string, io: Io): Promise<Message | Uint8Array> {
  const mail = await loadMail(path, io);
  if (mail.kind === "raw") return mail.bytes;
  const checked = checkInput(mail);
  if (checked.ok) return checked.value;
  const [first, ...rest] = checked.issues;
  throw first === undefined
    ? new TroubleError(`${path}: there is no message in it`)
    : new MessageError([first, ...rest]);
}
