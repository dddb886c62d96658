// Messages as files of a Maildir: written in `tmp`, moved to `new` when they are whole, found in `new` and `cur`.
import { mkdir, readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isError } from "../../mail/octets/kinds.ts";
import type { StoredMessage } from "../model/message.ts";
import { removeIfThere, syncFolder, writeDurably } from "./files.ts";
import { messageFile, readMessageFile } from "./message-file.ts";

/** Reports what is wrong with files. */
export type Warn = (text: string) => void;

interface MaildirFile extends MaildirName {
  readonly folder: string;
  readonly path: string;
}

/** An open Maildir. */
export interface Maildir {
  readonly root: string;
  readonly warn: Warn;
  /** Of the next message. */
  sequence: number;
}

/** Opens a Maildir and makes the folders that are missing. */
export async function openMaildir(root: string, warn: Warn): Promise<Maildir> {
  for (const folder of ["tmp", "new", "cur"]) await mkdir(join(root, folder), { recursive: true, mode: 0o700 });
  await removeLeftovers(join(root, "tmp"));
  const maildir = { root, warn, sequence: 1 };
  for (const { sequence } of (await listFiles(root)).files) maildir.sequence = Math.max(maildir.sequence, sequence + 1);
  return maildir;
}

// The Maildir rule: what lies in `tmp` for 36 hours was never finished, and never acknowledged.
const leftoverAge = 36 * 60 * 60 * 1_000;

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (readMaildirName(name) !== undefined && mtimeMs < Date.now() - leftoverAge) await unlink(path);
  }
}

/** Adds a message; it is durable when the promise settles. */
export async function addMessage(maildir: Maildir, message: StoredMessage): Promise<void> {
  const name = maildirName(message.at, maildir.sequence++, message.id);
  const folder = join(maildir.root, "new");
  const working = join(maildir.root, "tmp", name);
  await writeDurably({ working, path: join(folder, name), folder }, messageFile(message));
}

/** Removes messages by id, or all of them. Files of others stay. */
export async function removeFiles(maildir: Maildir, ids: ReadonlySet<string> | "all"): Promise<void> {
  const { files } = await listFiles(maildir.root);
  // A mail reader may have moved or deleted it in the meantime.
  for (const file of files) if (ids === "all" || ids.has(file.id)) await removeIfThere(file.path);
  for (const folder of new Set(files.map((file) => file.folder))) await syncFolder(folder);
}

/**
 * The newest messages that fit into so many bytes, oldest first. A file that is damaged or was not written here is
 * left alone and reported.
 */
export async function readMessages(maildir: Maildir, most: number): Promise<readonly StoredMessage[]> {
  const { files, strange } = await listFiles(maildir.root);
  if (strange.length > 0) maildir.warn(foreignFiles(maildir.root, strange));
  const messages: StoredMessage[] = [];
  let bytes = 0;
  for (const file of files.reverse()) {
    const message = await readOne(maildir, file);
    if (message === undefined) continue;
    bytes += message.raw.length + message.head.length;
    if (bytes > most && messages.length > 0) break;
    messages.push(message);
  }
  return messages.reverse();
}

async function readOne(maildir: Maildir, file: MaildirFile): Promise<StoredMessage | undefined> {
  try {
    const message = readMessageFile(await readFile(file.path));
    if (message.id !== file.id) throw new Error("its name is that of another message");
    return message;
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    maildir.warn(`The message file ${file.path} is skipped: ${reason}.`);
    return undefined;
  }
}

// All message files in the order the messages were taken, and the names of other files.
async function listFiles(
  root: string,
): Promise<{ readonly files: MaildirFile[]; readonly strange: readonly string[] }> {
  const files = new Map<string, MaildirFile>();
  const strange: string[] = [];
  for (const folder of [join(root, "new"), join(root, "cur")]) {
    for (const name of await readdir(folder)) {
      const read = readMaildirName(name);
      if (read === undefined) strange.push(name);
      // A mail reader that died between link and unlink leaves a message in both folders.
      else files.set(read.base, { ...read, folder, path: join(folder, name) });
    }
  }
  return { files: [...files.values()].sort((a, b) => a.sequence - b.sequence), strange };
}

function foreignFiles(root: string, names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return `Files in ${root} that this endpoint did not write are left alone: ${shown}${more}.`;
}

/** What the name of one of our files says. */
export interface MaildirName {
  /** The name without flags. */
  readonly base: string;
  /** Counts up with every message: the order they were taken in. */
  readonly sequence: number;
  readonly id: string;
}

/** The name of a new file. */
function maildirName(at: number, sequence: number, id: string): string {
  return `${Math.floor(at / 1_000)}.Q${sequence}_${id}.mimewright`;
}

// Mail readers write `:2,flags`; where names cannot have a colon they write `;` or `!`.
const PATTERN = /^(-?\d{1,15}\.Q(\d{1,15})_([A-Za-z0-9-]{1,128})\.mimewright)(?:[:;!].{0,100})?$/;

/** Reads a name; undefined for a file that the endpoint did not write. */
function readMaildirName(name: string): MaildirName | undefined {
  const [, base, sequence, id] = PATTERN.exec(name) ?? [];
  if (base === undefined || sequence === undefined || id === undefined) return undefined;
  return { base, sequence: Number(sequence), id };
}
