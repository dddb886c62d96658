// The mail that a command is about: an .eml file, a message written as JSON, or either on the standard input.
import { dirname, resolve } from "node:path";
import { type Checked, check, type Limits, type Message, type MessageInput } from "../index.ts";
import { hasError, type Issue } from "../issues.ts";
import { outlineRaw } from "../read/outline.ts";
import { aboutFile, readWhole, textOf } from "./files.ts";
import { type Io, TroubleError, UnfitError } from "./io.ts";
import { readJsonInput } from "./json-input.ts";

/** What a file holds: bytes that somebody composed, or what a message is to be made of. */
export type Mail = RawFile | InputFile;

interface RawFile {
  readonly kind: "raw";
  readonly bytes: Uint8Array;
}

interface InputFile {
  readonly kind: "input";
  readonly input: MessageInput;
  /** What was wrong before `check` could look at it. */
  readonly issues: readonly Issue[];
}

/** Reads a mail; `-` is the standard input. @throws TroubleError when there is none, InterruptedError */
export async function loadMail(path: string, io: Io): Promise<Mail> {
  return mailIn(path, await readWhole(path, io), io);
}

/** The mail in the octets of a file. @throws TroubleError */
export async function mailIn(path: string, bytes: Uint8Array, { cwd }: Pick<Io, "cwd">): Promise<Mail> {
  if (!isJson(path, bytes)) return { kind: "raw", bytes };
  const folder = path === "-" ? cwd : dirname(resolve(cwd, path));
  try {
    return { kind: "input", ...(await readJsonInput(textOf(bytes), folder)) };
  } catch (error) {
    throw error instanceof TroubleError ? aboutFile(path, error) : error;
  }
}

// On the standard input there is no name to tell: no mail begins with a brace, though a field's name might.
function isJson(path: string, bytes: Uint8Array): boolean {
  return path === "-" ? firstOctet(bytes) === 0x7b : path.toLowerCase().endsWith(".json");
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** The first octet of a text, blanks and a byte order mark left out; undefined when there is none. */
export function firstOctet(bytes: Uint8Array): number | undefined {
  const hasMark = BYTE_ORDER_MARK.every((octet, index) => bytes[index] === octet);
  return bytes.subarray(hasMark ? BYTE_ORDER_MARK.length : 0).find((octet) => octet > 0x20);
}

/** Checks what a message is to be made of, its files and times included. */
export function checkInput({ input, issues }: InputFile, limits?: Limits): Checked<Message> {
  const checked = check(input, limits);
  const all = [...issues, ...checked.issues];
  return checked.ok && !hasError(issues) ? { ...checked, issues: all } : { ok: false, issues: all };
}

/** The message or the bytes. @throws UnfitError when there can be no message, TroubleError when there is no mail */
export async function mailOf(path: string, io: Io): Promise<Message | Uint8Array> {
  return messageIn(path, await loadMail(path, io));
}

/** The message or the bytes of a mail that was read. @throws as {@link mailOf} does */
export function messageIn(path: string, mail: Mail): Message | Uint8Array {
  if (mail.kind === "input") {
    const checked = checkInput(mail);
    if (checked.ok) return checked.value;
    throw new UnfitError(path, checked.issues);
  }
  // Any octets are a mail to the reader of raw ones; without a single field they are more likely something else.
  if (outlineRaw(mail.bytes).fields.length > 0) return mail.bytes;
  throw aboutFile(path, new TroubleError("there is no mail in it: not one header field"));
}
