// A file that was looked at once: where it is, how big, and what distinguishes it from another one put in its place later.
import { constants, type Stats } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { errorIssue, type IssueCode, MessageError, type Path } from "../../issues.ts";
import type { Source } from "../message/types.ts";

/** A regular file, symbolic links resolved. */
export interface RegularFile {
  readonly path: string;
  readonly stats: Stats;
}

/** A file as the caller named it. */
export interface FileRequest {
  /** As given. Relative to the root when there is one. */
  readonly path: string;
  readonly root: string | undefined;
  readonly issuePath: Path;
}

/** Finds a file and looks at it. @throws MessageError `file.not-found`, `file.outside-root` */
export async function findFile(named: FileRequest): Promise<RegularFile> {
  const { path, root, issuePath } = named;
  const name = basename(path);
  const missing = (cause: unknown) => fileError("file.not-found", issuePath, `${name} cannot be found or read`, cause);
  try {
    const real = await realpath(root === undefined ? path : resolve(root, path));
    if (root !== undefined && !isWithin(await realpath(root), real)) {
      throw fileError("file.outside-root", issuePath, `${name} is outside of the root folder`);
    }
    const stats = await stat(real);
    if (!stats.isFile()) throw fileError("file.not-found", issuePath, `${name} is not a regular file`);
    return { path: real, stats };
  } catch (error) {
    throw error instanceof MessageError ? error : missing(error);
  }
}

/** An error about a file. Names the file, not the folders it is in. */
export function fileError(code: IssueCode, path: Path, message: string, cause?: unknown): MessageError {
  const error = new MessageError([errorIssue(code, path, message)]);
  if (cause !== undefined) error.cause = cause;
  return error;
}

// Both paths are resolved: no link and no ".." is left in them.
function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The content of a file, opened at write time. Reading fails with `file.changed` when it is not the file found. */
export function fileSource(file: RegularFile, issuePath: Path): Source {
  return { size: file.stats.size, open: () => readFile(file, issuePath) };
}

const CHUNK = 65_536;
// Neither a link nor a pipe that was put there in the meantime: both would lead elsewhere or wait for ever.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function* readFile(file: RegularFile, issuePath: Path): AsyncGenerator<Uint8Array> {
  const handle = await openAgain(file, issuePath);
  try {
    let rest = file.stats.size;
    for (;;) {
      // One byte more than is expected shows that the file grew.
      const chunk = new Uint8Array(Math.min(CHUNK, rest + 1));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead > rest || (bytesRead === 0 && rest > 0)) throw changed(file, issuePath);
      if (bytesRead === 0) return;
      rest -= bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function openAgain(file: RegularFile, issuePath: Path): Promise<FileHandle> {
  const handle = await open(file.path, FLAGS).catch((cause: unknown) => {
    throw changed(file, issuePath, cause);
  });
  const stats = await handle.stat();
  if (isSame(stats, file.stats)) return handle;
  await handle.close();
  throw changed(file, issuePath);
}

function isSame(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev && one.size === other.size && one.mtimeMs === other.mtimeMs;
}

function changed(file: RegularFile, issuePath: Path, cause?: unknown): MessageError {
  return fileError("file.changed", issuePath, `${basename(file.path)} changed after it was attached`, cause);
}
