// The mail that a command is about: an .eml file, a message written as JSON, or either on the standard input.
import { dirname, resolve } from "node:path";
import { check, checkLimits, type Limits, type MessageInput, type RenderOptions } from "../index.ts";
import { frozenIssue, hasError, type Issue } from "../issues.ts";
import { originPaths } from "../mail/message/seal.ts";
import { type ReadMessage, readMessage } from "../mail/read/message.ts";
import { type Rendered, render } from "../mail/render/render.ts";
import { aboutFile, readWhole, textOf } from "./files.ts";
import { type Io, TroubleError, UnfitError } from "./io.ts";
import { readJsonInput } from "./json-input.ts";

/** What a file holds: a composed message, or input that a message is to be made of. */
export type Mail = RawFile | InputFile;

/** An .eml file. */
export interface RawFile {
  readonly kind: "raw";
  readonly read: ReadMessage;
}

/** A message written as JSON. */
export interface InputFile {
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
  if (!isJson(path, bytes)) return { kind: "raw", read: readMessage(bytes) };
  const folder = path === "-" ? cwd : dirname(resolve(cwd, path));
  try {
    return { kind: "input", ...(await readJsonInput(textOf(bytes), folder)) };
  } catch (error) {
    throw error instanceof TroubleError ? aboutFile(path, error) : error;
  }
}

// The standard input has no name: no mail begins with a brace, though the name of a field might.
function isJson(path: string, bytes: Uint8Array): boolean {
  return path === "-" ? firstOctet(bytes) === 0x7b : path.toLowerCase().endsWith(".json");
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** The first octet of a text, blanks and a byte order mark left out; undefined when there is none. */
export function firstOctet(bytes: Uint8Array): number | undefined {
  const hasMark = BYTE_ORDER_MARK.every((octet, index) => bytes[index] === octet);
  return bytes.subarray(hasMark ? BYTE_ORDER_MARK.length : 0).find((octet) => octet > 0x20);
}

/** Input that was checked: rendered once for the rest of the command, or every issue. */
export type RenderedInput =
  | { readonly ok: true; readonly rendered: Rendered; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** What the message is rendered with, and the limits that it is checked against. */
export interface RenderTerms {
  readonly options?: RenderOptions;
  readonly limits?: Limits;
}

/** Checks input, its files and times included, and renders it. A message over a limit is rendered all the same. */
export function renderInput(mail: InputFile, { options, limits }: RenderTerms = {}): RenderedInput {
  const checked = check(mail.input);
  const issues = [...mail.issues, ...checked.issues];
  if (!checked.ok || hasError(mail.issues)) return { ok: false, issues };
  const rendered = render(checked.value, options);
  if (limits === undefined) return { ok: true, rendered, issues };
  const given = originPaths(mail.input);
  const over = checkLimits(rendered, limits).map((issue) => frozenIssue(issue, given(issue.path)));
  return { ok: true, rendered, issues: [...issues, ...over] };
}

/** The message of a file, or its bytes. @throws UnfitError for unusable JSON, TroubleError when there is no mail */
export async function mailOf(path: string, io: Io): Promise<Rendered | Uint8Array> {
  return messageIn(path, await loadMail(path, io));
}

/** The message or the bytes of a mail that was read. @throws as {@link mailOf} does */
export function messageIn(path: string, mail: Mail): Rendered | Uint8Array {
  if (mail.kind === "input") {
    const checked = renderInput(mail);
    if (checked.ok) return checked.rendered;
    throw new UnfitError(path, checked.issues);
  }
  // Any octets can be read as a mail; without a single field they are more likely something else.
  if (mail.read.fields.length > 0) return mail.read.bytes;
  throw aboutFile(path, new TroubleError("the file is not a mail: it has no header field"));
}
